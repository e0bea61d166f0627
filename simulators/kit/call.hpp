// One call to a simulated partner and what the partner does with it, free of sockets so that
// virtual time can use it too.
#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::kit {

namespace core = gw::core;

struct Call {
    Call() = default;
    std::string method, path, query;  // path decoded, query raw
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string remote;
    /// First header of that name, ASCII case ignored; "" when missing.
    std::string_view header(std::string_view name) const;
    /// Decoded value of a query parameter; "" when missing.
    std::string parameter(std::string_view name) const;
};

/// Which layer lies, and how.
enum class Fate {
    answer,               // the answer goes out whole
    reset,                // TCP reset instead of an answer
    close_before_status,  // clean close, no byte of an answer
    eof_before_length,    // header says more bytes than come
    answer_twice,         // the same answer a second time, unasked, on the same connection
    hang,                 // nothing comes until the caller gives up
    endless               // no length; after the body `filler` comes again and again
};
struct Answer {
    Answer() = default;
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Fate fate = Fate::answer;
    core::Duration delay{0};  // before the first byte
    std::string filler;       // endless only
    core::Duration pause{0};  // endless only: before each filler
};

}  // namespace sim::kit
