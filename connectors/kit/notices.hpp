// What connectors that text citizens share: the notice of a leg, and what the provider says of it.
#pragma once

#include "connectors/kit/parts.hpp"
#include "gateway/core/notice.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::connector_kit {

/// {"dispatch", "channel", "provider", "state"}.
core::Document notice_says(
    const core::Document& notice, std::string_view state, std::string_view reason = {}
);
/// Takes in one thing a provider said about a dispatch. `key`: what is taken in once, however often
/// and in whatever words it is said; without it always. Errors: those of Facts::take_in.
ports::Async<ports::Taken> tell_notice(
    const Parts& parts, std::string kind, core::Document says, std::string raw, std::string key
);
ports::Async<ports::Taken> tell_notice(
    const Parts& parts, std::string kind, core::Document says, std::string raw
);
/// Its life is over: it is not sent any more.
bool is_over(const core::Document& notice, core::Instant now);
/// A leg that could not leave in the day waits for the morning; nullopt: it may leave now.
std::optional<core::Error> waits_for_morning(const core::Document& notice, core::Instant now);

// How a leg ends; the notice tells the rest.
/// Its life is over before it left.
ports::Async<core::Receipt> end_overdue(const Parts& parts, core::Document notice);
/// With what the provider said. A note that the store refuses is tried again for some seconds; then
/// the text is asked about, never sent again. `kind`: of the message that is kept.
ports::Async<core::Receipt> end_with(
    const Parts& parts, std::string kind, core::Document says, std::string answer
);
/// Its answer was lost and nobody can be asked: the notice says that nobody knows.
ports::Async<core::Enquiry> end_unknown(
    const Parts& parts, std::string kind, const core::Claim& about
);
/// The flag of an answer that means that the account is empty.
inline constexpr std::string_view no_balance = "no_balance";
/// Nothing of this partner goes out until somebody has paid; then it goes on by itself.
void wait_for_money(core::Error& error, const std::string& partner);
/// Tells the log that the account of this partner is empty.
void warn_no_balance(const std::string& partner);
/// Nothing was sent yet: all that counts is whether the provider answered. Errors: retry
/// "<partner>.down".
core::Result<core::Enquiry> reached(const Parts& parts, const ports::HttpResult& result);

}  // namespace gw::connector_kit
