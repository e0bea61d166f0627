// The shapes of the OpenAPI description: JSON Schema of the declared tables.
#pragma once

#include "gateway/api/openapi.hpp"

#include <span>
#include <string_view>

namespace gw::api {

/// Everything under components/schemas: the declared shapes, their merge patches where `routes`
/// take some, and what has no table.
core::Document all_shapes(std::span<const Route> routes);

namespace shapes {

core::Document text(std::string_view value);
/// {"type": …, "format": …}
core::Document typed(std::string_view type, std::string_view format = {});
core::Document reference(std::string_view name);
/// A plain type may be null too.
void or_null(core::Document& schema);

}  // namespace shapes

}  // namespace gw::api
