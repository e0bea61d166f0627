// Remembers when a partner was down, why and for how long.
#include "gateway/api/partner_watch.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

/// The higher, the worse; 0 = up.
int badness(std::string_view state) {
    constexpr std::string_view words[] = {"up", "degraded", "down", "parked"};
    const auto found = std::find(std::begin(words), std::end(words), state);
    return static_cast<int>(found - std::begin(words));
}

void set_time(Document& body, const char* name, const std::optional<core::Instant>& at) {
    if (at) body.set(name, Document::text(core::to_rfc3339(*at)));
}

Document evidence_of(const std::string& partner, const std::vector<ports::QueueStats>& queues) {
    auto body = Document::object();
    for (const auto& queue : queues) {
        if (queue.partner != partner) continue;
        const auto waiting =
            queue.ready + queue.sending + queue.retry + queue.unknown + queue.blocked;
        body.set("waiting_messages", Document::number(waiting));
        body.set("unknown_outcomes", Document::number(queue.unknown));
        set_time(body, "oldest_waiting_since", queue.oldest_waiting);
        set_time(body, "last_delivered_at", queue.last_delivered);
    }
    return body;
}

/// What the outage is now; nullopt when there is nothing to write.
std::optional<core::ObjectWrite> next_write(
    const std::string& agency,
    const PartnerInfo& info,
    const core::Object* open,
    const std::vector<ports::QueueStats>& queues,
    core::Instant now
) {
    if (info.state == "up" && open == nullptr) return std::nullopt;
    core::ObjectWrite write;
    auto body = Document::object();
    if (open != nullptr) {
        write.object = *open;
        write.expected_version = open->version;
        if (auto old = formats::read_json(open->body)) body = std::move(*old);
        const bool ended = info.state == "up";
        if (!ended && badness(info.state) <= badness(body.text_of("state"))) return std::nullopt;
        if (ended) body.set("to", Document::text(core::to_rfc3339(now)));
        if (ended) write.object.state = "closed";
    } else {
        write.object.kind = outage_kind;
        write.object.agency = agency;
        write.object.id = info.partner + ":" + std::to_string(core::to_ms(now));
        write.object.ref = info.partner;
        write.object.state = "open";
        write.object.created_at = now;
        body.set("partner", Document::text(info.partner));
        body.set("from", Document::text(core::to_rfc3339(now)));
    }
    if (info.state != "up") {
        body.set("state", Document::text(info.state));
        body.set("cause", Document::text(info.cause));
        if (!info.reason_vi.empty()) body.set("reason_vi", Document::text(info.reason_vi));
    }
    body.set(info.state == "up" ? "at_end" : "evidence", evidence_of(info.partner, queues));
    write.object.body = formats::write_json(body);
    write.object.updated_at = now;
    return write;
}

ports::Acceptance acceptance_of(
    core::ObjectWrite write, const PartnerInfo& info, core::Instant now
) {
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = "partners.watch";
    message.agency = write.object.agency;
    message.kind = "partner.state_changed";
    message.received_at = now;
    message.body = std::make_shared<const std::string>(write.object.body);
    message.digest = crypto::sha256(*message.body);
    core::FeedItem item;
    item.agency = write.object.agency;
    item.type = "partner.state_changed";
    item.actor = "system:partners.watch";
    item.timestamp = now;
    auto data = Document::object();
    data.set("partner", Document::text(info.partner));
    data.set("state", Document::text(info.state));
    data.set("since", Document::text(core::to_rfc3339(now)));
    item.data = formats::write_json(data);
    acceptance.feed.push_back(std::move(item));
    acceptance.objects.push_back(std::move(write));
    return acceptance;
}

}  // namespace

PartnerWatch::PartnerWatch(
    ports::Store& store, ports::Intake& intake, Partners partners, std::vector<std::string> agencies
)
    : store_(store),
      intake_(intake),
      partners_(std::move(partners)),
      agencies_(std::move(agencies)) {}

ports::Async<void> PartnerWatch::run(core::Instant now) {
    for (const auto& agency : agencies_) {
        auto looked = co_await look(agency, now);
        if (!looked) co_return looked.error();
    }
    co_return core::Result<void>();
}

ports::Async<PartnerWatch::Open> PartnerWatch::open_outages(std::string agency) {
    ports::ObjectFilter filter;
    filter.kind = outage_kind;
    filter.agency = std::move(agency);
    filter.state = "open";
    auto page = co_await store_.objects(std::move(filter));
    if (!page) co_return page.error();
    Open open;
    for (auto& object : page->items) {
        auto partner = object.ref;
        open.emplace(std::move(partner), std::move(object));
    }
    co_return open;
}

ports::Async<void> PartnerWatch::look(std::string agency, core::Instant now) {
    auto open = co_await open_outages(agency);
    if (!open) co_return open.error();
    auto queues = co_await store_.stats();
    if (!queues) co_return queues.error();
    const auto infos = partners_();
    for (const auto& info : infos) {
        const auto found = open->find(info.partner);
        const auto* outage = found == open->end() ? nullptr : &found->second;
        auto write = next_write(agency, info, outage, *queues, now);
        if (!write) continue;
        auto acceptance = acceptance_of(std::move(*write), info, now);
        auto done = co_await intake_.accept(std::move(acceptance));
        if (!done) co_return done.error();
    }
    co_return core::Result<void>();
}

}  // namespace gw::api
