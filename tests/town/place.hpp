// Where a town lies: its province and people, how its gateway is set, how its partners behave when
// nothing is wrong.
#pragma once

#include "connectors/kit/options.hpp"
#include "gateway/core/notice_commands.hpp"
#include "gateway/core/time.hpp"
#include "gateway/crypto/trust.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw::town_test {

struct PartnerRow {
    std::string id;  // of connector and mapping; of the host too, but for those of the phones
    connector_kit::OptionValues values;
};

struct Place {
    Place() = default;
    std::string province, unit, client;  // "H37", "H37.14", the one-stop's name at the token door
    std::string owner_number, officer_number;
    core::Instant morning{};
    double pace = 0.05;                      // of the post
    std::optional<core::Duration> settle{};  // of every operation; nullopt: each its own
    core::Duration pump_soon{10'000},
        pump{300'000};             // partners speak so often: while somebody pays
    core::Duration poll{300'000};  // of dispatchers and of the collector of files
    core::NoticeSettings notices;  // without providers: nobody is texted
    core::Duration notices_every{10'000};
    bool webhooks = false;
    std::shared_ptr<const crypto::TrustList> trust;  // null: nobody looks at signatures
    std::vector<PartnerRow> partners;  // only those whose connector exists in this program
};
/// A place in that province with every partner but the phones.
Place place_in(const std::string& province);
/// Where the lives of the town are played: H37, Monday 2 March 2026.
const Place& town_place();

}  // namespace gw::town_test
