// The public post of the national exchange, played: a pure object that turns calls into answers and
// moves parcels on the clock it is told.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/vnpost/held.hpp"
#include "simulators/vnpost/options.hpp"
#include "simulators/vnpost/settlement.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sim::vnpost {

struct World;

class Post {
public:
    Post(Options options, std::uint64_t seed);
    ~Post();
    Post(const Post&) = delete;
    Post& operator=(const Post&) = delete;

    /// Everything: services, /settlement/, pages, /sim/. No sockets, no clock: the same seed and
    /// the same calls at the same times give the same answers.
    kit::Answer handle(const kit::Call& call, core::Instant now);
    /// Moves all parcels up to now; handle() does it too.
    void advance(core::Instant now);
    /// When something will happen by itself; nullopt: nothing will.
    std::optional<core::Instant> next_event() const;

    /// By order number (of further customers: code + "/" + number).
    const std::map<std::string, Parcel>& parcels() const;
    const std::map<std::string, Registered>& documents() const;
    /// Settlement files made so far, by name; a file is made at six of the day after.
    const std::map<std::string, SettlementFile>& settlements() const;
    std::size_t events() const;           // in all feeds
    std::uint64_t tokens_opened() const;  // F-183
    /// How often a service was called: token, order, waybill_order, cancel, tracking, price, …
    std::uint64_t calls(std::string_view service) const;

    /// Orders whose number fits (a trailing * fits any rest) run along this script. false: no such
    /// script. Orders that exist already change to it.
    bool plan(const std::string& pattern, const std::string& journey, core::Instant now);
    /// A person's hand: this happens to the parcel now, and its script ends. false: unknown order.
    bool happen(const std::string& key, int code, const std::string& note, core::Instant now);
    /// Puts so many events of so many invented orders into the first customer's feed: for
    /// measurements.
    void fill(const std::string& prefix, std::size_t orders, std::size_t events, core::Instant now);

    kit::Faults& faults();
    kit::Journal& journal();
    const Options& options() const;
    /// JSON of /sim/state[/rest]: "", parcels, parcels/<key>, documents, settlements, waybills.
    std::optional<std::string> state_json(std::string_view rest = {}) const;
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

}  // namespace sim::vnpost
