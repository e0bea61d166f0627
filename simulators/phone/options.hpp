// Everything that can be set about the played SMS operator and Zalo; the defaults are the ones of
// the domain description.
#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace sim::phone {

namespace core = gw::core;

struct ZnsParam {
    ZnsParam() = default;
    explicit ZnsParam(std::string n, std::size_t longest = 200, bool must = true)
        : name(std::move(n)), length_max(longest), required(must) {}
    std::string name, type = "STRING";  // STRING, NUMBER, DATE (dd/MM/yyyy)
    std::size_t length_max = 200;
    bool required = true;
};
/// A template registered with Zalo.
struct ZnsTemplate {
    ZnsTemplate() = default;
    std::string id, name, text;      // text with {parameter} places
    std::string status = "ENABLED";  // ENABLED, PENDING_REVIEW, REJECT, DISABLE
    std::vector<ZnsParam> params;
    bool at_night = true;      // may be sent in the platform's own quiet hours
    std::int64_t per_day = 0;  // quota of its own; 0 = none
};
/// One template for each event of the domain description, ids "100001" on, in its order.
std::vector<ZnsTemplate> usual_templates();

/// When a webhook that got no 200 is sent again.
struct RepeatRule {
    RepeatRule() = default;
    core::Duration first{5'000}, most{600'000};  // doubled from `first` up to `most`
    core::Duration answer_max{20'000};           // no answer for so long = not answered
    core::Duration give_up{3'600'000};           // since it was queued
};

struct Options {
    Options() = default;

    // ---- the SMS operator ----
    std::string user = "mau-user", password = "mau-password", cpcode = "MAU";
    std::set<std::string> brands{"MOTCUA-MAU"};
    std::vector<std::string> sms_templates;  // texts with {…} places; empty: every text fits
    std::int64_t sms_balance = 100'000'000, sms_price = 350;  // VND, price of each part
    std::size_t parts_max = 5;
    bool enforce_order = true;                   // elements of wsCpMt exactly in their order
    bool strict_phone = true;                    // 84 and nine digits (F-196)
    bool strict_encoding = true;                 // accents only with ContentType 1 (F-199)
    std::string mo_path = "/in/sms_viettel/mo";  // where replies of people go
    std::string mo_token;                        // not empty: Authorization: Bearer of the replies

    // ---- Zalo ----
    std::string app_id = "123456789", app_secret = "mau-app-secret";
    std::string oa_secret = "SYNTHETIC-OA-SECRET", oa_name = "Một cửa mẫu";
    std::string first_access_token = "mau-access-0", first_refresh_token = "mau-refresh-0";
    core::Duration access_ttl{90'000'000};  // 25 hours
    core::Duration refresh_ttl{90LL * 24 * 3'600'000};
    bool refresh_ends_older = false;  // a refresh ends the access token before
    std::vector<ZnsTemplate> templates = usual_templates();
    std::int64_t daily_quota = 1'000'000;
    int night_from = 22, night_to = 6;  // hours of Vietnam, for templates that may not
    std::string event_path = "/in/zalo/events";
    bool timestamp_header = true;  // X-ZEvent-Timestamp beside the body's
    bool fresh_timestamps = true;  // a repeated event carries a new time and signature
    RepeatRule repeat;

    // ---- people ----
    core::Duration arrives_after{2'000};  // from acceptance to the phone
    bool arrive_by_themselves = true;     // false: only when a person presses "delivered"
    double no_zalo_share = 0;             // so many of all numbers have no Zalo account

    // ---- memory and administration ----
    std::size_t journal_entries_max = 20'000;
    std::string admin_token;  // not empty: /sim/ needs X-Sim-Token
};

}  // namespace sim::phone
