// Writes the dispatchers' counters.
#include "gateway/app/engine_metrics.hpp"

#include <algorithm>
#include <map>

namespace gw::app {

void write_engine_metrics(const std::vector<Partner>& partners, std::string& out) {
    for (const auto& partner : partners) {
        if (!partner.dispatcher) continue;
        const auto s = partner.dispatcher->stats();
        const std::string label = "{partner=\"" + partner.id + "\"} ";
        auto line = [&](const char* name, auto value) {
            out += "lienthong_" + std::string(name) + label + std::to_string(value) + "\n";
        };
        line("legs_in_flight", s.in_flight);
        line("concurrency_limit", s.concurrency_limit);
        line("breaker_state", static_cast<int>(s.breaker));
        line("breaker_openings_total", s.breaker_openings);
        for (std::size_t g = 0; g < engine::groups; ++g)
            if (s.used[g])
                out += "lienthong_breaker_group_state{partner=\"" + partner.id + "\",group=\"" +
                       std::string(engine::to_word(static_cast<core::Group>(g))) + "\"} " +
                       std::to_string(static_cast<int>(s.breakers[g])) + "\n";
        line("route_parked", s.parked ? 1 : 0);
        line("partner_closed", s.closed_until ? 1 : 0);
        line("retry_tokens", s.retry_tokens);
        line("calls_refused_here_total", s.throttled_here);
        line("allowed_calls_per_second", s.allowed_rate);
        line("learned_calls_per_second", s.ceiling.per_s);
        line("catching_up", s.catching_up ? 1 : 0);
        line("calls_per_day", s.calls_per_day);
        line("calls_today", s.calls_today);
        for (const auto& row : s.quota)
            out += "lienthong_calls_today_by_agency{partner=\"" + partner.id + "\",agency=\"" +
                   row.agency + "\"} " + std::to_string(row.used) + "\n";
        line("enquiries_total", s.enquiries);
        line("legs_refused_by_us_total", s.refused_by_us);
        line("retries_in_flight", s.retries_in_flight);
        line("legs_fenced_total", s.fenced);
        line("store_errors_total", s.store_errors);
        for (std::size_t i = 0; i < s.starts.size(); ++i)
            out += "lienthong_attempts_started_total{partner=\"" + partner.id + "\",class=\"p" +
                   std::to_string(i) + "\"} " + std::to_string(s.starts[i]) + "\n";
        for (std::size_t i = 0; i < s.settled.size(); ++i)
            out += "lienthong_legs_settled_total{partner=\"" + partner.id + "\",state=\"" +
                   std::string(core::to_word(static_cast<core::LegState>(i))) + "\"} " +
                   std::to_string(s.settled[i]) + "\n";
        for (std::size_t i = 0; i < s.outcomes.size(); ++i)
            out += "lienthong_attempts_total{partner=\"" + partner.id + "\",outcome=\"" +
                   std::string(core::to_word(static_cast<core::Outcome>(i))) + "\"} " +
                   std::to_string(s.outcomes[i]) + "\n";
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < s.durations.size(); ++i) {
            sum += s.durations[i];
            const std::string bound =
                i < engine::duration_bounds.size()
                    ? std::to_string(static_cast<double>(engine::duration_bounds[i].count()) / 1000)
                    : "+Inf";
            out += "lienthong_attempt_seconds_bucket{partner=\"" + partner.id + "\",le=\"" + bound +
                   "\"} " + std::to_string(sum) + "\n";
        }
        line("attempt_seconds_sum", static_cast<double>(s.duration_sum.count()) / 1000);
        line("attempt_seconds_count", sum);
    }
}

void write_job_metrics(const std::vector<engine::JobStats>& jobs, std::string& out) {
    out +=
        "# TYPE lienthong_job_runs_total counter\n# TYPE lienthong_job_failures_total counter\n"
        "# HELP lienthong_job_last_good_seconds Unix time of the last good run; 0 = none yet\n"
        "# TYPE lienthong_job_last_good_seconds gauge\n";
    // Two partners of one connector have jobs of one name: they are told as one.
    std::map<std::string, engine::JobStats> by_name;
    for (const auto& job : jobs) {
        const auto [at, first] = by_name.try_emplace(job.name, job);
        if (first) continue;
        at->second.runs += job.runs;
        at->second.failures += job.failures;
        at->second.last_good = std::min(at->second.last_good, job.last_good);
    }
    for (const auto& [name, job] : by_name) {
        const std::string label = "{job=\"" + name + "\"} ";
        const auto good = job.last_good ? core::to_ms(*job.last_good) / 1'000 : 0;
        out += "lienthong_job_runs_total" + label + std::to_string(job.runs) + "\n";
        out += "lienthong_job_failures_total" + label + std::to_string(job.failures) + "\n";
        out += "lienthong_job_last_good_seconds" + label + std::to_string(good) + "\n";
    }
}

void write_server_metrics(const net::HttpServer& server, std::string& out) {
    out += "# TYPE lienthong_connections gauge\n";
    out += "lienthong_connections " + std::to_string(server.connections()) + "\n";
    out += "# TYPE lienthong_connections_refused_total counter\n";
    out += "lienthong_connections_refused_total " + std::to_string(server.refused()) + "\n";
    out += "# TYPE lienthong_body_bytes_held gauge\n";
    out += "lienthong_body_bytes_held " + std::to_string(server.held_bytes()) + "\n";
    out += "# TYPE lienthong_bodies_refused_total counter\n";
    out += "lienthong_bodies_refused_total " + std::to_string(server.bodies_refused()) + "\n";
}

}  // namespace gw::app
