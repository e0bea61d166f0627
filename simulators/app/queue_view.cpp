// Reads the queue figures from the administration's answer.
#include "simulators/app/queue_view.hpp"

#include "gateway/core/time.hpp"
#include "simulators/onestop/json.hpp"

namespace sim::app {
namespace {
std::int64_t number(const rapidjson::Value& object, const char* name) {
    const auto it = object.FindMember(name);
    return it != object.MemberEnd() && it->value.IsInt64() ? it->value.GetInt64() : 0;
}
QueueLine line_of(const rapidjson::Value& p, std::int64_t now_ms) {
    QueueLine line;
    line.partner = onestop::text_of(p, "partner");
    line.waiting = number(p, "ready");
    line.sending = number(p, "sending");
    line.retrying = number(p, "retry");
    line.unknown = number(p, "unknown");
    line.blocked = number(p, "blocked");
    line.dead = number(p, "dead");
    line.delivered = number(p, "delivered");
    const auto oldest = gw::core::parse_rfc3339(onestop::text_of(p, "oldest_waiting"));
    if (oldest && now_ms > 0) line.oldest_s = (now_ms - gw::core::to_ms(*oldest)) / 1'000;
    return line;
}
}  // namespace

QueueView read_queue(const std::string& json, std::int64_t now_ms) {
    QueueView view;
    rapidjson::Document answer;
    answer.Parse(json.c_str());
    if (answer.HasParseError() || !answer.IsObject() || !answer.HasMember("queues") ||
        !answer.HasMember("partners"))
        return view;
    view.known = true;
    for (const auto& queue : answer["queues"].GetArray()) {
        view.lines.push_back(line_of(queue, now_ms));
        for (const auto& partner : answer["partners"].GetArray())
            if (onestop::text_of(partner, "partner") == view.lines.back().partner)
                view.lines.back().state = onestop::text_of(partner, "state");
    }
    return view;
}

}  // namespace sim::app
