// Zalo: sending, codes, tokens, delivery events and their signature, people, pages.
#include "simulators/phone/test_sender.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace sim::phone {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::string good() {
    return Sender1::zns_body();
}
std::string with(const std::string& from, const std::string& to) {
    auto text = good();
    text.replace(text.find(from), from.size(), to);
    return text;
}

TEST_CASE("NT-17 zalo: accepted, rendered on the phone, and told with the tracking id") {
    Sender1 s;
    auto h = s.zns(good());
    CHECK(h.error == "0");
    CHECK_FALSE(h.msg_id.empty());
    CHECK(h.remaining == "999999");
    const auto& m = s.phone().messages.at(0);
    CHECK(m.text == "Hồ sơ H56.14-260105-0007 đã có kết quả. Mời nhận tại Quầy 5, 8 giờ.");
    CHECK(m.template_name == "result_ready");
    CHECK(s.phones.due(s.now).empty());
    CHECK(s.phones.next_event() == s.now + seconds(2));
    s.now += seconds(2);
    auto calls = s.phones.due(s.now);
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].path == "/in/zalo/events");
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, calls[0].body));
    CHECK(kit::text_at(doc, "event_name") == "user_received_message");
    CHECK(kit::text_at(doc["message"], "tracking_id") == "ntf_1");
    CHECK(kit::text_at(doc["message"], "msg_id") == h.msg_id);
    auto stamp = kit::text_at(doc, "timestamp");
    CHECK(
        Sender1::header(calls[0], "X-ZEvent-Signature") ==
        "mac=" + kit::sha256_hex("123456789" + calls[0].body + stamp + "SYNTHETIC-OA-SECRET")
    );
    CHECK(Sender1::header(calls[0], "X-ZEvent-Timestamp") == stamp);
}

TEST_CASE("zalo: the signature is the one of the published vector") {
    std::ifstream in("tests/vectors/transport-headers.json");
    std::stringstream text;
    text << in.rdbuf();
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, text.str()));
    int checked = 0;
    for (const auto& v : doc["vectors"].GetArray()) {
        if (kit::text_at(v, "id") != "zalo-event-signature") continue;
        const auto& i = v["input"];
        ++checked;
        CHECK(
            event_signature(
                kit::text_at(i, "app_id"),
                kit::text_at(i, "body"),
                kit::text_at(i, "timestamp"),
                kit::text_at(v, "secret")
            ) == kit::text_at(v, "expected")
        );
    }
    CHECK(checked == 1);
}

TEST_CASE("zalo codes: what is wrong has the number the platform gives it") {
    struct Bad {
        std::string body;
        const char* error;
    };
    for (const auto& bad :
         {Bad{with("84100000001", "0100000001"), "-108"},
          Bad{with("100008", "999999"), "-109"},
          Bad{with(
                  R"("template_data":{"ma_ho_so":"H56.14-260105-0007","noi_tra":"Quầy 5","gio_lam_viec":"8 giờ"},)",
                  ""
              ),
              "-111"},
          Bad{with(
                  R"({"ma_ho_so":"H56.14-260105-0007","noi_tra":"Quầy 5","gio_lam_viec":"8 giờ"})",
                  "{}"
              ),
              "-111"},
          Bad{with(R"("Quầy 5")", "[1]"), "-112"},
          Bad{with("Quầy 5", std::string(201, 'x')), "-1121"},
          Bad{with(R"("noi_tra":"Quầy 5",)", ""), "-1122"},
          Bad{with("Quầy 5", ""), "-1122"},
          Bad{"{", "-112"}}) {
        Sender1 s;
        CAPTURE(bad.body);
        CHECK(s.zns(bad.body).error == bad.error);
        CHECK(s.phones.on_the_way() == 0);
    }
    Sender1 s;
    s.token = "stolen";
    CHECK(s.zns(good()).error == "-124");
    CHECK(s.raw("GET", "/message/template").body.find("-106") != std::string::npos);
}

