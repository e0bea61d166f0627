// Partners as the one-stop sees them, and what reconciliation found (contract 3.11, 3.12).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/partner_list.hpp"
#include "gateway/api/partner_watch.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

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

/// A moment as a time or as a day; `otherwise` when it is not given.
std::optional<core::Instant> moment_of(
    const Call& call, std::string_view name, core::Instant otherwise
) {
    const auto given = value_of(call.query, name);
    if (given.empty()) return otherwise;
    if (const auto day = core::parse_iso_day(given)) return core::at_local(*day);
    return core::parse_rfc3339(given);
}

/// Not over before `from`.
bool reaches(const Document& outage, core::Instant from) {
    const auto end = core::parse_rfc3339(outage.text_of("to"));
    return !end || *end > from;
}

ports::ObjectFilter outages_of(const std::string& agency, std::string partner) {
    ports::ObjectFilter filter;
    filter.kind = outage_kind;
    filter.agency = agency;
    filter.ref = std::move(partner);
    return filter;
}

bool is_partner(const Context& context, const std::string& name) {
    if (!context.parts.partners) return false;
    const auto all = context.parts.partners();
    return std::any_of(all.begin(), all.end(), [&](const auto& p) { return p.partner == name; });
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
    for (auto& item : items->items()) {
        auto filter = outages_of(call.who.tenant, item.text_of("partner"));
        filter.state = "open";
        auto open = co_await context.parts.store->objects(std::move(filter));
        if (!open) co_return refuse(call, open.error());
        if (open->items.empty()) continue;
        item.set("since", Document::text(core::to_rfc3339(open->items.back().created_at)));
    }
    co_return page_reply(call, std::move(*items));
}

asio::awaitable<Reply> get_partner_history(Context& context, Call& call) {
    if (!is_partner(context, call.path[0])) co_return refuse(call, "not_found");
    const auto from = moment_of(call, "from", call.now - std::chrono::days(30));
    const auto to = moment_of(call, "to", call.now);
    if (!from || !to) co_return refuse(call, "request.parameter", "from and to are times or days");
    auto filter = outages_of(call.who.tenant, call.path[0]);
    if (auto refusal = read_page(call, filter); refusal) co_return std::move(*refusal);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    auto items = Document::list();
    for (const auto& object : page->items) {
        auto outage = formats::read_json(object.body);
        if (!outage || object.created_at > *to || !reaches(*outage, *from)) continue;
        items.push(std::move(*outage));
    }
    co_return Reply(200, page_json(std::move(items), page->next));
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
