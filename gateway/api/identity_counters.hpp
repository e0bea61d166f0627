// What was counted of identity checks on one day: by officer, unit, person and province.
#pragma once

#include "gateway/api/objects.hpp"
#include "gateway/core/identity_check.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

/// A counter of one day; written in the same commit as the check it counts.
struct Counter {
    Counter() = default;
    std::string id;
    std::int64_t version = 0;
    core::Document body = core::Document::object();
    int of(std::string_view name) const {
        const core::Document* there = body.find(name);
        return there == nullptr ? 0 : static_cast<int>(there->as_integer().value_or(0));
    }
    void raise(const std::string& name) { body.set(name, core::Document::number(of(name) + 1)); }
    /// Times of the last ten minutes, the newest 50.
    std::vector<core::Instant> recent(core::Instant now) const;
    void add_recent(core::Instant now);
};

/// Everything counted of one officer and of the province on one day.
struct Counters {
    Counters() = default;
    Counter officer, province;
    std::string hour, unit, person;
};

/// Errors: those of the store.
asio::awaitable<core::Result<Counters>> read_counters(
    Context& context, const Call& call, std::string unit
);
core::AskedBefore before_of(const Counters& counters, core::Instant now);
/// One more check.
void raise(Counters& counters, core::Instant now);
core::ObjectDraft draft_of(const Counter& counter);

}  // namespace gw::api
