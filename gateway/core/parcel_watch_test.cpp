// Silence of the post, printed waybills, and numbers that rest for a year.
#include "gateway/core/parcel_watch.hpp"

#include "gateway/core/parcel.hpp"
#include "gateway/core/parcel_commands.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using std::chrono::hours;

namespace {

const Instant monday = *parse_rfc3339("2026-03-02T09:00:00+07:00");

CommandContext context(Instant now = monday) {
    CommandContext c;
    c.now = now;
    c.agency = "H56";
    c.actor = "partner:vnpost";
    c.new_id = [](std::string_view prefix) { return std::string(prefix) + "_1"; };
    return c;
}
Document parcel(const char* state, Instant at = monday) {
    Document d = Document::object();
    d.set("id", Document::text("dlv_1"));
    d.set("state", Document::text(state));
    d.set("state_at", Document::text(to_rfc3339(at)));
    return d;
}
Document of_stock(const char* state = "requested") {
    Document d = parcel(state);
    d.set("waybill", Document::text("EA000000014VN"));
    d.set("waybill_stock", Document::text("vnpost/H56.14"));
    return d;
}
Document said(const char* source, const char* state) {
    Document says = Document::object();
    says.set("source", Document::text(source));
    says.set("state", Document::text(state));
    says.set("reason", Document::text("Mã vận đơn đã dùng"));
    return says;
}
std::string flag_after(const char* state, int days) {
    const auto change = note_silence(parcel(state), Calendar(), monday + hours(24 * days));
    return change.body ? std::string(silence_of(*change.body)) : "";
}
Object number_in(const char* state, Instant at) {
    Object o;
    o.state = state;
    o.updated_at = at;
    return o;
}
std::string numbers(const char* first, const char* last) {
    Document request = Document::object();
    request.set("first", Document::text(first));
    request.set("last", Document::text(last));
    const auto read = waybills_of_import(request);
    if (std::holds_alternative<Problem>(read)) return std::get<Problem>(read).code;
    std::string out;
    for (const auto& n : std::get<std::vector<std::string>>(read))
        out += (out.empty() ? "" : " ") + n;
    return out;
}

}  // namespace

TEST_CASE("parcel watch: PO-26 silence before the pick-up is told after three working days") {
    CHECK(flag_after("booked", 3).empty());
    CHECK(flag_after("booked", 4) == "silent");
    CHECK(flag_after("awaiting_pickup", 4) == "silent");
}

TEST_CASE("parcel watch: PO-26 on the way it is five working days, after twenty an inquiry") {
    CHECK(flag_after("in_transit", 4).empty());
    CHECK(flag_after("in_transit", 7).empty());  // Monday to Monday: the fifth working day
    CHECK(flag_after("in_transit", 8) == "silent");
    CHECK(flag_after("in_transit", 29) == "inquiry_due");
}

TEST_CASE("parcel watch: PO-26 nothing is said twice, nothing of what has ended, nothing is lost") {
    auto once = note_silence(parcel("booked"), Calendar(), monday + hours(24 * 5));
    REQUIRE(once.body);
    CHECK(once.body->text_of("state") == "booked");
    CHECK_FALSE(note_silence(*once.body, Calendar(), monday + hours(24 * 6)).body);
    for (const char* state : {"delivered", "returned", "cancelled", "requested", "exception"})
        CHECK(flag_after(state, 60).empty());
}

TEST_CASE("parcel watch: PO-26 news ends the silence") {
    auto quiet = note_silence(parcel("booked"), Calendar(), monday + hours(24 * 5));
    const auto change = reduce_delivery(
        *quiet.body, nullptr, said("feed", "picked_up"), context(monday + hours(24 * 6))
    );
    REQUIRE(change.body);
    CHECK(silence_of(*change.body).empty());
}

TEST_CASE("waybill: PO-16 a number rests for 365 days, and a void one for ever") {
    CHECK(may_take(number_in("free", monday), monday));
    for (const char* state : {"used", "seen"}) {
        CHECK_FALSE(may_take(number_in(state, monday), monday + hours(24 * 364)));
        CHECK(may_take(number_in(state, monday), monday + hours(24 * 365)));
    }
    CHECK_FALSE(may_take(number_in("void", monday), monday + hours(24 * 800)));
    CHECK_FALSE(may_take(number_in("reserved", monday), monday + hours(24 * 800)));
}

