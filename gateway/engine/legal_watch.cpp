// Alarms of legal time.
#include "gateway/engine/legal_watch.hpp"

#include "gateway/ports/log.hpp"

#include <functional>

namespace gw::engine {
namespace {

namespace log = ports::log;

constexpr int most_at_once = 500;
/// Nothing is left but to act by hand.
constexpr int last_mark = 95;

}  // namespace

ports::Async<void> LegalWatch::run(core::Instant now) {
    for (;;) {
        const MessageWords words = words_;
        std::function<core::FeedItem(const ports::LegalAlarm&)> tell =
            [words, now](const ports::LegalAlarm& alarm) {
                return legal_alarm_item(alarm, words, now);
            };
        auto alarms = co_await store_.legal_alarms(now, most_at_once, std::move(tell));
        if (!alarms) co_return alarms.error();
        for (const ports::LegalAlarm& alarm : *alarms) note(alarm);
        if (static_cast<int>(alarms->size()) < most_at_once) break;
    }
    co_return core::Result<void>();
}

void LegalWatch::note(const ports::LegalAlarm& alarm) {
    wakes_.partner(alarm.leg.partner);
    if (alarm.percent == 0) return;
    wakes_.feed(alarm.leg.agency);
    ++told_[{alarm.leg.partner, alarm.percent}];
    const auto say = alarm.percent >= last_mark ? log::warning : log::info;
    say("leg.legal_time",
        {{"leg", alarm.leg.id},
         {"partner", log::Word(alarm.leg.partner)},
         {"state", log::Word(core::to_word(alarm.state))},
         {"percent", alarm.percent}});
}

void LegalWatch::write_metrics(std::string& out) const {
    out +=
        "# HELP lienthong_legal_alarms_total Messages at the head of their lane whose legal time "
        "passed a mark before they were done\n"
        "# TYPE lienthong_legal_alarms_total counter\n";
    for (const auto& [of, times] : told_)
        out += "lienthong_legal_alarms_total{partner=\"" + of.first + "\",percent=\"" +
               std::to_string(of.second) + "\"} " + std::to_string(times) + "\n";
}

}  // namespace gw::engine
