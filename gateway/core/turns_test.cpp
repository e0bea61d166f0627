// Tests of turns between partners: examples first, then properties.
#include "gateway/core/turns.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

using namespace gw::core;

namespace {

Turns of(int most, std::initializer_list<const char*> partners) {
    Turns turns(most);
    for (const char* partner : partners) turns.join(partner);
    return turns;
}

const std::array<std::string, 4> names{"bank", "platform", "portal", "post"};

/// Four partners that always have more to send; their calls end by chance, each at its own rate.
struct Town {
    explicit Town(int most, unsigned seed) : turns(most), random(seed) {
        for (const auto& name : names) turns.join(name);
    }
    int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
    void start(std::size_t i, int wanted) {
        const int n = turns.take(names[i], wanted);
        CHECK(n >= 0);
        CHECK(n <= wanted);
        held[i] += n;
        started[i] += n;
    }
    void end(std::size_t i, int n) {
        n = std::min(n, held[i]);
        turns.give_back(names[i], n);
        held[i] -= n;
    }
    /// Everybody that can get something asks until nobody can.
    void settle() {
        for (auto waiting = turns.next(); !waiting.empty(); waiting = turns.next())
            for (std::size_t i = 0; i < names.size(); ++i)
                if (std::find(waiting.begin(), waiting.end(), names[i]) != waiting.end())
                    start(i, 32);
    }
    Turns turns;
    std::mt19937 random;
    std::array<int, 4> held{}, started{};
};

}  // namespace

TEST_CASE("turns: who is alone gets all it wants, but for what is kept for the others") {
    Turns turns = of(64, {"portal", "post"});
    CHECK(turns.own() == 8);
    CHECK(turns.take("portal", 20) == 20);
    CHECK(turns.take("portal", 60) == 36);
    CHECK(turns.take("portal", 1) == 0);
    CHECK(turns.next().empty());
    CHECK(turns.take("post", 10) == 8);
    CHECK(turns.taken() == 64);
}

TEST_CASE("turns: no more than half of all is kept, and nothing where partners outnumber slots") {
    CHECK(of(1'024, {"a", "b", "c"}).own() == 8);
    CHECK(of(16, {"a", "b", "c", "d"}).own() == 2);
    CHECK(of(5, {"a", "b", "c", "d"}).own() == 1);
    Turns few = of(2, {"a", "b", "c"});
    CHECK(few.own() == 0);
    CHECK(few.take("a", 5) == 2);
    CHECK(few.take("b", 5) == 0);
    few.give_back("a", 1);
    CHECK(few.take("b", 5) == 1);
}

TEST_CASE("turns: eight in a round while another one waits") {
    Turns turns = of(100, {"portal", "post"});
    CHECK(turns.take("portal", 200) == 92);
    CHECK(turns.take("post", 30) == 8);  // its own; 22 more wait
    turns.give_back("portal", 20);
    CHECK(turns.next() == std::vector<std::string>{"portal", "post"});
    CHECK(turns.take("portal", 32) == 8);
    CHECK(turns.take("portal", 32) == 0);
    CHECK(turns.next() == std::vector<std::string>{"post"});
    CHECK(turns.take("post", 32) == 8);
    CHECK(turns.take("portal", 32) == 4);  // the next round, as far as there is room
    CHECK(turns.taken() == 100);
}

TEST_CASE("turns: whose breaker admits nothing, or who has nothing, stands in nobody's way") {
    Turns turns = of(100, {"portal", "post"});
    turns.take("portal", 200);
    turns.take("post", 30);
    turns.give_back("portal", 50);
    CHECK(turns.take("post", 0) == 0);
    CHECK(turns.next() == std::vector<std::string>{"portal"});
    CHECK(turns.take("portal", 200) == 50);
}

TEST_CASE("turns: a partner that never answers leaves the others their share of every slot") {
    for (const int most : {3, 6, 16, 64, 1'024}) {
        CAPTURE(most);
        Turns turns = of(most, {"dead", "well"});
        for (int i = 0; i < 100; ++i) turns.take("dead", 32);
        CHECK(turns.taken() == most - turns.own());
        for (int call = 0; call < 100; ++call) {
            CHECK(turns.take("well", 1) == 1);
            turns.give_back("well", 1);
            turns.take("dead", 32);
        }
    }
}

TEST_CASE("turns: never more than there are, nobody waits beside a slot, own slots always there") {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        Town town(5 + static_cast<int>(seed * 7 % 120), seed);
        for (int step = 0; step < 500; ++step) {
            const auto i = static_cast<std::size_t>(town.below(4));
            if (town.below(3) == 0)
                town.end(i, 1 + town.below(12));
            else
                town.start(i, town.below(20));
            int all = 0;
            for (const int n : town.held) all += n;
            REQUIRE(all == town.turns.taken());
            REQUIRE(all <= town.turns.most());
            const auto j = static_cast<std::size_t>(town.below(4));
            if (town.held[j] < town.turns.own()) {
                town.start(j, 1);
                REQUIRE(town.held[j] >= 1);
            }
        }
        town.settle();
        CHECK(town.turns.next().empty());
    }
}

TEST_CASE("turns: of what is common, partners that always have more to send start equally often") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        Town town(4, seed);  // too few for slots of one's own
        for (std::size_t i = 0; i < 4; ++i) town.start(i, 32);
        for (int step = 0; step < 3'000; ++step) {
            // The first is quick, the last takes its time: what they hold differs, not their turns.
            for (std::size_t i = 0; i < 4; ++i)
                if (town.below(1 + 2 * static_cast<int>(i)) == 0) town.end(i, 1);
            town.settle();
        }
        const auto [least, most] = std::minmax_element(town.started.begin(), town.started.end());
        CHECK(*most - *least <= 16);
        CHECK(*least > 200);
    }
}
