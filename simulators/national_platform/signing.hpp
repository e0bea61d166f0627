// MaXacThuc: fields joined with "|" and the secret last, plain SHA-256 in lower-case hex.
#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace sim::national_platform {

using Fields = std::map<std::string, std::string>;

/// Names in signing order: INIT, QUERY, GET_BILL, IPN, IPN_ANSWER; empty for another kind.
std::span<const char* const> signed_fields(std::string_view kind);
/// Missing fields count as empty.
std::string canonical(std::string_view kind, const Fields& fields, std::string_view secret);
std::string sign(std::string_view kind, const Fields& fields, std::string_view secret);

}  // namespace sim::national_platform
