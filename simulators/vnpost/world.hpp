// Everything the played post holds, in one place that its parts share.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/kit/transport_faults.hpp"
#include "simulators/vnpost/feed.hpp"
#include "simulators/vnpost/held.hpp"
#include "simulators/vnpost/options.hpp"
#include "simulators/vnpost/settlement.hpp"
#include "simulators/vnpost/tokens.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::vnpost {

/// What is asked of the post.
enum class Service {
    none,
    token,
    order,
    waybill_order,
    cancel,
    tracking,
    price,
    information,
    document
};
std::string name_of(Service service);

/// What a service says, before the bus wraps it.
struct Reply {
    Reply() = default;
    Reply(std::string s, std::string m) : status(std::move(s)), message(std::move(m)) {}
    std::string status = "100", message = "Success";
    std::string more;  // JSON members after these, without the comma
    std::string body;  // not empty: the whole answer instead (the feed)
    int http = 200;
    std::string order, effect = "none", before, after;  // for the journal
};

/// Which orders run along which script, before the mix is asked; the first that fits.
struct Plan {
    Plan() = default;
    Plan(std::string p, std::string j) : pattern(std::move(p)), journey(std::move(j)) {}
    std::string pattern;  // order number; a trailing * fits any rest
    std::string journey;
};

struct World {
    World(Options o, std::uint64_t seed);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Options options;
    std::uint64_t seed;
    kit::Faults faults;
    kit::Switches switches;
    kit::TransportFaults transport;
    kit::Journal journal;
    Tokens tokens;
    std::map<std::string, Parcel> parcels;                                  // by key()
    std::map<std::string, Registered> documents;                            // by key()
    std::map<std::string, Feed> feeds;                                      // by customer
    std::map<std::string, std::pair<std::string, core::Instant>> waybills;  // number -> order, when
    std::vector<Plan> plans;
    Settlements settlements;
    std::map<std::string, std::uint64_t> calls;  // by service
    std::set<std::string> rejected_once;         // fault and order
    std::map<std::string, Oid> last_asked;       // customer -> lastId of its call before

    /// Order numbers are the key; those of further customers get their code in front.
    std::string key(const std::string& customer, const std::string& order) const;
    kit::Occasion occasion(std::string_view service, const std::string& order, core::Instant now)
        const;

    // ---- movement (movement.cpp) ----
    /// Everything that happens up to now, in order of time.
    void advance(core::Instant now);
    std::optional<core::Instant> next_event() const;
    /// Begins the parcel's journey: its script is chosen and its first step due.
    void begin(Parcel& parcel, core::Instant now);
    void stop(Parcel& parcel);
    void set_journey(Parcel& parcel, const std::string& name, core::Instant now);
    /// It happens to the parcel and goes into the feed.
    void happen(Parcel& parcel, int code, core::Instant at, const std::string& note, bool far);
    std::string fresh_waybill();
    void reset(std::uint64_t new_seed);

private:
    using Moment = std::pair<core::Instant, std::uint64_t>;
    void schedule(Parcel& parcel, core::Instant before);
    void step(Parcel& parcel);
    void publish(const Parcel& parcel, const Happened& what);
    void enter(Event event, const std::string& customer, core::Instant created);
    void strange_ones(const Event& like, const Parcel& parcel, core::Instant created);
    std::string choose_journey(const Parcel& parcel);
    std::map<Moment, Parcel*> due_;
    std::map<Moment, Event> held_back_;  // events that enter the feed late
    std::map<const Parcel*, Moment> where_;
    std::deque<Parcel> strangers_;  // parcels that only lies speak of
    Words words_;
    std::uint64_t next_moment_ = 1, next_oid_ = 1, next_waybill_ = 1, next_receipt_ = 1;
};

/// Bare names of the switches that only the post has.
const std::vector<std::string>& post_switches();

/// Runs a service; the token was checked before and belongs to `customer`.
Reply serve(
    World& world,
    Service service,
    const kit::Call& call,
    const std::string& customer,
    core::Instant now
);

}  // namespace sim::vnpost
