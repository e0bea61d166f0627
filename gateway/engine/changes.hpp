// Writes of objects that one commit gathers.
#pragma once

#include "gateway/core/objects.hpp"

#include <vector>

namespace gw::engine {

/// The write of an object at `now` over its version `expected`; 0 makes it.
core::ObjectWrite write_of(core::Object object, std::int64_t expected, core::Instant now);
/// A later write of the same object in one acceptance replaces the earlier one.
void add_write(std::vector<core::ObjectWrite>& objects, core::ObjectWrite write);

}  // namespace gw::engine
