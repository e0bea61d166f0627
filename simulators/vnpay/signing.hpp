// vnp_SecureHash: HMAC-SHA512 over the sorted, form-encoded parameters, or over fields joined with
// "|".
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace sim::vnpay {

using Fields = std::map<std::string, std::string>;

std::string hmac_sha512_hex(std::string_view key, std::string_view bytes);
/// Space becomes '+'; letters, digits and "-._*" stay; all else is %XX.
std::string form_encode(std::string_view text);
/// Empty values and vnp_SecureHash* left out, sorted by name, encoded: the signed text and the
/// query.
std::string canonical(const Fields& fields);
/// canonical with &vnp_SecureHash=.
std::string signed_query(const Fields& fields, std::string_view secret);
/// Decoded parameters of a query whose name begins with vnp_.
Fields read_query(std::string_view query);
/// Rebuilt, or over the parts as received (encoders differ on "* ( ) ~ '").
bool good_query(std::string_view query, std::string_view secret);

/// Names in signing order: querydr, refund, querydr-reply, refund-reply; empty for another kind.
std::span<const char* const> joined_fields(std::string_view kind);
/// Missing fields count as empty.
std::string joined(std::string_view kind, const Fields& fields);

}  // namespace sim::vnpay
