// One seed: a producer, two partners, a gateway that dies and comes back, and the judgement at the
// end.
#pragma once

#include "gateway/engine/dispatcher.hpp"
#include "gateway/engine/intake.hpp"
#include "gateway/store/memory.hpp"
#include "tests/kit/checker.hpp"
#include "tests/sim/fault_store.hpp"
#include "tests/sim/plan.hpp"
#include "tests/sim/toy_partner.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace gw::sim_test {

struct Outcome {
    std::uint64_t hash = 0;
    int crashes = 0, zombies = 0, effects = 0, legs = 0, enquiries = 0;
    std::vector<std::string> faults;
};

/// Runs one seed to its end.
Outcome run_seed(std::uint64_t seed, Plant plant);

class World {
public:
    World(std::uint64_t seed, Plant plant);
    ~World();
    Outcome run();

private:
    /// One life of the gateway.
    struct Process;
    struct Item {
        std::string dossier, key, text;
        std::vector<core::PlannedLeg> legs;
        bool asked = false, accepted = false;
        std::size_t next = 0;  // item of the same dossier that follows; 0 = none
    };
    static ports::Intake& intake_of(Process* process);
    static ports::Store& store_of(Process* process);
    static void wake(Process* process);
    void write_story();
    void start_process();
    void end_process();
    void restart();
    void run_until(Instant end);
    void ask(std::size_t item);
    void resend(std::size_t item);
    ports::Acceptance acceptance_of(const Item& item) const;
    asio::awaitable<void> produce(Process* process, std::size_t item, bool again);
    void produced(std::size_t item, bool again, const core::Result<ports::Accepted>& result);
    asio::awaitable<void> operate(Process* process);
    void heal();
    std::vector<test::Held> read_all();

    Plan plan_;
    test::SimClock clock_;
    test::SimRandom random_, engine_random_, partner_random_, store_random_;
    test::Journal journal_;
    std::array<Partner, 2> partners_;
    StoreWorld stores_;
    std::shared_ptr<store::MemoryState> state_;
    std::vector<Item> items_;
    std::vector<test::Meant> meant_;
    std::unique_ptr<asio::io_context> io_;
    std::unique_ptr<Process> process_;
    std::vector<std::unique_ptr<Process>> zombies_;
    bool crash_wanted_ = false;
    Outcome outcome_;
};

}  // namespace gw::sim_test
