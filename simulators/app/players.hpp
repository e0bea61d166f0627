// Every simulated partner behind one form, so that a program can serve them all alike.
#pragma once

#include "gateway/ports/http.hpp"
#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/journal.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sim::app {

namespace core = gw::core;
namespace ports = gw::ports;

/// A call that a simulator wants to make to the gateway; `request.url` is the path only.
struct Outgoing {
    Outgoing() = default;
    ports::HttpRequest request;
    std::function<void(int status, std::string body)> answered;  // status 0: no answer came
};

struct Player {
    Player() = default;
    std::string name, name_vi;
    std::function<kit::Answer(const kit::Call&)> handle;
    std::function<std::string()> certificate;          // see kit::ServerOptions
    std::function<void(std::string address)> reached;  // its own address, once the port is known
    std::function<std::vector<Outgoing>()> due;        // moves on by itself, too
    std::function<void(kit::Journal::Sink)> set_journal;
};

struct PlayerChoice {
    PlayerChoice() = default;
    std::uint64_t seed = 1;
    std::vector<std::string> names;  // empty: all
    double pace = 1.0;               // of parcels; 0.001 = a day in a minute and a half
};
/// The partners of a province, the portal first. They share the clock, so that /sim/clock of one
/// moves the time of all. Throws std::runtime_error with the known names when one is unknown.
std::vector<Player> chosen_players(kit::Clock& clock, const PlayerChoice& choice);

}  // namespace sim::app
