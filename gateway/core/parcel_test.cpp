// Deliveries: states, tracking in any order, requests.
#include "gateway/core/parcel.hpp"

#include "gateway/core/parcel_commands.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace gw::core;
using namespace std::chrono_literals;

namespace {

const Instant start = from_ms(1'767'600'000'000);

CommandContext context(Instant now) {
    CommandContext c;
    c.now = now;
    c.agency = "H56";
    c.actor = "partner:vnpost";
    c.new_id = [](std::string_view prefix) {
        return std::string(prefix) + "_01KE6H0KTR0000000000000001";
    };
    return c;
}

Document delivery(std::string_view state = "booked") {
    Document d = Document::object();
    d.set("id", Document::text("dlv_01KE6H0KTR0000000000000001"));
    d.set("order_number", Document::text("H56.14-260105-0007"));
    d.set("state", Document::text(std::string(state)));
    return d;
}

Document event(std::string_view state, Instant at, std::string id) {
    Document says = Document::object();
    says.set("source", Document::text("feed"));
    says.set("state", Document::text(std::string(state)));
    says.set("at", Document::text(to_rfc3339(at)));
    says.set("code", Document::text(std::string(state)));
    says.set("source_id", Document::text(std::move(id)));
    return says;
}

Document after(Document d, const Document& says, Instant now = start + 240h) {
    auto change = reduce_delivery(d, nullptr, says, context(now));
    return change.body ? std::move(*change.body) : std::move(d);
}

}  // namespace

TEST_CASE("parcel: PO-20 PO-21 the table lets a parcel jump forward and never back") {
    for (int from = 0; from < 14; ++from)
        for (int to = 0; to < 14; ++to) {
            const auto a = static_cast<ParcelState>(from), b = static_cast<ParcelState>(to);
            if (!may_follow(a, b)) continue;
            CHECK(a != b);
            const bool back = rank_of(b) < rank_of(a);
            const bool known_exception =
                a == ParcelState::exception || (b == ParcelState::in_transit && rank_of(a) == 5);
            CHECK((!back || known_exception));
        }
    CHECK_FALSE(may_follow(ParcelState::delivered, ParcelState::returning));
    CHECK_FALSE(may_follow(ParcelState::picked_up, ParcelState::cancelled));
    CHECK(may_follow(ParcelState::cancelled, ParcelState::exception));
}

TEST_CASE("parcel: PO-20 events of a day give one state in whatever order they come") {
    const std::vector<std::pair<std::string_view, Instant>> day{
        {"awaiting_pickup", start + 1h},
        {"picked_up", start + 2h},
        {"in_transit", start + 3h},
        {"out_for_delivery", start + 20h},
        {"delivery_failed", start + 22h},
        {"out_for_delivery", start + 44h},
        {"delivered", start + 46h}};
    std::mt19937_64 random(7);
    for (int run = 0; run < 500; ++run) {
        std::vector<Document> events;
        for (std::size_t i = 0; i < day.size(); ++i)
            events.push_back(event(day[i].first, day[i].second, "e" + std::to_string(i)));
        events.push_back(events[random() % events.size()]);  // PO-9: a repeat
        std::shuffle(events.begin(), events.end(), random);
        Document d = delivery();
        for (const auto& says : events) d = after(std::move(d), says);
        CHECK(d.text_of("state") == "delivered");
        REQUIRE(d.find("events") != nullptr);
        CHECK(d.find("events")->size() == day.size());
        CHECK(d.find("events")->items().front().text_of("state") == "awaiting_pickup");
    }
}

TEST_CASE("parcel: PO-9 a repeated event changes nothing, not even a time") {
    const Document says = event("picked_up", start, "65f000000000000000000001");
    Document d = after(delivery(), says);
    const auto again = reduce_delivery(d, nullptr, says, context(start + 90h));
    CHECK(again.verdict == Verdict::unchanged);
    CHECK_FALSE(again.body.has_value());
}

TEST_CASE("parcel: PO-22 a later event after delivery goes to a person, an earlier one is history"
) {
    Document d = after(delivery(), event("delivered", start + 10h, "e5"));
    d = after(std::move(d), event("in_transit", start + 5h, "e3"));
    CHECK(d.text_of("state") == "delivered");
    const auto odd =
        reduce_delivery(d, nullptr, event("returning", start + 20h, "e9"), context(start + 30h));
    CHECK(odd.verdict == Verdict::disputed);
    CHECK(odd.body->text_of("state") == "exception");
}

