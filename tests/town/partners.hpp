// Every partner of a town, played, on one clock: their hosts and what they say of themselves.
// A further partner is a row here and in place.cpp.
#pragma once

#include "gateway/ports/http.hpp"
#include "simulators/national_platform/platform.hpp"
#include "simulators/national_portal/portal.hpp"
#include "simulators/phone/phones.hpp"
#include "simulators/population/database.hpp"
#include "simulators/vnpay/vnpay.hpp"
#include "simulators/vnpost/post.hpp"
#include "tests/kit/sim_clock.hpp"
#include "tests/town/place.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gw::town_test {

namespace asio = boost::asio;
using core::Duration;
using core::Instant;

/// What a partner wants to tell the gateway.
struct Outgoing {
    Outgoing() = default;
    ports::InRequest request;
    std::string about;  // "vnpay IPN", for the journal
    std::function<void(int status, const std::string& body, Instant now)> answered;
};

class Partners {
public:
    Partners(std::uint64_t seed, const Place& place);
    sim::kit::Answer handle(const std::string& host, const sim::kit::Call& call, Instant now);
    std::vector<Outgoing> due(Instant now);
    /// Draws which switches are on and how often they strike.
    void misbehave(test::SimRandom& random);
    void behave();

    sim::national_portal::Portal portal;
    sim::population::Database population;
    sim::vnpay::Vnpay vnpay;
    sim::national_platform::Platform platform;
    sim::vnpost::Post post;
    sim::phone::Phones phones;
    /// Hosts that are no partner, as the one-stop's; empty: nobody may call there.
    std::function<sim::kit::Answer(const std::string& host, const sim::kit::Call&, Instant now)>
        elsewhere;
};

/// The partners as an HTTP client sees them: answers take their time, or do not come.
class TownHttp : public ports::HttpClient {
public:
    /// `reachable`: false while nobody can connect to that host. `cuts`: share of calls whose
    /// connection is cut, before or after the partner worked.
    TownHttp(
        Partners& partners,
        test::SimClock& clock,
        test::SimRandom& random,
        std::function<bool(const std::string& host)> reachable
    )
        : partners_(partners), clock_(clock), random_(random), reachable_(std::move(reachable)) {}
    asio::awaitable<ports::HttpResult> send(ports::HttpRequest request) override;
    asio::awaitable<ports::HttpResult> download(
        ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) override;
    double cuts = 0;
    /// Told of every call before it leaves and before its answer arrives; true: the process dies.
    std::function<bool(const std::string& where)> dies;

private:
    Partners& partners_;
    test::SimClock& clock_;
    test::SimRandom& random_;
    std::function<bool(const std::string& host)> reachable_;
};

}  // namespace gw::town_test
