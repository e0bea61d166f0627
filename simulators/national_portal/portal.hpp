// The National Public Service Portal, played: a pure object that turns calls into answers and keeps
// what a person would see.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/national_portal/held.hpp"
#include "simulators/national_portal/options.hpp"
#include "simulators/national_portal/sender.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_portal {

struct World;

class Portal {
public:
    Portal(Options options, std::uint64_t seed);
    ~Portal();
    Portal(const Portal&) = delete;
    Portal& operator=(const Portal&) = delete;

    /// Everything: services of both dialects, /files/, pages, /sim/. No sockets, no clock: the same
    /// seed and the same calls at the same times give the same answers.
    kit::Answer handle(const kit::Call& call, core::Instant now);

    /// By dossier code; national codes for dossiers filed on the portal.
    const std::map<std::string, HeldDossier>& dossiers() const;
    /// Dossiers that a `forget` removed, as they were.
    const std::map<std::string, HeldDossier>& forgotten() const;
    int survey_effects() const;

    kit::Faults& faults();
    kit::Journal& journal();
    const Options& options() const;
    /// Calls the portal wants to make to the province now, scheduled ones included; the caller has
    /// the HTTP client and gives the answer back (status 0: none came). Rules: sender.hpp.
    std::vector<OutCall> due(core::Instant now);
    void answered(std::uint64_t id, int status, std::string_view body, core::Instant now);
    Sender& sender();
    /// As POST /sim/send. `request` is its JSON body. Returns the ids of the queued calls; empty:
    /// refused, see `why`.
    std::vector<std::uint64_t> send(
        const std::string& request, core::Instant now, std::string* why = nullptr
    );

    /// The clock that /sim/clock sets; null (the default): the caller's own.
    void set_clock(kit::Clock* clock);
    /// Base of the /files/ addresses in inbound calls, once the port is known.
    void set_public_url(std::string url);
    /// "tls_expired", "tls_unknown_ca" or "tls_wrong_host" when such a switch strikes now, else "".
    std::string certificate_name(core::Instant now);
    /// Back to the beginning with this seed; options stay, faults are cleared.
    void reset(std::uint64_t seed);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sim::national_portal
