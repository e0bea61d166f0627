// Zalo's events and questions: what comes twice, and what fails alone.
#include "connectors/zalo/connector.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

namespace gw::zalo {
namespace {

class PickyFacts : public ports::Facts {
public:
    std::vector<ports::FactMessage> heard;
    std::string refused;  // this notice
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        if (message.facts.at(0).ref == refused)
            co_return core::give_up("facts.refused", "not about this one");
        heard.push_back(std::move(message));
        co_return ports::Taken();
    }
};

struct Kit {
    Kit() {
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/zalo/answers.toml";
        connector_kit::Parts parts;
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
        auto options = read_options(parts.values, "zalo");
        account = std::make_shared<Account>(std::move(parts), std::move(options));
    }
    void notice(const std::string& id) {
        core::Object object;
        object.kind = "notification";
        object.agency = "H56";
        object.id = object.ref = id;
        object.state = "sent";
        object.body = R"({"id":")" + id + R"(","dispatches":[{"id":")" + id +
                      R"(-1","state":"submitted","provider":"zalo","provider_id":"m)" + id +
                      R"(","submitted_at":"2026-01-05T01:00:00.000+07:00"}]})";
        store.put(std::move(object));
    }
    int event(const std::string& name, const std::string& message, const std::string& time) {
        const std::string stamp = std::to_string(core::to_ms(clock.now()));
        ports::InRequest request;
        request.method = "POST";
        request.body = R"({"event_name":")" + name + R"(","app_id":"123456789","timestamp":")" +
                       stamp + R"(","message":{"msg_id":")" + message +
                       R"(","tracking_id":"ntf_1-1","delivery_time":")" + time + "\"}}";
        const auto mac = event_mac("123456789", request.body, stamp, "SYNTHETIC-OA-SECRET");
        request.headers.emplace_back("X-ZEvent-Signature", "mac=" + mac);
        Events events(account);
        return test::run(io, events.receive(std::move(request), store)).status;
    }
    const core::Envelope& message(std::size_t i) const { return facts.heard.at(i).message; }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-01-05T14:33:20+07:00")};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::ObjectStore store;
    PickyFacts facts;
    std::shared_ptr<Account> account;
};

}  // namespace

TEST_CASE("zalo event: sent again it is a repeat, another message or event is none") {
    Kit kit;
    CHECK(kit.event("user_received_message", "m1", "1767598399000") == 200);
    CHECK(kit.event("user_received_message", "m1", "1767598399999") == 200);
    CHECK(kit.event("user_received_message", "m2", "1767598399000") == 200);
    CHECK(kit.event("user_seen_message", "m1", "1767598399000") == 200);
    REQUIRE(kit.facts.heard.size() == 4);
    CHECK(kit.message(0).message_key.starts_with("user_received_message:"));
    CHECK(kit.message(0).message_key == kit.message(1).message_key);
    CHECK(kit.message(0).digest == kit.message(1).digest);  // in other words the same
    CHECK(kit.message(0).message_key != kit.message(2).message_key);
    CHECK(kit.message(0).message_key != kit.message(3).message_key);
}

TEST_CASE("zalo statuses: a notice that cannot be taken in keeps no other waiting") {
    Kit kit;
    for (const char* id : {"ntf_1", "ntf_2", "ntf_3"}) kit.notice(id);
    kit.facts.refused = "ntf_1";
    kit.http.say(R"({"access_token":"a","refresh_token":"r","expires_in":"90000"})");
    for (int i = 0; i < 3; ++i)
        kit.http.say(R"({"error":0,"message":"Success","data":{"status":1}})");
    auto job = make_statuses(kit.account);
    const auto run = test::run(kit.io, job->run(kit.clock.now()));
    REQUIRE(run.has_error());
    CHECK(run.error().code == "facts.refused");
    REQUIRE(kit.facts.heard.size() == 2);
    CHECK(kit.facts.heard[1].facts[0].ref == "ntf_3");
}

}  // namespace gw::zalo
