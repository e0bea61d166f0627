// Everything the played portal holds, in one place that its parts share.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/national_portal/catalogue.hpp"
#include "simulators/national_portal/opinions.hpp"
#include "simulators/national_portal/options.hpp"
#include "simulators/national_portal/register.hpp"
#include "simulators/national_portal/reply.hpp"
#include "simulators/national_portal/rules.hpp"
#include "simulators/national_portal/sessions.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_portal {

/// By which door a call came: its dialect.
enum class Door { adapter, plain, lgsp };

/// One call of a service, whatever door it came by.
struct Inquiry {
    Inquiry() = default;
    Door door = Door::plain;
    std::string service, dossier;  // dossier: first code named in it, "" = none
    std::string session;           // log-in session, or the platform's token
    std::string agency;            // madonvi, MaDinhDanhDV; "" = not stated
    bool agency_due = false;       // the dialect demands it
    kit::JsonDocument args;        // members: isUpdating, data, mahoso, maTTHC, …
    bool readable = true;          // the body was JSON of the right shape
};

/// A file the portal offers under /files/<id>.
struct OfferedFile {
    OfferedFile() = default;
    std::string name, type, content;
    bool missing = false;  // F-62: listed, but cannot be fetched
    int fetched = 0;
};

struct World {
    World(Options o, std::uint64_t seed);

    Options options;  // as configured
    kit::Faults faults;
    kit::Journal journal;
    Catalogue catalogue;
    Register dossiers;
    Surveys surveys;
    Questions questions;
    Sessions sessions, tokens;
    kit::Random words;  // texts, codes, shapes, delays
    std::map<std::string, OfferedFile> files;
    std::map<std::string, std::string> tech_ids;       // identity or tax number -> TechID
    std::set<std::string> rejected_once;               // fault id and dossier
    std::map<std::string, std::int64_t> failed_calls;  // fault id and dossier -> how often
    std::deque<core::Instant> recent;                  // calls of the last second
    std::uint64_t inbound_counter = 0;                 // of national codes

    /// Options with the switches that are settings laid over them.
    const Options& rules();
    /// Puts everything back to the beginning; options stay.
    void reset(std::uint64_t seed);
    /// A text of this kind by the configured variant.
    std::string sentence(Say what, const Blank& blank);

private:
    Options effective_;
    std::uint64_t known_revision_ = ~0ULL;
};

/// Bare names of all fault switches of this simulator.
const std::vector<std::string>& switches();

/// Runs a service. The session was checked before.
Reply serve(World& world, const Inquiry& inquiry, core::Instant now);
bool is_writing(std::string_view service);

/// The answer's bytes in the dialect of the door, with the faults of codes and shapes (F-1, F-2,
/// F-5, F-18).
kit::Answer wrap(World& world, const Inquiry& inquiry, Reply reply, core::Instant now);

}  // namespace sim::national_portal
