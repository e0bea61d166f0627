// What partners said about money and parcels that nobody here knows: kept for a person to look at,
// closed by a person, forgotten after its time.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace gw::api {

/// How many are open, by what they are about ("payment"); counts up to 5,000 of them.
using UnmatchedCounts = std::map<std::string, std::int64_t>;
ports::Async<UnmatchedCounts> count_unmatched(ports::Store& store);

/// PO-11: after 90 days (`unmatched.retention`) they are forgotten, closed or not; in steps so
/// small that accepting does not wait for them.
class UnmatchedSweep : public ports::Job {
public:
    UnmatchedSweep(ports::Store& store, core::Duration kept) : store_(store), kept_(kept) {}
    std::string_view name() const override { return "unmatched.sweep"; }
    core::Duration every() const override { return core::Duration(3'600'000); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Store& store_;
    core::Duration kept_;
};

}  // namespace gw::api
