// What waits at each partner, as the gateway's administration tells it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sim::app {

struct QueueLine {
    std::string partner, state;
    std::int64_t waiting = 0, sending = 0, retrying = 0, unknown = 0, blocked = 0, dead = 0,
                 delivered = 0, oldest_s = 0;
    std::int64_t unfinished() const {
        return waiting + sending + retrying + unknown + blocked + dead;
    }
};
struct QueueView {
    bool known = false;
    std::vector<QueueLine> lines;
    std::int64_t unfinished() const {
        std::int64_t sum = 0;
        for (const auto& line : lines) sum += line.unfinished();
        return sum;
    }
    /// Legs that something still happens to by itself.
    std::int64_t moving() const {
        std::int64_t sum = 0;
        for (const auto& line : lines) sum += line.sending + line.retrying + line.unknown;
        return sum;
    }
    std::int64_t stuck() const {
        std::int64_t sum = 0;
        for (const auto& line : lines) sum += line.blocked + line.dead;
        return sum;
    }
};
/// `json`: answer of /admin/status.
QueueView read_queue(const std::string& json, std::int64_t now_ms);

}  // namespace sim::app
