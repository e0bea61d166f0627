// One life of the gateway in a town: API, facts, connectors, dispatchers, jobs and collector over a
// store that outlives it.
#pragma once

#include "connectors/all.hpp"
#include "gateway/api/api.hpp"
#include "gateway/engine/collector.hpp"
#include "gateway/engine/facts.hpp"
#include "gateway/engine/intake.hpp"
#include "gateway/engine/notices.hpp"
#include "gateway/engine/scheduler.hpp"
#include "gateway/engine/webhooks.hpp"
#include "gateway/store/memory.hpp"
#include "tests/kit/doubles.hpp"
#include "tests/sim/fault_store.hpp"
#include "tests/town/partners.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gw::town_test {

/// A planted defect that the checks must find; only in these doubles, never in the product.
enum class Plant {
    none,
    settle_forgotten,    // a settlement is reported as written and is not
    inbox_skipped,       // repeats of a call are not recognised
    watch_idle,          // nobody asks for open payments
    forged_believed,     // what a stranger says of a payment counts
    enquiry_believed,    // whatever was asked about a lost refund, it counts as done
    delivered_whatever,  // the sink of the portal reports success whatever it said
    event_dropped,       // the cursor of the feed moves on, its events are forgotten
    fact_before_commit,  // "taken in" is said although nothing was written
    unknown_failed,      // a text that may have gone out counts as one that did not
    hidden_chance,       // a random choice that does not come from the seed
    early_answer,        // "taken in" is said before it is written
    effect_forgotten,    // what must not be done twice is planned as if it could be
    all
};
std::string_view to_word(Plant plant);

/// Watches what becomes durable: no state of a payment or a parcel goes back. Of a write that a
/// crash interrupted nobody knows whether it was made: then both states are possible.
struct StateWatch {
    std::map<std::string, std::set<std::string>> states;  // "payment pay_…" -> possible states
    std::vector<std::string> faults;
    void begin(const core::ObjectWrite& write);
    void done(const core::ObjectWrite& write, bool written);

private:
    static bool may(const core::Object& object, const std::string& before);
};

/// What outlives the gateway.
struct Ground {
    test::SimClock* clock = nullptr;
    ports::Random* random = nullptr;
    const Place* place = nullptr;
    std::string zalo_token;  // of the latest authorisation; "": as the place says
    Partners* partners = nullptr;
    TownHttp* http = nullptr;
    test::MemoryBlobs* blobs = nullptr;
    sim_test::StoreWorld* stores = nullptr;
    std::shared_ptr<store::MemoryState> state;
    StateWatch* watch = nullptr;
    Plant plant = Plant::none;
};

class Gateway {
public:
    Gateway(const Ground& ground, asio::io_context& io);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    asio::awaitable<ports::InAnswer> handle(ports::InRequest request);
    /// An officer sends again what was stopped for him to look at.
    asio::awaitable<void> redrive();
    ports::Store& store();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gw::town_test
