// A writer that is slow refuses new work by class, and never what finishes accepted work.
#include "gateway/store/job_queue.hpp"
#include "gateway/store/rows.hpp"

#include <doctest/doctest.h>

namespace gw::store {

namespace {

using core::Urgency;
using std::chrono::milliseconds;

struct NoSession {};
struct NoJob final : Job<NoSession> {
    explicit NoJob(Entry e) : Job(10, e) {}
    bool run(NoSession&) override { return true; }
    void fail(const core::Error&) override {}
    void complete() override {}
};

struct Bench {
    Bench() {
        limits.now = [this] { return now; };
    }
    std::chrono::steady_clock::time_point now{};
    WorkerLimits limits;
};

}  // namespace

TEST_CASE("store queue: new work that would wait too long is refused, the last class first") {
    Bench b;
    JobQueue<NoSession> queue(b.limits);
    queue.push(std::make_unique<NoJob>(Entry::sheddable));
    const auto refused = [&](Urgency urgency) {
        return queue.is_full(10, Entry::sheddable, urgency);
    };
    b.now += milliseconds(250);
    CHECK_FALSE(refused(Urgency::p3));
    b.now += milliseconds(1);
    CHECK(refused(Urgency::p3));
    CHECK_FALSE(refused(Urgency::p2));
    b.now += milliseconds(250);
    CHECK(refused(Urgency::p2));
    CHECK_FALSE(refused(Urgency::p1));
    b.now += milliseconds(500);
    CHECK(refused(Urgency::p1));
    b.now += milliseconds(60'000);
    CHECK_FALSE(refused(Urgency::p0));
    CHECK_FALSE(queue.is_full(10, Entry::needed, Urgency::p3));
    CHECK_FALSE(queue.is_full(10, Entry::read, Urgency::p3));
    JobQueue<NoSession>::Jobs batch;
    CHECK(queue.take(batch, false));
    CHECK_FALSE(refused(Urgency::p3));
}

TEST_CASE("store queue: what finishes accepted work makes nobody wait") {
    Bench b;
    JobQueue<NoSession> queue(b.limits);
    queue.push(std::make_unique<NoJob>(Entry::needed));
    b.now += milliseconds(10'000);
    CHECK_FALSE(queue.is_full(10, Entry::sheddable, Urgency::p3));
}

TEST_CASE("store: the class of an acceptance is the most urgent of its own and its legs'") {
    ports::Acceptance a;
    CHECK(urgency_of(a) == Urgency::p2);
    core::PlannedLeg planned;
    planned.leg.urgency = Urgency::p3;
    a.legs.push_back(planned);
    CHECK(urgency_of(a) == Urgency::p2);
    planned.leg.urgency = Urgency::p0;
    a.legs.push_back(planned);
    CHECK(urgency_of(a) == Urgency::p0);
    a.legs.clear();
    a.urgency = Urgency::p1;
    CHECK(urgency_of(a) == Urgency::p1);
}

}  // namespace gw::store
