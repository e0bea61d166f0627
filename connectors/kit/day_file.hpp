// The provider's day file: reading it strictly, and comparing the day with our payments.
#pragma once

#include "gateway/core/payment_match.hpp"
#include "gateway/ports/facts.hpp"
#include "gateway/ports/store.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::connector_kit {

/// How a provider's own file is brought into our form.
struct DayFileProfile {
    DayFileProfile() = default;
    std::string provider;                        // of every line
    std::map<std::string, std::string> columns;  // our column -> theirs, where it differs
    std::int64_t amount_factor = 1;              // their amounts are so many times whole VND
};
struct DayFile {
    DayFile() = default;
    std::string name, merchant;
    core::Day day{};
    int seq = 0;  // a higher one replaces a lower
    std::vector<core::ProviderLine> lines;
};
/// "<provider>_<merchant>_<yyyyMMdd>_<seq>.csv"; nullopt: another name.
std::optional<DayFile> parse_day_file_name(std::string_view name, std::string_view provider);
/// `digest`: content of the ".sha256" file beside it. Errors: give_up "recon.file_refused" with the
/// reason: then nothing of it is used.
core::Result<DayFile> read_day_file(
    std::string_view name,
    std::string_view bytes,
    std::string_view digest,
    const DayFileProfile& profile
);
/// Settlement of a carrier ("settlement_<carrier>_<customer>_<yyyyMMdd>_<seq>.csv"): money that was
/// collected, as lines that name an order (`provider_transaction`) and a waybill; whoever compares
/// them finds the reference. Corrections are lines that name nothing.
core::Result<DayFile> read_settlement(
    std::string_view name, std::string_view bytes, std::string_view digest, std::string_view carrier
);
/// Credits of an account statement. Errors as above.
core::Result<std::vector<core::BankCredit>> read_statement(
    std::string_view bytes, std::string_view digest
);

struct CompareParts {
    CompareParts() = default;
    ports::Store* store = nullptr;
    ports::Facts* facts = nullptr;
};
struct CompareRun {
    CompareRun() = default;
    std::string agency, provider, file;  // file: its name, for the report
    core::Day day{};
    core::Instant now{};
    std::vector<std::string> merchants;
    std::vector<core::ProviderLine> lines;
    std::optional<std::vector<core::BankCredit>> credits;
    bool settles = false;  // as DayToMatch
    core::Instant settle_by{};
};
/// Compares the day, takes in what the lines say and stores the report (GET
/// /v1/reconciliations/{date}). May run again for the same day: later lines, the next morning. The
/// caller asks its provider about `ask` and takes the answers in. Errors: those of the store.
ports::Async<core::DayMatch> compare_day(CompareParts parts, CompareRun run);

}  // namespace gw::connector_kit
