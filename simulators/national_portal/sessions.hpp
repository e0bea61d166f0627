// Log-in sessions and platform tokens: given out, counted, ended by time, by a newer one, or by a
// fault.
#pragma once

#include "simulators/kit/text.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sim::national_portal {

namespace core = gw::core;

class Sessions {
public:
    Sessions(std::string prefix, std::uint64_t seed) : prefix_(std::move(prefix)), random_(seed) {}

    /// A new one, valid for `ttl`. `alone`: it ends all older ones. `calls_max` 0 = no limit.
    std::string open(core::Instant now, core::Duration ttl, bool alone, std::uint64_t calls_max);
    /// Still good? Counts the call.
    bool use(std::string_view id, core::Instant now);
    void end(std::string_view id);
    void end_all() { open_.clear(); }
    std::size_t count() const { return open_.size(); }
    std::uint64_t opened() const { return opened_; }

private:
    struct Row {
        core::Instant until{};
        std::uint64_t calls = 0, calls_max = 0;
    };
    std::string prefix_;
    kit::Random random_;
    std::uint64_t opened_ = 0;
    std::map<std::string, Row, std::less<>> open_;
};

}  // namespace sim::national_portal
