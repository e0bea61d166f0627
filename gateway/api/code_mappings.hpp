// Codes that people add to the partners' code lists: kept in the store, in force at once.
#pragma once

#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/store.hpp"

#include <boost/asio/awaitable.hpp>

namespace gw::api {

/// Puts every added code of the store into the library. Before anything is sent.
/// Errors: those of the store.
boost::asio::awaitable<core::Result<void>> load_code_mappings(
    ports::Store& store, mapping::Library library
);

}  // namespace gw::api
