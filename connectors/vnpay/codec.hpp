// VNPAY 2.1.0 on the wire: the payment address, notices, questions, refunds (payments.md 9). Pure.
#pragma once

#include "connectors/vnpay/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/time.hpp"
#include "gateway/mapping/codes.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::vnpay {

/// Names and decoded values; sorted as they are signed.
using Fields = std::map<std::string, std::string>;

/// "vnp_Amount=…&…": empty values and the hash left out, form-encoded.
std::string signed_query(const Fields& fields);
std::string sign_query(const Fields& fields, std::string_view secret);
/// Of values joined with "|".
std::string sign_values(const std::vector<std::string>& values, std::string_view secret);

/// Decoded parameters of a query string; nullopt: a broken escape or a repeated name.
std::optional<Fields> read_query(std::string_view query);
/// Over the decoded fields, then over the received parts; against both secrets, in constant time.
bool verify_query(const Options& options, std::string_view query, const Fields& fields);

/// The address a citizen pays at. `payment`: the stored object.
std::string payment_address(const Options& options, const core::Document& payment);

/// What a notice says, without provider and source; "state" by both codes (9.3).
core::Document read_notice(const Options& options, const Fields& fields);

/// JSON bodies with their signature. `request_id`: unique per day.
std::string query_body(
    const Options& options,
    const core::Document& payment,
    const std::string& request_id,
    core::Instant now
);
std::string refund_body(
    const Options& options,
    const core::Document& payment,
    const core::Document& refund,
    core::Instant now
);

/// An answer of the query and refund address.
struct Answer {
    Answer() = default;
    bool readable = false, verified = false;
    std::string code, status, reference;  // vnp_ResponseCode, vnp_TransactionStatus, vnp_TxnRef
    core::Document says;  // of the transaction; null when the question was not served
};
Answer read_answer(const Options& options, std::string_view body, bool of_refund);

/// "20260105143015" in Vietnam.
std::string stamp(core::Instant at);
std::optional<core::Instant> read_stamp(std::string_view text);

}  // namespace gw::vnpay
