// What the engine remembers of a partner over restarts, as an object of the store.
#pragma once

#include "gateway/engine/gate.hpp"
#include "gateway/ports/store.hpp"

#include <string>

namespace gw::engine {

/// The whole province's, one for each partner: id = partner.
inline constexpr std::string_view partner_state_kind = "partner_state";

std::string to_json(const PartnerKept& kept);
/// What cannot be read is as if nothing had been kept: better a little fast than not at all.
PartnerKept read_partner_state(const std::string& json);
/// Everything one write of it needs.
ports::Acceptance keep_partner(
    const std::string& partner, const PartnerKept& kept, core::Instant now
);
/// Worth a write: what changes with every call waits for the next one.
bool differs(const PartnerKept& saved, const PartnerKept& present);

}  // namespace gw::engine
