// The reading verbs of the memory store. Not for users of memory.hpp.
#pragma once

#include "gateway/store/memory_state.hpp"

namespace gw::store::reads {

template <class T>
using Read = core::Result<T>;

Read<std::optional<core::Object>> object(
    const MemoryState& s, const std::string& kind, const std::string& agency, const std::string& id
);
Read<ports::ObjectPage> objects(const MemoryState& s, const ports::ObjectFilter& filter);
Read<ports::Accepted> answer_of(
    const MemoryState& s,
    const std::string& partner,
    const std::string& key,
    const core::Digest& digest
);
Read<std::vector<core::Event>> events_of(
    const MemoryState& s,
    const std::string& agency,
    const std::string& dossier,
    const std::string& kind
);
Read<std::vector<ports::LegView>> legs_of(
    MemoryState& s, const std::string& agency, const std::string& dossier
);
Read<std::optional<ports::LegView>> leg(MemoryState& s, core::LegId id);
Read<std::vector<ports::LegView>> legs_in(
    MemoryState& s,
    const std::string& partner,
    core::LegState state,
    int limit,
    const std::string& agency
);
Read<std::vector<ports::AttemptView>> attempts_of(MemoryState& s, core::LegId id);
Read<std::optional<core::Claim>> claim_view(MemoryState& s, core::LegId id);
Read<std::optional<ports::MessageView>> message(const MemoryState& s, core::MessageId id);
Read<ports::FeedPage> feed(
    const MemoryState& s,
    const std::string& agency,
    std::int64_t after,
    int limit,
    const std::vector<std::string>& types
);
Read<std::int64_t> feed_end(const MemoryState& s, const std::string& agency);
Read<std::vector<core::AuditRow>> audit_of(
    const MemoryState& s, const std::string& agency, const std::string& subject
);
Read<std::vector<ports::QueueStats>> stats(MemoryState& s);

}  // namespace gw::store::reads
