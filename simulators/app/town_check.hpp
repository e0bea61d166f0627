// Compares what payment providers and the post hold with what the gateway says.
#pragma once

#include "simulators/app/report.hpp"
#include "simulators/national_platform/platform.hpp"
#include "simulators/onestop/ledger.hpp"
#include "simulators/phone/phones.hpp"
#include "simulators/vnpay/vnpay.hpp"
#include "simulators/vnpost/post.hpp"

#include <map>
#include <string>

namespace sim::app::town_check {

/// Fills payments_open and payments_mismatched. `answers`: GET /v1/payments/{id} by id.
void compare_payments(
    const onestop::Ledger& ledger,
    const std::map<std::string, std::string>& answers,
    const national_platform::Platform& platform,
    const vnpay::Vnpay& vnpay,
    Report& report
);
/// Fills parcels_open, and counts orders that became two parcels. `answers`: GET
/// /v1/deliveries/{id} by id.
void compare_parcels(
    const onestop::Ledger& ledger,
    const std::map<std::string, std::string>& answers,
    const vnpost::Post& post,
    Report& report
);

/// Fills notices_untold: dossiers whose people never read that they were received.
void compare_notices(const onestop::Ledger& ledger, const phone::Phones& phones, Report& report);

}  // namespace sim::app::town_check
