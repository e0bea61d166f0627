// Tests of the drain planner.
#include "gateway/core/drain_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace gw::core;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant now = from_ms(1'767'600'000'000);

WaitingLegs legs(std::int64_t count, Duration effective, std::optional<Duration> deadline) {
    WaitingLegs w;
    w.count = count;
    w.effective = now + effective;
    if (deadline) w.legal_deadline = now + *deadline;
    return w;
}

DrainRates rates(double ceiling, double interactive = 0) {
    DrainRates r;
    r.ceiling = ceiling;
    r.interactive = interactive;
    return r;
}

}  // namespace

TEST_CASE("drain plan: backlog by what the ceiling leaves beside people who wait") {
    const auto plan = drain_plan({legs(3'600, minutes(1), std::nullopt)}, rates(3, 2), now);
    CHECK(plan.waiting == 3'600);
    CHECK(plan.rate == doctest::Approx(1));
    CHECK(*plan.empty_at == now + hours(1));
    CHECK(plan.late == 0);
    CHECK(plan.saving_rate == 0);
}

TEST_CASE("drain plan: while the partner fails no end is named, and what is lost is still counted"
) {
    auto away = rates(1);
    away.away = true;
    const auto plan = drain_plan(
        {legs(10, minutes(1), minutes(20)), legs(1, minutes(1), minutes(-1))}, away, now
    );
    CHECK_FALSE(plan.empty_at.has_value());
    CHECK(plan.rate == doctest::Approx(1));
    CHECK(plan.lost == 1);
    CHECK(plan.late == 1);
}

TEST_CASE(
    "drain plan: those whose date comes before their turn are late, and the rate that saves "
    "them is named"
) {
    const auto plan = drain_plan(
        {legs(600, minutes(1), minutes(20)), legs(600, minutes(2), minutes(15))}, rates(1), now
    );
    CHECK(plan.late == 300);  // the second 600 end after 20 minutes, 300 of them after 15
    CHECK(plan.lost == 0);
    CHECK(*plan.first_late == now + minutes(15));
    CHECK(plan.saving_rate == doctest::Approx(1'200.0 / 900));
    CHECK(
        drain_plan(
            {legs(600, minutes(1), minutes(20)), legs(600, minutes(2), minutes(15))},
            rates(plan.saving_rate),
            now
        )
            .late == 0
    );
}

TEST_CASE("drain plan: the first date that is missed is the earliest, in whatever order they go") {
    for (const int first : {15, 20}) {
        const auto plan = drain_plan(
            {legs(600, minutes(1), minutes(first)), legs(600, minutes(2), minutes(35 - first))},
            rates(0.1),
            now
        );
        CHECK(plan.late == 2 * 600 - 6 * first);
        CHECK(*plan.first_late == now + minutes(15));
    }
}

TEST_CASE("drain plan: a date that has passed is lost at any rate") {
    auto past = legs(5, minutes(-30), minutes(-1));
    past.tag = 7;
    const auto plan = drain_plan({past}, rates(1'000), now);
    CHECK(plan.late == 5);
    CHECK(plan.lost == 5);
    CHECK(plan.saving_rate == 0);
    CHECK(plan.late_tags == std::vector<std::int64_t>{7});
}

TEST_CASE("drain plan: without a ceiling only what is lost can be said") {
    const auto plan =
        drain_plan({legs(5, minutes(1), hours(1)), legs(2, minutes(1), hours(-1))}, rates(0), now);
    CHECK(plan.waiting == 7);
    CHECK_FALSE(plan.empty_at);
    CHECK(plan.late == 2);
}

TEST_CASE("drain plan: a closed partner drains from its opening on") {
    auto r = rates(1);
    r.begins = now + hours(10);
    const auto plan =
        drain_plan({legs(60, minutes(1), hours(9)), legs(60, minutes(2), hours(11))}, r, now);
    CHECK(*plan.empty_at == now + hours(10) + minutes(2));
    CHECK(plan.late == 60);
    CHECK(plan.lost == 0);
}

TEST_CASE("drain plan: people who wait leave a twentieth to the others") {
    CHECK(drain_plan({}, rates(10, 20), now).rate == doctest::Approx(0.5));
}

TEST_CASE("drain plan: counts by class, and tells a hundred at most") {
    std::vector<WaitingLegs> many;
    for (int i = 0; i < 300; ++i) {
        many.push_back(legs(1, minutes(i), hours(-1)));
        many.back().urgency = static_cast<Urgency>(i % 4);
        many.back().tag = i;
    }
    const auto plan = drain_plan(many, rates(1), now);
    CHECK(plan.by_class == std::array<std::int64_t, 4>{75, 75, 75, 75});
    CHECK(plan.late_tags.size() == 100);
    CHECK(plan.late_tags.back() == 99);
}

TEST_CASE("drain plan: what is due this moment is lost, what is due at the opening is late") {
    auto r = rates(10, 2);
    CHECK(drain_plan({legs(3, minutes(1), minutes(0))}, r, now).lost == 3);
    r.begins = now + hours(1);
    for (const double ceiling : {0.0, 10.0}) {
        r.ceiling = ceiling;
        const auto plan = drain_plan({legs(3, minutes(1), hours(1))}, r, now);
        CHECK(plan.late == 3);
        CHECK(plan.lost == 0);
        CHECK(plan.saving_rate == 0);  // no rate saves them
    }
}

TEST_CASE("drain plan: the saving rate is exact, also below one a second and for one second") {
    const auto slow = drain_plan({legs(30, minutes(1), minutes(10))}, rates(0.01, 0.25), now);
    CHECK(slow.late == 30);
    CHECK(slow.saving_rate == doctest::Approx(0.3));
    const auto short_time = drain_plan({legs(5, minutes(0), seconds(1))}, rates(4), now);
    CHECK(short_time.late == 1);
    CHECK(short_time.late_tags.size() == 1);
    CHECK(short_time.saving_rate == doctest::Approx(5));
    const auto in_time = drain_plan({legs(5, minutes(0), seconds(1))}, rates(5), now);
    CHECK(in_time.late == 0);
    CHECK(in_time.late_tags.empty());
    CHECK_FALSE(in_time.first_late);
    CHECK(in_time.saving_rate == 0);
}

TEST_CASE("drain plan: the end is told to the millisecond, and never later than ten years") {
    CHECK(
        *drain_plan({legs(1, minutes(0), std::nullopt)}, rates(3), now).empty_at ==
        now + Duration(334)
    );
    const auto never = drain_plan({legs(1'000'000'000, minutes(0), std::nullopt)}, rates(0.1), now);
    CHECK(*never.empty_at == now + hours(24 * 3'650));
}

TEST_CASE("drain plan: those of one moment go by their date, then by class") {
    const auto one = [](Urgency urgency, Duration deadline, int tag) {
        auto w = legs(60, minutes(1), deadline);
        w.urgency = urgency;
        w.tag = tag;
        return w;
    };
    // A minute for each: of three with one date the last is late, of two dates the later one.
    const auto by_class = drain_plan(
        {one(Urgency::p2, minutes(2), 1),
         one(Urgency::p0, minutes(2), 2),
         one(Urgency::p1, minutes(2), 3)},
        rates(1),
        now
    );
    CHECK(by_class.late_tags == std::vector<std::int64_t>{1});
    const auto by_date = drain_plan(
        {one(Urgency::p0, seconds(90), 1), one(Urgency::p2, seconds(80), 2)}, rates(1), now
    );
    CHECK(by_date.late_tags == std::vector<std::int64_t>{1});
    CHECK(by_date.late == 30);
}

TEST_CASE("drain plan: agrees with a queue that is served one by one, and its rate saves all") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<WaitingLegs> queue;
        const int rows = 1 + static_cast<int>(random() % 20);
        for (int i = 0; i < rows; ++i) {
            const Duration effective = seconds(random() % 3'600);
            std::optional<Duration> deadline;
            if (random() % 3 != 0) deadline = effective + seconds(1 + random() % 3'600);
            queue.push_back(legs(1 + static_cast<int>(random() % 50), effective, deadline));
        }
        const double rate = 0.5 + static_cast<double>(random() % 40) / 8;
        const auto plan = drain_plan(queue, rates(rate), now);
        std::stable_sort(queue.begin(), queue.end(), [](const auto& a, const auto& b) {
            return a.effective < b.effective;
        });
        std::int64_t n = 0, late = 0;
        bool ties = false;
        for (std::size_t i = 0; i < queue.size(); ++i) {
            ties = ties || (i > 0 && queue[i].effective == queue[i - 1].effective);
            for (std::int64_t k = 0; k < queue[i].count; ++k) {
                const double done = static_cast<double>(++n) / rate;
                const auto& deadline = queue[i].legal_deadline;
                const double left =
                    deadline ? static_cast<double>((*deadline - now).count()) / 1000 : 1e18;
                late += done > left + 1e-6 ? 1 : 0;
            }
        }
        if (!ties) CHECK(plan.late == late);
        if (plan.saving_rate > 0)
            CHECK(drain_plan(queue, rates(plan.saving_rate * 1.0001), now).late == plan.lost);
    }
}
