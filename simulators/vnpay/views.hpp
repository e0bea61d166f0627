// What other files of this folder show or serve: payment page, merchant services, pages, state.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/vnpay/world.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sim::vnpay {

/// Result of opening a payment address. `error`: code of the error page, "" = `key` is the payment.
struct Opened {
    Opened() = default;
    std::string error, key;
};
/// /paymentv2/vpcpay.html with this query.
Opened open_payment(World& world, std::string_view query, core::Instant now);
/// What is wrong with the parameters: "", "03", …; the signature is checked elsewhere.
std::string check_parameters(const Fields& fields, const Options& options, core::Instant now);
/// Words of an error page.
std::string_view error_words(std::string_view code);

/// POST /merchant_webapi/api/transaction: querydr and refund.
kit::Answer merchant_service(World& world, const kit::Call& call, core::Instant now);
/// POST /qrpayauth/api/merchant/get_bank_list
kit::Answer bank_list();

/// Payment address, payment page and its buttons, error page.
kit::Answer payment_door(World& world, const kit::Call& call, core::Instant now);
/// Signed address of the browser's return; counts nothing.
std::string return_address(const World& world, const Payment& payment);
/// Pages for people; nullopt: no such page.
std::optional<kit::Answer> page(World& world, const kit::Call& call, core::Instant now);
/// Files that exist now: day files with their digests, name -> content.
std::map<std::string, std::string> files_now(World& world, core::Instant now);

/// nullopt: nothing is held under that name. "": overview.
std::optional<std::string> state_json(const World& world, std::string_view rest);

}  // namespace sim::vnpay
