// Tests of fair shares between classes and agencies: examples first, then properties.
#include "gateway/core/share.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

using namespace gw::core;

namespace {

const Instant start = from_ms(1'767'600'000'000);

Front front(Urgency urgency, const std::string& agency, int effective_s, int head) {
    Front f;
    f.urgency = urgency;
    f.agency = agency;
    f.effective = start + std::chrono::seconds(effective_s);
    f.head = LegId{head};
    return f;
}
InFlight at_most(int limit) {
    InFlight flow;
    flow.limit = limit;
    return flow;
}
/// Each front has endless lanes behind it. Calls end in turn as soon as all slots are taken.
struct Partner {
    std::vector<Front> waiting;
    InFlight flow;
    std::vector<std::size_t> under_way;
    std::vector<int> started;

    Partner(std::vector<Front> fronts, int limit)
        : waiting(std::move(fronts)), flow(at_most(limit)), started(waiting.size()) {}
    std::size_t start_one() {
        const auto next = choose(waiting, flow);
        REQUIRE(next);
        flow.begin(waiting[*next].urgency, waiting[*next].agency);
        under_way.push_back(*next);
        ++started[*next];
        waiting[*next].effective += std::chrono::milliseconds(10);
        return *next;
    }
    void end_first() {
        const Front& f = waiting[under_way.front()];
        flow.end(f.urgency, f.agency);
        under_way.erase(under_way.begin());
    }
    void run(int starts, int slots) {
        for (int i = 0; i < starts; ++i) {
            if (static_cast<int>(under_way.size()) == slots) end_first();
            start_one();
        }
    }
};

}  // namespace

TEST_CASE("shares: nothing waits, nothing goes") {
    CHECK_FALSE(choose({}, at_most(4)));
    CHECK_FALSE(choose({}, at_most(0)));
}

TEST_CASE("shares: without a limit the earliest effective deadline goes first, ties by leg") {
    const std::vector<Front> fronts{
        front(Urgency::p3, "A", 7, 3),
        front(Urgency::p2, "B", 5, 2),
        front(Urgency::p0, "A", 5, 1)};
    CHECK(choose(fronts, at_most(0)) == 2);
}

TEST_CASE("shares: the slots of the classes are 20, 30, 45 and 5 percent, never none") {
    const auto slots = [](int limit) {
        std::string all;
        for (int c = 0; c < 4; ++c)
            all += std::to_string(guaranteed_slots(static_cast<Urgency>(c), limit)) + " ";
        return all;
    };
    CHECK(slots(4) == "1 1 1 1 ");
    CHECK(slots(8) == "2 2 3 1 ");
    CHECK(slots(20) == "4 6 9 1 ");
    CHECK(slots(64) == "13 19 29 3 ");
    CHECK(slots(100) == "20 30 45 5 ");
    CHECK(slots(3) == "0 0 0 0 ");
    for (int limit = 4; limit < 300; ++limit) {
        int sum = 0;
        for (int c = 0; c < 4; ++c) {
            const int n = guaranteed_slots(static_cast<Urgency>(c), limit);
            CHECK(n >= 1);
            sum += n;
        }
        CHECK(sum == limit);
    }
}

