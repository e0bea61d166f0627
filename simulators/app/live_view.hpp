// The terminal view of a played day: progress, partners, what goes wrong. One frame at a time.
#pragma once

#include "simulators/app/queue_view.hpp"

#include <cstdint>
#include <string>

namespace sim::app {

struct Frame {
    std::string clock;  // time of the played day: "09:41"
    int lives = 0, begun = 0, ended = 0;
    std::uint64_t calls = 0, repeats = 0, portal_calls = 0, faults = 0, kills = 0;
    std::uint64_t events = 0, webhooks = 0, webhooks_repeated = 0, webhooks_waiting = 0, inbox = 0;
    QueueView queue;
    double rss_mib = 0;
};
/// Lines of text without control codes, at most 100 columns.
std::string render(const Frame& frame);
/// Draws over the former frame on a terminal.
class LiveView {
public:
    explicit LiveView(bool terminal) : terminal_(terminal) {}
    void show(const Frame& frame);

private:
    bool terminal_;
    int lines_ = 0;
};

}  // namespace sim::app
