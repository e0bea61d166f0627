// Progress, supplements, results, survey and fees: steps of a dossier (contract 3.2, 3.5).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/progress_list.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

namespace gw::api {

namespace {

using core::CommandContext;
using core::Document;

constexpr std::size_t batch_max = 100;

/// "/v1/dossiers/H56…/fees/fee_01K…" of the new part.
Location below_dossier(const Call& call, std::string_view part) {
    auto base = "/v1/dossiers/" + percent_encode(call.path[0]) + "/" + std::string(part) + "/";
    return [base](const Document& answer) { return base + answer.text_of("id"); };
}

/// A correction names its officer (OC-8).
bool corrects_without_officer(const Call& call, const std::vector<Document>& entries) {
    if (call.who.has_person()) return false;
    for (const auto& entry : entries)
        if (entry.find("correction") != nullptr) return true;
    return false;
}

asio::awaitable<Reply> record(
    Context& context, Call& call, std::vector<Document> entries, Location location
) {
    if (corrects_without_officer(call, entries)) co_return refuse(call, "auth.actor_missing");
    const bool as_list = !location;
    const std::string above = call.body.is_list() ? "" : "/items";
    Command command = [entries,
                       as_list,
                       above](const Document& current, const CommandContext& with) {
        auto decision = core::record_progress(current, entries, with);
        if (auto* problem = std::get_if<core::Problem>(&decision); as_list && problem != nullptr)
            for (auto& finding : problem->findings)
                finding.pointer.insert(0, above + (entries.size() == 1 ? "/0" : ""));
        auto* change = std::get_if<core::Change>(&decision);
        if (as_list && change != nullptr && change->answer.find("items") == nullptr) {
            auto list = Document::list();
            list.push(std::move(change->answer));
            change->answer = Document::object();
            change->answer.set("items", std::move(list));
        }
        return decision;
    };
    auto reply =
        co_await change_dossier(context, call, std::move(command), 201, std::move(location));
    co_return reply;
}

}  // namespace

asio::awaitable<Reply> add_progress(Context& context, Call& call) {
    std::vector<Document> one{call.body};
    return record(context, call, std::move(one), below_dossier(call, "progress"));
}

asio::awaitable<Reply> add_progress_batch(Context& context, Call& call) {
    const auto* items = call.body.is_list() ? &call.body : call.body.find("items");
    if (items == nullptr || !items->is_list() || items->size() == 0)
        co_return refuse_field(call, core::Finding("/items", "field.required", {"items"}));
    if (!call.body.is_list() && call.body.size() != 1)
        co_return refuse(call, "request.unknown_field");
    if (items->size() > batch_max) co_return refuse(call, "request.too_large", "100 entries");
    auto reply = co_await record(context, call, items->items(), Location());
    co_return reply;
}

asio::awaitable<core::Result<Document>> progress_of(
    Context& context, std::string tenant, std::string code
) {
    auto events = co_await context.parts.store->events_of(
        std::move(tenant), std::move(code), "progress.recorded"
    );
    if (!events) co_return events.error();
    auto list = Document::list();
    for (const auto& event : *events) {
        auto snapshot = formats::read_stored(*event.snapshot);
        if (!snapshot) co_return snapshot.error();
        if (auto* entry = snapshot->find("progress"); entry != nullptr)
            list.push(std::move(*entry));
    }
    co_return list;
}

asio::awaitable<Reply> list_progress(Context& context, Call& call) {
    auto there = co_await context.parts.store->object("dossier", call.who.tenant, call.path[0]);
    if (!there) co_return refuse(call, there.error());
    if (!*there) co_return refuse(call, "not_found");
    auto entries = co_await progress_of(context, call.who.tenant, call.path[0]);
    if (!entries) co_return refuse(call, entries.error());
    co_return page_reply(call, std::move(*entries));
}

asio::awaitable<Reply> request_supplement(Context& context, Call& call) {
    Command command = [&call](const Document& current, const CommandContext& with) {
        return core::request_supplement(current, call.body, with);
    };
    return change_dossier(
        context, call, std::move(command), 201, below_dossier(call, "supplements")
    );
}

asio::awaitable<Reply> receive_supplement(Context& context, Call& call) {
    Command command = [&call](const Document& current, const CommandContext& with) {
        return core::receive_supplement(current, call.path[1], call.body, with);
    };
    return change_dossier(context, call, std::move(command), 200, Location());
}

asio::awaitable<Reply> revoke_result(Context& context, Call& call) {
    Command command = [&call](const Document& current, const CommandContext& with) {
        return core::revoke_result(current, call.path[1], call.body, with);
    };
    return change_dossier(context, call, std::move(command), 200, Location());
}

asio::awaitable<Reply> put_survey(Context& context, Call& call) {
    Command command = [&call](const Document& current, const CommandContext& with) {
        return core::put_survey(current, call.body, with);
    };
    return change_dossier(context, call, std::move(command), 200, Location());
}

asio::awaitable<Reply> add_fee(Context& context, Call& call) {
    Command command = [&call](const Document& current, const CommandContext& with) {
        return core::add_fee(current, call.body, with);
    };
    return change_dossier(context, call, std::move(command), 201, below_dossier(call, "fees"));
}

asio::awaitable<Reply> patch_fee(Context& context, Call& call) {
    Command command = [&call](const Document& current, const CommandContext& with) {
        return core::patch_fee(current, call.path[1], call.body, with);
    };
    return change_dossier(context, call, std::move(command), 200, Location());
}

}  // namespace gw::api
