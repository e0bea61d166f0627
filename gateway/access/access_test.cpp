// Clients, assertions, tokens, officers.
#include "gateway/access/tokens.hpp"
#include "gateway/crypto/digest.hpp"

#include <doctest/doctest.h>

namespace gw::access {

namespace {

// Keys of an invented client, only for tests (Ed25519).
constexpr auto private_pem =
    "-----BEGIN PRIVATE "
    "KEY-----\nMC4CAQAwBQYDK2VwBCIEIBK/KIF/m55GYKEGaAdNdLdvBpyXfzlGlMNIQKz9FKR8\n-----END PRIVATE "
    "KEY-----\n";
constexpr auto public_pem =
    "-----BEGIN PUBLIC "
    "KEY-----\nMCowBQYDK2VwAyEAsN4pB0097RhZCHBIu2oMyvj+tLdId8mS1bIVvsgEMIM=\n-----END PUBLIC "
    "KEY-----\n";
constexpr auto other_private_pem =
    "-----BEGIN PRIVATE "
    "KEY-----\nMC4CAQAwBQYDK2VwBCIEIFVJt+6k1n8v0DmpTaui1ZQrj67HLVgl0dUkoWV9gEMf\n-----END PRIVATE "
    "KEY-----\n";
constexpr std::string_view endpoint = "https://gateway.test/oauth2/token";
const core::Instant start = core::from_ms(1'767'598'329'000);

std::string claims(
    std::string_view exp,
    std::string_view jti = "j1",
    std::string_view aud = endpoint,
    std::string_view sub = "onestop-h56"
) {
    std::string text = R"({"iss":"onestop-h56","sub":")" + std::string(sub) + R"(","aud":")";
    text += std::string(aud) + R"(","exp":)" + std::string(exp) + R"(,"jti":")" + std::string(jti);
    return text + "\"}";
}
std::string in_seconds(int seconds) {
    return std::to_string(core::to_ms(start) / 1'000 + seconds);
}
std::string sign(const std::string& payload, std::string_view pem = private_pem) {
    const auto key = crypto::Key::private_from_pem(pem);
    REQUIRE(key.has_value());
    return crypto::sign_jwt(payload, *key, "k1").value();
}

struct Desk {
    Desk() {
        REQUIRE(clients.add("onestop-h56", "H56", public_pem, "dossiers.read dossiers.write")
                    .has_value());
        options.audiences.push_back(std::string(endpoint));
        options.tokens_max = 3;
    }
    Clients clients;
    TokenOptions options;
};

}  // namespace

TEST_CASE("tokens: a good assertion buys a token of ten minutes") {
    Desk desk;
    Tokens tokens(desk.clients, desk.options);
    const auto issued = tokens.exchange(sign(claims(in_seconds(60))), "", start);
    REQUIRE(issued.has_value());
    const auto who = tokens.identify(issued->token, start + std::chrono::seconds(599));
    REQUIRE(who.has_value());
    CHECK(who->tenant == "H56");
    CHECK(who->scopes == (scope::dossiers_read | scope::dossiers_write));
    CHECK(who->actor() == "system:onestop-h56");
    CHECK(
        tokens.identify(issued->token, start + std::chrono::seconds(600)).error().code ==
        "token.expired"
    );
    CHECK(tokens.identify("forged", start).error().code == "token.unknown");
}

TEST_CASE("tokens: assertions with a wrong claim are refused") {
    struct Case {
        const char* name;
        std::string assertion;
    };
    const Case cases[] = {
        {"over", sign(claims(in_seconds(-60)))},
        {"too long", sign(claims(in_seconds(600)))},
        {"other audience", sign(claims(in_seconds(60), "j1", "https://other.test/token"))},
        {"other subject", sign(claims(in_seconds(60), "j1", endpoint, "somebody"))},
        {"no jti", sign(claims(in_seconds(60), ""))},
        {"exp is huge", sign(claims("9223372036854775807"))},
        {"other key", sign(claims(in_seconds(60)), other_private_pem)},
        {"no JWT", "abc"},
        {"empty", ""},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        Desk desk;
        Tokens tokens(desk.clients, desk.options);
        CHECK(tokens.exchange(c.assertion, "", start).error().code == "token.assertion");
        CHECK(tokens.size() == 0);
    }
}

TEST_CASE("tokens: an assertion buys only one token") {
    Desk desk;
    Tokens tokens(desk.clients, desk.options);
    const auto assertion = sign(claims(in_seconds(60)));
    CHECK(tokens.exchange(assertion, "", start).has_value());
    CHECK(tokens.exchange(assertion, "", start).error().code == "token.replayed");
    CHECK(tokens.exchange(sign(claims(in_seconds(60), "j2")), "", start).has_value());
}

TEST_CASE("tokens: scopes can be narrowed and never widened") {
    Desk desk;
    Tokens tokens(desk.clients, desk.options);
    const auto one = tokens.exchange(sign(claims(in_seconds(60), "a")), "dossiers.read", start);
    REQUIRE(one.has_value());
    CHECK(one->scopes == scope::dossiers_read);
    CHECK(
        tokens.exchange(sign(claims(in_seconds(60), "b")), "sync.replay", start).error().code ==
        "token.scope"
    );
    CHECK(
        tokens.exchange(sign(claims(in_seconds(60), "c")), "nonsense", start).error().code ==
        "token.scope"
    );
}

TEST_CASE("tokens: the table is bounded, the oldest make room") {
    Desk desk;
    Tokens tokens(desk.clients, desk.options);
    std::string first;
    for (int i = 0; i < 5; ++i) {
        const auto at = start + core::Duration(i);
        const auto issued =
            tokens.exchange(sign(claims(in_seconds(60), std::to_string(i))), "", at);
        REQUIRE(issued.has_value());
        if (i == 0) first = issued->token;
    }
    CHECK(tokens.size() == 3);
    CHECK_FALSE(tokens.identify(first, start).has_value());
}

TEST_CASE("tokens: a client that asks too often takes nothing from another one") {
    Desk desk;
    REQUIRE(desk.clients.add("onestop-h37", "H37", public_pem, "dossiers.read").has_value());
    desk.options.tokens_max = 6;
    desk.options.assertions_max = 20;
    Tokens tokens(desk.clients, desk.options);
    const auto ask = [&](const std::string& client, int n) {
        const auto exp = in_seconds(60);
        auto claim = claims(exp, client + std::to_string(n), endpoint, client);
        claim.replace(claim.find("onestop-h56"), 11, client);
        return tokens.exchange(sign(claim), "", start + core::Duration(n));
    };
    const auto quiet = ask("onestop-h37", 0);
    REQUIRE(quiet.has_value());
    for (int i = 0; i < 10; ++i) REQUIRE(ask("onestop-h56", i).has_value());
    CHECK(ask("onestop-h56", 10).error().code == "token.replayed");
    CHECK(tokens.size() == 4);
    CHECK(tokens.identify(quiet->token, start).has_value());
    CHECK(ask("onestop-h37", 1).has_value());
}

TEST_CASE("OC-8 officer: a key of its own checks officers, and the client's own does so no more") {
    constexpr auto other_public_pem =
        "-----BEGIN PUBLIC "
        "KEY-----\nMCowBQYDK2VwAyEA9lnQ4ajPKUXFrg5MAVKdFPjjv+P9hXMiqc5Ty8DEQxk=\n-----END PUBLIC "
        "KEY-----\n";
    Desk desk;
    REQUIRE(desk.clients.set_officers("onestop-h56", other_public_pem, true).has_value());
    CHECK(desk.clients.find("onestop-h56")->actor_token_required);
    CHECK(desk.clients.set_officers("nobody", "", true).error().code == "client.unknown");
    CHECK_FALSE(desk.clients.set_officers("onestop-h56", "no key", true).has_value());
    Tokens tokens(desk.clients, desk.options);
    Identity who;
    who.client = "onestop-h56";
    const auto claim = R"({"sub":"CB0001","aud":")" + std::string(endpoint) + R"(","exp":)" +
                       in_seconds(100) + "}";
    CHECK(tokens.officer(who, sign(claim, other_private_pem), start).value() == "CB0001");
    CHECK(tokens.officer(who, sign(claim), start).error().code == "token.actor");
}

TEST_CASE("OC-8 officer: a signed token names the officer, a forged one is refused") {
    Desk desk;
    Tokens tokens(desk.clients, desk.options);
    Identity who;
    who.client = "onestop-h56";
    const auto token = sign(
        R"({"sub":"CB0001","aud":")" + std::string(endpoint) + R"(","exp":)" + in_seconds(100) + "}"
    );
    CHECK(tokens.officer(who, token, start).value() == "CB0001");
    CHECK_FALSE(tokens.officer(who, token, start + std::chrono::minutes(5)).has_value());
    const auto forged = sign(
        R"({"sub":"CB0001","aud":")" + std::string(endpoint) + R"(","exp":)" + in_seconds(100) +
            "}",
        other_private_pem
    );
    CHECK(tokens.officer(who, forged, start).error().code == "token.actor");
}

TEST_CASE("OC-8 officer: only the code of an officer is a person") {
    Identity who;
    const auto is_person = [&who](const char* officer) {
        who.officer = officer;
        return who.has_person();
    };
    CHECK(is_person("CB0001"));
    CHECK_FALSE(is_person(""));
    CHECK_FALSE(is_person("system:nightly"));
    CHECK_FALSE(is_person("partner:national_portal"));
    CHECK(is_actor("CB.0001@ubnd"));
    CHECK(is_actor("system:nightly"));
    for (const char* wrong : {"", "CB 1", "partner:x", "SYSTEM:x", "system:", "system:partner:x"}) {
        CAPTURE(wrong);
        CHECK_FALSE(is_actor(wrong));
    }
}

TEST_CASE("scopes: words and bits agree") {
    CHECK(
        to_words(scopes_from_words("sync.read dossiers.read").value()) == "dossiers.read sync.read"
    );
    CHECK_FALSE(scopes_from_words("dossiers.read,sync.read").has_value());
    CHECK(scopes_from_words(to_words(scope::all)) == scope::all);
}

}  // namespace gw::access
