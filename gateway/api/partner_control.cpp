// What a partner may be sent and when, its breakers by hand, and when its queue will be empty.
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/reason.hpp"
#include "gateway/engine/drain.hpp"
#include "gateway/formats/json.hpp"

#include <cstdio>

namespace gw::api {

namespace {

using core::Document;
using core::Group;

constexpr core::Duration forced_max{30 * 86'400'000LL};

Document decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return Document::number_text(text);
}

void set_time(Document& body, const char* name, const std::optional<core::Instant>& at) {
    if (at) body.set(name, Document::text(core::to_rfc3339(*at)));
}

engine::Dispatcher* dispatcher_of(const Context& context, const std::string& partner) {
    const auto found = context.parts.dispatchers.find(partner);
    return found == context.parts.dispatchers.end() ? nullptr : found->second;
}

Document quota_json(const std::vector<core::QuotaLine>& lines) {
    auto list = Document::list();
    for (const auto& line : lines) {
        auto row = Document::object();
        row.set("agency", Document::text(line.agency));
        if (line.share > 0) row.set("share", Document::number(line.share));
        row.set("used", Document::number(line.used));
        row.set("left", Document::number(line.left));
        list.push(std::move(row));
    }
    return list;
}

Document limits_json(const engine::DispatcherStats& s) {
    auto body = Document::object(), breakers = Document::object();
    for (std::size_t i = 0; i < engine::groups; ++i)
        if (s.used[i])
            breakers.set(
                std::string(engine::to_word(static_cast<Group>(i))),
                Document::text(std::string(engine::to_word(s.breakers[i])))
            );
    body.set("partner", Document::text(s.partner));
    body.set("breakers", std::move(breakers));
    body.set("parked", Document::boolean(s.parked));
    if (!s.closed_text.empty()) body.set("text_vi", Document::text(s.closed_text));
    set_time(body, "held_until", s.forced_until);
    set_time(body, "closed_until", s.closed_until);
    if (!s.paused.empty()) body.set("paused", Document::text(s.paused));
    body.set("in_flight", Document::number(s.in_flight));
    body.set("concurrency_limit", Document::number(s.concurrency_limit));
    if (s.allowed_rate > 0) body.set("allowed_per_s", decimal(s.allowed_rate));
    body.set("catching_up", Document::boolean(s.catching_up));
    if (s.ceiling.per_s > 0) {
        body.set("learned_per_s", decimal(s.ceiling.per_s));
        set_time(body, "learned_at", s.ceiling.at);
    }
    if (s.calls_per_day > 0) {
        body.set("calls_per_day", Document::number(s.calls_per_day));
        body.set("calls_today", Document::number(s.calls_today));
        body.set("calls_by_agency", quota_json(s.quota));
    }
    body.set("retry_tokens", decimal(s.retry_tokens));
    return body;
}

Document drain_json(const engine::DrainReport& report) {
    const auto& plan = report.plan;
    auto body = Document::object();
    body.set("partner", Document::text(report.partner));
    body.set("waiting", Document::number(report.waiting));
    body.set("blocked", Document::number(report.blocked));
    if (report.looked_at < report.waiting)
        body.set("looked_at", Document::number(report.looked_at));
    auto classes = Document::object();
    for (std::size_t i = 0; i < plan.by_class.size(); ++i)
        classes.set("p" + std::to_string(i), Document::number(plan.by_class[i]));
    body.set("by_class", std::move(classes));
    if (!report.known_by.empty()) {
        body.set("ceiling_per_s", decimal(report.rates.ceiling));
        body.set("ceiling_known_by", Document::text(std::string(report.known_by)));
        body.set("interactive_per_s", decimal(report.rates.interactive));
        body.set("backlog_per_s", decimal(plan.rate));
    }
    if (report.rates.begins > report.at) set_time(body, "opens_at", report.rates.begins);
    if (report.rates.away) body.set("away", Document::boolean(true));
    set_time(body, "empty_at", plan.empty_at);
    body.set("late", Document::number(plan.late));
    body.set("already_late", Document::number(plan.lost));
    set_time(body, "first_late", plan.first_late);
    if (plan.saving_rate > 0) body.set("saving_per_s", decimal(plan.saving_rate));
    auto list = Document::list();
    for (const auto& late : report.late) {
        auto row = Document::object();
        row.set("leg", Document::number(late.leg));
        row.set("dossier_code", Document::text(late.dossier));
        row.set("operation", Document::text(late.operation));
        set_time(row, "legal_deadline", late.legal_deadline);
        list.push(std::move(row));
    }
    body.set("late_legs", std::move(list));
    return body;
}

/// Until when it stays open: `until` as a time, within a month. nullopt: not that.
std::optional<core::Instant> end_of(const Call& call) {
    const auto until = core::parse_rfc3339(call.body.text_of("until"));
    if (!until || *until <= call.now || *until > call.now + forced_max) return std::nullopt;
    return until;
}

}  // namespace

asio::awaitable<Reply> admin_limits(Context& context, Call& call) {
    const auto* dispatcher = dispatcher_of(context, call.path[0]);
    if (dispatcher == nullptr) co_return refuse(call, "not_found");
    co_return Reply(200, formats::write_json(limits_json(dispatcher->stats())));
}

asio::awaitable<Reply> admin_breaker(Context& context, Call& call) {
    auto* dispatcher = dispatcher_of(context, call.path[0]);
    if (dispatcher == nullptr) co_return refuse(call, "not_found");
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    const auto group = engine::group_of(call.body.text_of("group", "write"));
    const auto action = call.body.text_of("action");
    const bool opens = action == "open";
    if (!group || (!opens && action != "probe"))
        co_return refuse(
            call, "request.parameter", "action is open or probe; group is lookup, write or file"
        );
    std::optional<core::Instant> until;
    if (opens) until = end_of(call);
    if (opens && !until)
        co_return refuse_field(
            call, core::Finding("/until", "field.format", {"until", "2026-11-29T02:00:00+07:00"})
        );
    auto detail = Document::object();
    detail.set("action", Document::text(action));
    detail.set("group", Document::text(std::string(engine::to_word(*group))));
    detail.set("reason_vi", Document::text(reason));
    set_time(detail, "until", until);
    auto why = audit_row(call, "partner/" + call.path[0], formats::write_json(detail));
    auto text = call.body.text_of("text_vi");
    auto done = co_await dispatcher->command(*group, until, std::move(text), std::move(why));
    if (!done) co_return refuse(call, done.error());
    co_return Reply(200, formats::write_json(limits_json(dispatcher->stats())));
}

asio::awaitable<Reply> admin_drain_plan(Context& context, Call& call) {
    auto* drain = context.parts.drain;
    if (drain == nullptr) co_return refuse(call, "not_found");
    auto names = drain->partners();
    const std::string wanted(value_of(call.query, "partner"));
    if (!wanted.empty()) std::erase_if(names, [&](const auto& name) { return name != wanted; });
    if (names.empty()) co_return refuse(call, "not_found");
    auto list = Document::list();
    for (auto& name : names) {
        auto report = co_await drain->report(std::move(name), call.now);
        if (!report) co_return refuse(call, report.error());
        list.push(drain_json(*report));
    }
    auto body = Document::object();
    body.set("at", Document::text(core::to_rfc3339(call.now)));
    body.set("items", std::move(list));
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
