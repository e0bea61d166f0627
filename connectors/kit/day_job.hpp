// The provider's day file, fetched every hour until the day is compared.
#pragma once

#include "connectors/kit/day_file.hpp"
#include "connectors/kit/payments.hpp"

#include <memory>
#include <string>

namespace gw::connector_kit {

struct DayJobOptions {
    DayJobOptions() = default;
    std::string agency, provider, merchant;
    std::string url;  // as day_file_address() reads it
    core::Duration connect_max{5'000};
};
/// From 06:00 on fetches the files of the last 15 days whose reports are not closed, the oldest
/// first, compares them with our payments and asks the provider about what differs. A file with a
/// higher number that comes after the day was closed is compared too; its report stays.
std::unique_ptr<ports::Job> make_day_job(
    std::shared_ptr<PaymentDesk> desk, const Parts& parts, DayJobOptions options
);

}  // namespace gw::connector_kit
