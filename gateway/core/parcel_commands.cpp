// Requests about deliveries: what is checked, what the new delivery looks like.
#include "gateway/core/parcel_commands.hpp"

#include "gateway/core/dossier_internal.hpp"

#include <array>

namespace gw::core {

namespace {

using dossier_parts::Faults;
using dossier_parts::time_of;

bool has_text(const Document& holder, std::string_view pointer) {
    const Document* found = holder.at(pointer);
    return found != nullptr && !found->as_text().empty();
}

/// Province, commune, detail, name and phone of somebody a parcel goes to (postal.md 7).
bool can_be_found(const Document& contact) {
    return has_text(contact, "/name") && has_text(contact, "/phone") &&
           has_text(contact, "/address/province_code") &&
           has_text(contact, "/address/commune_code") && has_text(contact, "/address/detail");
}

void complete_contact(Document& contact, Instant now) {
    Document* address = contact.find("address");
    if (address == nullptr || address->find("valid_on") != nullptr) return;
    address->set("valid_on", Document::text(to_iso_day(local_day(now))));
}

EventDraft event_about(std::string kind, std::string key, const Document& delivery, Instant at) {
    EventDraft event;
    event.kind = std::move(kind);
    event.occurred_at = at;
    event.snapshot = Document::object();
    event.snapshot.set("key", Document::text(std::move(key)));
    event.snapshot.set("delivery", delivery);
    return event;
}

/// Written once: two deliveries never share an order number (PO-6).
ObjectDraft order_slot(std::string number, const std::string& delivery) {
    ObjectDraft draft;
    draft.kind = "order_number";
    draft.id = std::move(number);
    draft.state = "used";
    draft.body = Document::object();
    draft.body.set("delivery_id", Document::text(delivery));
    return draft;
}

}  // namespace

std::string order_number(std::string_view code, std::string_view direction, int earlier) {
    std::string number(code);
    if (direction == "collect") number += "-TG";
    if (earlier > 0) number += "-T" + std::to_string(earlier + 1);
    return number;
}

ObjectDecision request_delivery(
    const Document& dossier,
    Document request,
    std::string number,
    const CommandContext& context,
    const WaybillPlace& place
) {
    Faults faults(check(*schema("DeliveryRequest"), request, Completeness::whole));
    if (auto problem = faults.problem()) return std::move(*problem);
    const std::string citizen = request.text_of("direction") == "collect" ? "sender" : "receiver";
    for (const std::string_view side : {"sender", "receiver"}) {
        Document* contact = request.find(side);
        if (contact == nullptr && side != citizen) continue;
        if (contact == nullptr || !can_be_found(*contact))
            return Problem("delivery.address_incomplete", std::string(side));
        complete_contact(*contact, context.now);
    }
    if (request.find("cod_amount") == nullptr) request.set("cod_amount", Document::number(0));
    const std::string now = to_rfc3339(context.now), id = context.new_id("dlv");
    Document delivery = Document::object();
    delivery.set("id", Document::text(id));
    request.remove("cod_fee_ids");  // they are the payment's
    for (Member& m : request.members()) delivery.set(m.name, std::move(m.value));
    delivery.set("order_number", Document::text(std::move(number)));
    if (!place.stock.empty()) delivery.set("waybill_stock", Document::text(place.stock));
    delivery.set("state", Document::text("requested"));
    delivery.set("state_at", Document::text(now));
    delivery.set("created_at", Document::text(now));
    delivery.set("updated_at", Document::text(now));
    ObjectChange change;
    change.verdict = Verdict::applied;
    change.events.push_back(event_about("delivery.requested", id, delivery, context.now));
    change.events.back().snapshot.set("dossier", dossier);
    change.more.push_back(order_slot(delivery.text_of("order_number"), id));
    if (const std::string waybill = delivery.text_of("waybill"); !waybill.empty())
        change.more.push_back(waybill_draft(
            waybill, place.stock.empty() ? "used" : "reserved", id, place.stock, place.version
        ));
    change.body = std::move(delivery);
    return change;
}

ObjectDecision cancel_delivery(const Document& delivery, const CommandContext& context) {
    const auto state = parcel_state(delivery.text_of("state"));
    if (!state || !may_follow(*state, ParcelState::cancelled) || *state == ParcelState::exception)
        return Problem("delivery.too_late_to_cancel", delivery.text_of("state"));
    ObjectChange change;
    if (delivery.find("cancel_requested_at") != nullptr) return change;  // asked before
    Document after = delivery;
    after.set("cancel_requested_at", Document::text(to_rfc3339(context.now)));
    after.remove("cancel_refused");
    change.verdict = Verdict::applied;
    change.events.push_back(event_about(
        "delivery.cancel_requested", delivery.text_of("id") + ":cancel", after, context.now
    ));
    change.body = std::move(after);
    return change;
}

ObjectDecision add_custody(
    const Document& delivery, Document request, const CommandContext& context
) {
    Faults faults(check(*schema("Custody"), request, Completeness::whole));
    const auto at = time_of(request, "at");
    if (at && *at > context.now + dossier_parts::clock_tolerance)
        faults.error("/at", "date.in_future", {"Thời điểm giao nhận"});
    if (auto problem = faults.problem()) return std::move(*problem);
    constexpr std::array<std::string_view, 3> steps{
        "sealed", "handed_to_post", "received_from_post"};
    Document after = delivery;
    Document& chain = dossier_parts::list_in(after, "custody");
    // Sealed before it is handed over: a gap in the chain is shown, not hidden (PO-4).
    const std::string step = request.text_of("step");
    const std::string last = chain.size() == 0 ? "" : chain.items().back().text_of("step");
    if (step == steps[1] && last != steps[0]) request.set("gap", Document::boolean(true));
    request.set("recorded_at", Document::text(to_rfc3339(context.now)));
    chain.push(std::move(request));
    after.set("updated_at", Document::text(to_rfc3339(context.now)));
    ObjectChange change;
    change.verdict = Verdict::applied;
    change.body = std::move(after);
    return change;
}

}  // namespace gw::core
