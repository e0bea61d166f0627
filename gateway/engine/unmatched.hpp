// Facts about money, parcels or notices that nobody here knows.
#pragma once

#include "gateway/core/fact.hpp"
#include "gateway/core/model.hpp"

#include <string>

namespace gw::engine {

/// Kind of the objects that keep them: state "open" or "closed", ref = the partner's reference,
/// body {"about", "reference", "partner", "says"}.
inline constexpr const char* unmatched_kind = "unmatched";

/// The same words about the same thing have one id.
std::string unmatched_id(const core::Fact& fact);
/// The fact, kept so that a person can match it.
core::ObjectWrite unmatched_write(
    const core::Fact& fact, const core::Envelope& message, core::Instant now
);

}  // namespace gw::engine
