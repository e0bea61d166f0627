// What a carrier collected for the office and hands over: its settlement files, fetched every hour.
#pragma once

#include "connectors/kit/parts.hpp"

#include <memory>
#include <string>

namespace gw::connector_kit {

struct SettlementOptions {
    SettlementOptions() = default;
    std::string agency, carrier, customer;
    std::string url;  // as day_file_address() reads it
    core::Duration connect_max{5'000};
};

/// From 06:00 on fetches the files of the last days whose reports are not closed and compares them
/// with the payments of provider "postal": what the post settles becomes paid (PO-17); what it
/// collected and did not settle within 5 working days is shown (E2), file or no file.
std::unique_ptr<ports::Job> make_settlement_job(const Parts& parts, SettlementOptions options);

}  // namespace gw::connector_kit
