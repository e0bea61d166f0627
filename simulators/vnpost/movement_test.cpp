// Parcels on the virtual clock, the feed with its faults, money, pages, administration.
#include "simulators/vnpost/feed.hpp"
#include "simulators/vnpost/journeys.hpp"
#include "simulators/vnpost/test_customer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace sim::vnpost {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Codes = std::vector<int>;
const std::string first_id(24, '0');

/// A post whose parcels all run along one script.
Customer1 on(const char* journey) {
    Options o;
    o.mix = {{journey, 1}};
    return Customer1(o);
}

TEST_CASE("F-171 vnpost feed: events appear as time passes, and the cursor walks them") {
    Options o;
    o.mix = {{"normal", 1}};
    Customer1 c(o);
    c.order(an_order());
    auto page = c.feed();
    CHECK(c.codes(page) == Codes{new_order});
    CHECK(page.events[0].time == "2026-01-05 16:10:00");
    CHECK(page.events[0].oid.size() == 24);
    CHECK(c.post.next_event() == c.now + minutes(15));
    c.wait(hours(30));
    auto rest = c.feed(page.events[0].oid);
    CHECK(c.codes(rest) == Codes{waiting, picked_up, in_transit, out_for_delivery, delivered});
    CHECK(rest.size == 5);
    CHECK(rest.returned == 5);
    CHECK(c.feed(rest.events.back().oid).events.empty());
    auto two = c.feed(first_id, 2);
    CHECK(two.returned == 2);
    CHECK(two.pages == 3);
    CHECK(two.events[1].oid > two.events[0].oid);
}

TEST_CASE("PO-10 vnpost feed: the id begins with the second of its creation") {
    Customer1 c;
    c.order(an_order());
    auto id = Oid::read(c.feed().events[0].oid);
    REQUIRE(id);
    CHECK(id->second == static_cast<std::uint32_t>(core::to_ms(c.now) / 1'000));
    CHECK(Oid::read(id->text()) == id);
    CHECK_FALSE(Oid::read("65f"));
    CHECK_FALSE(Oid::read("65f00000000000000000000z"));
    CHECK(c.call("GET", "/vnpost_ordertracking", "", "lastId=xyz").answer.status == 400);
}

TEST_CASE("vnpost journeys: each script ends as its name says") {
    std::map<std::string, int> ends{
        {"normal", delivered},
        {"skips", delivered},
        {"failed_once", delivered},
        {"failed_twice", delivered},
        {"returned", returned},
        {"refused", returned},
        {"lost", in_transit},
        {"never_picked_up", waiting},
        {"cancelled_by_post", cancelled}};
    for (const auto& name : journey_names()) {
        CAPTURE(name);
        Options o;
        o.mix = {{name, 1}};
        o.pace = 0.001;
        Customer1 c(o);
        c.order(an_order());
        c.wait(hours(1));
        CHECK(c.codes(c.feed()).back() == ends.at(name));
        CHECK_FALSE(c.post.next_event());
    }
    CHECK(journey("nothing").empty());
}

TEST_CASE("PO-21 vnpost journeys: every step is a transition that the published table allows") {
    std::ifstream in("tests/vectors/delivery-states.json");
    std::stringstream text;
    text << in.rdbuf();
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, text.str()));
    std::set<std::pair<std::string, std::string>> allowed;
    for (const auto& v : doc["vectors"].GetArray())
        if (const auto* e = kit::member(v, "expected"); e && e->IsBool() && e->GetBool())
            allowed.emplace(kit::text_at(v["input"], "from"), kit::text_at(v["input"], "to"));
    REQUIRE(allowed.size() > 20);
    const std::map<int, std::string> states{
        {new_order, "booked"},
        {waiting, "awaiting_pickup"},
        {picked_up, "picked_up"},
        {in_transit, "in_transit"},
        {delivered, "delivered"},
        {not_delivered, "delivery_failed"},
        {returning, "returning"},
        {returned, "returned"},
        {cancelled, "cancelled"},
        {out_for_delivery, "out_for_delivery"}};
    for (const auto& name : journey_names()) {
        std::string from = "requested";
        for (const auto& step : journey(name)) {
            CAPTURE(name);
            CAPTURE(from);
            const auto& to = states.at(step.code);
            CAPTURE(to);
            CHECK(allowed.contains({from, to}));
            from = to;
        }
    }
}

