// The one error type: what failed, and what the caller must do about it.
#pragma once

#include "gateway/core/time.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace gw::core {

/// What the caller must do. The engine decides on nothing else.
enum class Advice {
    retry,    // nothing happened at the partner, or the same bytes may safely be sent again
    enquire,  // bytes may have left and no verdict came: ask the partner before sending again
    give_up,  // this content will never be accepted
    hold,     // no rule decides: a person must look; stops this lane only
    stop,     // this process can no longer keep its promise
};

/// Whose counter the attempt goes on.
enum class Blame { message, partner, ours };

struct Error {
    Error() = default;  // boost::system::result asks for it
    Error(Advice a, Blame b, std::string c, std::string w)
        : advice(a), blame(b), code(std::move(c)), what(std::move(w)) {}
    Advice advice = Advice::stop;
    Blame blame = Blame::ours;
    std::string code;  // stable: "national_portal.session_expired"
    std::string what;  // for a person: what failed, on what, why; no secrets, no bodies
    std::optional<Duration>
        retry_after;  // the partner's own wish; 0 = at once (counts as one attempt)
    std::optional<std::string> lane_note;  // replaces the lane's note (Claim::lane_note) when set
    std::string answer;  // first 4 KiB of the partner's answer, kept as evidence; may be empty
};

class ResultError : public std::runtime_error {
public:
    explicit ResultError(const Error& e) : std::runtime_error(e.code + ": " + e.what) {}
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Found by Boost when somebody calls value() on an error: a bug, so it throws.
[[noreturn]] inline void throw_exception_from_error(const Error& e, const boost::source_location&) {
    throw ResultError(e);
}

/// Error for a caller's mistake or content that can never succeed.
inline Error give_up(std::string code, std::string what) {
    return Error(Advice::give_up, Blame::message, std::move(code), std::move(what));
}

/// Ends the process: an invariant is broken. Stays on in release builds.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace gw::core

#define GW_ASSERT(expression) \
    ((expression) ? void(0) : ::gw::core::assertion_failed(#expression, __FILE__, __LINE__))
