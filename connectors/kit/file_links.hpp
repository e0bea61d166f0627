// Addresses of files for partners (DS-9): <base>/f/<token>. Pure.
#pragma once

#include "gateway/crypto/file_links.hpp"

#include <string>
#include <string_view>

namespace gw::connector_kit {

using crypto::FileLink;
/// "https://gateway.example/f/<token>".
std::string file_url(std::string_view base, std::string_view secret, const FileLink& link);

}  // namespace gw::connector_kit
