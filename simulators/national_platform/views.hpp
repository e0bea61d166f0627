// What other files of this folder show or serve: services, pages, state, receipts.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/national_platform/world.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sim::national_platform {

/// INIT, QUERY or GET_BILL by whatever door.
kit::Answer serve(World& world, const kit::Call& call, core::Instant now);
/// /lgsp/token.
kit::Answer give_token(World& world, const kit::Call& call, core::Instant now);
/// …/viewbill?token=
kit::Answer view_bill(World& world, const kit::Call& call, core::Instant now);
/// The receipt C1-10/NS of a paid payment.
std::string bill_pdf(const World& world, const Payment& payment);

/// The checkout page and its buttons.
kit::Answer checkout(World& world, const kit::Call& call, core::Instant now);
/// Pages for people; nullopt: no such page.
std::optional<kit::Answer> page(World& world, const kit::Call& call, core::Instant now);
/// Files that exist now: day files with their digests, name -> content.
std::map<std::string, std::string> files_now(World& world, core::Instant now);

/// nullopt: nothing is held under that name. "": overview.
std::optional<std::string> state_json(const World& world, std::string_view rest);

}  // namespace sim::national_platform
