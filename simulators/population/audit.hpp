// Who asked for whom: the record the database keeps, and the counts of each officer.
#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sim::population {

namespace core = gw::core;

/// How a question ended.
enum class Outcome {
    found,
    confirmed,
    not_confirmed,
    not_found,
    ambiguous,
    denied,
    refused,
    failed
};
std::string_view name_of(Outcome outcome);

/// Names are never in it; the number is what a gateway's own record can be compared by.
struct AuditRow {
    AuditRow() = default;
    std::uint64_t sequence = 0;  // from 1, without gaps
    core::Instant at{};
    std::string door;  // "exchange" or "lgsp"
    std::string operation, request_id, procedure, kind;
    std::string officer, unit, account;
    std::string client;  // X-Road client
    std::string number;  // the number asked for: 12 or 9 digits
    Outcome outcome = Outcome::failed;
    std::string reason;     // of a denial or refusal
    bool answered = true;   // false: the caller never saw the outcome
    bool repeated = false;  // the same question under the same id had come before
    std::string fault;      // switch that struck
};

struct OfficerCount {
    OfficerCount() = default;
    std::uint64_t asked = 0, found = 0, denied = 0;
    std::set<std::string> persons;     // numbers asked for
    std::deque<core::Instant> recent;  // questions of the last hour
};

class Audit {
public:
    explicit Audit(std::size_t rows_max) : rows_max_(rows_max) {}
    void add(AuditRow row);
    /// Newest at the end; the oldest leave when there are more than rows_max.
    const std::deque<AuditRow>& rows() const { return rows_; }
    std::uint64_t written() const { return next_ - 1; }
    const std::map<std::string, OfficerCount>& officers() const { return officers_; }
    /// Questions of one officer within `window` before now.
    std::size_t asked_within(const std::string& officer, core::Duration window, core::Instant now)
        const;
    void reset();

private:
    std::size_t rows_max_;
    std::uint64_t next_ = 1;
    std::deque<AuditRow> rows_;
    std::map<std::string, OfficerCount> officers_;
};

}  // namespace sim::population
