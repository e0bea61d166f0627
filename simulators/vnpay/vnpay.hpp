// VNPAY 2.1.0, played: a pure object that turns calls into answers and keeps what was paid and
// given back.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/payments/day_file.hpp"
#include "simulators/payments/outbox.hpp"
#include "simulators/vnpay/held.hpp"
#include "simulators/vnpay/options.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::vnpay {

struct World;

class Vnpay {
public:
    Vnpay(Options options, std::uint64_t seed);
    ~Vnpay();
    Vnpay(const Vnpay&) = delete;
    Vnpay& operator=(const Vnpay&) = delete;

    /// Everything: payment page, querydr, refund, pages, day files, /sim/. No sockets, no clock:
    /// the same seed and the same calls at the same times give the same answers.
    kit::Answer handle(const kit::Call& call, core::Instant now);

    /// Notices to make now; the caller has the HTTP client and gives the answer back (status 0:
    /// none came). Moves expiry, refunds and invented citizens forward too.
    std::vector<payments::OutCall> due(core::Instant now);
    void answered(std::uint64_t id, int status, std::string_view body, core::Instant now);

    /// A citizen without a browser opens the payment address that the merchant gave. "" = the page
    /// refused it; otherwise the key in held(). With Options::habits on, the citizen then decides.
    std::string open(std::string_view url, core::Instant now);
    /// What a citizen does on the page: pay, cancel, fail (code), expire, hang, suspect, reverse,
    /// incomplete, pay_late, notify. "" = done, otherwise why not.
    std::string act(
        const std::string& key,
        std::string_view action,
        core::Instant now,
        const std::string& code = {}
    );
    /// The signed address that the browser is sent to after the payment; "" while it is open.
    std::string return_url(const std::string& key) const;

    /// By reference (vnp_TxnRef); "<reference>@<yyyyMMdd>" when it is used again on another day.
    const std::map<std::string, Payment>& held() const;
    /// nullopt: not there (yet).
    std::optional<payments::DayFile> day_file(
        const std::string& terminal, core::Day day, core::Instant now
    );
    /// The overview that GET /sim/state gives.
    std::string state_json() const;

    kit::Faults& faults();
    kit::Journal& journal();
    const payments::Outbox& outbox() const;
    const Options& options() const;
    /// The clock that /sim/clock sets; null (the default): the caller's own.
    void set_clock(kit::Clock* clock);
    /// "tls_expired", "tls_unknown_ca" or "tls_wrong_host" when such a switch strikes now, else "".
    std::string certificate_name(core::Instant now);
    /// Back to the beginning with this seed; options stay, faults are cleared.
    void reset(std::uint64_t seed);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sim::vnpay
