// Plays a conversation script (literal bytes in a .conv file) against a simulator.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/faults.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sim::kit {

/// Lines of a script: "@ …" and "= …" are for people and for the other player; "! fault NAME
/// key=value" sets a switch; "! wait SECONDS" lets time pass; "> METHOD /path?query" begins a
/// request, "> Name: value" is a header of it, ">> text" its body; "< 200" or "< cut" is the
/// answer,
/// "<< text" its body. {{name}} in an answer stands for what the simulator makes up and is put into
/// later requests; {{*}} stands for anything.
class Conversation {
public:
    using Handler = std::function<Answer(const Call&, core::Instant)>;
    Conversation(Handler handler, Faults& faults, core::Instant now)
        : handler_(std::move(handler)), faults_(faults), now_(now) {}
    /// "" when everything went as written, else the first difference.
    std::string play(std::string_view script);

private:
    std::string statement(std::string_view line);
    std::string send();
    std::string compare_body();
    std::string filled(std::string_view text) const;
    bool fits(std::string_view pattern, std::string_view text);
    std::string set_fault(std::string_view text);
    Handler handler_;
    Faults& faults_;
    core::Instant now_;
    Call call_;
    Answer answer_;
    std::string expected_;
    bool asked_ = false, body_due_ = false;
    std::map<std::string, std::string, std::less<>> bound_;
};

/// The whole file; throws std::runtime_error when it cannot be read.
std::string script_text(const std::string& path);
/// Paths of all .conv files in a folder, sorted.
std::vector<std::string> scripts_in(const std::string& folder);

}  // namespace sim::kit
