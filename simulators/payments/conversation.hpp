// Plays conversation scripts (literal bytes, named by rule) against a played payment provider: the
// script is the gateway.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/payments/outbox.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::payments {

/// One request and its answer, and what happens before.
struct Exchange {
    Exchange() = default;
    std::vector<std::string> before;  // "! …" lines without the mark
    bool notice = false;              // the provider asks, the gateway answers
    std::string method, target, body, status, answer;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Throws std::runtime_error when the file cannot be read or says nothing.
std::vector<Exchange> read_script(const std::string& path);

/// The provider on the other side of a script.
struct Player {
    Player() = default;
    std::function<kit::Answer(const kit::Call&)> handle;
    std::function<std::vector<OutCall>()> due;
    std::function<void(std::uint64_t id, int status, const std::string& body)> answered;
    std::function<std::string(const std::string& action, const std::string& more)> act;
    std::function<void(const std::string& compact_time)> set_time;
    kit::Faults* faults = nullptr;
};
/// What did not fit, in words, one line each; empty = the script was played through.
std::vector<std::string> play(const std::vector<Exchange>& script, Player& player);

/// Text with places {{name}} against a text without: the first appearance of a name binds it; {{*}}
/// fits anything.
bool fits(
    std::string_view wanted, std::string_view heard, std::map<std::string, std::string>& places
);

}  // namespace sim::payments
