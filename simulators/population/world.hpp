// Everything the played database holds, in one place that its parts share.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/kit/transport_faults.hpp"
#include "simulators/population/audit.hpp"
#include "simulators/population/options.hpp"
#include "simulators/population/people.hpp"
#include "simulators/population/query.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sim::population {

enum class Place { none, wsdl, token, service };
enum class Door { exchange, platform };

/// What a path is for.
struct Spot {
    Spot() = default;
    Place place = Place::none;
    Door door = Door::exchange;
    Form form = Form::soap;
    std::string operation;     // named by the path; "" = the body says it
    bool adapter = false;      // …Adapter/RestService/forward/
    bool xroad_soap = false;   // the security server's own door: SOAP headers are due
    std::string xroad_target;  // behind /r1/: instance to subsystem; "" = not that form
    Profile profile() const {
        return door == Door::exchange ? Profile::c06_2025 : Profile::c06_2021;
    }
};
Spot locate(const kit::Call& call);

struct World {
    World(Options o, std::uint64_t seed);

    Options options;
    kit::Faults faults;
    kit::TransportFaults transport;
    kit::Journal journal;
    Audit audit;
    std::unique_ptr<People> people;
    std::map<std::string, Officer> officers;
    kit::Random words;
    std::map<std::string, core::Instant> tokens;     // of the platform -> end
    std::map<std::string, std::string> request_ids;  // MaYeuCau -> digest of the question
    bool cut_off = false;
    std::uint64_t exchanges = 0;  // numbers of X-Road-Request-Id

    kit::Occasion occasion(const Query& q, core::Instant now) const;
    /// A switch that is a setting: `on` false turns it off. Draws and counts.
    bool setting(const char* name, bool otherwise, const kit::Occasion& o);
    void reset(std::uint64_t seed);
};

/// Bare names of all fault switches of this simulator.
const std::vector<std::string>& switches();
/// The officers that exist when none are configured.
std::vector<Officer> invented_officers();

// ---- gate.cpp: who asks ----
/// Exchange platform: X-Road client, key, time stamp, hash. nullopt = welcome.
std::optional<Refusal> admit_exchange(
    World& w, const kit::Call& call, const Spot& spot, core::Instant now
);
/// Provincial platform: token, lgspaccesstoken.
std::optional<Refusal> admit_platform(World& w, const kit::Call& call, core::Instant now);
/// Officer, his unit and key, the licence of the procedure, cut-off.
std::optional<Refusal> check_officer(
    World& w, const kit::Call& call, const Spot& spot, const Query& q, core::Instant now
);
kit::Answer give_token(World& w, const kit::Call& call, core::Instant now);

// ---- register.cpp: what is asked ----
struct Found {
    Found() = default;
    Outcome outcome = Outcome::not_found;
    std::string body;  // XML inside the SOAP body
    bool yes = false;
};
Found look_up(World& w, const Query& q, Door door, core::Instant now);

// ---- wrap.cpp: how it is said ----
kit::Answer say(World& w, const Query& q, const Spot& spot, const Found& found, core::Instant now);
kit::Answer refuse(World& w, const Query& q, const Spot& spot, const Refusal& why);
/// The element requestHash of an answer's X-Road SOAP header.
std::string request_hash(std::string_view body);
/// X-Road headers that an answer through the exchange carries.
void mark_exchange(
    World& w, const kit::Call& call, const Query& q, kit::Answer& answer, core::Instant now
);

// ---- views ----
std::optional<std::string> state_json(const World& w, std::string_view rest, core::Instant now);
std::optional<kit::Answer> page(const World& w, const kit::Call& call, core::Instant now);
/// The contract in the profile of that door; `address` is where calls go.
std::string wsdl(Profile profile, const std::string& address);

}  // namespace sim::population
