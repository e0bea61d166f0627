// Options of the portal's connector: the struct it works with and the table the configuration is
// checked by.
#pragma once

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/options.hpp"

#include <span>
#include <string>
#include <vector>

namespace gw::national_portal {

using connector_kit::OptionRow;
using connector_kit::OptionType;

enum class Transport : std::uint8_t { adapter, bus };
enum class Dialect : std::uint8_t { older, newer };  // NP-44

struct Options {
    Options() = default;
    std::string partner = "national_portal",
                agency;  // agency: tenant that receives what the portal sends
    Transport transport = Transport::adapter;
    connector_kit::Envelope envelope = connector_kit::Envelope::direct;
    std::string url, profile = "fields_2025";
    std::string auth_endpoint = "mapi/login", integration_endpoint = "mapi/g",
                share_endpoint = "mapi/g";
    std::string dstcode, provider_url, xroad_client, username, password;
    bool dstcode_header = true;
    std::string token_endpoint = "token", token_style = "A", client_id, client_secret;
    std::string access_key, secret_key, app_name, partner_code, partner_code_cus;
    std::string create_path, update_path, progress_path, status_path,
        bus_prefix = "KetNoiMotCuaQuocGia";
    std::string madonvi, tendonvi;
    std::vector<std::string> province_roots;
    std::string files_base_url, files_secret;
    core::Duration session_ttl{480'000}, login_pause{60'000}, connect_max{5'000}, login_max{20'000};
    int unreadable_max = 1, lines_max = 10, lookup_rate = 5, catalogue_rate = 1,
        recon_window_days = 35;
    std::uint64_t call_bytes_max = 5 << 20, inbound_bytes_max = 150 << 20;
    std::string online_payment_unpaid_code = "3", catalogue = "required";
    bool omit_empty = false, lookup_control = true;
    // inbound
    Dialect dialect = Dialect::older;
    std::string security_key, hmac_secret;
    std::vector<std::string> allowed_networks, inbound_services;
};

/// The option table: name, type, default, help, secret, required.
std::span<const OptionRow> option_rows();

/// From checked values.
Options read_options(const connector_kit::OptionValues& values, std::string_view partner);

}  // namespace gw::national_portal
