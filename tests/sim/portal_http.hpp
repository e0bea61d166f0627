// The played portal as an HTTP client sees it, without sockets and in virtual time.
#pragma once

#include "gateway/ports/http.hpp"
#include "simulators/national_portal/portal.hpp"
#include "tests/kit/sim_clock.hpp"

#include <functional>

namespace gw::sim_test {

class PortalHttp : public ports::HttpClient {
public:
    /// `reachable`: false while nobody can connect.
    PortalHttp(
        sim::national_portal::Portal& portal,
        test::SimClock& clock,
        test::SimRandom& random,
        std::function<bool()> reachable
    )
        : portal_(portal), clock_(clock), random_(random), reachable_(std::move(reachable)) {}
    boost::asio::awaitable<ports::HttpResult> send(ports::HttpRequest request) override;
    boost::asio::awaitable<ports::HttpResult> download(
        ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) override;

private:
    sim::national_portal::Portal& portal_;
    test::SimClock& clock_;
    test::SimRandom& random_;
    std::function<bool()> reachable_;
};

}  // namespace gw::sim_test