TEST_CASE("vnpost journeys: the same seed and order choose the same script; a plan overrules") {
    Options o;
    o.mix = {{"normal", 1}, {"returned", 1}};
    Customer1 a(o, 7), b(o, 7);
    a.order(numbered("X"));
    b.order(numbered("Y"));
    b.order(numbered("X"));
    CHECK(a.parcel("X").journey == b.parcel("X").journey);
    CHECK(a.post.plan("H56*", "lost", a.now));
    CHECK_FALSE(a.post.plan("H56*", "nothing", a.now));
    a.order(an_order());
    CHECK(a.parcel().journey == "lost");
}

TEST_CASE("vnpost page: a person moves a parcel by hand, at the moments of the worked example") {
    Customer1 c;
    c.order(an_order());
    c.now = *kit::from_rfc3339("2026-01-05T16:11:00.000+07:00");
    c.raw("POST", "/press", "key=H56.14-260105-0007&code=2");
    c.now = *kit::from_rfc3339("2026-01-07T10:25:00.000+07:00");
    auto a = c.raw(
        "POST",
        "/press",
        "key=H56.14-260105-0007&code=4&note=Ng%C6%B0%E1%BB%9Di%20nh%E1%BA%ADn%20k%C3%BD"
    );
    CHECK(a.status == 303);
    CHECK(c.parcel().code() == delivered);
    CHECK(c.codes(c.feed()) == Codes{new_order, picked_up, delivered});
    CHECK(c.parcel().history.back().note == "Người nhận ký");
    CHECK(c.raw("POST", "/press", "key=nobody&code=4").status == 404);
}

TEST_CASE("F-172 vnpost feed: repeats a page, goes back, leaves a gap, counts pages wrongly") {
    auto c = on("normal");
    c.order(an_order());
    c.wait(hours(48));
    auto one = c.feed(first_id, 3);
    c.fault("feed_repeat", {}, 1);
    CHECK(c.codes(c.feed(one.events.back().oid, 3)) == c.codes(one));
    c.fault("feed_back", {{"events", "2"}}, 1);
    CHECK(c.feed(one.events.back().oid, 3).events[0].oid == one.events[1].oid);
    c.fault("feed_gap", {}, 1);
    CHECK(c.feed().returned == 5);
    CHECK(c.feed().returned == 6);
    c.fault("total_pages_wrong", {{"value", "9"}}, 1);
    CHECK(c.feed().pages == 9);
    c.fault("lastid_unknown", {{"mode", "start"}}, 1);
    CHECK(c.feed(one.events.back().oid).returned == 6);
    c.fault("lastid_unknown", {{"mode", "empty"}}, 1);
    CHECK(c.feed(one.events.back().oid).returned == 0);
    c.fault("event_time_form", {{"form", "dmy"}}, 1);
    CHECK(c.feed().events[0].time == "05/01/2026 16:10:00");
    c.fault("event_time_form", {{"form", "iso"}}, 1);
    CHECK(c.feed().events[0].time == "2026-01-05T16:10:00");
}

TEST_CASE("F-172 vnpost events: out of order, doubled, early, late under an old id") {
    auto c = on("normal");
    kit::Fault f("vnpost.out_of_order");
    f.field = "3";
    c.post.faults().set(f);
    c.order(an_order());
    c.wait(hours(48));
    CHECK(
        c.codes(c.feed()) ==
        Codes{new_order, waiting, picked_up, out_for_delivery, in_transit, delivered}
    );
    CHECK(c.parcel().history[3].code == in_transit);
    c.post.faults().clear();
    c.fault("duplicate_event", {}, 1);
    c.order(numbered("B"));
    auto all = c.feed().events;
    CHECK(all[all.size() - 1].order == "B");
    CHECK(all[all.size() - 2].time == all[all.size() - 1].time);
    auto cursor = all.back().oid;
    c.fault("oid_not_growing", {}, 1);
    c.order(numbered("C"));
    CHECK(c.feed(cursor).events.empty());
    auto again = c.feed().events;
    CHECK(std::ranges::any_of(again, [](const auto& e) { return e.order == "C"; }));
    c.fault("future_event", {}, 1);
    c.order(numbered("D"));
    CHECK(c.feed(cursor).events.back().time > "2026-01-07 16:10:00");
}

