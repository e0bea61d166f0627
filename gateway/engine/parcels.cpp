// The job that looks after parcels.
#include "gateway/engine/parcels.hpp"

#include "gateway/core/parcel_watch.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

namespace gw::engine {

namespace {

using core::Document;
using core::Object;

constexpr core::Duration hour{3'600'000};
constexpr int page_size = 200;

/// It is passed by: the others are looked after all the same.
void note_unreadable(const Object& object) {
    ports::log::error("parcel.unreadable", {{"id", ports::log::Word(object.id)}});
}

ports::ObjectFilter deliveries_in(std::string state) {
    ports::ObjectFilter filter;
    filter.kind = "delivery";
    filter.state = std::move(state);
    filter.limit = page_size;
    return filter;
}

}  // namespace

ports::Async<void> ParcelWatch::run(core::Instant now) {
    auto found = co_await find_waybills(now);
    if (!found) co_return found.error();
    if (listened_ && now - *listened_ < hour) co_return core::Result<void>();
    Counts counts;
    for (const char* state :
         {"booked",
          "awaiting_pickup",
          "picked_up",
          "in_transit",
          "out_for_delivery",
          "delivery_failed",
          "returning"}) {
        auto listened = co_await find_silence(state, counts, now);
        if (!listened) co_return listened.error();
    }
    counts_ = counts;
    listened_ = now;
    co_return core::Result<void>();
}

ports::Async<void> ParcelWatch::find_waybills(core::Instant now) {
    auto filter = deliveries_in("requested");
    bool more = true;
    while (more) {
        auto page = co_await store_.objects(filter);
        if (!page) co_return page.error();
        for (Object& object : page->items) {
            auto body = formats::read_stored(object.body);
            if (!body) {
                note_unreadable(object);
                continue;
            }
            if (!core::wants_waybill(*body)) continue;
            auto taken = co_await next_waybill(std::move(object), std::move(*body), now);
            if (!taken) co_return taken.error();
        }
        more = !page->next.empty();
        filter.after = std::move(page->next);
    }
    co_return core::Result<void>();
}

ports::Async<void> ParcelWatch::next_waybill(Object delivery, Document body, core::Instant now) {
    ports::ObjectFilter filter;
    filter.kind = core::waybill_kind;
    filter.agency = delivery.agency;
    filter.state = "free";
    filter.ref = body.text_of("waybill_stock");
    filter.limit = 1;
    auto free = co_await store_.objects(std::move(filter));
    if (!free) co_return free.error();
    if (free->items.empty()) {
        auto given_up = co_await give_up(std::move(delivery), now);
        co_return given_up;
    }
    ports::log::warning("waybill.used_before");
    auto dossier = co_await store_.object("dossier", delivery.agency, delivery.dossier);
    if (!dossier) co_return dossier.error();
    Document about;
    if (*dossier) {
        auto read = formats::read_stored((*dossier)->body);
        if (!read) co_return read.error();
        about = std::move(*read);
    }
    const Object& number = free->items.front();
    const Document* known = *dossier ? &about : nullptr;
    auto change = core::order_again(body, known, number.id, number.version, now);
    auto done = co_await commit(std::move(delivery), std::move(change), now);
    co_return done;
}

/// No number is left: as if the post had refused the order, for whoever waits for the parcel or is
/// to pay for it.
ports::Async<void> ParcelWatch::give_up(Object delivery, core::Instant now) {
    ports::log::error("waybill.stock_empty");
    core::Fact fact;
    fact.kind = delivery.kind;
    fact.ref = delivery.ref;
    fact.says = Document::object();
    fact.says.set("source", Document::text("order"));
    fact.says.set("state", Document::text("rejected"));
    fact.says.set("reason", Document::text("Đã hết mã vận đơn in sẵn."));
    ports::FactMessage message;
    message.message.partner = "parcels";
    message.message.agency = delivery.agency;
    message.message.kind = "parcels.watch";
    message.message.received_at = now;
    message.message.body = std::make_shared<const std::string>("{}");
    message.message.digest = crypto::sha256(*message.message.body);
    message.facts.push_back(std::move(fact));
    auto taken = co_await facts_.take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

ports::Async<void> ParcelWatch::find_silence(std::string state, Counts& counts, core::Instant now) {
    auto filter = deliveries_in(std::move(state));
    bool more = true;
    while (more) {
        auto page = co_await store_.objects(filter);
        if (!page) co_return page.error();
        for (Object& object : page->items) {
            const auto body = formats::read_stored(object.body);
            if (!body) {
                note_unreadable(object);
                continue;
            }
            auto change = core::note_silence(*body, calendar_, now);
            const auto word = core::silence_of(change.body ? *change.body : *body);
            if (word == "silent") ++counts.silent;
            if (word == "inquiry_due") ++counts.inquiry_due;
            if (!change.body) continue;
            auto done = co_await commit(std::move(object), std::move(change), now);
            if (!done) co_return done.error();
        }
        more = !page->next.empty();
        filter.after = std::move(page->next);
    }
    co_return core::Result<void>();
}

ports::Async<void> ParcelWatch::commit(
    Object delivery, core::ObjectChange change, core::Instant now
) {
    ChangeNote note;
    note.agency = delivery.agency;
    note.actor = "system:parcels";
    note.now = now;
    note.plan = &plan_;
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = "parcels";
    message.agency = delivery.agency;
    message.kind = "parcels.watch";
    message.received_at = now;
    message.body = std::make_shared<const std::string>("{}");
    message.digest = crypto::sha256(*message.body);
    core::AuditRow audit;
    audit.at = now;
    audit.agency = delivery.agency;
    audit.actor = note.actor;
    audit.action = change.why.empty() ? "parcels.order_again" : "parcels." + change.why;
    audit.subject = "delivery/" + delivery.id;
    acceptance.audit.push_back(std::move(audit));
    add_change(acceptance, delivery, std::move(change), note);
    auto accepted = co_await intake_.accept(std::move(acceptance));
    // Somebody else changed it meanwhile: the next run looks again.
    if (!accepted && accepted.error().code != "object.version") co_return accepted.error();
    co_return core::Result<void>();
}

}  // namespace gw::engine
