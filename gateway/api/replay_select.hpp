// Which legs a replay would send again, and which not and why.
#pragma once

#include "gateway/api/call.hpp"

#include <cstdint>
#include <vector>

namespace gw::api {

struct ReplaySelection {
    ReplaySelection() = default;
    std::vector<std::int64_t> legs;  // ascending: those of one dossier keep their order
    bool once = false;               // one of them has an effect that nobody can undo or repeat
    std::int64_t delivered = 0;      // not sent: already done there
    std::int64_t duplicate = 0;      // not sent: nobody knows whether it was done there already
    std::int64_t too_old = 0;        // not sent: older than asked for
    std::int64_t held = 0;           // not sent: a person holds it
    std::int64_t under_way = 0;      // not sent: goes on by itself
    std::int64_t left_out = 0;       // not sent: beyond what one replay takes
    std::int64_t compared = 0;       // with what was last sent
    std::int64_t changed = 0;        // of these: other bytes would be sent now
    std::int64_t refused_by_us = 0;  // of these: nothing could be sent now
    core::Document to_json() const;
};

/// By the "selector" of the call's body, a checked ReplayRequest. Errors: those of the store.
asio::awaitable<core::Result<ReplaySelection>> select_legs(Context& context, const Call& call);
/// Fills in `compared` and what follows, for the first legs. Errors: those of the store.
asio::awaitable<core::Result<void>> compare_bytes(Context& context, ReplaySelection& selection);

}  // namespace gw::api