TEST_CASE("shares: a payment goes before an old backlog as soon as a slot is free") {
    Partner p({front(Urgency::p2, "A", -9'000, 1)}, 20);
    p.run(100, 20);
    p.waiting.push_back(front(Urgency::p0, "A", 10, 2));
    p.started.push_back(0);
    p.end_first();
    CHECK(p.start_one() == 1);
}

TEST_CASE("shares: unused slots are lent") {
    Partner p({front(Urgency::p3, "A", 0, 1)}, 20);
    p.run(20, 20);
    CHECK(p.started[0] == 20);
}

TEST_CASE("shares: bulk keeps one slot under a flood of all others, and no more") {
    for (const int limit : {4, 10, 20}) {
        CAPTURE(limit);
        Partner p(
            {front(Urgency::p0, "A", 0, 1),
             front(Urgency::p1, "A", 0, 2),
             front(Urgency::p2, "A", 0, 3),
             front(Urgency::p3, "A", 86'400, 4)},
            limit
        );
        p.run(limit * 50, limit);
        CHECK(p.flow.classes[3] == 1);
    }
}

TEST_CASE("shares: short calls or a limited rate share the starts, also with one slot") {
    for (const int limit : {1, 2, 4, 64}) {
        CAPTURE(limit);
        Partner p(
            {front(Urgency::p0, "A", -900, 1),
             front(Urgency::p1, "A", -900, 2),
             front(Urgency::p2, "A", -90'000, 3),
             front(Urgency::p3, "A", 86'400, 4)},
            limit
        );
        p.run(2'000, 1);
        CHECK(p.started[0] == doctest::Approx(400).epsilon(0.1));
        CHECK(p.started[1] == doctest::Approx(600).epsilon(0.1));
        CHECK(p.started[2] == doctest::Approx(900).epsilon(0.1));
        CHECK(p.started[3] == doctest::Approx(100).epsilon(0.2));
    }
}

TEST_CASE("shares: while another agency waits none has more than half of the slots") {
    Partner p({front(Urgency::p2, "A", -9'000, 1), front(Urgency::p2, "B", 500, 2)}, 16);
    p.run(16, 16);
    CHECK(p.flow.agencies["A"] == 8);
    CHECK(p.flow.agencies["B"] == 8);
    InFlight full = at_most(16);
    for (int i = 0; i < 8; ++i) full.begin(Urgency::p2, "A");
    CHECK(choose({front(Urgency::p0, "A", 0, 1), front(Urgency::p3, "B", 9, 2)}, full) == 1);
    CHECK(choose({front(Urgency::p0, "A", 0, 1)}, full) == 0);
    InFlight small = at_most(3);
    small.begin(Urgency::p2, "A");
    CHECK(choose({front(Urgency::p2, "A", 0, 1), front(Urgency::p2, "B", 9, 2)}, small) == 0);
}

TEST_CASE("shares: a limited rate goes to agencies in turn, whoever has the older backlog") {
    Partner p({front(Urgency::p2, "A", -90'000, 1), front(Urgency::p2, "B", 500, 2)}, 4);
    p.run(400, 1);
    CHECK(p.started[0] == doctest::Approx(200).epsilon(0.15));
    CHECK(p.started[1] == doctest::Approx(200).epsilon(0.15));
}

TEST_CASE("shares: an agency has two slots at least, else half of them, before it stands back") {
    const auto stands_back_at = [](int limit) {
        InFlight flow = at_most(limit);
        int holds = 0;
        const std::vector<Front> fronts{
            front(Urgency::p2, "A", 0, 1), front(Urgency::p2, "B", 9, 2)};
        while (holds < limit && choose(fronts, flow) == 0) {
            flow.begin(Urgency::p2, "A");
            flow.recent_agencies.clear();
            ++holds;
        }
        return holds;
    };
    CHECK(stands_back_at(3) == 2);
    CHECK(stands_back_at(5) == 2);
    CHECK(stands_back_at(6) == 3);
    CHECK(stands_back_at(9) == 4);
}

TEST_CASE("shares: more than half of the latest starts, and two at least, make an agency wait") {
    const auto first = [](double a, double b, double c = 0) {
        InFlight flow = at_most(64);
        flow.recent_agencies = {{"A", a}, {"B", b}, {"C", c}};
        return choose({front(Urgency::p2, "A", 0, 1), front(Urgency::p2, "B", 9, 2)}, flow);
    };
    CHECK(first(4, 2, 2) == 0);
    CHECK(first(4.1, 2, 2) == 1);
    CHECK(first(1.9, 0) == 0);
    CHECK(first(2, 0) == 1);
    CHECK(first(5, 5.1) == 0);
}

TEST_CASE("shares: a start counts less with each later one and is forgotten after a hundred") {
    InFlight flow = at_most(64);
    flow.begin(Urgency::p0, "A");
    CHECK(flow.recent_classes[0] == 1);
    CHECK(flow.recent_agencies["A"] == 1);
    flow.begin(Urgency::p1, "B");
    CHECK(flow.recent_classes == std::array<double, 4>{31.0 / 32, 1, 0, 0});
    CHECK(flow.recent_agencies["A"] == 31.0 / 32);
    for (int i = 1; i < 94; ++i) flow.begin(Urgency::p1, "B");
    CHECK(flow.recent_agencies.contains("A"));
    flow.begin(Urgency::p1, "B");
    CHECK_FALSE(flow.recent_agencies.contains("A"));
    CHECK(flow.agencies["A"] == 1);
    flow.end(Urgency::p0, "A");
    CHECK_FALSE(flow.agencies.contains("A"));
}

TEST_CASE("shares: classes given equally little go by their rank") {
    for (const int limit : {1, 4, 20}) {
        const std::vector<Front> fronts{
            front(Urgency::p3, "A", 0, 1),
            front(Urgency::p1, "A", 5, 2),
            front(Urgency::p0, "A", 9, 3)};
        CHECK(choose(fronts, at_most(limit)) == 2);
    }
}

TEST_CASE("shares: with four slots a class that holds its one waits for the deadline") {
    InFlight flow = at_most(4);
    flow.begin(Urgency::p0, "A");
    flow.begin(Urgency::p2, "B");
    flow.recent_classes = {0, 0, 9, 0};
    CHECK(choose({front(Urgency::p0, "C", 9, 1), front(Urgency::p2, "D", 0, 2)}, flow) == 1);
    flow.limit = 3;  // too few for guarantees: whoever was given least
    CHECK(choose({front(Urgency::p0, "C", 9, 1), front(Urgency::p2, "D", 0, 2)}, flow) == 0);
}

TEST_CASE("shares: without a limit nobody stands back, however much it holds") {
    InFlight flow = at_most(0);
    for (int i = 0; i < 9; ++i) flow.begin(Urgency::p2, "A");
    CHECK(choose({front(Urgency::p2, "A", 0, 1), front(Urgency::p0, "B", 9, 2)}, flow) == 0);
}

TEST_CASE("shares: properties of every choice") {
    std::mt19937_64 random(11);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    for (int round = 0; round < 300; ++round) {
        std::vector<Front> fronts;
        for (int c = 0; c < 4; ++c)
            for (const char* agency : {"A", "B", "C"})
                if (below(2) == 0)
                    fronts.push_back(front(
                        static_cast<Urgency>(c), agency, below(100), static_cast<int>(fronts.size())
                    ));
        if (fronts.empty()) continue;
        const int limit = 1 + below(40);
        Partner p(fronts, limit);
        for (int i = 0; i < limit * 4; ++i) {
            if (static_cast<int>(p.under_way.size()) == limit) p.end_first();
            const InFlight before = p.flow;
            const Front f = p.waiting[p.start_one()];
            const bool others = std::any_of(fronts.begin(), fronts.end(), [&](const Front& o) {
                const auto it = before.agencies.find(o.agency);
                const int holds = it == before.agencies.end() ? 0 : it->second;
                return o.agency != f.agency && holds < std::max(2, limit / 2);
            });
            if (others) REQUIRE(p.flow.agencies[f.agency] <= std::max(2, limit / 2));
            int slots = 0;
            for (const int n : p.flow.classes) slots += n;
            REQUIRE(slots == static_cast<int>(p.under_way.size()));
        }
        // With every slot taken at least once over, every class that waits holds its guarantee.
        if (limit < 4) continue;
        for (const Front& f : fronts) {
            const auto c = static_cast<std::size_t>(f.urgency);
            std::set<std::string> agencies;
            for (const Front& o : fronts)
                if (o.urgency == f.urgency) agencies.insert(o.agency);
            if (agencies.size() == 3) CHECK(p.flow.classes[c] >= 1);
        }
    }
}

TEST_CASE("shares: an agency whose calls of the day are used up is passed over, but for p0") {
    InFlight flow = at_most(8);
    flow.allowed.agencies["H56"] = false;
    const std::vector<Front> fronts = {
        front(Urgency::p1, "H56", 1, 1), front(Urgency::p2, "H57", 9, 2)};
    CHECK(choose(fronts, flow) == 1);
    CHECK_FALSE(choose({fronts[0]}, flow));
    CHECK(choose({front(Urgency::p0, "H56", 5, 3), fronts[1]}, flow) == 0);
    flow.limit = 0;
    CHECK(choose(fronts, flow) == 1);
    flow.allowed.others = false;
    CHECK_FALSE(choose(fronts, flow));
    flow.allowed.agencies["H57"] = true;
    CHECK(choose(fronts, flow) == 1);
}

TEST_CASE("shares: who holds half of it goes on when the others have used up their calls") {
    InFlight flow = at_most(8);
    for (int i = 0; i < 5; ++i) flow.begin(Urgency::p2, "H57");
    flow.allowed.agencies["H56"] = false;
    const std::vector<Front> fronts = {
        front(Urgency::p2, "H56", 1, 1), front(Urgency::p2, "H57", 9, 2)};
    CHECK(choose(fronts, flow) == 1);
}
