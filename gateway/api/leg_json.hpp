// Legs and attempts as the administration shows them.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/ports/store.hpp"

namespace gw::api {

core::Document leg_json(const ports::LegView& view);
core::Document attempt_json(const ports::AttemptView& attempt);

}  // namespace gw::api
