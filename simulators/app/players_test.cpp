// Every simulator can be served by hand, each with a page and its administration.
#include "simulators/app/players.hpp"

#include "simulators/app/scene.hpp"
#include "simulators/kit/text.hpp"

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

TEST_CASE("players: the portal proves its calls with the secret of a played day") {
    kit::Clock clock;
    PlayerChoice choice;
    choice.names = {"national_portal"};
    const auto portal = chosen_players(clock, choice).front();
    kit::Call call;
    call.method = "POST";
    call.path = "/sim/send";
    call.body = R"({"kind":"dossier"})";
    REQUIRE(portal.handle(call).status == 201);
    const auto calls = portal.due();
    REQUIRE(!calls.empty());
    const auto& request = calls.front().request;
    const auto value = [&](const std::string& name) {
        for (const auto& header : request.headers)
            if (header.name == name) return header.value;
        return std::string();
    };
    CHECK(
        value("X-Portal-Signature") ==
        kit::hmac_sha256_hex(
            "MAU-INBOUND-SECRET-0001",
            value("X-Portal-Timestamp") + "." + value("X-Portal-Nonce") + "." + request.body
        )
    );
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