TEST_CASE("parcel: PO-21 tracking that goes back leaves the state alone") {
    Document d = after(delivery(), event("in_transit", start + 5h, "e3"));
    d = after(std::move(d), event("picked_up", start + 6h, "e4"));
    CHECK(d.text_of("state") == "in_transit");
    CHECK(d.at("/flags/0")->as_text() == "went_back");
}

TEST_CASE("parcel: PO-24 at equal times the higher rank wins in both orders") {
    const auto a = event("in_transit", start, "e1"), b = event("out_for_delivery", start, "e2");
    CHECK(after(after(delivery(), a), b).text_of("state") == "out_for_delivery");
    CHECK(after(after(delivery(), b), a).text_of("state") == "out_for_delivery");
}

TEST_CASE("parcel: PO-23 a pick-up after a cancellation goes to a person") {
    Document cancel = Document::object();
    cancel.set("source", Document::text("cancel"));
    cancel.set("state", Document::text("cancelled"));
    Document d = after(delivery(), cancel, start);
    CHECK(d.text_of("state") == "cancelled");
    d = after(std::move(d), event("picked_up", start + 3h, "e2"));
    CHECK(d.text_of("state") == "exception");
}

TEST_CASE(
    "parcel: PO-22 PO-23 what the feed tells after a cancellation, but was before it, is history"
) {
    Document cancel = Document::object();
    cancel.set("source", Document::text("cancel"));
    cancel.set("state", Document::text("cancelled"));
    Document d = after(delivery(), cancel, start + 8min);
    d = after(std::move(d), event("awaiting_pickup", start + 1min, "e2"), start + 9min);
    CHECK(d.text_of("state") == "cancelled");
    CHECK(d.find("events")->size() == 1);
    d = after(std::move(d), event("picked_up", start + 3h, "e3"), start + 4h);
    CHECK(d.text_of("state") == "exception");
}

TEST_CASE("parcel: PO-25 an event from the future is dated at its arrival and marked") {
    const Document d = after(delivery(), event("picked_up", start + 900h, "e1"), start);
    CHECK(d.at("/events/0/at")->as_text() == to_rfc3339(start));
    CHECK(d.at("/flags/0")->as_text() == "time_in_future");
}

TEST_CASE("parcel: a feed gone mad does not grow a parcel without end, its state goes on") {
    Document d = delivery();
    for (int i = 0; i < 600; ++i)
        d = after(std::move(d), event("in_transit", start + i * 1min, "e" + std::to_string(i)));
    CHECK(d.find("events")->size() == 500);
    CHECK(d.at("/flags/0")->as_text() == "events_left_out");
    CHECK(
        after(std::move(d), event("delivered", start + 700min, "f")).text_of("state") == "delivered"
    );
}

TEST_CASE("parcel: PO-11 an unknown code is kept and the state stays") {
    Document says = event("", start, "e1");
    says.set("code", Document::text("77"));
    const Document d = after(delivery(), says);
    CHECK(d.text_of("state") == "booked");
    CHECK(d.at("/flags/0")->as_text() == "status_unmapped");
    CHECK(d.at("/events/0/code")->as_text() == "77");
}

TEST_CASE("parcel: the carrier's answer books or rejects, tracking may be faster") {
    Document order = Document::object();
    order.set("source", Document::text("order"));
    order.set("state", Document::text("booked"));
    order.set("waybill", Document::text("EA123456785VN"));
    CHECK(after(delivery("requested"), order).text_of("state") == "booked");
    Document d = after(delivery("requested"), event("picked_up", start, "e1"));
    d = after(std::move(d), order);
    CHECK(d.text_of("state") == "picked_up");
    CHECK(d.text_of("waybill") == "EA123456785VN");
    order.set("state", Document::text("rejected"));
    order.set("reason", Document::text("Sai địa chỉ"));
    CHECK(after(delivery("requested"), order).text_of("state_reason") == "Sai địa chỉ");
}

TEST_CASE("parcel: PO-16 F-184 the check digit of S10") {
    CHECK(check_s10("EA473124829VN") == true);
    CHECK(check_s10("EA123456785VN") == true);
    CHECK(check_s10("EA000000014VN") == true);
    CHECK(check_s10("EA000000005VN") == true);
    CHECK(check_s10("EA000000080VN") == true);
    CHECK(check_s10("EA999999995VN") == true);
    CHECK(check_s10("EA987654326VN") == true);
    CHECK(check_s10("EA123456784VN") == false);
    CHECK_FALSE(check_s10("PP0000000001").has_value());
}

