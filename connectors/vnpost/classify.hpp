// What an answer of the post means for an order, and what is taken in about the delivery. Pure.
#pragma once

#include "connectors/kit/reading.hpp"
#include "connectors/vnpost/options.hpp"
#include "gateway/core/fact.hpp"
#include "gateway/core/model.hpp"

#include <optional>
#include <string>

namespace gw::vnpost {

using connector_kit::Call;
using connector_kit::Reading;
using connector_kit::Verdict;

/// What an order's answer says about the delivery; nullopt: nothing yet (an outage, an unknown
/// outcome).
std::optional<core::Fact> order_fact(
    const std::string& order_number, const std::string& waybill, const Reading& reading
);
std::optional<core::Fact> cancel_fact(const std::string& order_number, const Reading& reading);

/// The receipt or error of the leg once the fact is in. A refusal that the delivery tells ends the
/// leg with flag "refused".
core::Result<core::Receipt> outcome(const Reading& reading, bool told);

}  // namespace gw::vnpost
