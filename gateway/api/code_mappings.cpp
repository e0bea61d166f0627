// Local and partner codes: what the mapping files say, what people added, what is missing (3.10).
#include "gateway/api/code_mappings.hpp"

#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/text.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

namespace gw::api {

namespace {

using core::Document;
using core::LegState;

constexpr std::string_view kind = "code_mapping";
constexpr std::size_t code_max = 200;
constexpr int legs_max = 10'000;

/// The row that a PUT stands for.
mapping::CodeRow row_of(const Document& added) {
    mapping::CodeRow row;
    row.value = added.text_of("local_code");
    row.code = added.text_of("partner_code");
    row.added = true;
    return row;
}
std::string list_of(const Document& added) {
    return added.text_of("partner") + "." + added.text_of("list");
}

bool is_held_by(const ports::LegView& view, std::string_view list, std::string_view code) {
    if (view.reason != "code_unmapped") return false;
    const auto quoted = [](std::string_view text) { return "'" + std::string(text) + "'"; };
    if (view.what.find(quoted(list)) == view.what.npos) return false;
    // Codes of personal lists are not told.
    return view.what.find(" for ") == view.what.npos ||
           view.what.find(quoted(core::first_bytes(code, 60))) != view.what.npos;
}

/// What waited for this code goes on by itself.
asio::awaitable<core::Result<void>> release(Context& context, const Call& call, Document added) {
    const std::string list = list_of(added), code = added.text_of("local_code");
    const std::vector<PartnerInfo> partners = context.parts.partners();
    for (const auto& info : partners) {
        auto held =
            co_await context.parts.store->legs_in(info.partner, LegState::blocked, legs_max);
        if (!held) co_return held.error();
        for (const auto& view : *held) {
            if (!is_held_by(view, list, code)) continue;
            auto row = audit_row(call, "leg/" + std::to_string(core::raw(view.leg.id)));
            row.agency = view.leg.agency;  // its owner's trail, whoever added the code
            auto acted = co_await context.parts.store->act(
                view.leg.id, ports::LegAction::redrive, std::move(row)
            );
            // A leg that moved on by itself meanwhile needs nothing.
            if (!acted && acted.error().advice != core::Advice::give_up) co_return acted.error();
        }
    }
    co_return core::Result<void>();
}

Document gap_json(const ports::LegView& view) {
    auto gap = Document::object();
    gap.set("partner", Document::text(view.leg.partner));
    gap.set("gap", Document::boolean(true));
    gap.set("what", Document::text(view.what));
    gap.set("dossier_code", Document::text(view.leg.dossier));
    return gap;
}

Document row_json(const std::string& list, const mapping::CodeRow& row, bool added) {
    const auto dot = list.find('.');
    auto body = Document::object();
    body.set("partner", Document::text(list.substr(0, dot)));
    body.set("list", Document::text(list.substr(dot + 1)));
    body.set("local_code", Document::text(row.value));
    body.set("partner_code", Document::text(row.code));
    if (row.from) body.set("valid_from", Document::text(core::to_iso_day(*row.from)));
    if (row.to) body.set("valid_to", Document::text(core::to_iso_day(*row.to)));
    body.set("source", Document::text(added ? "added" : "file"));
    return body;
}

}  // namespace

asio::awaitable<core::Result<void>> load_code_mappings(
    ports::Store& store, mapping::Library library
) {
    ports::ObjectFilter filter;
    filter.kind = std::string(kind);
    filter.limit = 500;
    do {
        auto page = co_await store.objects(filter);
        if (!page) co_return page.error();
        for (const auto& object : page->items) {
            const auto added = formats::read_json(object.body);
            if (!added) co_return added.error();
            // A list may be gone from the files: the row waits for its return.
            const std::string list = list_of(*added);
            if (!library.put_code(list, row_of(*added)))
                ports::log::warning(
                    "mapping.list_gone", {{"list", ports::log::Word(added->text_of("list"))}}
                );
        }
        filter.after = page->next;
    } while (!filter.after.empty());
    co_return core::Result<void>();
}

asio::awaitable<Reply> list_mappings(Context& context, Call& call) {
    const std::string partner(value_of(call.query, "partner"));
    const bool gaps_only = value_of(call.query, "gaps") == "true";
    auto items = Document::list();
    // Legs that a missing code holds name what is missing: gaps come first.
    if (!partner.empty()) {
        auto held =
            co_await context.parts.store->legs_in(partner, LegState::blocked, 500, call.who.tenant);
        if (!held) co_return refuse(call, held.error());
        for (const auto& view : *held)
            if (view.reason == "code_unmapped") items.push(gap_json(view));
    }
    if (gaps_only) co_return page_reply(call, std::move(items));
    for (const auto& name : context.parts.library.code_lists()) {
        if (!partner.empty() && !name.starts_with(partner + ".")) continue;
        const auto list = context.parts.library.codes(name);
        for (const auto& row : (*list)->rows()) items.push(row_json(name, row, row.added));
    }
    co_return page_reply(call, std::move(items));
}

asio::awaitable<Reply> put_mapping(Context& context, Call& call) {
    if (auto refusal = check_body(call, call.body, "CodeMapping")) co_return std::move(*refusal);
    auto added = Document::object();
    added.set("partner", Document::text(call.path[0]));
    added.set("list", Document::text(call.path[1]));
    added.set("local_code", Document::text(call.path[2]));
    added.set("partner_code", Document::text(call.body.text_of("partner_code")));
    if (const auto* note = call.body.find("note")) added.set("note", *note);
    added.set("source", Document::text("added"));
    const auto list = context.parts.library.codes(list_of(added));
    if (!list) co_return refuse(call, "not_found", "list");
    if (call.path[2].empty() || call.path[2].size() > code_max)
        co_return refuse(call, "request.parameter", "local_code");
    const std::string id = list_of(added) + "/" + call.path[2];
    ports::Acceptance acceptance;
    acceptance.objects.push_back(object_write(call, std::string(kind), id, added, -1));
    acceptance.objects.back().object.agency.clear();  // the whole province's
    const std::string subject = std::string(kind) + "/" + list_of(added);
    acceptance.audit.push_back(audit_row(call, subject, formats::write_json(added)));
    Reply reply(200, formats::write_json(added));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.reply.status != 200) co_return std::move(done.reply);
    // What stands there now: of two calls at once, the store says which came last.
    auto stored = co_await read_object(context, std::string(kind), "", id);
    if (!stored) co_return refuse(call, stored.error());
    const auto put = context.parts.library.put_code(list_of(added), row_of(stored->body));
    if (!put) co_return refuse(call, put.error());
    auto released = co_await release(context, call, std::move(added));
    if (!released) co_return refuse(call, released.error());
    co_return std::move(done.reply);
}

}  // namespace gw::api
