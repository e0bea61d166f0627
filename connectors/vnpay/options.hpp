// Options of VNPAY's connector.
#pragma once

#include "connectors/kit/options.hpp"

#include <span>
#include <string>

namespace gw::vnpay {

using connector_kit::OptionRow;
using connector_kit::OptionType;

struct Options {
    Options() = default;
    std::string partner = "vnpay";
    std::string pay_url, api_url, terminal, secret, old_secret, return_url, order_type, bank_code,
        ip_address, ipn_path, day_file_url, agency;
    bool ipv6 = false;
    core::Duration watch_every{30'000}, connect_max{5'000};
};

std::span<const OptionRow> option_rows();
Options read_options(const connector_kit::OptionValues& values, std::string_view partner);

}  // namespace gw::vnpay
