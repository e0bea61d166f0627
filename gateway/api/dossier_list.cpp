// The list of dossiers with its filters (contract 3.1).
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/progress_list.hpp"
#include "gateway/api/sync_state.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

namespace gw::api {

namespace {

using core::Document;

/// Pages of the store that one call looks through when its filters drop most.
constexpr int pages_max = 20;

struct Wanted {
    std::string procedure, agency, sync_state;
    std::optional<core::Instant> due_before;
};

std::optional<Reply> read_wanted(const Call& call, Wanted& wanted, ports::ObjectFilter& filter) {
    wanted.procedure = core::short_procedure(value_of(call.query, "procedure"));
    wanted.agency = core::canonical_agency(value_of(call.query, "agency"));
    wanted.sync_state = value_of(call.query, "sync_state");
    if (const auto status = value_of(call.query, "status"); !status.empty()) filter.state = status;
    const auto due = value_of(call.query, "due_before");
    const auto updated = value_of(call.query, "updated_after");
    if (!due.empty() && !(wanted.due_before = core::parse_rfc3339(due)))
        return refuse(call, "request.parameter", "due_before");
    if (!updated.empty() && !(filter.updated_after = core::parse_rfc3339(updated)))
        return refuse(call, "request.parameter", "updated_after");
    return read_page(call, filter);
}

bool fits(const Document& dossier, const Wanted& wanted) {
    if (!wanted.procedure.empty()) {
        const auto* code = dossier.at("/procedure/code");
        if (code == nullptr || core::short_procedure(code->as_text()) != wanted.procedure)
            return false;
    }
    if (!wanted.agency.empty()) {
        const auto* code = dossier.at("/receiving_unit/code");
        if (code == nullptr || core::canonical_agency(code->as_text()) != wanted.agency)
            return false;
    }
    if (wanted.due_before) {
        const auto due = core::parse_rfc3339(dossier.text_of("due_at"));
        if (!due || *due >= *wanted.due_before) return false;
    }
    return true;
}

asio::awaitable<core::Result<bool>> fits_sync(
    Context& context, const Call& call, const std::string& code, const Wanted& wanted
) {
    if (wanted.sync_state.empty()) co_return true;
    auto entries = co_await sync_of(context, call.who.tenant, code);
    if (!entries) co_return entries.error();
    co_return sync_summary(*entries).text_of("state") == wanted.sync_state;
}

/// Adds what fits of one page to `items`.
asio::awaitable<core::Result<void>> add_page(
    Context& context,
    const Call& call,
    const std::vector<core::Object>& objects,
    const Wanted& wanted,
    Document& items
) {
    const bool with_owner = value_of(call.query, "include") == "owner";
    for (const auto& object : objects) {
        auto body = formats::read_stored(object.body);
        if (!body) co_return body.error();
        if (!fits(*body, wanted)) continue;
        auto synced = co_await fits_sync(context, call, object.id, wanted);
        if (!synced) co_return synced.error();
        if (*synced) items.push(dossier_digest(*body, with_owner));
    }
    co_return core::Result<void>();
}

}  // namespace

asio::awaitable<Reply> list_dossiers(Context& context, Call& call) {
    Wanted wanted;
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.agency = call.who.tenant;
    if (auto refusal = read_wanted(call, wanted, filter); refusal) co_return std::move(*refusal);
    const auto limit = static_cast<std::size_t>(filter.limit);
    auto items = Document::list();
    for (int pages = 0; pages < pages_max; ++pages) {
        // Never more than still fit: a cursor stands between pages of the store, not inside one.
        filter.limit = static_cast<int>(limit - items.size());
        auto page = co_await context.parts.store->objects(filter);
        if (!page) co_return refuse(call, page.error());
        auto added = co_await add_page(context, call, page->items, wanted, items);
        if (!added) co_return refuse(call, added.error());
        filter.after = page->next;
        if (filter.after.empty() || items.size() >= limit) break;
    }
    co_return Reply(200, page_json(std::move(items), filter.after));
}

}  // namespace gw::api
