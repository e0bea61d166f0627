// When a partner was down: kept, told, and read back (contract 3.11).
#include "gateway/api/partner_watch.hpp"

#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using std::chrono::seconds;

struct Watched : ApiKit {
    Watched()
        : watch(
              *store,
              intake,
              [this] {
                  api::PartnerInfo info;
                  info.partner = "portal";
                  info.state = state;
                  info.cause = state == "parked" ? "ours" : "theirs";
                  return std::vector<api::PartnerInfo>{info};
              },
              {"H37"}
          ) {}
    void becomes(std::string word) {
        state = std::move(word);
        loop.run_for(seconds(10));
        REQUIRE(loop.get(watch.run(clock.now())).has_value());
    }
    std::string state = "up";
    api::PartnerWatch watch;
};

}  // namespace

TEST_CASE("F-241 partner history: one outage from the first failure to the first good answer") {
    Watched kit;
    kit.becomes("up");
    CHECK(kit.call("GET", "/v1/partners/portal/history").text("/items/0/from").empty());
    kit.becomes("down");
    const auto since = kit.call("GET", "/v1/partners").text("/items/0/since");
    CHECK(since == core::to_rfc3339(kit.clock.now()));
    for (const auto* probe : {"degraded", "down", "degraded"}) kit.becomes(probe);
    kit.becomes("up");
    const auto history = kit.call("GET", "/v1/partners/portal/history");
    REQUIRE(history.json.at("/items")->size() == 1);
    CHECK(history.text("/items/0/partner") == "portal");
    CHECK(history.text("/items/0/state") == "down");
    CHECK(history.text("/items/0/cause") == "theirs");
    CHECK(history.text("/items/0/from") == since);
    CHECK(history.text("/items/0/to") == core::to_rfc3339(kit.clock.now()));
    CHECK(kit.call("GET", "/v1/partners").text("/items/0/since").empty());
    const auto feed = kit.call("GET", "/v1/events?after=begin&types=partner.state_changed");
    REQUIRE(feed.json.at("/items")->size() == 2);
    CHECK(feed.text("/items/0/data/state") == "down");
    CHECK(feed.text("/items/1/data/state") == "up");
}

TEST_CASE("partner history: worse becomes the outage's word; the next outage is another one") {
    Watched kit;
    kit.becomes("down");
    kit.becomes("parked");
    kit.becomes("up");
    kit.becomes("down");
    const auto history = kit.call("GET", "/v1/partners/portal/history");
    REQUIRE(history.json.at("/items")->size() == 2);
    CHECK(history.text("/items/0/state") == "parked");
    CHECK(history.text("/items/0/cause") == "ours");
    CHECK(history.text("/items/1/to").empty());
}

TEST_CASE("partner history: only the time asked for, only known partners, only one's own tenant") {
    Watched kit;
    kit.becomes("down");
    kit.becomes("up");
    const auto count = [&](const std::string& query) {
        return kit.call("GET", "/v1/partners/portal/history" + query).json.at("/items")->size();
    };
    CHECK(count("?from=2026-03-02&to=2026-03-03") == 1);
    CHECK(count("?from=2026-03-03") == 0);
    CHECK(count("?to=2026-03-02") == 0);
    CHECK(kit.call("GET", "/v1/partners/portal/history?from=soon").code() == "request.parameter");
    CHECK(kit.call("GET", "/v1/partners/nobody/history").code() == "not_found");
    ports::Headers other;
    other.emplace_back("Authorization", "Bearer " + kit.token("onestop-h01"));
    const auto theirs = kit.call("GET", "/v1/partners/portal/history", "", other);
    CHECK(theirs.json.at("/items")->size() == 0);
}

}  // namespace gw::test
