// Partners as the one-stop sees them, and what reconciliation found (contract 3.11, 3.12).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/partner_list.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

using core::Document;

void set_time(Document& body, const char* name, const std::optional<core::Instant>& at) {
    if (at) body.set(name, Document::text(core::to_rfc3339(*at)));
}

Document partner_json(const PartnerInfo& info, const std::vector<ports::QueueStats>& queues) {
    auto body = Document::object();
    body.set("partner", Document::text(info.partner));
    body.set("name_vi", Document::text(info.name_vi));
    body.set("state", Document::text(info.state));
    if (info.since != core::Instant{})
        body.set("since", Document::text(core::to_rfc3339(info.since)));
    if (!info.reason_vi.empty()) body.set("reason_vi", Document::text(info.reason_vi));
    body.set("cause", Document::text(info.cause));
    std::int64_t waiting = 0;
    std::optional<core::Instant> oldest;
    for (const auto& queue : queues) {
        if (queue.partner != info.partner) continue;
        waiting = queue.ready + queue.sending + queue.retry + queue.unknown + queue.blocked;
        oldest = queue.oldest_waiting;
    }
    body.set("waiting_messages", Document::number(waiting));
    set_time(body, "oldest_waiting_since", oldest);
    body.set("throttled", Document::boolean(info.throttled));
    set_time(body, "certificate_expires_at", info.certificate_expires_at);
    set_time(body, "credential_expires_at", info.credential_expires_at);
    if (!info.route.empty()) body.set("route", Document::text(info.route));
    return body;
}

/// "H56.14-260105-0007 STALE" -> {dossier_code, class}.
Document difference_json(const std::string& row) {
    auto body = Document::object();
    const auto blank = row.rfind(' ');
    body.set("dossier_code", Document::text(row.substr(0, blank)));
    if (blank != std::string::npos) body.set("class", Document::text(row.substr(blank + 1)));
    return body;
}

}  // namespace

asio::awaitable<core::Result<Document>> partners_json(Context& context) {
    auto queues = co_await context.parts.store->stats();
    if (!queues) co_return queues.error();
    auto items = Document::list();
    if (context.parts.partners)
        for (const auto& info : context.parts.partners()) items.push(partner_json(info, *queues));
    co_return items;
}

asio::awaitable<Reply> list_partners(Context& context, Call& call) {
    auto items = co_await partners_json(context);
    if (!items) co_return refuse(call, items.error());
    co_return Reply(200, page_json(std::move(*items), ""));
}

asio::awaitable<Reply> get_drift(Context& context, Call& call) {
    const auto partner = std::string(value_of(call.query, "partner"));
    auto date = std::string(value_of(call.query, "date"));
    if (date.empty()) date = core::to_iso_day(core::local_day(call.now));
    if (!core::parse_iso_day(date)) co_return refuse(call, "request.parameter", "date");
    if (partner.empty()) co_return refuse(call, "request.parameter", "partner");
    auto report =
        co_await read_object(context, "reconciliation", call.who.tenant, partner + ":" + date);
    if (!report) co_return refuse(call, report.error());
    if (!report->found) co_return refuse(call, "not_found", "no reconciliation on that day");
    auto items = Document::list();
    if (const auto* rows = report->body.find("differences"); rows != nullptr)
        for (const auto& row : rows->items()) items.push(difference_json(row.as_text()));
    auto body = Document::object();
    body.set("partner", Document::text(partner));
    body.set("date", Document::text(date));
    for (auto& member : report->body.members())
        if (member.name != "differences") body.set(member.name, std::move(member.value));
    body.set("items", std::move(items));
    body.set("next_cursor", Document::null());
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
