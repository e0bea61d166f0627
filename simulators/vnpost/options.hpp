// Everything that can be set about the played post; the defaults are the ones of the domain
// description.
#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sim::vnpost {

namespace core = gw::core;

/// A customer of the post: who may ask for tokens, and the contract its orders run under.
struct Customer {
    Customer() = default;
    Customer(std::string k, std::string s, std::string c)
        : key(std::move(k)), secret(std::move(s)), code(std::move(c)) {}
    std::string key, secret;  // client credentials
    std::string code;         // CustomerCode
};

/// Where the token must stand.
enum class TokenHeader { either, authorization, access_token };
/// How a bus wraps the answers.
enum class Wrapping { direct, twice, nested, data };
/// Which areas the post's own list holds: districts as before July 2025, none, or both side by
/// side.
enum class AreaSet { both, old_only, new_only };

struct Options {
    Options() = default;

    // ---- who may call ----
    std::vector<Customer> customers{
        Customer("mau-customer-key", "mau-customer-secret", "KH0000001")};
    core::Duration token_ttl{3'600'000};
    bool says_expires_in = true;
    bool single_token = false;  // a new token ends the older ones of this customer
    TokenHeader token_header = TokenHeader::either;
    bool lgsp_access_token_required = false;  // header lgspaccesstoken on every call
    Wrapping wrapping = Wrapping::direct;

    /// Last part of a path -> what is asked; more are added to these (doors.cpp), so a bus may put
    /// anything before them: token, order, waybill_order, cancel, tracking, price, information,
    /// document.
    std::map<std::string, std::string> more_paths;

    // ---- what is refused ----
    bool refuse_format = true;      // missing fields, wrong types, lengths
    bool refuse_area = true;        // areas that are not in the post's list
    bool refuse_item_code = false;  // ItemCode at the plain order endpoint
    AreaSet areas = AreaSet::both;
    bool placeholder_district = false;  // district 0, where the carrier agreed to it
    /// Province -> districts. Empty: provinces 10 to 99 exist, and their districts are the province
    /// with two more digits (44 has 4400 to 4499).
    std::map<int, std::vector<int>> area_list;
    core::Duration waybill_rest{365LL * 24 * 3'600'000};  // PO-16: no number twice within it

    // ---- how parcels move (journeys.hpp) ----
    std::map<std::string, int> mix{
        {"normal", 80}, {"failed_once", 10}, {"skips", 5}, {"returned", 4}, {"failed_twice", 1}};
    double pace = 1.0;  // all pauses of the journeys times this: 0.001 makes days into minutes
    std::string post_office = "440000";  // POSID of the sender's side
    bool cancel_event = false;           // code 8 in the feed after a cancel that was accepted

    // ---- money ----
    std::int64_t price_base = 16'500, price_per_500g = 4'000, price_return = 8'000;
    std::string beneficiary_account = "0001";  // last 4 digits in the settlement
    bool postage_lines = false;                // POSTAGE lines in the settlement too

    // ---- feed ----
    std::size_t page_default = 100, page_max = 1'000;

    // ---- memory and administration ----
    std::size_t journal_entries_max = 20'000;
    std::string admin_token;  // not empty: /sim/ needs X-Sim-Token
};

}  // namespace sim::vnpost
