// Scopes of the one-stop contract (1.2) as bits, and their words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::access {

/// A set of scopes; one bit each.
using Scopes = std::uint32_t;

namespace scope {
inline constexpr Scopes none = 0;
inline constexpr Scopes dossiers_read = 1U << 0;
inline constexpr Scopes dossiers_write = 1U << 1;
inline constexpr Scopes files_read = 1U << 2;
inline constexpr Scopes files_write = 1U << 3;
inline constexpr Scopes payments_read = 1U << 4;
inline constexpr Scopes payments_write = 1U << 5;
inline constexpr Scopes payments_refund = 1U << 6;
inline constexpr Scopes deliveries_write = 1U << 7;
inline constexpr Scopes identity_check = 1U << 8;
inline constexpr Scopes notifications_write = 1U << 9;
inline constexpr Scopes catalogue_read = 1U << 10;
inline constexpr Scopes inbox_read = 1U << 11;
inline constexpr Scopes inbox_ack = 1U << 12;
inline constexpr Scopes handovers_write = 1U << 13;
inline constexpr Scopes events_read = 1U << 14;
inline constexpr Scopes webhooks_manage = 1U << 15;
inline constexpr Scopes sync_read = 1U << 16;
inline constexpr Scopes sync_replay = 1U << 17;
inline constexpr Scopes all = (1U << 18) - 1;
}  // namespace scope

/// "dossiers.read"; nullopt when unknown.
std::optional<Scopes> scope_from_word(std::string_view word);
/// Blank-separated words; nullopt when one is unknown.
std::optional<Scopes> scopes_from_words(std::string_view words);
/// Blank-separated, in the order of the contract.
std::string to_words(Scopes scopes);

}  // namespace gw::access
