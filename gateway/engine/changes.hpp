// Writes of objects that one commit gathers.
#pragma once

#include "gateway/core/objects.hpp"

#include <vector>

namespace gw::engine {

/// A later write of the same object in one acceptance replaces the earlier one.
void add_write(std::vector<core::ObjectWrite>& objects, core::ObjectWrite write);

}  // namespace gw::engine
