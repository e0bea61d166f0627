// Rate limits: of clients, and of addresses that cannot prove who calls.
#include "gateway/api/limits.hpp"

#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const core::Instant start = at("2026-03-02T17:00:00+07:00");

ports::Headers wrong_token() {
    ports::Headers headers;
    headers.emplace_back("Authorization", "Bearer nobody-issued-this");
    return headers;
}

}  // namespace

TEST_CASE("limits: a client has its burst, then its rate; another client has its own") {
    api::LimitOptions options;
    options.calls_per_s = 2;
    options.calls_burst = 3;
    api::Limits limits(options);
    for (int i = 0; i < 3; ++i) CHECK_FALSE(limits.call("a", start));
    CHECK(limits.call("a", start) == milliseconds(500));
    CHECK_FALSE(limits.call("b", start));
    CHECK_FALSE(limits.call("a", start + milliseconds(500)));
    CHECK(limits.call("a", start + milliseconds(500)));
    CHECK(limits.counts().client == 2);
    int passed = 0;
    for (int i = 0; i < 100; ++i) passed += limits.call("a", start + seconds(3'600)) ? 0 : 1;
    CHECK(passed == 3);
}

TEST_CASE("limits: what was agreed with a client stands before the general rate; 0 is no limit") {
    api::LimitOptions options;
    options.calls_per_s = 1;
    options.calls_burst = 1;
    options.client_calls_per_s["big"] = 0;
    api::Limits limits(options);
    for (int i = 0; i < 1'000; ++i) CHECK_FALSE(limits.call("big", start));
    CHECK_FALSE(limits.call("small", start));
    CHECK(limits.call("small", start));
}

TEST_CASE("limits: warn-only counts and refuses nobody") {
    api::LimitOptions options;
    options.calls_per_s = 1;
    options.calls_burst = 1;
    options.failures_per_min = 1;
    options.warn_only = true;
    api::Limits limits(options);
    for (int i = 0; i < 5; ++i) CHECK_FALSE(limits.call("a", start));
    for (int i = 0; i < 5; ++i) CHECK_FALSE(limits.failure("192.0.2.1", start));
    CHECK(limits.counts().client == 4);
    CHECK(limits.counts().address == 4);
}

TEST_CASE("limits: the memory of addresses is bounded, strangers beyond it share one bucket") {
    api::LimitOptions options;
    options.failures_per_min = 2;
    options.addresses_max = 2;
    api::Limits limits(options);
    for (const auto* address : {"192.0.2.1", "192.0.2.2"})
        CHECK_FALSE(limits.failure(address, start));
    CHECK_FALSE(limits.failure("192.0.2.3", start));
    CHECK_FALSE(limits.failure("192.0.2.4", start));
    CHECK(limits.failure("192.0.2.5", start));
    // After a minute the remembered ones are full again and make room.
    CHECK_FALSE(limits.failure("192.0.2.5", start + seconds(60)));
    CHECK_FALSE(limits.failure("192.0.2.5", start + seconds(60)));
    CHECK(limits.failure("192.0.2.5", start + seconds(60)));
    CHECK_FALSE(limits.failure("192.0.2.6", start + seconds(60)));
}

TEST_CASE("rate_limited: 429 with Retry-After, nothing kept under the key, counted") {
    ApiKit kit([](api::Parts& parts) {
        parts.options.limits.calls_per_s = 0.1;
        parts.options.limits.calls_burst = 1;
    });
    CHECK(kit.call("GET", "/v1/partners").status == 200);
    ports::Headers key;
    key.emplace_back("Idempotency-Key", "once-only");
    const auto body = R"({"url":"https://onestop.test/hook","types":["*"]})";
    const auto refused = kit.call("POST", "/v1/webhook-endpoints", body, key);
    CHECK(refused.status == 429);
    CHECK(refused.code() == "rate_limited");
    CHECK(refused.header("Retry-After") == "10");
    CHECK(refused.text("/retryable") == "true");
    CHECK(kit.admin("GET", "/admin/status").status == 200);
    const auto metrics = kit.admin("GET", "/metrics").body;
    CHECK(metrics.find("lienthong_api_limited_total{by=\"client\"} 1") != std::string::npos);
    kit.loop.run_for(seconds(10));
    const auto done = kit.call("POST", "/v1/webhook-endpoints", body, key);  // OC-3
    CHECK(done.status == 201);
    CHECK(done.header("Idempotency-Replayed").empty());
}

TEST_CASE("rate_limited: an address that keeps failing waits; a good token from it still passes") {
    ApiKit kit([](api::Parts& parts) { parts.options.limits.failures_per_min = 3; });
    const auto good = kit.token();
    for (int i = 0; i < 3; ++i)
        CHECK(kit.send(kit.request("GET", "/v1/partners", "", wrong_token())).status == 401);
    const auto refused = kit.send(kit.request("GET", "/v1/partners", "", wrong_token()));
    CHECK(refused.status == 429);
    CHECK(refused.header("Retry-After") == "20");
    ports::Headers headers;
    headers.emplace_back("Authorization", "Bearer " + good);
    CHECK(kit.send(kit.request("GET", "/v1/partners", "", headers)).status == 200);
    auto elsewhere = kit.request("GET", "/v1/partners", "", wrong_token());
    elsewhere.remote = "192.0.2.9";
    CHECK(kit.send(std::move(elsewhere)).status == 401);
    CHECK(kit.send(kit.request("GET", "/f/forged.token")).status == 429);
    headers.clear();
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const std::string form =
        "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
        "client-assertion-type%3Ajwt-bearer&client_assertion=a.b.c";
    CHECK(kit.send(kit.request("POST", "/oauth2/token", form, headers)).status == 429);
    kit.loop.run_for(seconds(60));
    CHECK(kit.send(kit.request("POST", "/oauth2/token", form, headers)).status == 401);
}

}  // namespace gw::test
