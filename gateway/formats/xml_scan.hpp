// Looks an XML text over before a tree is built: limits, no DTD, only the five entities,
// well-formed nesting.
#pragma once

#include "gateway/formats/xml.hpp"

#include <cstddef>
#include <string_view>

namespace gw::formats {

/// code nullptr: nothing to object to.
struct XmlObjection {
    const char* code = nullptr;
    std::size_t offset = 0;
};
/// pugixml accepts more than XML allows and limits nothing; what it is lax about is refused here.
XmlObjection scan_xml(std::string_view text, const XmlLimits& limits);

}  // namespace gw::formats
