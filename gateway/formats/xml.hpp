// XML in and out of core::Document (Clark names), limits first, no DTD, no entities beyond the
// five.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::formats {

struct XmlLimits {
    std::size_t bytes_max = 20 << 20;
    int depth_max = 32;
    int attributes_max = 64;
};
/// Reads one document. The result is an object with one member: the root element.
/// Errors: give_up "xml.too_large", "xml.doctype", "xml.too_deep", "xml.encoding", "xml.syntax",
/// "xml.namespace".
core::Result<core::Document> read_xml(std::string_view text, const XmlLimits& limits = {});

struct XmlStyle {
    bool declaration = true;
    /// namespace -> prefix; "" = default namespace. Namespaces without a prefix here get ns1, ns2,
    /// …
    std::vector<std::pair<std::string, std::string>> prefixes;
};
/// Writes an object with one member (the root). All namespaces are declared on the root, in the
/// order of `prefixes`. A null member becomes xsi:nil="true"; empty text an empty element.
std::string write_xml(const core::Document& value, const XmlStyle& style = {});

}  // namespace gw::formats
