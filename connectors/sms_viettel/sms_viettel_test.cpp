// Viettel's SMS connector: the body, what answers mean, unknown that stays unknown.
#include "connectors/sms_viettel/connector.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <tuple>

namespace gw::sms_viettel {
namespace {

class HeardFacts : public ports::Facts {
public:
    std::vector<ports::FactMessage> heard;
    int refuse = 0;                  // so many are refused for the moment
    std::function<void()> on_sleep;  // goes on with the time
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        if (refuse-- > 0) {
            boost::asio::post(co_await boost::asio::this_coro::executor, on_sleep);
            co_return core::Error(
                core::Advice::retry, core::Blame::ours, "store.queue_full", "the store is busy"
            );
        }
        heard.push_back(std::move(message));
        co_return ports::Taken();
    }
};

const char* snapshot_json =
    R"({"key":"ntf_1-2","notice":{"id":"ntf_1","dispatch":"ntf_1-2","channel":"sms","provider":"sms_viettel",
"phone":"84100000001","expires_at":"2026-01-06T10:00:00+07:00","quiet":{"from":1260,"to":420},
"message":{"accented":false,"text":"Ho so H56.14-260105-0007 da co ket qua & <cho>."}}})";

struct Kit {
    Kit() {
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/sms_viettel/answers.toml";
        connector_kit::Parts parts;
        parts.partner = "sms_viettel";
        parts.http = &http;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
        parts.answers = *mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        parts.values = {
            {"url", "https://sms.test/bulkapi"},
            {"user", "synthetic"},
            {"password", "synthetic-password"},
            {"cp_code", "SYNTH"},
            {"brand", "MOTCUA-MAU"}};
        auto options = read_options(parts.values, "sms_viettel");
        sink = std::make_unique<SmsSink>(std::move(parts), std::move(options));
    }
    core::Claim claim() const {
        core::Claim c;
        c.leg.operation = std::string(send_sms);
        c.snapshot = std::make_shared<const std::string>(snapshot_json);
        return c;
    }
    core::Result<core::Receipt> send() {
        auto prepared = sink->prepare(claim(), clock.now());
        if (!prepared) return prepared.error();
        CHECK(prepared->bytes.find("synthetic-password") == std::string::npos);
        return test::run(io, sink->send(*prepared, claim()));
    }
    void say(const std::string& result, const std::string& message) {
        http.say(
            "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body>"
            "<ns2:wsCpMtResponse xmlns:ns2=\"http://impl.bulkSms.ws/\"><return><message>" +
            message + "</message><result>" + result +
            "</result></return></ns2:wsCpMtResponse></S:Body></S:Envelope>"
        );
    }
    std::string said(const char* name) const {
        return facts.heard.at(0).facts.at(0).says.text_of(name);
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-01-05T10:00:00+07:00")};
    test::ScriptedHttp http;
    test::ObjectStore store;
    HeardFacts facts;
    std::unique_ptr<SmsSink> sink;
};

}  // namespace

TEST_CASE("sms_viettel: the elements stand in their order, the text is escaped") {
    Kit kit;
    kit.say("1", "Insert MT_QUEUE: OK");
    REQUIRE(kit.send().has_value());
    const std::string& body = kit.http.asked.at(0).body;
    std::size_t last = 0;
    for (const char* name :
         {"<User>",
          "<Password>",
          "<CPCode>",
          "<RequestID>",
          "<UserID>",
          "<ReceiverID>",
          "<ServiceID>",
          "<CommandCode>bulksms",
          "<Content>Ho so H56.14-260105-0007 da co ket qua "
          "&amp; &lt;cho",
          "<ContentType>0"}) {
        const std::size_t here = body.find(name);
        CHECK_MESSAGE((here != body.npos && here > last), name);
        last = here;
    }
    CHECK(kit.said("state") == "submitted");
}

