// Internet addresses and networks.
#include "gateway/core/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gw::core {
namespace {

using Bytes = std::array<unsigned char, 16>;

/// IPv4 in its mapped form, so that both kinds compare alike.
std::optional<Bytes> address_bytes(std::string_view text) {
    const std::string name(text);
    if (text.find('\0') != text.npos) return std::nullopt;
    Bytes bytes{};
    if (::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return bytes;
    bytes[10] = bytes[11] = 0xff;
    if (::inet_pton(AF_INET, name.c_str(), bytes.data() + 12) == 1) return bytes;
    return std::nullopt;
}

struct Network {
    Bytes base{};
    unsigned bits = 128;
};

std::optional<Network> read_network(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto base = address_bytes(text.substr(0, slash));
    if (!base) return std::nullopt;
    Network network{*base, 128};
    if (slash < text.size()) {
        const std::string_view digits = text.substr(slash + 1);
        unsigned length = 0;
        const auto [end, ec] = std::from_chars(digits.begin(), digits.end(), length);
        const bool v4 = text.find(':') == text.npos;
        if (ec != std::errc() || end != digits.end() || length > (v4 ? 32u : 128u))
            return std::nullopt;
        network.bits = v4 ? length + 96 : length;
    }
    return network;
}

bool holds(const Network& network, const Bytes& address) {
    for (unsigned i = 0; i < network.bits; ++i) {
        const auto mask = static_cast<unsigned char>(0x80u >> (i % 8));
        if ((address[i / 8] & mask) != (network.base[i / 8] & mask)) return false;
    }
    return true;
}

/// IANA's special-purpose registries; of IPv6 only global unicast counts as public at all.
const std::array<std::string, 15> special_v4 = {
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4"};
const std::array<std::string, 2> public_space = {"0.0.0.0/0", "2000::/3"};
const std::array<std::string, 4> special_v6 = {
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};

bool is_public(std::string_view address) {
    return in_networks(address, public_space) && !in_networks(address, special_v4) &&
           !in_networks(address, special_v6);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Resolvers read "127.1", "0x7f.1" and "2130706433" as IPv4 addresses.
bool looks_like_number(std::string_view host) {
    while (host.ends_with('.')) host.remove_suffix(1);
    const auto dot = host.rfind('.');
    const auto last = dot == host.npos ? host : host.substr(dot + 1);
    if (last.starts_with("0x")) return true;
    return !last.empty() && last.find_first_not_of("0123456789") == last.npos;
}

bool good_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, ec] = std::from_chars(text.begin(), text.end(), port);
    return ec == std::errc() && end == text.end() && port > 0 && port < 65'536;
}

bool good_host(std::string_view host) {
    return !host.empty() && host.size() <= 253 && !host.starts_with('.') &&
           std::all_of(host.begin(), host.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                      c == '_';
           });
}

}  // namespace

bool is_network(std::string_view text) {
    return read_network(text).has_value();
}

bool is_address(std::string_view text) {
    return address_bytes(text).has_value();
}

bool in_networks(std::string_view address, std::span<const std::string> networks) {
    const auto bytes = address_bytes(address);
    if (!bytes) return false;
    return std::any_of(networks.begin(), networks.end(), [&bytes](const std::string& text) {
        const auto network = read_network(text);
        return network && holds(*network, *bytes);
    });
}

bool may_call(std::string_view address, std::span<const std::string> networks) {
    return is_public(address) || in_networks(address, networks);
}

std::optional<HttpAddress> read_http_address(std::string_view url) {
    const bool bad = std::any_of(url.begin(), url.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\';
    });
    if (bad) return std::nullopt;
    HttpAddress address;
    const auto colon = url.find("://");
    if (colon == url.npos) return std::nullopt;
    std::string scheme(url.substr(0, colon));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), lower);
    if (scheme != "https" && scheme != "http") return std::nullopt;
    address.tls = scheme == "https";
    url.remove_prefix(colon + 3);
    std::string_view authority = url.substr(0, url.find_first_of("/?#"));
    if (authority.find('@') != authority.npos) return std::nullopt;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == authority.npos) return std::nullopt;
        address.host = authority.substr(1, end - 1);
        authority.remove_prefix(end + 1);
        if (address.host.find(':') == std::string::npos || !is_address(address.host))
            return std::nullopt;
        if (!authority.empty() && !authority.starts_with(':')) return std::nullopt;
    } else {
        const auto end = std::min(authority.find(':'), authority.size());
        address.host = authority.substr(0, end);
        authority.remove_prefix(end);
    }
    if (!authority.empty() && !good_port(authority.substr(1))) return std::nullopt;
    std::transform(address.host.begin(), address.host.end(), address.host.begin(), lower);
    if (is_address(address.host)) return address;
    if (!good_host(address.host) || looks_like_number(address.host)) return std::nullopt;
    return address;
}

bool callback_allowed(
    std::string_view url, std::span<const std::string> networks, bool plain_http
) {
    const auto address = read_http_address(url);
    if (!address || url.find('#') != url.npos) return false;
    if (!address->tls &&
        (!plain_http || (address->host != "127.0.0.1" && address->host != "localhost")))
        return false;
    return !is_address(address->host) || may_call(address->host, networks);
}

}  // namespace gw::core
