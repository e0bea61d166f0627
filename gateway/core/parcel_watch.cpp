// Silence, and a second number for an order.
#include "gateway/core/parcel_watch.hpp"

#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/parcel.hpp"

#include <algorithm>

namespace gw::core {

namespace {

using dossier_parts::time_of;

constexpr int days_before_pickup = 3, days_on_the_way = 5, days_to_inquiry = 20;
constexpr std::string_view silent = "silent", inquiry = "inquiry_due";

bool has_flag(const Document& delivery, std::string_view flag) {
    const Document* flags = delivery.find("flags");
    if (flags == nullptr) return false;
    return std::any_of(flags->items().begin(), flags->items().end(), [&](const Document& f) {
        return f.as_text() == flag;
    });
}

/// So many whole working days have passed since.
bool passed(const Calendar& calendar, Instant since, int days, Instant now) {
    return local_day(now) > calendar.add_working(local_day(since), days);
}

Document updated(const Document& delivery, Instant now) {
    Document after = delivery;
    after.set("updated_at", Document::text(to_rfc3339(now)));
    return after;
}

}  // namespace

ObjectChange note_silence(const Document& delivery, const Calendar& calendar, Instant now) {
    ObjectChange change;
    const auto state = parcel_state(delivery.text_of("state"));
    const auto told = time_of(delivery, "last_event_at");
    const auto since = told ? told : time_of(delivery, "state_at");
    // Before it is booked the leg tells what is wrong; an exception is with a person already.
    if (!state || !since || is_final(*state) || *state == ParcelState::requested ||
        *state == ParcelState::exception)
        return change;
    const bool waits = *state == ParcelState::booked || *state == ParcelState::awaiting_pickup;
    std::string_view flag;
    if (passed(calendar, *since, waits ? days_before_pickup : days_on_the_way, now)) flag = silent;
    if (passed(calendar, *since, days_to_inquiry, now)) flag = inquiry;
    if (flag.empty() || has_flag(delivery, flag)) return change;
    Document after = updated(delivery, now);
    dossier_parts::list_in(after, "flags").push(Document::text(std::string(flag)));
    change.verdict = Verdict::applied;
    change.why = std::string(flag);
    change.body = std::move(after);
    return change;
}

void end_silence(Document& delivery) {
    Document* flags = delivery.find("flags");
    if (flags == nullptr) return;
    std::erase_if(flags->items(), [](const Document& flag) {
        return flag.as_text() == silent || flag.as_text() == inquiry;
    });
}

std::string_view silence_of(const Document& delivery) {
    if (has_flag(delivery, inquiry)) return inquiry;
    return has_flag(delivery, silent) ? silent : std::string_view();
}

bool wants_waybill(const Document& delivery) {
    return delivery.text_of("state") == "requested" && delivery.find("waybill_wanted") != nullptr;
}

ObjectChange order_again(
    const Document& delivery,
    const Document* dossier,
    const std::string& number,
    std::int64_t version,
    Instant now
) {
    Document after = updated(delivery, now);
    after.remove("waybill_wanted");
    after.set("waybill", Document::text(number));
    const std::string id = delivery.text_of("id");
    EventDraft event;
    event.kind = "delivery.requested";
    event.occurred_at = now;
    event.snapshot = Document::object();
    event.snapshot.set("key", Document::text(id + ":" + number));
    event.snapshot.set("delivery", after);
    if (dossier != nullptr) event.snapshot.set("dossier", *dossier);
    ObjectChange change;
    change.verdict = Verdict::applied;
    change.events.push_back(std::move(event));
    change.more.push_back(
        waybill_draft(number, "reserved", id, delivery.text_of("waybill_stock"), version)
    );
    change.body = std::move(after);
    return change;
}

}  // namespace gw::core
