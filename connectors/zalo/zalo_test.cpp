// Zalo's connector: answers, tokens that are good once, events and their signature.
#include "connectors/zalo/connector.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

#include <random>

namespace gw::zalo {
namespace {

using core::Document;

class HeardFacts : public ports::Facts {
public:
    std::vector<ports::FactMessage> heard;
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        heard.push_back(std::move(message));
        co_return ports::Taken();
    }
};

const char* snapshot_json =
    R"({"key":"ntf_1-1","notice":{"id":"ntf_1","dispatch":"ntf_1-1","channel":"zns","provider":"zalo",
"phone":"84100000001","expires_at":"2026-01-06T10:00:00+07:00","quiet":{"from":1260,"to":420},
"message":{"accented":true,"template":"100008","data":{"ma_ho_so":"H56.14-260105-0007"}}}})";

struct Kit {
    Kit() {
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/zalo/answers.toml";
        parts.partner = "zalo";
        parts.http = &http;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
        parts.random = &random;
        parts.answers = *mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        parts.values = {
            {"app_id", "123456789"},
            {"app_secret", "synthetic-app-secret"},
            {"oa_secret", "SYNTHETIC-OA-SECRET"},
            {"refresh_token", "refresh-0"}};
        restart();
    }
    void restart() {
        account = std::make_shared<Account>(parts, read_options(parts.values, "zalo"));
    }
    core::Result<core::Receipt> send() {
        ZnsSink sink(account);
        core::Claim claim;
        claim.leg.operation = std::string(send_zns);
        claim.snapshot = std::make_shared<const std::string>(snapshot_json);
        auto prepared = sink.prepare(claim, clock.now());
        if (!prepared) return prepared.error();
        return test::run(io, sink.send(*prepared, claim));
    }
    void say_tokens(const char* n) {
        const std::string i(n);
        http.say(
            R"({"access_token":"access-)" + i + R"(","refresh_token":"refresh-)" + i +
            R"(","expires_in":"90000"})"
        );
    }
    Document said(std::size_t i) const { return facts.heard.at(i).facts.at(0).says; }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-01-05T14:33:20+07:00")};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::ObjectStore store;
    HeardFacts facts;
    connector_kit::Parts parts;
    std::shared_ptr<Account> account;
};

const std::string event_body =
    R"({"event_name":"user_received_message","app_id":"123456789","timestamp":"1767598400000","message":{"msg_id":"synthmsg0001","tracking_id":"ntf_01KE6H43580000000000000041","delivery_time":"1767598399000"}})";
const std::string event_signature =
    "mac=785209e69b3791340eb5b2e731359bf56fe40873b2c6964d9f1ba57eb61e5779";

ports::InRequest event_request(std::string body, std::string mac) {
    ports::InRequest request;
    request.method = "POST";
    request.body = std::move(body);
    request.headers.emplace_back("X-ZEvent-Signature", std::move(mac));
    return request;
}

}  // namespace

TEST_CASE("zalo event: the signature vector is accepted, ten minutes later it is not") {
    Kit kit;
    const auto& options = kit.account->options();
    const auto at = core::from_ms(1767598400000);
    const auto event = read_event(options, event_request(event_body, event_signature), at);
    REQUIRE(event);
    CHECK(event->tracking_id == "ntf_01KE6H43580000000000000041");
    const auto late = at + std::chrono::minutes(11);
    CHECK_FALSE(read_event(options, event_request(event_body, event_signature), late));
    CHECK_FALSE(read_event(options, event_request(event_body, ""), at));
}

TEST_CASE("zalo event: of 2,000 mutations of body and signature none is accepted") {
    Kit kit;
    const auto at = core::from_ms(1767598400000);
    std::mt19937 random(7);
    int accepted = 0;
    for (int i = 0; i < 2'000; ++i) {
        std::string body = event_body, mac = event_signature;
        std::string& text = random() % 4 == 0 ? mac : body;
        const std::size_t place = random() % text.size();
        const auto kind = random() % 3;
        if (kind == 0)
            text[place] = static_cast<char>(text[place] ^ static_cast<char>(1u << (random() % 7)));
        else if (kind == 1)
            text.erase(place, 1);
        else
            text.insert(place, 1, static_cast<char>('0' + random() % 10));
        if (body == event_body && mac == event_signature) continue;
        accepted += read_event(kit.account->options(), event_request(body, mac), at) ? 1 : 0;
    }
    CHECK(accepted == 0);
}

TEST_CASE("zalo event: taken in as delivered; others are answered and ignored; a wrong mac is 403"
) {
    Kit kit;
    Events events(kit.account);
    auto good =
        test::run(kit.io, events.receive(event_request(event_body, event_signature), kit.store));
    CHECK(good.status == 200);
    REQUIRE(kit.facts.heard.size() == 1);
    CHECK(kit.facts.heard[0].facts[0].ref == "ntf_01KE6H43580000000000000041");
    CHECK(kit.said(0).text_of("state") == "delivered");
    auto bad = test::run(kit.io, events.receive(event_request(event_body, "mac=00"), kit.store));
    CHECK(bad.status == 403);
    CHECK(kit.facts.heard.size() == 1);
}

