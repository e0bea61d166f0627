// Every simulator can be served by hand, each with a page and its administration.
#include "simulators/app/players.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace sim::app {
namespace {
kit::Answer get(const Player& player, const std::string& path) {
    kit::Call call;
    call.method = "GET";
    call.path = path;
    return player.handle(call);
}
}  // namespace

TEST_CASE("players: all six have a page and an administration") {
    kit::Clock clock;
    const auto players = chosen_players(clock, PlayerChoice());
    REQUIRE(players.size() == 6);
    CHECK(players.front().name == "national_portal");
    for (const auto& player : players) {
        INFO(player.name);
        CHECK(get(player, "/").status == 200);
        CHECK(get(player, "/sim/state").status == 200);
        CHECK(get(player, "/sim/faults").status == 200);
        CHECK(player.due().empty());
    }
}

TEST_CASE("players: the clock of one is the clock of all") {
    kit::Clock clock;
    const auto players = chosen_players(clock, PlayerChoice());
    const auto before = clock.now();
    kit::Call call;
    call.method = "POST";
    call.path = "/sim/clock";
    call.body = R"({"advance_ms":"3600000"})";
    CHECK(players[4].handle(call).status == 200);
    CHECK(clock.now() - before >= core::Duration(3'600'000));
}

TEST_CASE("players: those that are named are there, unknown names are refused") {
    kit::Clock clock;
    PlayerChoice choice;
    choice.names = {"vnpost", "vnpay"};
    const auto players = chosen_players(clock, choice);
    REQUIRE(players.size() == 2);
    CHECK(players.front().name == "vnpay");
    choice.names = {"momo"};
    CHECK_THROWS_AS(chosen_players(clock, choice), std::runtime_error);
}

}  // namespace sim::app
