// What each partner has of a dossier (contract 3.12).
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/error.hpp"

#include <string>

namespace gw::api {

/// One entry per partner and message kind, a list. Errors: those of the store.
asio::awaitable<core::Result<core::Document>> sync_of(
    Context& context, std::string tenant, std::string code
);
/// The population database has answered about a person of this dossier. Errors: those of the store.
asio::awaitable<core::Result<bool>> population_was_asked(
    Context& context, std::string tenant, std::string code
);
/// {"state", "partner"} of the worst entry; "not_needed" when there is none.
core::Document sync_summary(const core::Document& entries);

}  // namespace gw::api
