// Bad input at the one-stop API: each gets its documented answer.
#include "gateway/api/router.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

core::Document good(ApiKit& kit) {
    auto body = received_request();
    body.find("documents")->items()[0].set("attachment_id", text(kit.file()));
    return body;
}

/// First entry of errors[] with this code; "" when none.
std::string pointer_of(const Answer& answer, std::string_view code) {
    const auto* errors = answer.json.find("errors");
    if (errors == nullptr) return "";
    for (const auto& entry : errors->items())
        if (entry.text_of("code") == code) return entry.text_of("pointer");
    return "(no " + std::string(code) + ")";
}

struct Case {
    const char* name;
    std::function<void(core::Document&)> spoil;
    int status;
    const char* code;
    const char* finding;
    const char* pointer;
};

void set_at(core::Document& body, std::string_view object, std::string name, core::Document value) {
    auto* target = object.empty() ? &body : body.find(object);
    target->set(std::move(name), std::move(value));
}

const std::vector<Case>& cases() {
    using D = core::Document;
    static const std::vector<Case> all = {
        {"unknown field",
         [](D& d) { d.set("surprise", text("x")); },
         400,
         "request.unknown_field",
         "request.unknown_field",
         "/surprise"},
        {"unknown field inside",
         [](D& d) { set_at(d, "owner", "surprise", text("x")); },
         400,
         "request.unknown_field",
         "request.unknown_field",
         "/owner/surprise"},
        {"wrong type",
         [](D& d) { d.set("summary", D::number(3)); },
         422,
         "validation.failed",
         "field.format",
         "/summary"},
        {"money as text",
         [](D& d) {
             auto fees = D::list();
             fees.push(fee("LP1", 8'000, 2));
             fees.items()[0].set("unit_amount", text("8000"));
             d.set("fees", std::move(fees));
         },
         422,
         "validation.failed",
         "fee.amount_invalid",
         "/fees/0/unit_amount"},
        {"over-long text",
         [](D& d) { d.set("summary", text(std::string(1'001, 'a'))); },
         422,
         "validation.failed",
         "field.too_long",
         "/summary"},
        {"missing field",
         [](D& d) { d.remove("summary"); },
         422,
         "validation.failed",
         "field.required",
         "/summary"},
        {"dossier code with a blank",
         [](D& d) { d.set("code", text("H37.14 1")); },
         422,
         "validation.failed",
         "field.format",
         "/code"},
        {"dossier code of another province",
         [](D& d) { d.set("code", text("H56.14-260302-0001")); },
         422,
         "validation.failed",
         "dossier_code.prefix",
         "/code"},
        {"citizen number too short",
         [](D& d) {
             d.find("owner")->find("identities")->items()[0].set("number", text("02019000001"));
         },
         422,
         "validation.failed",
         "identity.format",
         "/owner/identities/0/number"},
        {"ambiguous province",
         [](D& d) {
             auto address = texts({{"province_code", "24"}, {"commune_code", "00000"}});
             set_at(d, "owner", "address", std::move(address));
         },
         422,
         "validation.failed",
         "admin_unit.ambiguous",
         "/owner/address/province_code"},
        {"word not in the list",
         [](D& d) { d.set("channel", text("fax")); },
         422,
         "validation.failed",
         "field.not_in_list",
         "/channel"},
        {"time without offset",
         [](D& d) { d.set("received_at", text("2026-03-02T09:00:00")); },
         422,
         "validation.failed",
         "field.format",
         "/received_at"},
        {"attachment that is not there",
         [](D& d) {
             d.find("documents")
                 ->items()[0]
                 .set("attachment_id", text("att_01KE5TW4Y00000000000000011"));
         },
         422,
         "validation.failed",
         "attachment.missing",
         "/documents/0/attachment_id"},
        {"dates in the wrong order",
         [](D& d) { d.set("received_at", text("2026-03-02T08:00:00+07:00")); },
         422,
         "validation.failed",
         "date.order",
         "/received_at"},
    };
    return all;
}

}  // namespace

TEST_CASE("bad input: a dossier with one fault names the field and the fault") {
    ApiKit kit;
    const auto body = good(kit);
    for (const auto& c : cases()) {
        CAPTURE(c.name);
        auto spoilt = body;
        c.spoil(spoilt);
        const int before = kit.intake.accepted;
        const auto answer = kit.call("POST", "/v1/dossiers", spoilt);
        CAPTURE(answer.body);
        CHECK(answer.status == c.status);
        CHECK(answer.code() == c.code);
        CHECK(pointer_of(answer, c.finding) == c.pointer);
        CHECK_FALSE(answer.text("/message_vi").empty());
        CHECK(answer.text("/outcome") == "none");
        CHECK(answer.header("Content-Type") == "application/problem+json");
        // OC-3: only the answers that a repeat should get again are kept.
        CHECK(kit.intake.accepted - before == (c.status == 400 ? 0 : 1));
    }
    CHECK(kit.call("POST", "/v1/dossiers", body).status == 201);
}

TEST_CASE("bad input: JSON that cannot be read") {
    ApiKit kit;
    struct Bad {
        const char* name;
        std::string body;
        int status;
        const char* code;
    };
    const Bad cases[] = {
        {"cut", "{\"code\":", 400, "request.malformed"},
        {"not an object", "3", 400, "request.malformed"},
        {"name twice", "{\"code\":\"a\",\"code\":\"b\"}", 400, "request.malformed"},
        {"not UTF-8", "{\"code\":\"\xff\"}", 400, "request.malformed"},
        {"too deep", std::string(40, '[') + std::string(40, ']'), 400, "request.malformed"},
        {"too large", "{\"note\":\"" + std::string(1 << 20, 'a') + "\"}", 413, "request.too_large"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        const auto answer = kit.call("POST", "/v1/dossiers", c.body);
        CHECK(answer.status == c.status);
        CHECK(answer.code() == c.code);
    }
    std::string many = "{\"documents\":[0";
    for (int i = 0; i < 1'001; ++i) many += ",0";
    CHECK(kit.call("POST", "/v1/dossiers", many + "]}").status == 413);
}

TEST_CASE("bad input: headers") {
    ApiKit kit;
    const auto body = formats::write_json(good(kit));
    struct Bad {
        const char* name;
        ports::Headers headers;
        int status;
        const char* code;
    };
    const auto one = [](std::string name, std::string value) {
        ports::Headers headers;
        headers.emplace_back(std::move(name), std::move(value));
        return headers;
    };
    const Bad cases[] = {
        {"no key (OC-1)", one("Idempotency-Key", "-"), 400, "idempotency.key_missing"},
        {"long key", one("Idempotency-Key", std::string(256, 'k')), 400, "request.malformed"},
        {"XML", one("Content-Type", "application/xml"), 415, "request.unsupported_media"},
        {"gzip", one("Content-Encoding", "gzip"), 415, "request.unsupported_media"},
        {"no token", one("Authorization", "-"), 401, "auth.unauthenticated"},
        {"forged token", one("Authorization", "Bearer forged"), 401, "auth.unauthenticated"},
        {"basic", one("Authorization", "Basic abc"), 401, "auth.unauthenticated"},
        {"forged officer", one("LT-Actor-Token", "a.b.c"), 401, "auth.unauthenticated"},
        {"officer with blanks", one("LT-Actor", "CB 1"), 400, "request.malformed"},
        {"a partner as officer", one("LT-Actor", "partner:portal"), 400, "request.malformed"},
        {"a system in capitals", one("LT-Actor", "SYSTEM:x"), 400, "request.malformed"},
        {"a system of a partner", one("LT-Actor", "system:partner:x"), 400, "request.malformed"},
        {"a system without a name", one("LT-Actor", "system:"), 400, "request.malformed"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        const auto answer = kit.call("POST", "/v1/dossiers", body, c.headers);
        CAPTURE(answer.body);
        CHECK(answer.status == c.status);
        CHECK(answer.code() == c.code);
    }
    CHECK(kit.store->health().writable);
}

TEST_CASE("bad input: what the socket layer refuses has the code that belongs to it") {
    ApiKit kit;
    struct Refused {
        int status;
        const char* code;
        bool retryable;
    };
    const Refused cases[] = {
        {400, "request.malformed", false},
        {408, "request.timeout", true},
        {413, "request.too_large", false},
        {414, "request.malformed", false},
        {415, "request.unsupported_media", false},
        {429, "rate_limited", true},
        {431, "request.too_large", false},
        {500, "internal", false},
        {503, "overloaded", true}};
    for (const auto& c : cases) {
        CAPTURE(c.status);
        const auto answer = kit.api->refuse(c.status, "why");
        CHECK(answer.status == c.status);
        const auto json = formats::read_json(answer.body).value();
        CHECK(json.text_of("code") == c.code);
        CHECK(json.at("/status")->as_text() == std::to_string(c.status));
        CHECK(json.at("/retryable")->as_boolean() == c.retryable);
        CHECK(ports::header(answer.headers, "Retry-After").empty() != c.retryable);
        CHECK(json.text_of("outcome") == (c.status == 500 ? "unknown" : "none"));
    }
}

TEST_CASE("OC-8 officer: a system is no person where a person must act") {
    ApiKit kit;
    ports::Headers system;
    system.emplace_back("LT-Actor", "system:nightly");
    for (const auto& route : api::all_routes()) {
        if (!route.person) continue;
        CAPTURE(route.id);
        std::string path(route.path);
        for (auto at = path.find('{'); at != path.npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "x");
        const auto answer = kit.call(std::string(route.method), path, "{}", system);
        CHECK(answer.code() == "auth.actor_missing");
    }
    CHECK(kit.call("GET", "/v1/partners", "", system).status == 200);
}

TEST_CASE("bad input: unknown routes, methods and query members") {
    ApiKit kit;
    CHECK(kit.call("GET", "/v1/nothing").status == 404);
    CHECK(kit.call("GET", "/v1/payments/pay_1").status == 404);
    CHECK(kit.call("DELETE", "/v1/dossiers/H37.14-260302-0001").status == 405);
    CHECK(kit.call("GET", "/v1/dossiers?nonsense=1").code() == "request.parameter");
    CHECK(kit.call("GET", "/v1/dossiers?limit=0").code() == "request.parameter");
    CHECK(kit.call("GET", "/v1/dossiers?cursor=abc").code() == "request.parameter");
    CHECK(kit.call("GET", "/v1/dossiers/%GG").status == 404);
    CHECK(kit.call("GET", "/admin/status").status == 404);
}

TEST_CASE("bad input: expired token and missing scope") {
    ApiKit kit;
    const auto token = kit.token();
    const auto narrow = kit.token("onestop-h37", "dossiers.read");
    ports::Headers headers;
    headers.emplace_back("Authorization", "Bearer " + narrow);
    CHECK(kit.call("POST", "/v1/dossiers", std::string("{}"), headers).code() == "auth.forbidden");
    headers[0].value = "Bearer " + token;
    CHECK(kit.call("GET", "/v1/dossiers", "", headers).status == 200);
    kit.loop.run_for(std::chrono::minutes(10));
    CHECK(kit.call("GET", "/v1/dossiers", "", headers).code() == "auth.unauthenticated");
}

TEST_CASE("bad input: the token endpoint refuses what it cannot prove") {
    ApiKit kit;
    constexpr std::string_view aud = "https://gateway.test/oauth2/token";
    const std::string start =
        "grant_type=client_credentials&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=";
    const auto ask = [&](std::string form) {
        ports::Headers headers;
        headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        return kit.send(kit.request("POST", "/oauth2/token", std::move(form), headers));
    };
    const auto forged = kit.assertion("onestop-h37", aud, 60, other_private_pem);
    CHECK(ask(start + forged).text("/error") == "invalid_client");
    CHECK(ask(start + kit.assertion("nobody", aud, 60, client_private_pem)).status == 401);
    CHECK(ask(start + kit.assertion("onestop-h37", aud, 900, client_private_pem)).status == 401);
    const auto once = kit.assertion("onestop-h37", aud, 60, client_private_pem);
    CHECK(ask(start + once).status == 200);
    CHECK(ask(start + once).status == 401);
    CHECK(ask("grant_type=password").text("/error") == "unsupported_grant_type");
}

TEST_CASE("OC-7 tenants: another tenant's dossier is not there") {
    ApiKit kit;
    kit.dossier("H37.14-260302-0001");
    ports::Headers headers;
    headers.emplace_back("Authorization", "Bearer " + kit.token("onestop-h01"));
    for (const auto* path :
         {"/v1/dossiers/H37.14-260302-0001",
          "/v1/dossiers/H37.14-260302-0001/progress",
          "/v1/dossiers/H37.14-260302-0001/sync"}) {
        CAPTURE(path);
        CHECK(kit.call("GET", path, "", headers).code() == "not_found");
    }
    const auto step = progress("processing", "2026-03-02T16:00:00+07:00");
    CHECK(
        kit.call("POST", "/v1/dossiers/H37.14-260302-0001/progress", step, headers).status == 404
    );
    CHECK(kit.call("GET", "/v1/dossiers", "", headers).json.find("items")->size() == 0);
}

TEST_CASE("bad input: a store that is full or broken says so and nothing is lost") {
    ApiKit kit;
    const auto body = good(kit);
    kit.intake.fault =
        core::Error(core::Advice::retry, core::Blame::ours, "store.disk_nearly_full", "no room");
    auto answer = kit.call("POST", "/v1/dossiers", body);
    CHECK(answer.status == 503);
    CHECK(answer.code() == "overloaded");
    CHECK_FALSE(answer.header("Retry-After").empty());
    CHECK(answer.text("/detail").find("store.disk_nearly_full") != std::string::npos);
    kit.intake.fault = core::Error(core::Advice::stop, core::Blame::ours, "store.failed", "disk");
    answer = kit.call("POST", "/v1/dossiers", body);
    CHECK(answer.status == 503);
    CHECK(answer.text("/outcome") == "unknown");
    kit.intake.fault.reset();
    CHECK(kit.call("POST", "/v1/dossiers", body).status == 201);
}

}  // namespace gw::test
