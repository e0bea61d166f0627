// A town in virtual time: the gateway, its partners, the people of its lives, faults and crashes
// from a seed, and the judgement at the end.
#pragma once

#include "gateway/core/document.hpp"
#include "tests/town/gateway.hpp"
#include "tests/town/plan.hpp"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gw::town_test {

using core::Document;

struct Outcome {
    std::uint64_t hash = 0;
    int lives = 0, crashes = 0, legs = 0, payments = 0, paid = 0, refunds = 0, parcels = 0,
        checks = 0, for_persons = 0, notices = 0, texted = 0;
    std::vector<std::string> faults;
};
/// Runs one seed to its end. Run from the repository.
Outcome run_seed(std::uint64_t seed, Plant plant);
/// One life and one death of the process, nothing else goes wrong.
Outcome run_drill(Drill& drill, Plant plant);

/// An answer as the one-stop reads it; status 0: none came.
struct Heard {
    Heard() = default;
    int status = 0;
    ports::Headers headers;
    std::string body;
    Document json;
    std::string text(std::string_view pointer) const;
    bool good() const { return status / 100 == 2; }
};

/// What the office knows of one life when it has played it.
struct LifeLog {
    LifeLog() = default;
    std::string code;
    bool finished = false;
    std::int64_t fee_total = 0;
    std::vector<std::string> payments, deliveries;  // ids
    std::string phone, opted_out;                   // the citizen's; a channel he does not want
    Instant opted_out_at{};
    std::string status;
    std::vector<std::string> surprises;
};

class World {
public:
    /// `drill`: nullptr = everything is drawn from the seed.
    World(
        std::uint64_t seed, Plant plant, Drill* drill = nullptr, const Place& place = town_place()
    );
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    Outcome run();

    // ---- instead of run(): one life, told step by step, without faults ----
    void open();
    void go_to(Instant t);
    /// Time goes on until it is done.
    Heard finish(asio::awaitable<Heard> work);
    /// What the gateway draws from.
    test::SimRandom& engine_random() { return engine_random_; }

    // ---- for those who live here ----
    Instant now() { return clock_.now(); }
    asio::awaitable<void> pause(Duration d);
    /// One call with this key; nothing is repeated. `key` "": none.
    asio::awaitable<Heard> once(
        std::string method,
        std::string path,
        std::string body,
        std::string actor,
        std::string key,
        ports::Headers more = {}
    );
    /// Repeats until the gateway answered in a way that repeating cannot change.
    asio::awaitable<Heard> sure(std::string method, std::string path, Document body);
    asio::awaitable<Heard> sure_by(
        std::string actor, std::string method, std::string path, Document body
    );
    /// Stores a small PDF; its id.
    asio::awaitable<std::string> upload(std::string content);
    /// A stranger tells the gateway that the payment behind this VNPAY address was paid.
    asio::awaitable<void> forge(std::string checkout);
    Partners& partners() { return partners_; }
    test::SimRandom& chance() { return life_random_; }
    Plant plant() const { return ground_.plant; }
    bool healed() const { return stores_.healed; }
    int paying = 0;  // lives in front of a payment page

private:
    struct Exchange {
        Exchange() = default;
        ports::InRequest request;
        std::optional<ports::InAnswer> answer;
        bool lost = false, notice = false;  // of a provider about a payment
    };
    using Shared = std::shared_ptr<Exchange>;
    void restart();
    void end_process();
    void run_until(Instant end, const std::function<bool()>& enough = {});
    void pump();
    void begin(Shared exchange);
    asio::awaitable<void> serve(Gateway* gateway, Shared exchange);
    asio::awaitable<void> tell(Outgoing one);
    asio::awaitable<void> live(std::size_t n);
    asio::awaitable<ports::InAnswer> exchange(ports::InRequest request, bool notice = false);
    asio::awaitable<void> repeat_notices();
    void compare_answers();
    bool dies(const std::string& where);
    asio::awaitable<std::string> token();
    void draw();
    void arrange_drill();
    void heal();
    void authorise();

    Drill* drill_;
    const Place& place_;
    Instant begin_;
    sim_test::Plan plan_;
    test::SimClock clock_;
    test::SimRandom random_, life_random_, engine_random_, network_random_, store_random_;
    test::Journal journal_;
    Partners partners_;
    std::map<std::string, std::pair<Instant, Instant>> outages_;
    TownHttp http_;
    test::MemoryBlobs blobs_;
    sim_test::StoreWorld stores_;
    StateWatch watch_;
    Ground ground_;
    std::vector<LifeLog> lives_;
    std::unique_ptr<asio::io_context> outside_;
    std::map<std::uint64_t, asio::any_completion_handler<void()>> sleepers_;
    std::unique_ptr<asio::io_context> io_;
    std::unique_ptr<Gateway> gateway_;
    std::vector<Shared> open_;
    /// Notices of a drill by their bytes, with every answer that was decided on.
    std::map<std::string, std::pair<ports::InRequest, std::vector<std::string>>> notices_;
    std::string token_;
    Instant token_until_{};
    std::uint64_t numbers_ = 0, next_sleeper_ = 0;
    int token_refusals_ = 0;
    bool crash_wanted_ = false;
    Outcome outcome_;
};

/// One life from reception to its end, in life.cpp.
asio::awaitable<void> play_life(World& world, LifeLog& log, int number, LifePlan plan);
/// What must hold when everything has ended, in judge.cpp.
void judge(
    Outcome& outcome,
    ports::Store& store,
    asio::io_context& io,
    Partners& partners,
    const std::vector<LifeLog>& lives
);

}  // namespace gw::town_test
