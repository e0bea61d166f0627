// Draws the live view.
#include "simulators/app/live_view.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace sim::app {
namespace {
std::string bar(int done, int all, int width) {
    const int full = all == 0 ? 0 : width * done / all;
    std::string text;
    for (int i = 0; i < width; ++i) text += i < full ? "█" : "░";
    return text;
}
}  // namespace

std::string render(const Frame& f) {
    char line[256];
    std::string out;
    auto add = [&](auto... arguments) {
        std::snprintf(line, sizeof line, arguments...);
        out += line;
    };
    const int percent = f.lives == 0 ? 0 : 100 * f.ended / f.lives;
    add("Liên Thông   giờ mô phỏng %s   hồ sơ %d/%d\n", f.clock.c_str(), f.ended, f.lives);
    out += bar(f.ended, f.lives, 60);
    add(" %3d %%   đang xử lý %d\n", percent, f.begun - f.ended);
    add("%-20s %8s %8s %8s %8s %8s %9s %8s\n",
        "partner",
        "waiting",
        "sending",
        "retry",
        "unknown",
        "blocked",
        "done",
        "oldest");
    if (!f.queue.known) out += "(the gateway does not answer at the moment)\n";
    for (const auto& q : f.queue.lines)
        add("%-20s %8lld %8lld %8lld %8lld %8lld %9lld %7llds  %s\n",
            q.partner.c_str(),
            static_cast<long long>(q.waiting),
            static_cast<long long>(q.sending),
            static_cast<long long>(q.retrying),
            static_cast<long long>(q.unknown),
            static_cast<long long>(q.blocked + q.dead),
            static_cast<long long>(q.delivered),
            static_cast<long long>(q.oldest_s),
            q.state.c_str());
    add("events: %llu in the feed, %llu by webhook (%llu repeated, %llu refused and awaited), "
        "%llu inbox items taken\n",
        static_cast<unsigned long long>(f.events),
        static_cast<unsigned long long>(f.webhooks),
        static_cast<unsigned long long>(f.webhooks_repeated),
        static_cast<unsigned long long>(f.webhooks_waiting),
        static_cast<unsigned long long>(f.inbox));
    add("calls: %llu by clerks (%llu repeated), %llu at the portal, %llu faults played",
        static_cast<unsigned long long>(f.calls),
        static_cast<unsigned long long>(f.repeats),
        static_cast<unsigned long long>(f.portal_calls),
        static_cast<unsigned long long>(f.faults));
    if (f.kills > 0) add(", %llu x kill -9", static_cast<unsigned long long>(f.kills));
    add("; gateway %.0f MiB\n", f.rss_mib);
    return out;
}

void LiveView::show(const Frame& frame) {
    if (!terminal_) return;
    const std::string text = render(frame);
    if (lines_ > 0) std::cout << "\033[" << lines_ << "A";
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        std::cout << text.substr(begin, end - begin) << "\033[K\n";
        begin = end + 1;
    }
    std::cout << "\033[J" << std::flush;
    lines_ = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace sim::app
