// The feed item as a one-stop reads it: webhook body and event feed are the same bytes.
#pragma once

#include "gateway/core/model.hpp"

#include <string>

namespace gw::engine {

/// Compact JSON, members in the order id, type, timestamp, seq, dossier_code, dossier_seq, actor,
/// data. Dossier members are left out when the item belongs to no dossier, actor when there is
/// none. `data` is taken as it is.
std::string event_json(const core::FeedItem& item);

}  // namespace gw::engine
