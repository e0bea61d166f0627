// Everything that can be set about the played payment platform; the defaults are the ones of the
// domain description.
#pragma once

#include "simulators/payments/habits.hpp"
#include "simulators/payments/outbox.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sim::national_platform {

namespace core = gw::core;

/// A province's account at the platform.
struct Merchant {
    Merchant() = default;
    std::string code = "LTTEST01", secret = "SYNTHETIC-MABIMAT-0001";  // MaDoiTac, MaBiMat
    std::string old_secret;                              // also accepted inbound, "" = none
    std::string ipn_path = "/v1/ipn/national-platform";  // registered address, without host
    std::string return_url;                              // link after the payment, "" = none
};

/// How answers look. `by_door`: wrapped on /lgsp/ paths, plain elsewhere.
enum class Wrapping { by_door, direct, twice, object };
/// What GET_BILL answers.
enum class BillForm { address, pdf };
/// How the merchant's answer to an IPN must be signed to count.
enum class AnswerHash { sign, echo, either, ignore };

struct Options {
    Options() = default;

    std::vector<Merchant> merchants{Merchant()};
    std::string public_url =
        "https://pay.test";  // where the citizen's browser reaches this platform

    // ---- what is refused ----
    std::string version = "1.0.6";
    std::size_t reference_max = 255;
    bool strict_time = true;  // QUERY and GET_BILL need the ThoiGianGD of INIT (F-141)
    bool flag_12h = true;     // a 12-hour clock is accepted and flagged (F-140)

    // ---- the bus in front ----
    Wrapping wrapping = Wrapping::by_door;
    std::string lgsp_client = "mau-client", lgsp_secret = "mau-secret";
    bool lgsp_token_required = false;  // /lgsp/ paths need the bearer token of /lgsp/token
    core::Duration lgsp_token_ttl{3'600'000};
    std::string bill_dstcode = "VN:COM:0100000000:payment";

    // ---- payment ----
    core::Duration checkout_life{15 * 60'000};
    std::string bank = "TESTBANK";
    BillForm bill_form = BillForm::address;
    core::Duration bill_after{0};  // the receipt exists so long after the payment
    payments::Habits habits;

    // ---- IPN ----
    payments::RepeatRule repeat = five_repeats();
    AnswerHash answer_hash = AnswerHash::sign;
    bool notify_failures = true;  // an IPN also for cancelled and failed payments

    // ---- memory and administration ----
    std::size_t journal_entries_max = 20'000;
    std::string admin_token;  // not empty: /sim/ needs X-Sim-Token

    static payments::RepeatRule five_repeats() {
        payments::RepeatRule rule;
        for (int minutes : {1, 5, 15, 30, 60}) rule.pauses.emplace_back(minutes * 60'000);
        return rule;
    }
};

}  // namespace sim::national_platform
