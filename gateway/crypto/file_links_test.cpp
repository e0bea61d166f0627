// File addresses: what a token opens, and what opens nothing.
#include "gateway/crypto/file_links.hpp"

#include "gateway/crypto/digest.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::crypto;

namespace {

constexpr std::string_view secret = "synthetic-secret-of-links";

LinkMac mac_of(std::string_view key) {
    return [key](std::string_view text) -> core::Result<std::string> {
        return hmac_sha256(key, text);
    };
}

FileLink a_link() {
    FileLink link;
    link.tenant = "H37";
    link.attachment = "att_01KE5TW4Y00000000000000011";
    link.until = core::from_ms(1'800'000'000'000);
    return link;
}

const core::Instant now = core::from_ms(1'772'400'000'000);

}  // namespace

TEST_CASE("DS-9 file links: the same link is the same token, by secret and by signer") {
    const auto token = file_token(secret, a_link());
    CHECK(token == file_token(mac_of(secret), a_link()).value());
    CHECK(token.find("H37") == std::string::npos);
    const auto read = read_file_token(mac_of(secret), token, now);
    REQUIRE(read.has_value());
    CHECK(read->tenant == "H37");
    CHECK(read->attachment == a_link().attachment);
    CHECK(read->until == a_link().until);
}

TEST_CASE("DS-9 F-205 file links: over at their time, and only for the right key") {
    const auto token = file_token(secret, a_link());
    CHECK(read_file_token(mac_of(secret), token, a_link().until).error().code == "gone");
    CHECK(
        read_file_token(mac_of("another-secret-of-links"), token, now).error().code == "not_found"
    );
}

TEST_CASE("DS-9 file links: changed or cut anywhere, a token opens nothing") {
    const auto token = file_token(secret, a_link());
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        // The last letter carries bits that belong to no byte.
        const auto read = read_file_token(mac_of(secret), changed, now);
        CHECK((!read || i == token.size() - 1));
        CHECK_FALSE(read_file_token(mac_of(secret), token.substr(0, i), now).has_value());
    }
    CHECK_FALSE(
        read_file_token(mac_of(secret), std::string(600, 'A') + "." + token, now).has_value()
    );
}

TEST_CASE("DS-9 file links: a signer that fails says so") {
    const LinkMac broken = [](std::string_view) -> core::Result<std::string> {
        return core::give_up("key.unknown", "no key");
    };
    CHECK(file_token(broken, a_link()).error().code == "key.unknown");
    CHECK(read_file_token(broken, file_token(secret, a_link()), now).error().code == "key.unknown");
}
