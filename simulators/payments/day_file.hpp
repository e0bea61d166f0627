// The provider's day file (payments.md 16.1 of the domain description) with its digest, and what
// may be wrong with it.
#pragma once

#include "simulators/kit/faults.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::payments {

namespace core = gw::core;

struct DayLine {
    DayLine() = default;
    std::string type = "TXN";  // TXN, REFUND
    core::Instant at{};
    std::string transaction, reference, dossier;
    std::int64_t amount = 0, fee = 0;
    std::string status = "SUCCESS", method = "bank", bank = "TESTBANK", account, original, text;
};

struct DayFile {
    DayFile() = default;
    std::string name, csv, digest_name, digest;  // digest: "<hex>  <name>\n"
    std::vector<std::string> faults;             // kinds of the switch `statement` that struck
};

/// Keeps the sequence number: a file whose content changed gets the next one, which replaces it.
class DayFiles {
public:
    explicit DayFiles(std::string provider) : provider_(std::move(provider)) {}
    /// Nothing before 06:00 of the next day, or when the switch `statement` keeps it back (kinds
    /// missing_file, late). `lines`: of this merchant and Vietnam day.
    std::optional<DayFile> make(
        const std::string& merchant,
        core::Day day,
        std::vector<DayLine> lines,
        kit::Faults& faults,
        core::Instant now
    );
    void reset() { made_.clear(); }

private:
    struct Made {
        int sequence = 0;
        std::string csv;
        std::vector<std::string>
            kinds;  // drawn once for each day, so that repeats give the same file
        std::uint64_t revision = 0;
    };
    void spoil(std::vector<DayLine>& lines, const std::vector<std::string>& kinds) const;
    std::string csv(
        const std::string& merchant,
        core::Day day,
        const std::vector<DayLine>& lines,
        const std::vector<std::string>& kinds
    ) const;
    std::string provider_;
    std::map<std::string, Made> made_;  // merchant and day
};

/// Kinds of the switch `statement` (param `kind`).
const std::vector<std::string>& statement_kinds();
/// "20260105", and back.
std::string compact_day(core::Day day);
std::optional<core::Day> from_compact_day(std::string_view text);

}  // namespace sim::payments
