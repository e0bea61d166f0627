// The table of the one-stop's switches.
#include "simulators/onestop/mistakes.hpp"

namespace sim::onestop {

const std::vector<Mistake>& all_mistakes() {
    static const std::vector<Mistake> rows = {
        {"webhook_slow", 0.01, "answers a webhook late: ms (1500)"},
        {"webhook_500", 0.01, "refuses one try of an event with 500"},
        {"webhook_503", 0.0005, "refuses one try with 503 and Retry-After: s (1)"},
        {"webhook_lost", 0.005, "takes the event and drops the connection without an answer"},
        {"webhook_twice", 0.005, "sends its answer twice on the same connection"},
        {"wrong_key", 0.005, "verifies one try with a wrong key and refuses it with 401"},
        {"lose_cursor", 0.02, "goes on from an older cursor of the feed"},
        {"repeat_same", 0.03, "sends the same request again with the same key"},
        {"repeat_changed", 0.01, "sends the same key with another body"},
        {"stale_if_match", 0.2, "sends an old If-Match first"},
        {"out_of_order", 0.02, "sends a progress entry that may not follow"},
        {"cut_upload", 0.02, "drops the connection in the middle of an upload"},
        {"wrong_digest", 0.01, "uploads bytes that do not fit their digest"},
        {"forged_result", 0.05, "posts a result that was changed after it was signed"}};
    return rows;
}

kit::Faults mistake_table(std::uint64_t seed) {
    std::vector<std::string> names;
    for (const auto& row : all_mistakes()) names.emplace_back(row.name);
    return kit::Faults(seed, {"onestop"}, std::move(names));
}

void make_usual_mistakes(kit::Faults& table) {
    for (const auto& row : all_mistakes()) {
        kit::Fault fault(std::string("onestop.") + row.name);
        fault.probability = row.rate;
        table.set(std::move(fault));
    }
}

}  // namespace sim::onestop
