// What is shown with a dossier beside itself, and what lists show of it.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/error.hpp"

#include <string>

namespace gw::api {

/// A list of entries in order. Errors: those of the store.
asio::awaitable<core::Result<core::Document>> progress_of(
    Context& context, std::string tenant, std::string code
);
/// Its deliveries as they stand. Errors: those of the store.
asio::awaitable<core::Result<core::Document>> deliveries_shown(
    Context& context, std::string tenant, std::string code
);
/// The members of a dossier that a list shows.
core::Document dossier_digest(const core::Document& dossier, bool with_owner);

}  // namespace gw::api
