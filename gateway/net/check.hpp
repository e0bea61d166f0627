// Looks at settings of servers and clients before anything is opened.
#pragma once

#include "gateway/net/curl_client.hpp"
#include "gateway/net/http_server.hpp"

#include <string>

namespace gw::net {

/// "" or why an HttpServer with these options could not start; whether the port is free is not
/// looked at.
std::string check_server(const ServerOptions& options);
/// "" or why the PEM texts cannot be used.
std::string check_client(const ClientTls& tls);

}  // namespace gw::net
