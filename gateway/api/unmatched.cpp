// Listing, closing and forgetting what nobody here knows.
#include "gateway/api/unmatched.hpp"

#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/reason.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/unmatched.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;
using core::Object;

constexpr int pages_max = 10, page_size = 500, step = 200, steps_max = 500;

ports::ObjectFilter open_ones() {
    ports::ObjectFilter filter;
    filter.kind = engine::unmatched_kind;
    filter.state = "open";
    filter.limit = page_size;
    return filter;
}

/// Without texts: they may name people.
Document shown(const Object& object) {
    auto out = Document::object();
    out.set("id", Document::text(object.id));
    out.set("agency", Document::text(object.agency));
    out.set("state", Document::text(object.state));
    out.set("received_at", Document::text(core::to_rfc3339(object.created_at)));
    const auto body = formats::read_stored(object.body);
    if (!body) return out;
    for (const char* name :
         {"about", "partner", "reference", "closed_at", "closed_by", "reason_vi"})
        if (const Document* value = body->find(name); value != nullptr) out.set(name, *value);
    const Document* says = body->find("says");
    if (says == nullptr) return out;
    auto said = Document::object();
    for (const char* name :
         {"state", "amount", "currency", "provider_transaction", "at", "code", "source", "waybill"})
        if (const Document* value = says->find(name); value != nullptr) said.set(name, *value);
    out.set("says", std::move(said));
    return out;
}

/// The open one of this name; without id when there is none.
ports::Async<Object> find_open(ports::Store& store, std::string id) {
    auto filter = open_ones();
    bool more = true;
    while (more) {
        auto page = co_await store.objects(filter);
        if (!page) co_return page.error();
        for (auto& object : page->items)
            if (object.id == id) co_return std::move(object);
        more = !page->next.empty();
        filter.after = std::move(page->next);
    }
    co_return Object();
}

core::ObjectWrite removal(Object object) {
    core::ObjectWrite write;
    write.expected_version = object.version;
    write.object = std::move(object);
    write.remove = true;
    return write;
}

ports::Acceptance swept(std::vector<Object> old, core::Instant now) {
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = message.kind = "unmatched.sweep";
    message.agency = old.front().agency;
    message.received_at = now;
    message.body = std::make_shared<const std::string>("{}");
    message.digest = crypto::sha256(*message.body);
    for (auto& object : old) {
        if (object.state == "open") {
            core::AuditRow row;
            row.at = now;
            row.agency = object.agency;
            row.actor = "system:unmatched.sweep";
            row.action = "unmatched.forgotten";
            row.subject = "unmatched/" + object.id;
            acceptance.audit.push_back(std::move(row));
        }
        acceptance.objects.push_back(removal(std::move(object)));
    }
    return acceptance;
}

}  // namespace

ports::Async<UnmatchedCounts> count_unmatched(ports::Store& store) {
    UnmatchedCounts counts;
    counts["payment"] = counts["delivery"] = counts["notification"] = 0;
    auto filter = open_ones();
    for (int i = 0; i < pages_max; ++i) {
        auto page = co_await store.objects(filter);
        if (!page) co_return page.error();
        for (const auto& object : page->items) {
            const auto body = formats::read_stored(object.body);
            if (body) ++counts[body->text_of("about")];
        }
        if (page->next.empty()) break;
        filter.after = std::move(page->next);
    }
    co_return counts;
}

asio::awaitable<Reply> admin_list_unmatched(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = engine::unmatched_kind;
    const auto state = value_of(call.query, "state");
    if (!state.empty() && state != "open" && state != "closed" && state != "all")
        co_return refuse(call, "request.parameter", "state is open, closed or all");
    if (state != "all") filter.state = state.empty() ? "open" : std::string(state);
    const auto reference = value_of(call.query, "reference");
    if (!reference.empty()) filter.ref = std::string(reference);
    if (auto refusal = read_page(call, filter); refusal) co_return std::move(*refusal);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    auto items = Document::list();
    for (const auto& object : page->items) items.push(shown(object));
    co_return Reply(200, page_json(std::move(items), page->next));
}

asio::awaitable<Reply> admin_close_unmatched(Context& context, Call& call) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    auto found = co_await find_open(*context.parts.store, call.path[0]);
    if (!found) co_return refuse(call, found.error());
    if (found->id.empty()) co_return refuse(call, "not_found");
    auto body = formats::read_stored(found->body);
    if (!body) co_return refuse(call, body.error());
    call.who.tenant = found->agency;
    body->set("closed_at", Document::text(core::to_rfc3339(call.now)));
    body->set("closed_by", Document::text(call.who.actor()));
    body->set("reason_vi", Document::text(reason));
    core::ObjectWrite write;
    write.expected_version = found->version;
    write.object = std::move(*found);
    write.object.state = "closed";
    write.object.body = formats::write_json(*body);
    write.object.updated_at = call.now;
    auto detail = Document::object();
    detail.set("reason_vi", Document::text(reason));
    Reply reply(200, formats::write_json(shown(write.object)));
    ports::Acceptance acceptance;
    acceptance.audit.push_back(
        audit_row(call, "unmatched/" + call.path[0], formats::write_json(detail))
    );
    acceptance.objects.push_back(std::move(write));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return refuse(call, "not_found");
    co_return std::move(done.reply);
}

ports::Async<void> UnmatchedSweep::run(core::Instant now) {
    const auto before = now - kept_;
    for (int i = 0; i < steps_max; ++i) {
        ports::ObjectFilter filter;
        filter.kind = engine::unmatched_kind;
        filter.limit = step;
        auto page = co_await store_.objects(std::move(filter));
        if (!page) co_return page.error();
        std::erase_if(page->items, [before](const auto& one) { return one.updated_at >= before; });
        if (page->items.empty()) break;
        const auto open = std::count_if(page->items.begin(), page->items.end(), [](const auto& o) {
            return o.state == "open";
        });
        if (open > 0) ports::log::warning("unmatched.forgotten", {{"open", open}});
        auto done = co_await store_.accept(swept(std::move(page->items), now));
        if (!done && done.error().code != "object.version") co_return done.error();
    }
    co_return core::Result<void>();
}

}  // namespace gw::api