TEST_CASE("waybill: PO-16 a number that the post gives is seen") {
    Document says = said("order", "booked");
    says.set("waybill", Document::text("EA123456785VN"));
    const auto change = reduce_delivery(parcel("requested"), nullptr, says, context());
    REQUIRE(change.more.size() == 1);
    CHECK(change.more[0].id == "EA123456785VN");
    CHECK(change.more[0].state == "seen");
}

TEST_CASE("waybill: PO-14 a range makes its check digits, ends and order are checked") {
    CHECK(numbers("EA000000014VN", "EA000000031VN").substr(0, 27) == "EA000000014VN EA000000028VN");
    CHECK(numbers("BD0098", "BD0101") == "BD0098 BD0099 BD0100 BD0101");
    CHECK(numbers("EA000000015VN", "EA000000031VN") == "validation.failed");
    CHECK(numbers("EA000000031VN", "EA000000014VN") == "validation.failed");
    CHECK(numbers("EA000000014VN", "EB000000028VN") == "validation.failed");
    CHECK(numbers("BD0001", "BD9999") == "validation.failed");
    CHECK(numbers("bd0001", "bd0002") == "validation.failed");
}

TEST_CASE("waybill: PO-14 a list may name nothing twice") {
    Document request = Document::object(), list = Document::list();
    list.push(Document::text("BD01"));
    list.push(Document::text("BD01"));
    request.set("numbers", std::move(list));
    CHECK(std::holds_alternative<Problem>(waybills_of_import(request)));
}

TEST_CASE("waybill: PO-13 a number that was used before is void, and the next one is tried once") {
    auto first = reduce_delivery(of_stock(), nullptr, said("order", "waybill_used"), context());
    REQUIRE(first.body);
    CHECK(first.body->text_of("state") == "requested");
    CHECK(wants_waybill(*first.body));
    REQUIRE(first.more.size() == 1);
    CHECK(first.more[0].state == "void");
    auto again = order_again(*first.body, nullptr, "EA000000028VN", 1, monday);
    CHECK(again.events.at(0).kind == "delivery.requested");
    CHECK(again.events.at(0).snapshot.text_of("key") == "dlv_1:EA000000028VN");
    CHECK(again.more.at(0).state == "reserved");
    CHECK_FALSE(wants_waybill(*again.body));
    auto second = reduce_delivery(*again.body, nullptr, said("order", "waybill_used"), context());
    CHECK(second.body->text_of("state") == "rejected");
    CHECK(second.more.at(0).state == "void");
}

TEST_CASE("waybill: the number of an order that was refused for another reason is free again") {
    const auto refused = reduce_delivery(of_stock(), nullptr, said("order", "rejected"), context());
    REQUIRE(refused.body.has_value());
    CHECK(refused.body->text_of("state") == "rejected");
    REQUIRE(refused.more.size() == 1);
    CHECK(refused.more.front().id == "EA000000014VN");
    CHECK(refused.more.front().state == "free");
    CHECK(refused.more.front().body.find("delivery_id") == nullptr);
}

TEST_CASE("waybill: PO-13 a number of nobody's stock that was used before ends the order") {
    Document d = parcel("requested");
    d.set("waybill", Document::text("EA000000014VN"));
    auto change = reduce_delivery(d, nullptr, said("order", "waybill_used"), context());
    CHECK(change.body->text_of("state") == "rejected");
    CHECK(change.more.empty());
}

TEST_CASE("waybill: PO-13 PO-15 booked uses it, cancelled voids it") {
    auto booked = reduce_delivery(of_stock(), nullptr, said("order", "booked"), context());
    CHECK(booked.more.at(0).state == "used");
    auto gone =
        reduce_delivery(of_stock("booked"), nullptr, said("cancel", "cancelled"), context());
    CHECK(gone.more.at(0).state == "void");
    CHECK(gone.more.at(0).ref == "vnpost/H56.14");
}
