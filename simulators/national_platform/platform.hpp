// The national payment platform, played: a pure object that turns calls into answers and keeps what
// was paid.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/national_platform/held.hpp"
#include "simulators/national_platform/options.hpp"
#include "simulators/payments/day_file.hpp"
#include "simulators/payments/outbox.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_platform {

struct World;

class Platform {
public:
    Platform(Options options, std::uint64_t seed);
    ~Platform();
    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;

    /// Everything: services of all doors, pages, receipts, day files, /sim/. No sockets, no clock:
    /// the same seed and the same calls at the same times give the same answers.
    kit::Answer handle(const kit::Call& call, core::Instant now);

    /// Notices to make now; the caller has the HTTP client and gives the answer back (status 0:
    /// none came). Moves expiry and invented citizens forward too.
    std::vector<payments::OutCall> due(core::Instant now);
    void answered(std::uint64_t id, int status, std::string_view body, core::Instant now);

    /// By reference (MaThamChieu).
    const std::map<std::string, Payment>& held() const;
    /// What a citizen does on the page: pay, cancel, fail, expire, hang, pay_late, pay_twice,
    /// pay_other (amount), notify. "" = done, otherwise why not.
    std::string act(
        const std::string& reference,
        std::string_view action,
        core::Instant now,
        std::int64_t amount = 0
    );
    /// nullopt: not there (yet).
    std::optional<payments::DayFile> day_file(
        const std::string& merchant, core::Day day, core::Instant now
    );
    /// The overview that GET /sim/state gives.
    std::string state_json() const;

    kit::Faults& faults();
    kit::Journal& journal();
    const payments::Outbox& outbox() const;
    const Options& options() const;
    /// The clock that /sim/clock sets; null (the default): the caller's own.
    void set_clock(kit::Clock* clock);
    /// Base of checkout and receipt addresses, once the port is known.
    void set_public_url(std::string url);
    /// "tls_expired", "tls_unknown_ca" or "tls_wrong_host" when such a switch strikes now, else "".
    std::string certificate_name(core::Instant now);
    /// Back to the beginning with this seed; options stay, faults are cleared.
    void reset(std::uint64_t seed);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sim::national_platform
