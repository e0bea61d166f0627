// Doubles with a planted defect around the gateway's real parts.
#pragma once

#include "gateway/ports/connector.hpp"
#include "gateway/ports/facts.hpp"
#include "tests/town/gateway.hpp"

#include <memory>
#include <string>

namespace gw::town_test {

/// `real`, or one around it that does wrong.
std::unique_ptr<ports::Intake> planted_intake(
    ports::Intake& real, Plant plant, asio::io_context& io
);
std::unique_ptr<ports::Facts> planted_facts(ports::Facts& real, Plant plant);
std::unique_ptr<ports::Sink> planted_sink(
    std::unique_ptr<ports::Sink> real, const std::string& partner, Plant plant
);

}  // namespace gw::town_test
