// The list of connectors. Registration is a row, never a side effect.
#pragma once

#include "connectors/kit/parts.hpp"

#include <span>
#include <string_view>

namespace gw::connectors {

std::span<const connector_kit::ConnectorType> all();
/// nullptr: there is none of that name.
const connector_kit::ConnectorType* find(std::string_view name);

}  // namespace gw::connectors
