// The national population database, played: a pure object that turns calls into answers and keeps
// the audit a person would inspect.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/population/audit.hpp"
#include "simulators/population/options.hpp"
#include "simulators/population/people.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sim::population {

class Database {
public:
    Database(Options options, std::uint64_t seed);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Everything: both doors, WSDL, pages, /sim/. No sockets, no clock: the same seed and the same
    /// calls at the same times give the same answers.
    kit::Answer handle(const kit::Call& call, core::Instant now);

    const People& people() const;
    /// A person of somebody else's test; see People::enrol. Gone after reset().
    void enrol(Person person);
    /// Who asked for whom: compare it with the gateway's by request id.
    const Audit& audit() const;

    kit::Faults& faults();
    kit::Journal& journal();
    const Options& options() const;
    /// An officer who may ask, or another record of one.
    void set_officer(Officer officer);
    /// Address that callers have in their hash, beside those the Host header makes.
    void add_service_url(std::string url);
    /// The overview of /sim/state.
    std::string state_json(core::Instant now) const;

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

}  // namespace sim::population
