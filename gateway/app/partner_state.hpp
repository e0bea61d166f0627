// How a partner is, for the API and for replays.
#pragma once

#include "gateway/api/parts.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/partner.hpp"

namespace gw::app {

api::PartnerInfo state_of(const Partner& partner, const Config& config);

}  // namespace gw::app
