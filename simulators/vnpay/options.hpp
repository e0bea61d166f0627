// Everything that can be set about the played VNPAY; the defaults are the ones of the domain
// description.
#pragma once

#include "simulators/payments/habits.hpp"
#include "simulators/payments/outbox.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sim::vnpay {

namespace core = gw::core;

/// A merchant's terminal.
struct Merchant {
    Merchant() = default;
    std::string terminal = "TESTTMN1";  // vnp_TmnCode
    std::string secret = "SYNTHETICSECRET0123456789ABCDEF0";
    std::string ipn_path = "/v1/ipn/vnpay";  // registered address, without host
};

struct Options {
    Options() = default;

    std::vector<Merchant> merchants{Merchant()};
    std::string version = "2.1.0";

    // ---- payment ----
    core::Duration checkout_life{15 * 60'000};  // when the address names no vnp_ExpireDate
    std::string bank = "NCB", card = "ATM";     // when the citizen does not choose
    std::int64_t fee = 0;                       // VND for each payment, in the day file only
    payments::Habits habits;

    // ---- refund ----
    core::Duration refund_sent_after{30 * 60'000};  // status 05 becomes 06 (or 09)

    // ---- IPN ----
    payments::RepeatRule repeat = ten_repeats();
    bool notify_failures = true;  // an IPN also for everything that was not paid

    // ---- memory and administration ----
    std::size_t journal_entries_max = 20'000;
    std::string admin_token;  // not empty: /sim/ needs X-Sim-Token

    static payments::RepeatRule ten_repeats() {
        payments::RepeatRule rule;
        rule.pauses.assign(10, core::Duration(5 * 60'000));
        return rule;
    }
};

}  // namespace sim::vnpay
