// The administration interface every simulator has under /sim/: faults, journal, clock, reset,
// state.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sim::kit {

/// What a simulator adds of its own. Functions may be empty.
struct AdminHooks {
    AdminHooks() = default;
    std::function<void(std::uint64_t seed)> reset;  // POST /sim/reset
    std::function<std::optional<std::string>(std::string_view rest)>
        state;  // GET /sim/state[/rest]: JSON; nullopt = 404
    std::function<Answer(const Call&, std::string_view rest)> other;  // everything else under /sim/
};

class Admin {
public:
    Admin(Faults& faults, Journal& journal, AdminHooks hooks)
        : faults_(faults), journal_(journal), hooks_(std::move(hooks)) {}
    /// The clock that /sim/clock reads and sets; null: it belongs to somebody else, and the answer
    /// says so.
    void set_clock(Clock* clock) { clock_ = clock; }
    /// Not empty: every call needs it in the header X-Sim-Token.
    void set_token(std::string token) { token_ = std::move(token); }

    static bool is_for(const Call& call) {
        return call.path == "/sim" || call.path.starts_with("/sim/");
    }
    Answer handle(const Call& call, core::Instant now);

private:
    Answer faults(const Call& call, std::string_view rest);
    Answer clock(const Call& call, core::Instant now);
    Answer journal(const Call& call);
    Faults& faults_;
    Journal& journal_;
    AdminHooks hooks_;
    Clock* clock_ = nullptr;
    std::string token_;
};

Answer json_answer(int status, std::string body);
Answer text_answer(int status, std::string body);
Answer html_answer(int status, std::string body);
/// {"error": "…"}
Answer error_answer(int status, std::string_view what);

}  // namespace sim::kit