TEST_CASE("parcel: PO-6 order numbers of one dossier differ") {
    CHECK(order_number("H56.14-1", "return", 0) == "H56.14-1");
    CHECK(order_number("H56.14-1", "return", 1) == "H56.14-1-T2");
    CHECK(order_number("H56.14-1", "collect", 0) == "H56.14-1-TG");
    CHECK(order_number("H56.14-1", "collect", 2) == "H56.14-1-TG-T3");
}

TEST_CASE("parcel: PO-5 PO-27 a change is one event, and never touches the dossier") {
    Document dossier = Document::object();
    dossier.set("code", Document::text("H56.14-260105-0007"));
    dossier.set("status", Document::text("finished"));
    const auto change = reduce_delivery(
        delivery("out_for_delivery"), &dossier, event("delivered", start, "1"), context(start)
    );
    CHECK_FALSE(change.dossier.has_value());
    REQUIRE(change.events.size() == 1);
    CHECK(change.events[0].kind == "delivery.changed");
    CHECK(change.events[0].snapshot.at("/dossier/status")->as_text() == "finished");
    REQUIRE(change.feed.size() == 1);
    CHECK(change.feed[0].type == "delivery.state_changed");
    CHECK(change.feed[0].data.text_of("state") == "delivered");
}

TEST_CASE("parcel: PO-1 PO-4 hand-overs are a chain with its checklist, a gap is shown") {
    const auto hand_over = [](Document parcel, const char* step) {
        Document said = Document::object(), checked = Document::object(), list = Document::list();
        for (const auto& [name, value] :
             {std::pair("step", step),
              std::pair("officer", "CB0001"),
              std::pair("counterpart", "Bưu tá mẫu"),
              std::pair("at", "2026-01-05T10:00:00+07:00"),
              std::pair("seal", "NP-01")})
            said.set(name, Document::text(value));
        checked.set("code", Document::text("TP-01"));
        checked.set("present", Document::boolean(true));
        list.push(std::move(checked));
        said.set("component_checklist", std::move(list));
        auto decision = add_custody(parcel, std::move(said), context(start + 240h));
        REQUIRE(std::holds_alternative<ObjectChange>(decision));
        return *std::get<ObjectChange>(decision).body;
    };
    const auto whole = hand_over(hand_over(delivery(), "sealed"), "handed_to_post");
    CHECK(whole.find("custody")->size() == 2);
    CHECK(whole.at("/custody/1/gap") == nullptr);
    CHECK(whole.at("/custody/0/component_checklist/0/code")->as_text() == "TP-01");
    const auto gap = hand_over(delivery(), "handed_to_post");
    CHECK(gap.at("/custody/0/gap")->as_boolean());
}

TEST_CASE("parcel: a request without a place to go to is refused, a whole one is booked later") {
    Document dossier = Document::object();
    dossier.set("code", Document::text("H56.14-260105-0007"));
    Document address = Document::object();
    address.set("province_code", Document::text("38"));
    address.set("commune_code", Document::text("00000"));
    address.set("detail", Document::text("Thôn Mẫu 1"));
    Document contact = Document::object();
    contact.set("name", Document::text("TRẦN THỊ MẪU"));
    contact.set("phone", Document::text("84100000001"));
    contact.set("address", address);
    Document request = Document::object();
    request.set("dossier_code", Document::text("H56.14-260105-0007"));
    request.set("direction", Document::text("return"));
    request.set("carrier", Document::text("vnpost"));
    Document items = Document::list();
    items.push(Document::text("Trích lục (02 bản)"));
    request.set("items", items);
    request.set("receiver", contact);
    auto made = request_delivery(dossier, request, "H56.14-260105-0007", context(start));
    REQUIRE(std::holds_alternative<ObjectChange>(made));
    const auto& change = std::get<ObjectChange>(made);
    CHECK(change.body->text_of("state") == "requested");
    CHECK(change.events.at(0).kind == "delivery.requested");
    CHECK(change.body->at("/receiver/address/valid_on") != nullptr);
    request.find("receiver")->find("address")->remove("detail");
    auto refused = request_delivery(dossier, request, "x", context(start));
    REQUIRE(std::holds_alternative<Problem>(refused));
    CHECK(std::get<Problem>(refused).code == "delivery.address_incomplete");
}

TEST_CASE("parcel: what the post has cannot be cancelled any more") {
    CHECK(std::holds_alternative<Problem>(cancel_delivery(delivery("picked_up"), context(start))));
    auto asked = cancel_delivery(delivery("awaiting_pickup"), context(start));
    REQUIRE(std::holds_alternative<ObjectChange>(asked));
    CHECK(std::get<ObjectChange>(asked).events.at(0).kind == "delivery.cancel_requested");
}
