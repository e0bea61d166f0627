// A process that is killed while it writes: everything it had acknowledged is there, once.
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

namespace gw::test {
namespace {

namespace asio = boost::asio;

std::unique_ptr<ports::Store> open(
    asio::io_context& io, const std::string& folder, core::Instant now
) {
    store::SqliteOptions options;
    options.folder = folder;
    options.keys_in_memory = 8;
    options.ballast_bytes = 0;
    options.disk_free_min = 0;
    options.disk_refuse_share = 1;
    return store::open_sqlite_store(io.get_executor(), options, now);
}

/// One line a fact that the store has acknowledged: 'a' accepted N, 'i' intended, 's' settled leg
/// N.
struct Fact {
    char what;
    std::int64_t n;
};

void tell(int pipe, char what, std::int64_t n) {
    const Fact fact{what, n};
    if (::write(pipe, &fact, sizeof fact) != sizeof fact) ::_exit(3);
}

asio::awaitable<void> accept_for_ever(ports::Store& store, int pipe, std::int64_t first, int step) {
    for (std::int64_t n = first;; n += step) {
        ports::Acceptance a = acceptance("k" + std::to_string(n), std::string(500, 'x'));
        with_leg(a, "D" + std::to_string(n % 50));
        const auto done = co_await store.accept(std::move(a));
        if (!done) ::_exit(2);
        tell(pipe, 'a', n);
    }
}

asio::awaitable<void> send_for_ever(ports::Store& store, int pipe) {
    const std::string partner = "national_portal";
    std::vector<core::FeedItem> feed;
    while (true) {
        const auto claims = co_await store.claim(partner, 4, day_two);
        for (const core::Claim& c : claims->claims) {
            const auto fence = co_await store.intend(c, core::Digest(), day_two);
            tell(pipe, 'i', core::raw(c.leg.id));
            auto done = settlement(LegState::delivered, Outcome::delivered, day_two);
            const auto settled = co_await store.settle(c.lane, *fence, std::move(done), feed);
            if (!settled) ::_exit(2);
            tell(pipe, 's', core::raw(c.leg.id));
        }
    }
}

[[noreturn]] void child(const std::string& folder, int pipe, std::int64_t first) {
    asio::io_context io;
    auto store = open(io, folder, day_one);
    for (int i = 0; i < 4; ++i)
        asio::co_spawn(io, accept_for_ever(*store, pipe, first + i, 4), [](std::exception_ptr) {});
    asio::co_spawn(io, send_for_ever(*store, pipe), [](std::exception_ptr) {});
    io.run();
    ::_exit(1);
}

/// Runs a child until it has told `enough` facts, kills it and returns all it told.
std::vector<Fact> run_and_kill(const std::string& folder, std::int64_t first, std::size_t enough) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        ::close(ends[0]);
        child(folder, ends[1], first);
    }
    ::close(ends[1]);
    std::vector<Fact> facts;
    Fact fact{};
    while (::read(ends[0], &fact, sizeof fact) == sizeof fact) {
        facts.push_back(fact);
        if (facts.size() == enough) ::kill(pid, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    CHECK(WIFSIGNALED(status));
    return facts;
}

}  // namespace

TEST_CASE("F-26 F-44 sqlite store: kill -9 loses nothing that was acknowledged and doubles nothing"
) {
    TempFolder folder;
    std::vector<Fact> facts;
    for (int cycle = 0; cycle < 4; ++cycle) {
        const auto told = run_and_kill(
            folder.path(), cycle * 1'000'000, 40 + 30 * static_cast<std::size_t>(cycle)
        );
        facts.insert(facts.end(), told.begin(), told.end());
    }
    asio::io_context io;
    auto store = open(io, folder.path(), day_two);
    CHECK(store->health().epoch == 5);
    std::vector<std::int64_t> accepted;
    for (const Fact& fact : facts) {
        if (fact.what == 'a') {
            const auto digest = digest_of(std::string(500, 'x'));
            const std::string key = "k" + std::to_string(fact.n);
            CHECK(run(io, store->answer_of("onestop", key, digest)).value().repeated);
            accepted.push_back(fact.n);
            continue;
        }
        const auto leg = run(io, store->leg(core::LegId{fact.n})).value();
        REQUIRE(leg.has_value());
        const auto attempts = run(io, store->attempts_of(core::LegId{fact.n})).value();
        CHECK_FALSE(attempts.empty());
        if (fact.what == 's') CHECK(leg->state == LegState::delivered);
    }
    CHECK(accepted.size() > 40);
    const auto stats = run(io, store->stats()).value().at(0);
    CHECK(stats.sending == 0);
    CHECK(stats.ready + stats.delivered >= static_cast<std::int64_t>(accepted.size()));
    const std::string copy = folder.path() + "/copy.db";
    CHECK(run(io, store->backup(copy)).has_value());
}

}  // namespace gw::test