TEST_CASE("zalo send: NT-17 the dispatch is the tracking id; accepted is submitted") {
    Kit kit;
    kit.say_tokens("1");
    kit.http.say(R"({"error":0,"message":"Success","data":{"msg_id":"m1"}})");
    REQUIRE(kit.send().has_value());
    CHECK(kit.http.asked.at(1).body.find("\"tracking_id\":\"ntf_1-1\"") != std::string::npos);
    CHECK(ports::header(kit.http.asked.at(1).headers, "access_token") == "access-1");
    CHECK(kit.said(0).text_of("state") == "submitted");
    CHECK(kit.said(0).text_of("provider_id") == "m1");
}

TEST_CASE("zalo send: at night it waits for the morning") {
    Kit kit;
    kit.clock.at(*core::parse_rfc3339("2026-01-05T22:00:00+07:00"), [] {});
    kit.clock.advance(core::Instant::max());
    const auto sent = kit.send();
    REQUIRE_FALSE(sent.has_value());
    CHECK(sent.error().code == "notice.quiet_hours");
    CHECK(*sent.error().retry_after == std::chrono::hours(9));
    CHECK(kit.http.asked.empty());
}

TEST_CASE("zalo tokens: NT-18 the new pair is stored before use and a restart does not refresh") {
    Kit kit;
    kit.say_tokens("1");
    kit.http.say(R"({"error":-124,"message":"token"})");
    kit.say_tokens("2");
    kit.http.say(R"({"error":0,"data":{"msg_id":"m1"}})");
    REQUIRE(kit.send().has_value());
    CHECK(kit.http.asked.at(2).body.find("refresh_token=refresh-1") != std::string::npos);
    const auto kept = kit.store.of_kind("token_pair");
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].body.find("refresh-2") != std::string::npos);
    kit.restart();
    kit.http.say(R"({"error":0,"data":{"msg_id":"m2"}})");
    REQUIRE(kit.send().has_value());
    CHECK(kit.http.asked.size() == 5);
    CHECK(ports::header(kit.http.asked.at(4).headers, "access_token") == "access-2");
}

TEST_CASE("NT-18 zalo tokens: a pair that the store refused is stored before another is asked for"
) {
    Kit kit;
    kit.say_tokens("1");
    kit.store.fail = core::Error(
        core::Advice::retry, core::Blame::ours, "store.queue_full", "the store is busy"
    );
    CHECK(kit.send().error().code == "store.queue_full");
    kit.store.fail.reset();
    kit.clock.at(kit.clock.now() + std::chrono::minutes(2), [] {});
    REQUIRE(kit.clock.advance(core::Instant::max()));
    kit.http.say(R"({"error":0,"data":{"msg_id":"m1"}})");
    REQUIRE(kit.send().has_value());
    REQUIRE(kit.http.asked.size() == 2);  // the token that was good once is not used again
    CHECK(ports::header(kit.http.asked[1].headers, "access_token") == "access-1");
    const auto kept = kit.store.of_kind("token_pair");
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].body.find("refresh-1") != std::string::npos);
    CHECK(kit.store.accepted.at(0).needed);
}

TEST_CASE("zalo tokens: a refused refresh token asks for a new authorisation, nothing is sent") {
    Kit kit;
    kit.http.say(R"({"error":-14014,"error_name":"Invalid refresh token."})");
    const auto sent = kit.send();
    REQUIRE(sent.has_error());
    CHECK(sent.error().code == "zalo.authorise_again");
    CHECK(sent.error().advice == core::Advice::retry);
    CHECK(kit.facts.heard.empty());
}

TEST_CASE("zalo answers: NT-13 definite refusals fail, -100, 500 and no error are unknown") {
    struct Row {
        const char* body;
        long status;
        const char *state, *reason;
    };
    const Row rows[] = {
        {R"({"error":-118})", 200, "failed", "not_on_channel"},
        {R"({"error":-108})", 200, "failed", "phone_invalid"},
        {R"({"error":-115})", 200, "failed", "no_balance"},
        {R"({"error":-144})", 200, "failed", "quota"},
        {R"({"error":-9999})", 200, "failed", "unmapped"},
        {R"({"error":-100})", 200, "unknown", "provider_unknown"},
        {R"({"message":"?"})", 200, "unknown", ""},
        {"", 500, "unknown", ""}};
    for (const Row& row : rows) {
        Kit kit;
        kit.say_tokens("1");
        kit.http.answers.push_back(test::answered(row.status, row.body));
        CHECK(kit.send().has_value());
        REQUIRE(kit.facts.heard.size() == 1);
        CHECK(kit.said(0).text_of("state") == row.state);
        if (*row.reason != 0) CHECK(kit.said(0).text_of("reason") == row.reason);
    }
    Kit cut;
    cut.say_tokens("1");
    cut.http.answers.push_back(test::failed(true));
    CHECK(cut.send().has_value());
    CHECK(cut.said(0).text_of("state") == "unknown");
    Kit never;
    never.say_tokens("1");
    never.http.answers.push_back(test::failed(false));
    CHECK(never.send().has_error());
    CHECK(never.facts.heard.empty());
}

}  // namespace gw::zalo
