// What the platform refuses in an INIT.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/national_platform/held.hpp"
#include "simulators/national_platform/options.hpp"
#include "simulators/national_platform/signing.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sim::national_platform {

/// Whole dong, no sign, no leading zero, above 0; nullopt otherwise.
std::optional<std::int64_t> amount_of(std::string_view digits);
/// Scalars of the message as texts; `why` is said when one is missing or no text.
std::optional<Fields> read_fields(const kit::Json& body, std::string_view kind, std::string& why);
/// "" = good. Without signature and reference, which need the platform's state.
std::string check_init(const kit::Json& body, const Fields& fields, const Options& rules);
/// Fees of a checked INIT.
std::vector<Fee> fees_of(const kit::Json& body);

}  // namespace sim::national_platform
