// The invented client of a place asks for a token.
#include "tests/town/client.hpp"

#include "gateway/core/document.hpp"
#include "gateway/crypto/jwt.hpp"
#include "gateway/formats/json.hpp"

namespace gw::town_test {
namespace {

constexpr const char* private_pem =
    "-----BEGIN PRIVATE "
    "KEY-----\nMC4CAQAwBQYDK2VwBCIEIBK/KIF/m55GYKEGaAdNdLdvBpyXfzlGlMNIQKz9FKR8\n-----END PRIVATE "
    "KEY-----\n";

}  // namespace

ports::InRequest token_request(const Place& place, core::Instant now, std::uint64_t number) {
    auto claims = core::Document::object();
    for (const auto* name : {"iss", "sub"}) claims.set(name, core::Document::text(place.client));
    claims.set("aud", core::Document::text(std::string(token_endpoint)));
    claims.set("exp", core::Document::number(core::to_ms(now) / 1'000 + 60));
    claims.set("jti", core::Document::text("jti-" + std::to_string(number)));
    static const auto key = crypto::Key::private_from_pem(private_pem);
    ports::InRequest request;
    request.method = "POST";
    request.path = "/oauth2/token";
    request.remote = "127.0.0.1";
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body =
        "grant_type=client_credentials&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" +
        crypto::sign_jwt(formats::write_json(claims), *key, "k").value();
    return request;
}

}  // namespace gw::town_test