TEST_CASE("PO-11 F-186 vnpost events: unknown order, other customer, unknown status") {
    auto c = on("never_picked_up");
    c.fault("unknown_order", {}, 1);
    c.fault("foreign_customer", {}, 1);
    c.fault("unknown_status", {{"code", "77"}}, 1);
    c.order(an_order());
    auto events = c.feed().events;
    REQUIRE(events.size() == 3);
    CHECK(events[0].code == 77);
    CHECK(events[1].order != "H56.14-260105-0007");
    CHECK(events[2].customer == "KH9999999");
    CHECK(c.parcel().code() == new_order);
    c.fault("unknown_status", {{"text", "Phát không thành công, người nhận vắng nhà"}}, 1);
    c.order(numbered("B"));
    const auto page = c.call("GET", "/vnpost_ordertracking", "", "lastId=000000000000000000000000");
    CHECK(page.answer.body.find(R"("StatusCode":"Phát không thành công, )") != std::string::npos);
}

TEST_CASE("PO-22 F-185 vnpost events: delivered and then returning; sent back; lost") {
    auto c = on("normal");
    c.fault("delivered_then_returning", {}, 1);
    c.order(an_order());
    c.wait(hours(100));
    auto codes = c.codes(c.feed());
    CHECK(codes[codes.size() - 3] == delivered);
    CHECK(codes[codes.size() - 2] == returning);
    CHECK(codes.back() == returned);
    c.fault("return_to_sender", {}, 1);
    c.order(numbered("B"));
    c.fault("lost", {}, 1);
    c.order(numbered("C"));
    c.wait(hours(200));
    CHECK(c.parcel("B").code() == returned);
    CHECK(c.parcel("C").code() == in_transit);
}

TEST_CASE("vnpost customers: each has a feed of its own, and nobody orders for another") {
    Options o;
    o.customers.push_back(Customer("key-2", "secret-2", "KH0000002"));
    Customer1 c(o);
    c.order(an_order());
    auto a = c.raw(
        "POST",
        "/token",
        "grant_type=client_credentials",
        {{"Authorization", "Basic " + kit::base64("key-2:secret-2")}}
    );
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, a.body));
    c.token = kit::text_at(doc, "access_token");
    CHECK(c.feed().events.empty());
    CHECK(c.order(an_order()).status == "106");
    CHECK(c.order(an_order({{"CustomerCode", "\"KH0000002\""}})).status == "100");
    CHECK(c.feed().events.size() == 1);
    CHECK(c.post.parcels().count("KH0000002/H56.14-260105-0007") == 1);
}

