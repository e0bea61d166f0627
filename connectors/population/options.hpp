// Options of the population database's connector.
#pragma once

#include "connectors/kit/options.hpp"

#include <map>
#include <span>
#include <string>

namespace gw::population {

using connector_kit::OptionRow;
using connector_kit::OptionType;

enum class Door : std::uint8_t { exchange, provincial };
enum class NameForm : std::uint8_t { upper, upper_ascii, upper_ascii_nospace };  // PD-3

struct Options {
    Options() = default;
    std::string partner = "population";
    Door door = Door::exchange;
    std::string url, profile = "c06-2025", madvc_override;
    std::string user, secret, xroad_client, api_key;                     // exchange
    std::string token_url, client_id, client_secret, lgsp_access_token;  // provincial
    std::map<std::string, std::string> officer_keys;  // key name -> "name:pass" (AuthHash)
    NameForm name_form = NameForm::upper;
    bool timestamp_seconds = false, json_envelope = false;
    core::Duration connect_max{3'000}, total_max{12'000};
    int per_second = 5;
};

std::span<const OptionRow> option_rows();
Options read_options(const connector_kit::OptionValues& values, std::string_view partner);
/// "canbo1=name:pass, canbo2=name:pass"; unreadable parts are left out.
std::map<std::string, std::string> read_keys(std::string_view text);

}  // namespace gw::population
