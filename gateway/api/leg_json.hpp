// Legs and attempts as the administration shows them.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/ports/store.hpp"

#include <string>
#include <string_view>

namespace gw::api {

core::Document leg_json(const ports::LegView& view);
/// `answer`: what the partner said, without the numbers of persons and telephones, cut.
core::Document attempt_json(const ports::AttemptView& attempt);
/// Runs of 9 to 12 digits as ID-20 shows them.
std::string without_numbers(std::string_view text);

}  // namespace gw::api