TEST_CASE("NT-15 F-194 zalo people: no account, no such number, refused") {
    Sender1 s;
    s.phones.phone("84100000001").on_zalo = false;
    CHECK(s.zns(good()).error == "-118");
    s.phones.phone("84100000002").refuses_zns = true;
    CHECK(s.zns(Sender1::zns_body("84100000002")).error == "-114");
    s.fault("zalo.not_follower", {}, 1);
    CHECK(s.zns(Sender1::zns_body("84100000003")).error == "-118");
    CHECK(s.zns(Sender1::zns_body("84100000003")).error == "0");
    Options o;
    o.no_zalo_share = 0.5;
    Sender1 half(o);
    int without = 0;
    for (int i = 0; i < 100; ++i)
        without += half.phones.phone("841000001" + std::to_string(10 + i)).on_zalo ? 0 : 1;
    CHECK(without > 25);
    CHECK(without < 75);
}

TEST_CASE("NT-16 zalo templates: state, night, quotas, and what the platform says of them") {
    Options o;
    o.daily_quota = 2;
    o.access_ttl = std::chrono::hours(99);
    o.templates[7].at_night = false;
    Sender1 s(o);
    s.now = *kit::from_rfc3339("2026-01-05T22:30:00.000+07:00");
    CHECK(s.zns(good()).error == "-133");
    s.now = *kit::from_rfc3339("2026-01-06T08:00:00.000+07:00");
    CHECK(s.zns(good()).remaining == "1");
    CHECK(s.zns(good()).remaining == "0");
    CHECK(s.zns(good()).error == "-144");
    s.now += std::chrono::hours(24);
    CHECK(s.zns(good()).error == "0");
    o.templates[7].status = "PENDING_REVIEW";
    o.templates[7].at_night = true;
    Sender1 pending(o);
    CHECK(pending.zns(good()).error == "-131");
    auto info = pending.raw(
        "GET", "/template/info/v2", "", {{"access_token", "mau-access-0"}}, "template_id=100008"
    );
    CHECK(info.body.find(R"("status":"PENDING_REVIEW")") != std::string::npos);
    CHECK(info.body.find(R"("name":"noi_tra")") != std::string::npos);
    auto quota = pending.raw("GET", "/message/quota", "", {{"access_token", "mau-access-0"}});
    CHECK(quota.body.find(R"("remainingQuota":"2")") != std::string::npos);
    Options per;
    per.templates[7].per_day = 1;
    Sender1 one(per);
    one.zns(good());
    CHECK(one.zns(good()).error == "-147");
}

TEST_CASE("NT-13 zalo status: not existing, not yet, delivered") {
    Sender1 s;
    auto ask = [&](const std::string& id) {
        auto a =
            s.raw("GET", "/message/status", "", {{"access_token", s.token}}, "message_id=" + id);
        return Sender1::between(a.body, "\"status\":", ",");
    };
    auto id = s.zns(good()).msg_id;
    CHECK(ask("nothing") == "-1");
    CHECK(ask(id) == "0");
    s.now += seconds(3);
    CHECK(ask(id) == "1");
}

TEST_CASE("NT-18 F-193 zalo tokens: the refresh token is good once; a lost answer spends it") {
    Sender1 s;
    s.zns(good());
    auto first = s.refresh("mau-refresh-0");
    CHECK(kit::text_at(first, "expires_in") == "90000");
    s.token = kit::text_at(first, "access_token");
    CHECK(s.zns(good()).error == "0");
    CHECK(kit::text_at(s.refresh("mau-refresh-0"), "error") == "-14014");
    CHECK(s.phones.refresh_tokens_reused() == 1);
    s.fault("zalo.refresh_lost", {}, 1);
    auto lost = s.refresh(kit::text_at(first, "refresh_token"));
    CHECK(s.last_fate == kit::Fate::reset);
    CHECK(kit::text_at(s.refresh(kit::text_at(first, "refresh_token")), "error") == "-14014");
    auto a = s.raw("POST", "/sim/authorise", "{}");
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, a.body));
    CHECK_FALSE(kit::text_at(s.refresh(kit::text_at(doc, "refresh_token")), "access_token").empty()
    );
    s.fault("zalo.token_expired", {}, 1);
    CHECK(s.zns(good()).error == "-124");
    Sender1 old;
    old.zns(good());
    old.now += std::chrono::hours(25);
    CHECK(old.zns(good()).error == "-124");
    CHECK(kit::text_at(old.refresh("wrong"), "error") == "-14014");
}