TEST_CASE("sms_viettel: refusals by their words; NT-6 a blacklist is an opt-out") {
    struct Row {
        const char *result, *message, *state, *reason;
    };
    const Row rows[] = {
        {"0", "Noi dung khong khop template", "failed", "template_mismatch"},
        {"0", "So dien thoai trong blacklist", "failed", "opted_out"},
        {"0", "Thue bao tu choi nhan tin", "failed", "opted_out"},
        {"0", "Thuê bao từ chối nhận tin", "failed", "opted_out"},
        {"0", "Khong ro", "failed", "refused"},
        {"1", "Something else", "unknown", "text_unrecognised"}};
    for (const Row& row : rows) {
        Kit kit;
        kit.say(row.result, row.message);
        CHECK(kit.send().has_value());
        REQUIRE(kit.facts.heard.size() == 1);
        CHECK(kit.said("state") == row.state);
        CHECK(kit.said("reason") == row.reason);
    }
    for (const char* words :
         {"He thong tu choi: sai tai khoan", "Hệ thống từ chối: sai mật khẩu", "Sai mat khau"}) {
        Kit locked;  // about us, not about the citizen
        locked.say("0", words);
        const auto sent = locked.send();
        REQUIRE(sent.has_error());
        CHECK(sent.error().blame == core::Blame::ours);
        CHECK(locked.facts.heard.empty());
    }
    Kit poor;
    poor.say("0", "So du khong du");
    const auto held = poor.send();
    REQUIRE(held.has_error());
    CHECK(held.error().advice == core::Advice::retry);  // the partner rests, and goes on by itself
    CHECK(held.error().blame == core::Blame::ours);
    CHECK(poor.facts.heard.empty());
}

TEST_CASE("sms_viettel: NT-13 a lost answer is unknown, the leg ends, nothing is repeated") {
    Kit kit;
    kit.http.answers.push_back(test::failed(true));
    const auto sent = kit.send();
    REQUIRE(sent.has_value());
    CHECK(sent->flag == "unknown");
    CHECK(kit.said("state") == "unknown");
    CHECK(kit.http.asked.size() == 1);
    // After a crash while it was sent: ended as unknown, not asked, not sent.
    Kit crashed;
    auto claim = crashed.claim();
    claim.state = core::LegState::unknown;
    const auto found = test::run(crashed.io, crashed.sink->enquire(claim));
    REQUIRE(found.has_value());
    CHECK(found->found == core::Found::done);
    CHECK(crashed.said("state") == "unknown");
    CHECK(crashed.http.asked.empty());
}

TEST_CASE("F-193 sms_viettel: an answer is known although the store refuses its note for a moment"
) {
    for (const auto& [result, words, state] :
         {std::tuple("1", "Insert MT_QUEUE: OK", "submitted"),
          std::tuple("0", "So dien thoai trong blacklist", "failed")}) {
        Kit kit;
        kit.facts.refuse = 2;
        kit.facts.on_sleep = [&] { kit.clock.advance(core::Instant::max()); };
        kit.say(result, words);
        const auto sent = kit.send();
        REQUIRE(sent.has_value());
        REQUIRE(kit.facts.heard.size() == 1);
        CHECK(kit.said("state") == state);
        CHECK(kit.http.asked.size() == 1);
    }
    Kit closed;  // for good: then it is asked about
    closed.facts.refuse = 100;
    closed.facts.on_sleep = [&] { closed.clock.advance(core::Instant::max()); };
    closed.say("1", "Insert MT_QUEUE: OK");
    const auto sent = closed.send();
    REQUIRE(sent.has_error());
    CHECK(sent.error().advice == core::Advice::enquire);
}

TEST_CASE("sms_viettel: what did not leave in the day wakes nobody, it waits for the morning") {
    Kit kit;
    const auto at = [&](const char* time) {
        return kit.sink->prepare(kit.claim(), *core::parse_rfc3339(time));
    };
    CHECK(at("2026-01-05T20:59:59+07:00").has_value());
    const auto night = at("2026-01-05T21:10:00+07:00");
    REQUIRE_FALSE(night.has_value());
    CHECK(night.error().advice == core::Advice::retry);
    CHECK(night.error().code == "notice.quiet_hours");
    CHECK(*night.error().retry_after == std::chrono::minutes(590));
    CHECK(at("2026-01-06T07:00:00+07:00").has_value());
    CHECK(at("2026-01-06T22:00:00+07:00").has_value());  // its life is over: it is ended, not sent
}

TEST_CASE("sms_viettel: a text whose life is over is not sent; an unreachable service repeats") {
    Kit kit;
    const auto later = *core::parse_rfc3339("2026-01-07T10:00:00+07:00");
    kit.clock.at(later, [] {});
    REQUIRE(kit.clock.advance(later));
    CHECK(kit.send().has_value());
    CHECK(kit.said("reason") == "expired");
    CHECK(kit.http.asked.empty());
    Kit down;
    down.http.answers.push_back(test::failed(false));
    const auto sent = down.send();
    REQUIRE(sent.has_error());
    CHECK(sent.error().advice == core::Advice::retry);
    CHECK(down.facts.heard.empty());
}

}  // namespace gw::sms_viettel
