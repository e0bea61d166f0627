// Frame and badges that the payment page and the tester's pages share.
#pragma once

#include "simulators/kit/pages.hpp"
#include "simulators/vnpay/held.hpp"

#include <string>

namespace sim::vnpay {

const kit::pages::Frame& look();
std::string state_badge(const Payment& payment);

}  // namespace sim::vnpay
