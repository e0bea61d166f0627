// Segments and holds on the administration socket.
#include "gateway/api/retention_calls.hpp"

#include "gateway/api/effects.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/reason.hpp"
#include "gateway/api/retention.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

namespace gw::api {

namespace {

using core::Document;
using core::Object;

Document segment_json(const ports::SegmentView& segment) {
    auto row = Document::object();
    row.set("day", Document::text(segment.day));
    row.set("messages", Document::number(segment.messages));
    row.set("rows", Document::number(segment.rows));
    row.set("bytes", Document::number(segment.bytes));
    row.set("ended", Document::text(core::to_rfc3339(segment.ended)));
    auto why = Document::list();
    for (const auto& reason : segment.kept_by) why.push(Document::text(reason));
    row.set("kept_by", std::move(why));
    if (segment.removing) row.set("removing", Document::boolean(true));
    return row;
}

Document hold_json(const Object& hold) {
    auto row = Document::object();
    row.set("dossier_code", Document::text(hold.id));
    row.set("agency", Document::text(hold.agency));
    row.set("state", Document::text(hold.state));
    const auto body = formats::read_stored(hold.body);
    if (!body) return row;
    for (const char* name : {"reason_vi", "by", "at"})
        if (const Document* value = body->find(name); value != nullptr) row.set(name, *value);
    return row;
}

core::ObjectWrite hold_write(
    const Call& call, const Object& dossier, const Object* now, std::string state, std::string why
) {
    core::ObjectWrite write;
    write.expected_version = now == nullptr ? 0 : now->version;
    Object& hold = write.object;
    if (now != nullptr) hold = *now;
    hold.kind = hold_kind;
    hold.agency = dossier.agency;
    hold.id = hold.dossier = dossier.id;
    hold.state = std::move(state);
    auto body = Document::object();
    body.set("reason_vi", Document::text(std::move(why)));
    body.set("by", Document::text(call.who.actor()));
    body.set("at", Document::text(core::to_rfc3339(call.now)));
    hold.body = formats::write_json(body);
    if (now == nullptr) hold.created_at = call.now;
    hold.updated_at = call.now;
    return write;
}

/// The dossier of this code, whoever owns it; without id when there is none.
ports::Async<Object> find_dossier(ports::Store& store, std::string code) {
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.dossier = std::move(code);
    auto page = co_await store.objects(std::move(filter));
    if (!page) co_return page.error();
    if (page->items.empty()) co_return Object();
    co_return std::move(page->items.front());
}

asio::awaitable<Reply> turn_hold(Context& context, Call& call, std::string state) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    auto& store = *context.parts.store;
    auto dossier = co_await find_dossier(store, call.path[0]);
    if (!dossier) co_return refuse(call, dossier.error());
    if (dossier->id.empty()) co_return refuse(call, "not_found");
    auto there = co_await store.object(hold_kind, dossier->agency, dossier->id);
    if (!there) co_return refuse(call, there.error());
    const Object* now = *there ? &**there : nullptr;
    const bool held = now != nullptr && now->state == "held";
    if (!held && state == "released") co_return refuse(call, "not_found", "it is not on hold");
    call.who.tenant = dossier->agency;
    auto detail = Document::object();
    detail.set("reason_vi", Document::text(reason));
    ports::Acceptance acceptance;
    acceptance.needed = true;
    acceptance.audit.push_back(
        audit_row(call, "dossier/" + dossier->id, formats::write_json(detail))
    );
    acceptance.objects.push_back(hold_write(call, *dossier, now, state, reason));
    Reply reply(200, formats::write_json(hold_json(acceptance.objects.back().object)));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return version_conflict(call, done.version);
    co_return std::move(done.reply);
}

}  // namespace

asio::awaitable<Reply> admin_retention(Context& context, Call& call) {
    auto& store = *context.parts.store;
    auto kept = co_await kept_dossiers(store, call.now);
    if (!kept) co_return refuse(call, kept.error());
    auto segments = co_await store.segments(*kept);
    if (!segments) co_return refuse(call, segments.error());
    ports::ObjectFilter filter;
    filter.kind = hold_kind;
    filter.state = "held";
    filter.limit = 500;
    auto holds = co_await store.objects(std::move(filter));
    if (!holds) co_return refuse(call, holds.error());
    auto days = Document::list(), held = Document::list();
    for (const auto& segment : *segments) days.push(segment_json(segment));
    for (const auto& hold : holds->items) held.push(hold_json(hold));
    auto body = Document::object();
    body.set("segments", std::move(days));
    body.set("held", std::move(held));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> admin_hold(Context& context, Call& call) {
    auto reply = co_await turn_hold(context, call, "held");
    co_return reply;
}

asio::awaitable<Reply> admin_release(Context& context, Call& call) {
    auto reply = co_await turn_hold(context, call, "released");
    co_return reply;
}

}  // namespace gw::api
