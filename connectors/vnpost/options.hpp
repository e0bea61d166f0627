// Options of the post's connector.
#pragma once

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/options.hpp"

#include <span>
#include <string>

namespace gw::vnpost {

using connector_kit::OptionRow;
using connector_kit::OptionType;

struct Options {
    Options() = default;
    std::string partner = "vnpost", agency;
    std::string url, token_path, order_path, waybill_path, cancel_path, tracking_path, price_path;
    std::string customer_key, customer_secret, customer_code, token_header, lgsp_access_token;
    connector_kit::Envelope envelope = connector_kit::Envelope::direct;
    std::string office_name, office_phone, office_email, office_address, office_province,
        office_commune;
    std::string settlement_url;  // "" = nothing is collected for the office
    std::string unmapped_area;   // "" = hold
    bool desc_identity = false;
    core::Duration poll{600'000}, connect_max{5'000};
    int page_size = 200, rewind_hours = 48, pages_per_run = 5'000;
};

std::span<const OptionRow> option_rows();
/// From checked values.
Options read_options(const connector_kit::OptionValues& values, std::string_view partner);

}  // namespace gw::vnpost
