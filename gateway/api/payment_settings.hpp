// How a province wants payments: which providers, in which order, for how long.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gw::api {

/// Where one provider may be used; empty lists = everywhere.
struct PaymentChannel {
    PaymentChannel() = default;
    std::vector<std::string> units;               // canonical codes of receiving units
    std::vector<std::string> procedures;          // procedure codes
    std::vector<std::string> methods;             // "online", "qr"; empty = online
    std::int64_t amount_min = 1, amount_max = 0;  // 0 = no limit
};
struct PaymentSettings {
    PaymentSettings() = default;
    std::vector<std::string> preference;  // partner ids; the others follow by name
    std::string national;                 // partner whose payments count as 1 in the national index
    std::map<std::string, PaymentChannel> channels;  // by partner; missing = everywhere, online
    core::Duration page_life{15 * 60'000};
    core::Duration qr_life{24 * 3'600'000};
    core::Duration wait{3'000};  // for the provider's page, when the caller does not say
    core::Duration refresh_every{30'000};
};

}  // namespace gw::api
