// Every partner of a town, played, on one clock: their hosts, the gateway's settings for them, and
// what they say of themselves. A further partner is a row.
#pragma once

#include "connectors/kit/options.hpp"
#include "gateway/ports/http.hpp"
#include "simulators/national_platform/platform.hpp"
#include "simulators/national_portal/portal.hpp"
#include "simulators/phone/phones.hpp"
#include "simulators/population/database.hpp"
#include "simulators/vnpay/vnpay.hpp"
#include "simulators/vnpost/post.hpp"
#include "tests/kit/sim_clock.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gw::town_test {

namespace asio = boost::asio;
using core::Duration;
using core::Instant;

inline constexpr const char* tenant = "H37";
inline constexpr const char* owner_number = "020190000001";
inline constexpr const char* officer_number = "020090000009";

struct PartnerRow {
    std::string id;  // of connector, host and mapping
    connector_kit::OptionValues values;
};

/// What a partner wants to tell the gateway.
struct Outgoing {
    Outgoing() = default;
    ports::InRequest request;
    std::string about;  // "vnpay IPN", for the journal
    std::function<void(int status, const std::string& body, Instant now)> answered;
};

class Partners {
public:
    Partners(std::uint64_t seed, double pace);
    /// Only those whose connector exists in this program.
    static std::vector<PartnerRow> rows();
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

private:
    Partners& partners_;
    test::SimClock& clock_;
    test::SimRandom& random_;
    std::function<bool(const std::string& host)> reachable_;
};

}  // namespace gw::town_test