TEST_CASE("zalo events: repeated with fresh time stamps until 200, then never again") {
    Sender1 s;
    s.zns(good());
    s.now += seconds(2);
    auto call = s.phones.due(s.now).at(0);
    CHECK(s.phones.due(s.now).empty());
    s.phones.answered(call.id, 503, s.now);
    s.now += seconds(5);
    auto again = s.phones.due(s.now).at(0);
    CHECK(again.attempt == 2);
    CHECK(again.body != call.body);
    s.now += seconds(20);
    s.phones.due(s.now);
    s.now += seconds(10);
    auto third = s.phones.due(s.now).at(0);
    CHECK(third.attempt == 3);
    s.phones.answered(third.id, 200, s.now);
    CHECK_FALSE(s.phones.next_event());
    s.zns(good());
    s.now += seconds(2);
    auto late = s.phones.due(s.now).at(0);
    s.now += minutes(61);
    s.phones.answered(late.id, 500, s.now);
    CHECK(s.phones.outbox().all().at(late.id).state == SendState::given_up);
}

TEST_CASE("F-195 zalo event faults: twice, late, never, before the answer, forged, old") {
    auto events = [](Sender1& s) {
        s.zns(good());
        s.now += seconds(2);
        return s.phones.due(s.now);
    };
    Sender1 twice;
    twice.fault("zalo.event_twice");
    auto one = events(twice).at(0);
    twice.phones.answered(one.id, 200, twice.now);
    twice.now += seconds(1);
    CHECK(twice.phones.due(twice.now).size() == 1);
    Sender1 late;
    late.fault("zalo.event_late", {{"ms", "600000"}});
    CHECK(events(late).empty());
    late.now += minutes(10);
    CHECK(late.phones.due(late.now).size() == 1);
    Sender1 never;
    never.fault("zalo.event_never");
    CHECK(events(never).empty());
    CHECK(never.phones.received() == 1);
    Sender1 early;
    early.fault("zalo.event_before_answer");
    CHECK(early.zns(good()).answer.delay == seconds(2));
    CHECK(early.phones.due(early.now).size() == 1);
    Sender1 forged;
    forged.fault("zalo.bad_mac");
    CHECK(
        Sender1::header(events(forged).at(0), "X-ZEvent-Signature") == "mac=" + std::string(64, '0')
    );
    Sender1 old;
    old.fault("zalo.old_timestamp", {{"ms", "3600000"}});
    auto call = events(old).at(0);
    auto stamp = std::stoll(Sender1::between(call.body, "\"timestamp\":\"", "\""));
    CHECK(stamp == core::to_ms(old.now) - 3'600'000);
}

TEST_CASE("F-192 zalo faults: errors by number, breakdowns before and after the message, silence") {
    Sender1 s;
    for (const char* code : {"-100", "-114", "-117", "-119", "-136"}) {
        s.fault("zalo.error", {{"code", code}}, 1);
        CHECK(s.zns(good()).error == code);
    }
    s.fault("zalo.quota_zero", {{"code", "-147"}}, 1);
    CHECK(s.zns(good()).error == "-147");
    s.fault("zalo.no_balance", {}, 1);
    CHECK(s.zns(good()).error == "-115");
    s.fault("zalo.quiet_hours", {}, 1);
    CHECK(s.zns(good()).error == "-133");
    CHECK(s.phones.on_the_way() == 0);
    s.fault("zalo.ambiguous_5xx", {{"processed", "false"}}, 1);
    CHECK(s.zns(good()).answer.status == 500);
    CHECK(s.phones.on_the_way() == 0);
    s.fault("zalo.ambiguous_5xx", {{"processed", "true"}}, 1);
    CHECK(s.zns(good()).answer.status == 500);
    CHECK(s.phones.on_the_way() == 1);
    s.fault("zalo.no_error", {{"processed", "true"}}, 1);
    auto h = s.zns(good());
    CHECK(h.readable);
    CHECK(h.error.empty());
    s.fault("zalo.lost", {}, 1);
    CHECK(s.zns(good()).error == "0");
    CHECK(s.phones.lost() == 1);
    CHECK(s.phones.doubled() == 1);
}

