// The OpenAPI 3.1 description, made from the route table and the schema tables.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/schema.hpp"

#include <span>

namespace gw::api {

core::Document openapi(const Options& options, std::span<const Route> routes);
/// JSON Schema of a declared shape.
core::Document schema_json(const core::Schema& schema);

}  // namespace gw::api
