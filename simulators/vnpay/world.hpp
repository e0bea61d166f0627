// The state that all parts of the played VNPAY share, and what a citizen can do to a payment.
#pragma once

#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/kit/transport_faults.hpp"
#include "simulators/payments/day_file.hpp"
#include "simulators/vnpay/held.hpp"
#include "simulators/vnpay/options.hpp"
#include "simulators/vnpay/signing.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim::vnpay {

/// Bare names of all fault switches of this simulator.
const std::vector<std::string>& switches();
/// Words for a vnp_ResponseCode; "" for a code nobody knows.
std::string_view meaning_of(std::string_view response);
/// Codes that a payment page offers, in order.
const std::vector<std::string>& failure_codes();

struct World {
    World(Options o, std::uint64_t seed);

    Options options;
    kit::Faults faults;
    kit::TransportFaults wire;  // faults of the way here
    kit::Journal journal;
    kit::Random random;
    payments::Outbox outbox;
    payments::DayFiles day_files;
    std::map<std::string, Payment>
        held;  // by reference; "<reference>@<yyyyMMdd>" when used again another day
    std::map<std::string, std::string> by_token;  // -> key in held
    std::set<std::string> request_ids;            // terminal, day, vnp_RequestId
    int refused_openings = 0;

    const Merchant* merchant(std::string_view terminal) const;
    Payment* find(std::string_view key);
    /// By what a question names; null: unknown.
    Payment* find(
        const std::string& terminal, const std::string& reference, const std::string& started
    );
    kit::Occasion occasion(std::string_view service, std::string_view reference, core::Instant now)
        const;
    void reset(std::uint64_t seed);

    /// Everything that happens by itself up to now: invented citizens, ends of checkouts, refunds.
    void tick(core::Instant now);
    /// Plans its end by time, and what an invented citizen will do (Options::habits).
    void plan(const Payment& payment, core::Instant now);
    void plan_refund(const Payment& payment, core::Instant at);
    /// pay, cancel, fail (code), expire, hang, suspect, reverse, incomplete, pay_late, notify. "" =
    /// done, otherwise why not. The page and the invented citizens come through here.
    std::string act(
        Payment& payment, std::string_view action, const std::string& code, core::Instant now
    );
    /// Fields of an IPN or of a browser return, unsigned.
    Fields result_of(const Payment& payment) const;
    std::string token();
    std::string next_number();
    std::string next_response_id();
    /// Money of that terminal and Vietnam day.
    std::vector<payments::DayLine> lines_of(std::string_view terminal, core::Day day) const;

private:
    struct Planned {
        std::string key, action;
    };
    void pay(Payment& p, core::Instant now);
    void expire(Payment& p, core::Instant now);
    void end(Payment& p, const std::string& response, const std::string& status, core::Instant now);
    void notify(const Payment& p, core::Instant now);
    void note(const Payment& p, std::string_view action, core::Instant now);
    void settle_refunds(Payment& p, core::Instant now);
    std::uint64_t seed_, numbers_ = 0, responses_ = 0;
    std::multimap<core::Instant, Planned> planned_;
};

payments::OutCall compose_notice(World& world, const payments::Notice& notice, core::Instant now);
/// Counts the answer at its payment; RspCode 00 or 02 confirms.
bool judge_answer(World& world, const payments::Notice& notice, int status, std::string_view body);

}  // namespace sim::vnpay
