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
/// The leg ends here; the notice tells the rest.
core::Receipt told(std::string flag, std::string answer);
/// The provider has it and our note of it failed: never sent again, asked about.
core::Error not_noted(const core::Error& why);

}  // namespace gw::connector_kit
