// Options of the national payment platform's connector.
#pragma once

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/options.hpp"

#include <span>
#include <string>
#include <vector>

namespace gw::national_platform {

using connector_kit::OptionRow;
using connector_kit::OptionType;

struct Options {
    Options() = default;
    std::string partner = "national_platform";
    std::string url, merchant, secret, old_secret;
    connector_kit::Envelope envelope = connector_kit::Envelope::direct;
    std::string token_url, client_id, client_secret, token_header, lgsp_access_token;
    std::vector<std::string> checkout_hosts, bill_hosts;
    std::string ip_address, ipn_path;
    bool echo_answer_hash = false;
    /// Where the money of a fee goes that names nobody itself (PY-10).
    std::string account, bank_code, account_name, treasury_code;
    std::string day_file_url, agency;
    core::Duration watch_every{30'000}, connect_max{5'000};
    core::Duration unknown_after{1'200'000};  // rule 5
    /// Before a receipt is asked for again; the last one from then on. Never empty.
    std::vector<core::Duration> bill_waits{core::Duration(60'000)};
    std::uint64_t bill_bytes_max = 10 << 20;
};

std::span<const OptionRow> option_rows();
/// From checked values.
Options read_options(const connector_kit::OptionValues& values, std::string_view partner);

}  // namespace gw::national_platform
