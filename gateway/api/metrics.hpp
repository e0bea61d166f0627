// Counters of the API and the Prometheus text.
#pragma once

#include "gateway/api/call.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace gw::api {

/// Upper bounds of the histogram of accepted calls, in milliseconds; the last bucket has none.
inline constexpr std::array<int, 8> accept_bounds{5, 10, 25, 50, 100, 250, 1'000, 5'000};

/// Calls by route and status class; durations by route.
class Metrics {
public:
    void count(std::string_view route, int status, core::Duration took);
    /// What changed something and is durable.
    void accepted(core::Duration took);
    /// An answer with a problem document.
    void refused(std::string_view route, const Reply& reply);
    /// Appends the API's own figures.
    void write(std::string& out) const;

private:
    void write_refused(std::string& out) const;
    struct Row {
        std::array<std::uint64_t, 6> by_class{};  // index = status / 100
        std::uint64_t calls = 0;
        core::Duration sum{0};
    };
    std::map<std::string_view, Row> rows_;
    std::array<std::uint64_t, accept_bounds.size() + 1> accepted_{};
    core::Duration accepted_sum_{0};
    std::map<std::string, std::uint64_t> problems_;                           // by code
    std::map<std::pair<std::string, std::string_view>, std::uint64_t> shed_;  // by reason, route
};

/// GET /metrics: queues, store health, and what the parts add.
asio::awaitable<Reply> show_metrics(Context& context, Call& call);
asio::awaitable<Reply> healthz(Context& context, Call& call);
asio::awaitable<Reply> readyz(Context& context, Call& call);

}  // namespace gw::api
