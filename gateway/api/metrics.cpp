// Counters of the API and the Prometheus text.
#include "gateway/api/metrics.hpp"

#include "gateway/api/problem_answer.hpp"
#include "gateway/api/signatures.hpp"
#include "gateway/api/unmatched.hpp"

namespace gw::api {

namespace {

void line(std::string& out, std::string_view name, std::string_view labels, std::string value) {
    out.append(name);
    if (!labels.empty()) out.append("{").append(labels).append("}");
    out.append(" ").append(value).append("\n");
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

std::string label(std::string_view name, std::string_view value) {
    return std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string seconds(core::Duration d) {
    return std::to_string(static_cast<double>(d.count()) / 1'000.0);
}

void write_health(std::string& out, const ports::StoreHealth& health) {
    head(out, "lienthong_store_writable", "gauge", "1 when the store takes new work");
    line(out, "lienthong_store_writable", "", health.writable ? "1" : "0");
    head(out, "lienthong_store_queue", "gauge", "Requests waiting for the store");
    line(out, "lienthong_store_queue", "", std::to_string(health.queue));
    head(out, "lienthong_store_commits_total", "counter", "Commits");
    line(out, "lienthong_store_commits_total", "", std::to_string(health.commits));
    head(out, "lienthong_store_writes_total", "counter", "Writes in these commits");
    line(out, "lienthong_store_writes_total", "", std::to_string(health.writes));
    head(out, "lienthong_store_bytes", "gauge", "Size of the database and its log");
    line(out, "lienthong_store_bytes", "part=\"database\"", std::to_string(health.database_bytes));
    line(out, "lienthong_store_bytes", "part=\"wal\"", std::to_string(health.wal_bytes));
    head(
        out, "lienthong_disk_level", "gauge", "0 all is taken, 1 no p2 and p3, 2 only p0, 3 nothing"
    );
    line(out, "lienthong_disk_level", "", std::to_string(health.disk_level));
    head(out, "lienthong_disk_used_ratio", "gauge", "Share of the state folder's disk in use");
    line(out, "lienthong_disk_used_ratio", "", std::to_string(health.disk_used));
}

void write_queues(
    std::string& out, const std::vector<ports::QueueStats>& queues, core::Instant now
) {
    head(out, "lienthong_legs", "gauge", "Legs by partner and state");
    for (const auto& q : queues) {
        const std::pair<std::string_view, std::int64_t> states[] = {
            {"ready", q.ready},
            {"sending", q.sending},
            {"retry", q.retry},
            {"unknown", q.unknown},
            {"blocked", q.blocked},
            {"dead", q.dead},
            {"delivered", q.delivered}};
        for (const auto& [state, number] : states)
            line(
                out,
                "lienthong_legs",
                label("partner", q.partner) + "," + label("state", state),
                std::to_string(number)
            );
    }
    head(out, "lienthong_oldest_waiting_seconds", "gauge", "Age of the oldest waiting leg");
    for (const auto& q : queues)
        line(
            out,
            "lienthong_oldest_waiting_seconds",
            label("partner", q.partner),
            q.oldest_waiting ? seconds(now - *q.oldest_waiting) : "0"
        );
}

void write_unmatched(std::string& out, const UnmatchedCounts& counts) {
    head(out, "lienthong_unmatched_open", "gauge", "What partners said of things unknown here");
    for (const auto& [about, number] : counts)
        line(out, "lienthong_unmatched_open", label("about", about), std::to_string(number));
}

void write_limits(std::string& out, const Limits::Counts& counts) {
    head(out, "lienthong_api_limited_total", "counter", "Calls over a rate limit");
    line(out, "lienthong_api_limited_total", "by=\"client\"", std::to_string(counts.client));
    line(out, "lienthong_api_limited_total", "by=\"address\"", std::to_string(counts.address));
}

}  // namespace

void Metrics::count(std::string_view route, int status, core::Duration took) {
    auto& row = rows_[route];
    const auto index = static_cast<std::size_t>(status / 100);
    ++row.by_class[index < row.by_class.size() ? index : 5];
    ++row.calls;
    row.sum += took;
}

void Metrics::accepted(core::Duration took) {
    std::size_t i = 0;
    while (i < accept_bounds.size() && took.count() > accept_bounds[i]) ++i;
    ++accepted_[i];
    accepted_sum_ += took;
}

void Metrics::refused(std::string_view route, const Reply& reply) {
    if (reply.code.empty()) return;
    ++problems_[reply.code];
    if (!reply.reason.empty()) ++shed_[{reply.reason, route}];
}

void Metrics::write_refused(std::string& out) const {
    head(out, "lienthong_api_problems_total", "counter", "Problem documents by code");
    for (const auto& [code, number] : problems_)
        line(out, "lienthong_api_problems_total", label("code", code), std::to_string(number));
    head(out, "lienthong_shed_total", "counter", "Work refused with 503, by reason and route");
    for (const auto& [why, number] : shed_)
        line(
            out,
            "lienthong_shed_total",
            label("reason", why.first) + "," + label("route", why.second),
            std::to_string(number)
        );
    head(out, "lienthong_accept_seconds", "histogram", "Calls that changed something, durable");
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < accepted_.size(); ++i) {
        sum += accepted_[i];
        const auto bound =
            i < accept_bounds.size() ? seconds(core::Duration(accept_bounds[i])) : "+Inf";
        line(out, "lienthong_accept_seconds_bucket", label("le", bound), std::to_string(sum));
    }
    line(out, "lienthong_accept_seconds_sum", "", seconds(accepted_sum_));
    line(out, "lienthong_accept_seconds_count", "", std::to_string(sum));
}

void Metrics::write(std::string& out) const {
    head(out, "lienthong_api_calls_total", "counter", "Calls by route and status class");
    for (const auto& [route, row] : rows_) {
        for (std::size_t i = 1; i < row.by_class.size(); ++i) {
            if (row.by_class[i] == 0) continue;
            line(
                out,
                "lienthong_api_calls_total",
                label("route", route) + ",class=\"" + std::to_string(i) + "xx\"",
                std::to_string(row.by_class[i])
            );
        }
    }
    head(out, "lienthong_api_seconds", "summary", "Time in the handlers by route");
    for (const auto& [route, row] : rows_) {
        line(out, "lienthong_api_seconds_sum", label("route", route), seconds(row.sum));
        line(out, "lienthong_api_seconds_count", label("route", route), std::to_string(row.calls));
    }
    write_refused(out);
}

asio::awaitable<Reply> show_metrics(Context& context, Call& call) {
    auto queues = co_await context.parts.store->stats();
    if (!queues) co_return refuse(call, queues.error());
    auto unmatched = co_await count_unmatched(*context.parts.store);
    if (!unmatched) co_return refuse(call, unmatched.error());
    Reply reply;
    write_unmatched(reply.body, *unmatched);
    write_health(reply.body, context.parts.store->health());
    write_queues(reply.body, *queues, call.now);
    if (context.metrics != nullptr) context.metrics->write(reply.body);
    write_limits(reply.body, context.limits.counts());
    if (context.parts.signatures != nullptr)
        write_signature_metrics(*context.parts.signatures, reply.body);
    if (context.parts.more_metrics) context.parts.more_metrics(reply.body);
    reply.with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    co_return reply;
}

asio::awaitable<Reply> healthz(Context&, Call&) {
    co_return Reply(200, "{\"ok\":true}");
}

asio::awaitable<Reply> readyz(Context& context, Call&) {
    const bool ready = context.parts.store->health().writable && !context.draining;
    if (ready) co_return Reply(200, "{\"ready\":true}");
    Reply reply(503, "{\"ready\":false}");
    reply.with("Retry-After", "5");
    co_return reply;
}

}  // namespace gw::api
