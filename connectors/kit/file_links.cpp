// Addresses of files for partners.
#include "connectors/kit/file_links.hpp"

#include "connectors/kit/text.hpp"

namespace gw::connector_kit {

std::string file_url(std::string_view base, std::string_view secret, const FileLink& link) {
    return join_url(base, "f/" + crypto::file_token(secret, link));
}

}  // namespace gw::connector_kit
