// Options of Viettel's SMS service.
#pragma once

#include "connectors/kit/options.hpp"

#include <span>
#include <string>

namespace gw::sms_viettel {

using connector_kit::OptionRow;
using connector_kit::OptionType;

struct Options {
    Options() = default;
    std::string partner = "sms_viettel";
    std::string url, user, password, cp_code, brand, request_id;
    core::Duration connect_max{5'000}, balance_every{900'000};
    std::int64_t balance_low = 0;
};

std::span<const OptionRow> option_rows();
Options read_options(const connector_kit::OptionValues& values, std::string_view partner);

}  // namespace gw::sms_viettel
