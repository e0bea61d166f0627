// Internet addresses and networks: who called, and where a call may go.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gw::core {

/// "10.0.0.0/8", "fd00::/8", "192.168.1.7".
bool is_network(std::string_view text);
/// An IPv4 or IPv6 address as digits, without brackets.
bool is_address(std::string_view text);
/// True when `address` (IPv4 or IPv6, also "::ffff:10.0.0.1") lies in one of the networks. An
/// unreadable address or network never matches.
bool in_networks(std::string_view address, std::span<const std::string> networks);

/// Where calls to addresses that others named may go: public addresses, and the networks listed.
/// Private, loopback, link-local, shared (CGNAT), multicast, reserved and tunnel addresses are not
/// public.
bool may_call(std::string_view address, std::span<const std::string> networks);

/// An absolute http(s) address, strictly read: no user, no blank, no control character, a host.
struct HttpAddress {
    bool tls = false;
    std::string host;  // lower case, without brackets
};
std::optional<HttpAddress> read_http_address(std::string_view url);

/// May be registered as a callback: https (or `plain_http` to loopback), and a host that is not an
/// address `may_call` refuses. A name is checked at the dial, after it was resolved.
bool callback_allowed(std::string_view url, std::span<const std::string> networks, bool plain_http);

}  // namespace gw::core
