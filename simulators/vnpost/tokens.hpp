// Access tokens of the customers: given out, counted, ended by time, by a newer one, or by a fault.
#pragma once

#include "simulators/kit/text.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sim::vnpost {

namespace core = gw::core;

class Tokens {
public:
    explicit Tokens(std::uint64_t seed) : random_(kit::mix(seed, "tokens")) {}
    /// A new token of this customer. `alone`: it ends the older ones.
    std::string open(
        const std::string& customer, core::Instant now, core::Duration ttl, bool alone
    );
    /// The customer it belongs to; "" when it is not good.
    std::string customer_of(std::string_view token, core::Instant now);
    void end(std::string_view token);
    std::uint64_t opened() const { return opened_; }
    std::size_t count() const { return open_.size(); }

private:
    struct Row {
        std::string customer;
        core::Instant until{};
    };
    kit::Random random_;
    std::uint64_t opened_ = 0;
    std::map<std::string, Row, std::less<>> open_;
};

}  // namespace sim::vnpost
