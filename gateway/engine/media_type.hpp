// Which kind of file some bytes are, by their magic; names and declared types are not believed
// (DS-6).
#pragma once

#include <string_view>

namespace gw::engine {

/// `head`: the first 512 bytes or fewer. "" = none of the accepted kinds. Office documents, ASiC
/// containers and plain archives share a magic: told apart by what the first bytes name.
std::string_view media_type_of(std::string_view head);

}  // namespace gw::engine