TEST_CASE("phone page: a person reads, refuses, replies, gives stars") {
    Options o;
    o.arrive_by_themselves = false;
    Sender1 s(o);
    s.zns(good());
    s.now += minutes(1);
    CHECK(s.phones.due(s.now).empty());
    auto press = [&](const std::string& form) {
        auto a = s.raw("POST", "/press", "phone=84100000001&" + form);
        CHECK(a.status == 303);
        std::vector<std::string> kinds;
        for (const auto& call : s.phones.due(s.now)) {
            kinds.push_back(call.kind);
            s.phones.answered(call.id, 200, s.now);
        }
        return kinds;
    };
    using Kinds = std::vector<std::string>;
    CHECK(press("message=1&action=delivered") == Kinds{"user_received_message"});
    CHECK(press("message=1&action=delivered").empty());
    CHECK(press("message=1&action=read") == Kinds{"user_seen_message"});
    CHECK(press("message=1&action=feedback&text=4") == Kinds{"user_feedback"});
    CHECK(press("message=1&action=reply&text=tracuu") == Kinds{"user_send_text"});
    CHECK(press("action=say&channel=sms&text=TC") == Kinds{"mo"});
    CHECK(press("message=1&action=refuse").empty());
    CHECK(s.zns(good()).error == "-114");
    CHECK(s.phone().messages[0].arrival == Arrival::read);
}

TEST_CASE("phone pages: all phones, one phone, journal; texts from outside are escaped") {
    Sender1 s;
    s.zns(with("Quầy 5", "<b>Quầy</b>"));
    s.sms({{"Content", "Ho so <i>x</i>"}});
    for (const char* path : {"/", "/phones/84100000001", "/journal"}) {
        auto a = s.raw("GET", path);
        CAPTURE(path);
        CHECK(a.status == 200);
        CHECK(a.body.find("MÔ PHỎNG") != std::string::npos);
        CHECK(a.body.find("<b>Quầy") == std::string::npos);
        CHECK(a.body.find("<i>x") == std::string::npos);
    }
    CHECK(s.raw("GET", "/").body.find("&lt;i&gt;x") != std::string::npos);
    CHECK(s.raw("GET", "/phones/84100000009").status == 404);
}

TEST_CASE("phone administration: state, what is known of a number, balance, reset") {
    Sender1 s;
    s.zns(good());
    CHECK(s.raw("POST", "/sim/phones", R"({"phone":"84100000005","zalo":false})").status == 200);
    CHECK_FALSE(s.phone("84100000005").on_zalo);
    CHECK(s.raw("POST", "/sim/balance", R"({"balance":1})").status == 200);
    CHECK(s.sms().result == "0");
    CHECK(
        s.raw("POST", "/sim/press", R"({"phone":"84100000001","message":1,"action":"read"})")
            .status == 200
    );
    CHECK(
        s.raw("POST", "/sim/say", R"({"phone":"84100000001","channel":"zns","text":"a"})").status ==
        200
    );
    for (const char* path :
         {"/sim/state",
          "/sim/state/phones",
          "/sim/state/phones/84100000001",
          "/sim/state/outbox",
          "/sim/state/templates",
          "/sim/faults",
          "/sim/journal"}) {
        auto a = s.raw("GET", path);
        kit::JsonDocument doc;
        CAPTURE(path);
        CHECK(a.status == 200);
        CHECK(kit::parse_json(doc, a.body));
        CHECK(a.body.find("mau-refresh") == std::string::npos);
    }
    CHECK(s.raw("GET", "/sim/state/phones/84100000009").status == 404);
    CHECK(s.raw("POST", "/sim/reset", R"({"seed":2})").status == 200);
    CHECK(s.phones.phones().empty());
    CHECK(s.zns(good()).error == "0");
}

}  // namespace
}  // namespace sim::phone
