// Counters of the API and the Prometheus text.
#pragma once

#include "gateway/api/call.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace gw::api {

/// Calls by route and status class; durations by route.
class Metrics {
public:
    void count(std::string_view route, int status, core::Duration took);
    /// Appends the API's own figures.
    void write(std::string& out) const;

private:
    struct Row {
        std::array<std::uint64_t, 6> by_class{};  // index = status / 100
        std::uint64_t calls = 0;
        core::Duration sum{0};
    };
    std::map<std::string_view, Row> rows_;
};

/// GET /metrics: queues, store health, and what the parts add.
asio::awaitable<Reply> show_metrics(Context& context, Call& call);
asio::awaitable<Reply> healthz(Context& context, Call& call);
asio::awaitable<Reply> readyz(Context& context, Call& call);

}  // namespace gw::api
