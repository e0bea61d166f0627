// Options of Zalo's notification service.
#pragma once

#include "connectors/kit/options.hpp"

#include <span>
#include <string>

namespace gw::zalo {

using connector_kit::OptionRow;
using connector_kit::OptionType;

struct Options {
    Options() = default;
    std::string partner = "zalo";
    std::string url, token_url, app_id, app_secret, oa_secret, refresh_token, event_path;
    core::Duration connect_max{5'000}, poll{60'000}, wait_p1{900'000}, wait{7'200'000};
    core::Duration clock_max{600'000};
};

std::span<const OptionRow> option_rows();
Options read_options(const connector_kit::OptionValues& values, std::string_view partner);

}  // namespace gw::zalo
