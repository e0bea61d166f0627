// Words for the central enumerations, and the end of the process on a broken invariant.
#include "gateway/core/model.hpp"

#include <cstdio>
#include <cstdlib>

namespace gw::core {

std::string_view to_word(Urgency u) {
    constexpr std::string_view words[] = {"p0", "p1", "p2", "p3"};
    return words[static_cast<std::size_t>(u)];
}
std::string_view to_word(Effect e) {
    constexpr std::string_view words[] = {"idempotent", "conditional", "once"};
    return words[static_cast<std::size_t>(e)];
}
std::string_view to_word(Outcome o) {
    constexpr std::string_view words[] = {
        "delivered", "already_there", "retry", "throttled", "unknown", "refused", "dead"};
    return words[static_cast<std::size_t>(o)];
}
std::string_view to_word(LegState s) {
    constexpr std::string_view words[] = {
        "ready",
        "sending",
        "retry",
        "unknown",
        "blocked",
        "delivered",
        "superseded",
        "expired",
        "dead",
        "cancelled"};
    return words[static_cast<std::size_t>(s)];
}

void assertion_failed(const char* expression, const char* file, int line) {
    std::fprintf(
        stderr,
        "level=error event=assertion.failed at=%s:%d expression=\"%s\"\n",
        file,
        line,
        expression
    );
    std::abort();
}

}  // namespace gw::core
