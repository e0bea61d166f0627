// The state that all parts of the played payment platform share, and what a citizen can do to a
// payment.
#pragma once

#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/kit/transport_faults.hpp"
#include "simulators/national_platform/held.hpp"
#include "simulators/national_platform/options.hpp"
#include "simulators/national_platform/signing.hpp"
#include "simulators/payments/day_file.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_platform {

/// Bare names of all fault switches of this simulator.
const std::vector<std::string>& switches();

struct World {
    World(Options o, std::uint64_t seed);

    Options options;  // as configured
    kit::Faults faults;
    kit::TransportFaults wire;  // faults of the way here
    kit::Journal journal;
    kit::Random random;
    payments::Outbox outbox;
    payments::DayFiles day_files;
    std::map<std::string, Payment> held;              // by reference
    std::map<std::string, std::string> by_checkout;   // token -> reference
    std::map<std::string, std::string> by_bill;       // token -> reference
    std::map<std::string, core::Instant> bus_tokens;  // -> end
    int refused_inits = 0;

    /// Options with the switches that are settings laid over them.
    Options rules() const;
    const Merchant* merchant(std::string_view code) const;
    Payment* find(std::string_view reference);
    kit::Occasion occasion(std::string_view service, std::string_view reference, core::Instant now)
        const;
    void reset(std::uint64_t seed);

    /// Everything that happens by itself up to now: decisions of invented citizens, ends of
    /// checkouts.
    void tick(core::Instant now);
    /// Plans its end by time, and what an invented citizen will do (Options::habits).
    void plan(const Payment& payment, core::Instant now);
    /// pay, cancel, fail, expire, hang, pay_late, pay_twice, pay_other (amount), notify. "" = done,
    /// otherwise why not. The page and the invented citizens come through here.
    std::string act(
        Payment& payment, std::string_view action, std::int64_t amount, core::Instant now
    );
    std::string token();
    /// Money of that merchant and Vietnam day.
    std::vector<payments::DayLine> lines_of(std::string_view merchant, core::Day day) const;

private:
    struct Planned {
        std::string reference, action;
    };
    void receive(Payment& p, std::int64_t amount, core::Instant at, core::Instant now);
    void end(Payment& p, State state, core::Instant now);
    void notify(const Payment& p, const Fields& said, core::Instant now);
    void note(
        const Payment& p, std::string_view before, std::string_view action, core::Instant now
    );
    std::string next_number();
    std::uint64_t seed_, numbers_ = 0;
    std::multimap<core::Instant, Planned> planned_;
};

/// Request of an attempt to notify the merchant, with the faults that strike it.
payments::OutCall compose_notice(World& world, const payments::Notice& notice, core::Instant now);
/// Counts the attempt at its payment; did the merchant confirm?
bool judge_answer(World& world, const payments::Notice& notice, int status, std::string_view body);

}  // namespace sim::national_platform