TEST_CASE(
    "PO-17 F-182 vnpost settlement: collected money is in the next day's file, with its digest"
) {
    auto c = on("normal");
    for (const char* n : {"A", "B", "C", "D"}) c.order(numbered(n, {{"CODAmount", "16000"}}));
    c.order(numbered("E"));
    kit::Fault missing("fee_missing"), other("fee_other"), twice("fee_twice");
    missing.dossier = "B";
    other.dossier = "C";
    twice.dossier = "D";
    for (const auto& f : {missing, other, twice}) c.post.faults().set(f);
    c.wait(hours(26));
    c.post.advance(c.now);
    CHECK(c.parcel("A").collected->amount == 16'000);
    CHECK_FALSE(c.parcel("A").collected->settled);
    CHECK(c.post.settlements().empty());
    c.now = *kit::from_rfc3339("2026-01-07T06:00:00.000+07:00");
    c.post.advance(c.now);
    REQUIRE(c.post.settlements().size() == 1);
    const auto& f = c.post.settlements().begin()->second;
    CHECK(f.name == "settlement_vnpost_KH0000001_20260106_01.csv");
    CHECK(f.lines == 4);
    CHECK(f.sum == 16'000 + 15'000 + 16'000 + 16'000);
    CHECK(f.csv.find("COD,vnpost,KH0000001,A,") != std::string::npos);
    CHECK(f.csv.find("\nTRAILER,vnpost,KH0000001,4,,,,63000,") != std::string::npos);
    CHECK(f.sha256 == kit::sha256_hex(f.csv) + "  " + f.name + "\n");
    CHECK(c.raw("GET", "/settlement/" + f.name).body == f.csv);
    CHECK(c.raw("GET", "/settlement/" + f.name + ".sha256").body == f.sha256);
    CHECK(c.parcel("A").collected->settled);
    CHECK_FALSE(c.parcel("B").collected->settled);
}

TEST_CASE("PO-19 vnpost settlement: a returned parcel is not settled, unless the fault says so") {
    auto c = on("refused");
    c.order(numbered("A", {{"CODAmount", "16000"}}));
    c.wait(hours(100));
    c.post.advance(c.now);
    CHECK(c.post.settlements().empty());
    c.fault("fee_returned", {}, 1);
    c.order(numbered("B", {{"CODAmount", "16000"}}));
    c.wait(hours(100));
    c.post.advance(c.now);
    CHECK(c.post.settlements().size() == 1);
}

TEST_CASE("vnpost feed: many events are walked page by page") {
    Customer1 c;
    c.post.fill("F-", 1'000, 20'000, c.now);
    CHECK(c.post.events() == 20'000);
    std::string last = first_id;
    std::size_t seen = 0;
    for (auto page = c.feed(last, 1'000); !page.events.empty(); page = c.feed(last, 1'000)) {
        seen += page.events.size();
        last = page.events.back().oid;
    }
    CHECK(seen == 20'000);
}

TEST_CASE("vnpost pages: parcels, one parcel, settlement, journal; texts from outside are escaped"
) {
    Customer1 c;
    c.order(an_order({{"ReceiverName", "\"<b>TRẦN</b>\""}}));
    for (const char* path : {"/", "/parcels/H56.14-260105-0007", "/settlement", "/journal"}) {
        auto a = c.raw("GET", path);
        CAPTURE(path);
        CHECK(a.status == 200);
        CHECK(a.body.find("MÔ PHỎNG") != std::string::npos);
        CHECK(a.body.find("<b>TRẦN") == std::string::npos);
    }
    CHECK(c.raw("GET", "/").body.find("&lt;b&gt;TRẦN") != std::string::npos);
    CHECK(c.raw("GET", "/parcels/nobody").status == 404);
    CHECK(c.raw("GET", "/nothing").status == 404);
    CHECK(c.raw("GET", "/vnpost_orderpost").status == 405);
}

TEST_CASE("vnpost administration: state, plan, events by hand, reset") {
    Customer1 c;
    c.order(an_order());
    CHECK(c.raw("POST", "/sim/plan", R"({"order":"*","journey":"returned"})").status == 200);
    CHECK(c.parcel().journey == "returned");
    CHECK(c.raw("POST", "/sim/events", R"({"order":"H56.14-260105-0007","code":9})").status == 200);
    CHECK(c.parcel().code() == out_for_delivery);
    for (const char* path :
         {"/sim/state",
          "/sim/state/parcels",
          "/sim/state/parcels/H56.14-260105-0007",
          "/sim/state/documents",
          "/sim/state/settlements",
          "/sim/state/waybills",
          "/sim/faults",
          "/sim/journal"}) {
        auto a = c.raw("GET", path);
        kit::JsonDocument doc;
        CAPTURE(path);
        CHECK(a.status == 200);
        CHECK(kit::parse_json(doc, a.body));
    }
    CHECK(c.raw("GET", "/sim/state/parcels/nobody").status == 404);
    CHECK(c.raw("POST", "/sim/reset", R"({"seed":2})").status == 200);
    CHECK(c.post.parcels().empty());
    CHECK(c.post.events() == 0);
}

}  // namespace
}  // namespace sim::vnpost
