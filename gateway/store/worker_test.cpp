// The worker against a session that fails on demand.
#include "gateway/store/worker.hpp"

#include "tests/kit/run.hpp"

#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <future>

namespace gw::store {
namespace {

struct FakeSession {
    std::vector<int> written, open, request;
    int commits = 0, rooms = 0;
    std::optional<Broken> next_commit;
    bool full = false;
    void begin() { open.clear(); }
    bool is_alone = false;
    void open_request(bool alone) {
        is_alone = alone;
        request = open;
    }
    bool close_request(bool keep) {
        if (!keep && !is_alone && open != request) return false;
        if (!keep) open = request;
        return true;
    }
    void commit() {
        if (next_commit && !open.empty()) throw *std::exchange(next_commit, std::nullopt);
        if (full && !open.empty()) throw Broken(Broken::Kind::full, core::give_up("full", ""));
        written.insert(written.end(), open.begin(), open.end());
        ++commits;
    }
    void rollback() { open.clear(); }
    void make_room() { ++rooms; }
    bool between_batches() { return false; }
    core::Error full_error() const { return core::give_up("shed", ""); }
};

struct Bench {
    boost::asio::io_context io;
    FakeSession session;
    std::vector<std::string> stopped;
    Worker<FakeSession> worker;
    explicit Bench(WorkerLimits limits = {})
        : worker(io.get_executor(), session, limits, [this](const core::Error& e) {
              stopped.push_back(e.code);
          }) {}

    ports::Async<int> write(int n, Entry entry = Entry::needed) {
        auto work = [n](FakeSession& s) -> core::Result<int> {
            s.open.push_back(n);
            if (n < 0) return core::give_up("negative", "");
            if (n == 99) throw Broken(Broken::Kind::request, core::give_up("odd", ""));
            return n;
        };
        return worker.submit<int>(std::move(work), 10, entry);
    }
    std::string code(ports::Async<int> task) {
        const auto result = test::run(io, std::move(task));
        return result ? "" : result.error().code;
    }
    /// Occupies the worker's thread until the promise is kept.
    void block(std::shared_future<void> until) {
        auto work = [until](FakeSession&) -> core::Result<int> {
            until.wait();
            return 0;
        };
        spawn(worker.submit<int>(std::move(work), 10, Entry::read));
        while (worker.queued() > 0) std::this_thread::yield();
    }
    void spawn(ports::Async<int> task) {
        ++waiting;
        boost::asio::co_spawn(io, std::move(task), [this](std::exception_ptr, core::Result<int> r) {
            --waiting;
            results.push_back(r ? "" : r.error().code);
        });
        io.poll();
    }
    void finish() {
        auto work = boost::asio::make_work_guard(io);
        if (io.stopped()) io.restart();
        while (waiting > 0) io.run_one();
    }
    int waiting = 0;
    std::vector<std::string> results;
};

}  // namespace

TEST_CASE("worker: what waits while one batch commits is committed together") {
    Bench b;
    std::promise<void> go;
    b.block(go.get_future().share());
    for (int i = 1; i <= 5; ++i) b.spawn(b.write(i));
    go.set_value();
    b.finish();
    CHECK(b.session.written == std::vector<int>{1, 2, 3, 4, 5});
    CHECK(b.session.commits == 2);
}

TEST_CASE("worker: new work does not wait behind all others") {
    WorkerLimits limits;
    limits.beside_asked = 2;
    Bench b(limits);
    std::promise<void> go;
    b.block(go.get_future().share());
    for (int i = 1; i <= 5; ++i) b.spawn(b.write(i));
    b.spawn(b.write(6, Entry::sheddable));
    go.set_value();
    b.finish();
    CHECK(b.session.written == std::vector<int>{1, 2, 6, 3, 4, 5});
    CHECK(b.session.commits == 3);
}

TEST_CASE("worker: a refused or broken request costs the others of its batch nothing") {
    Bench b;
    std::promise<void> go;
    b.block(go.get_future().share());
    for (int n : {1, -1, 99, 2}) b.spawn(b.write(n));
    go.set_value();
    b.finish();
    CHECK(b.session.written == std::vector<int>{1, 2});
    CHECK(b.results == std::vector<std::string>{"", "", "negative", "odd", ""});
}

TEST_CASE("F-44 worker: a failed commit fails the whole batch with stop and no write follows") {
    Bench b;
    std::promise<void> go;
    b.block(go.get_future().share());
    b.session.next_commit =
        Broken(Broken::Kind::fatal, core::Error(core::Advice::retry, core::Blame::ours, "io", ""));
    b.spawn(b.write(1));
    b.spawn(b.write(2));
    go.set_value();
    b.finish();
    b.io.poll();
    CHECK(b.results.at(1) == "io");
    CHECK(b.results.at(2) == "io");
    CHECK(b.stopped == std::vector<std::string>{"io"});
    const auto later = test::run(b.io, b.write(3));
    REQUIRE_FALSE(later.has_value());
    CHECK(later.error().advice == core::Advice::stop);
    CHECK(b.session.written.empty());
    CHECK(b.stopped.size() == 1);
}

TEST_CASE("worker: on a full disk new work is shed first, what finishes work goes on") {
    Bench b;
    std::promise<void> go;
    b.block(go.get_future().share());
    b.session.next_commit = Broken(Broken::Kind::full, core::give_up("full", ""));
    b.spawn(b.write(1, Entry::sheddable));
    b.spawn(b.write(2, Entry::needed));
    go.set_value();
    b.finish();
    CHECK(b.results == std::vector<std::string>{"", "", "shed"});
    CHECK(b.session.written == std::vector<int>{2});
    CHECK(b.session.rooms == 1);
    b.session.full = true;
    CHECK(b.code(b.write(3)) == "shed");
    b.session.full = false;
    CHECK(b.code(b.write(4, Entry::sheddable)).empty());
    CHECK(b.stopped.empty());
}

TEST_CASE("worker: a full queue refuses new work at once and keeps room for what finishes work") {
    WorkerLimits limits;
    limits.requests = 2;
    Bench b(limits);
    std::promise<void> go;
    b.block(go.get_future().share());
    b.spawn(b.write(1, Entry::sheddable));
    b.spawn(b.write(2, Entry::sheddable));
    b.spawn(b.write(3, Entry::sheddable));
    CHECK(b.results == std::vector<std::string>{"store.queue_full"});
    b.spawn(b.write(4, Entry::needed));
    go.set_value();
    b.finish();
    CHECK(b.session.written == std::vector<int>{4, 1, 2});
}

TEST_CASE("worker: what waits when it is stopped is still answered") {
    Bench b;
    for (int i = 1; i <= 3; ++i) b.spawn(b.write(i));
    b.worker.stop();
    b.finish();
    CHECK(b.session.written == std::vector<int>{1, 2, 3});
}

}  // namespace gw::store
