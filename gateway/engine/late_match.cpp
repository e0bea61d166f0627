// Looks for the parcels of what was kept, a page at a time.
#include "gateway/engine/late_match.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/engine/unmatched.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <set>

namespace gw::engine {

namespace {

using core::Document;

constexpr int page_size = 200;
const std::string about_kind = "delivery";

void note_unreadable(const core::Object& object) {
    ports::log::error(
        "unmatched.unreadable",
        {{"kind", ports::log::Word(object.kind)}, {"id", ports::log::Word(object.id)}}
    );
}

/// A parcel that cannot be read takes nothing in: its facts wait until somebody has mended it.
bool takes_in(const core::Object& delivery) {
    if (formats::read_stored(delivery.body)) return true;
    note_unreadable(delivery);
    return false;
}

}  // namespace

ports::Async<void> LateMatch::run(core::Instant now) {
    ports::ObjectFilter filter;
    filter.kind = unmatched_kind;
    filter.state = "open";
    filter.limit = page_size;
    bool more = true;
    while (more) {
        auto page = co_await store_.objects(filter);
        if (!page) co_return page.error();
        more = !page->next.empty();
        filter.after = std::move(page->next);
        std::vector<Kept> kept;
        for (core::Object& object : page->items) {
            auto body = formats::read_stored(object.body);
            if (!body) {
                note_unreadable(object);
                continue;
            }
            const Document* says = body->find("says");
            if (body->text_of("about") != about_kind || says == nullptr) continue;
            Kept one;
            one.object = std::move(object);
            one.waybill = says->text_of("waybill");
            one.body = std::move(*body);
            kept.push_back(std::move(one));
        }
        auto ordered = co_await by_order(&kept);
        if (!ordered) co_return ordered.error();
        std::set<std::string> agencies;
        for (const Kept& one : kept) agencies.insert(one.object.agency);
        for (const std::string& agency : agencies) {
            auto numbered = co_await by_waybill(&kept, agency);
            if (!numbered) co_return numbered.error();
        }
        for (Kept& one : kept) {
            if (one.ref.empty()) continue;
            auto taken = co_await take_in(std::move(one), now);
            if (!taken) co_return taken.error();
        }
    }
    co_return core::Result<void>();
}

ports::Async<void> LateMatch::by_order(std::vector<Kept>* kept) {
    ports::ObjectFilter filter;
    filter.kind = about_kind;
    for (const Kept& one : *kept) filter.refs.push_back(one.object.ref);
    if (filter.refs.empty()) co_return core::Result<void>();
    auto found = co_await store_.objects(std::move(filter));
    if (!found) co_return found.error();
    for (const core::Object& delivery : found->items) {
        if (!takes_in(delivery)) continue;
        for (Kept& one : *kept)
            if (one.object.ref == delivery.ref) one.ref = delivery.ref;
    }
    co_return core::Result<void>();
}

ports::Async<void> LateMatch::by_waybill(std::vector<Kept>* kept, std::string agency) {
    ports::ObjectFilter numbers, deliveries;
    numbers.kind = "waybill";
    numbers.agency = deliveries.agency = agency;
    const auto looked_for = [&agency](const Kept& one) {
        return one.ref.empty() && !one.waybill.empty() && one.object.agency == agency;
    };
    for (const Kept& one : *kept)
        if (looked_for(one)) numbers.ids.push_back(one.waybill);
    if (numbers.ids.empty()) co_return core::Result<void>();
    auto known = co_await store_.objects(std::move(numbers));
    if (!known) co_return known.error();
    std::map<std::string, std::string> holders;  // delivery -> waybill
    for (const core::Object& number : known->items) {
        const auto body = formats::read_stored(number.body);
        if (!body) co_return body.error();
        const std::string delivery = body->text_of("delivery_id");
        if (!delivery.empty()) holders[delivery] = number.id;
    }
    deliveries.kind = about_kind;
    for (const auto& [delivery, number] : holders) deliveries.ids.push_back(delivery);
    if (deliveries.ids.empty()) co_return core::Result<void>();
    auto found = co_await store_.objects(std::move(deliveries));
    if (!found) co_return found.error();
    for (const core::Object& delivery : found->items) {
        if (!takes_in(delivery)) continue;
        for (Kept& one : *kept)
            if (looked_for(one) && one.waybill == holders[delivery.id]) one.ref = delivery.ref;
    }
    co_return core::Result<void>();
}

/// The fact and the end of its waiting are one commit.
ports::Async<void> LateMatch::take_in(Kept kept, core::Instant now) {
    ports::FactMessage message;
    message.message.partner = kept.body.text_of("partner");
    message.message.agency = kept.object.agency;
    message.message.kind = std::string(name());
    message.message.received_at = now;
    message.message.body = std::make_shared<const std::string>(formats::write_json(kept.body));
    message.message.digest = crypto::sha256(*message.message.body);
    core::Fact fact;
    fact.kind = about_kind;
    fact.ref = kept.ref;
    fact.says = *kept.body.find("says");
    message.facts.push_back(std::move(fact));
    kept.body.set("closed_at", Document::text(core::to_rfc3339(now)));
    kept.body.set("closed_by", Document::text("system:" + std::string(name())));
    core::ObjectWrite write;
    write.expected_version = kept.object.version;
    write.object = std::move(kept.object);
    write.object.state = "closed";
    write.object.updated_at = now;
    write.object.body = formats::write_json(kept.body);
    message.beside.push_back(std::move(write));
    auto taken = co_await facts_.take_in(std::move(message));
    // A person closed it meanwhile, or the parcel changes just now: the next run looks again.
    if (!taken && taken.error().code != "facts.race") co_return taken.error();
    if (taken) ports::log::info("unmatched.matched");
    co_return core::Result<void>();
}

}  // namespace gw::engine
