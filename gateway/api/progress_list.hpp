// Progress entries of a dossier as recorded, and what lists show of a dossier.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/error.hpp"

#include <string>

namespace gw::api {

/// A list of entries in order. Errors: those of the store.
asio::awaitable<core::Result<core::Document>> progress_of(
    Context& context, std::string tenant, std::string code
);
/// The members of a dossier that a list shows.
core::Document dossier_digest(const core::Document& dossier, bool with_owner);

}  // namespace gw::api
