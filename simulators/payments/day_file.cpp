// Columns, trailer, digest; the faults change lines before or text after the sums are made.
#include "simulators/payments/day_file.hpp"

#include <algorithm>
#include <chrono>

namespace sim::payments {
namespace {

constexpr const char* header =
    "line_type,provider,merchant_code,transaction_time,provider_transaction,reference,dossier_code,"
    "amount,fee_amount,net_amount,currency,status,method,bank_code,settlement_date,"
    "settlement_batch,beneficiary_account,original_transaction,description\n";

/// RFC 4180.
std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

/// "2026-01-05T14:32:08+07:00"
std::string second_of(core::Instant t) {
    auto text = kit::rfc3339(t);
    return text.substr(0, 19) + text.substr(23);
}

std::string row(const std::vector<std::string>& cells) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) out += (i > 0 ? "," : "") + quoted(cells[i]);
    return out + "\n";
}

bool has(const std::vector<std::string>& kinds, std::string_view kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
}

core::Day next(core::Day day) {
    return core::Day(std::chrono::sys_days(day) + std::chrono::days(1));
}

std::string money(std::int64_t amount) {
    return std::to_string(amount);
}

}  // namespace

const std::vector<std::string>& statement_kinds() {
    static const std::vector<std::string> kinds{
        "missing_file",
        "late",
        "wrong_trailer",
        "no_trailer",
        "wrong_digest",
        "duplicate_line",
        "other_day",
        "reversed",
        "unknown_merchant",
        "missing",
        "extra",
        "other_amount",
        "no_reference"};
    return kinds;
}

std::string compact_day(core::Day day) {
    auto text = core::to_iso_day(day);
    return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2);
}

std::optional<core::Day> from_compact_day(std::string_view text) {
    if (text.size() != 8) return {};
    std::string iso(text);
    return core::parse_iso_day(iso.substr(0, 4) + "-" + iso.substr(4, 2) + "-" + iso.substr(6, 2));
}

void DayFiles::spoil(std::vector<DayLine>& lines, const std::vector<std::string>& kinds) const {
    if (lines.empty()) return;
    if (has(kinds, "duplicate_line")) lines.push_back(lines.front());
    if (has(kinds, "other_day")) lines.back().at -= std::chrono::hours(72);
    if (has(kinds, "reversed")) lines.back().status = "REVERSED";
    if (has(kinds, "other_amount")) lines.back().amount += 1'000;
    if (has(kinds, "no_reference")) lines.back().reference.clear();
    if (has(kinds, "extra")) {
        auto more = lines.front();
        more.transaction += "X";
        more.reference = "LT26005KH0NGC0X";
        lines.push_back(more);
    }
    if (has(kinds, "missing")) lines.erase(lines.begin());
}

std::string DayFiles::csv(
    const std::string& merchant,
    core::Day day,
    const std::vector<DayLine>& lines,
    const std::vector<std::string>& kinds
) const {
    auto whose = has(kinds, "unknown_merchant") ? "UNKNOWN1" : merchant;
    auto batch = "B" + compact_day(next(day)) + "-01";
    std::int64_t sum = 0, fees = 0, net = 0;
    std::string out = header;
    for (const auto& l : lines) {
        bool refund = l.type == "REFUND";  // settled apart: in no batch, without a net amount
        bool counts = !refund && l.status == "SUCCESS";
        auto left = counts ? l.amount - l.fee : 0;
        if (counts) sum += l.amount;
        fees += l.fee;
        net += left;
        out += row(
            {l.type,
             provider_,
             whose,
             second_of(l.at),
             l.transaction,
             l.reference,
             l.dossier,
             money(l.amount),
             money(l.fee),
             refund ? "" : money(left),
             "VND",
             l.status,
             l.method,
             l.bank,
             refund ? "" : core::to_iso_day(next(day)),
             refund ? "" : batch,
             l.account,
             l.original,
             l.text}
        );
    }
    if (has(kinds, "no_trailer")) return out;
    if (has(kinds, "wrong_trailer")) sum += 1;
    auto end = core::at_local(day, core::Duration(86'399'000));
    return out + row(
                     {"TRAILER",
                      provider_,
                      whose,
                      second_of(end),
                      std::to_string(lines.size()),
                      "",
                      "",
                      money(sum),
                      money(fees),
                      money(net),
                      "VND",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      ""}
                 );
}

std::optional<DayFile> DayFiles::make(
    const std::string& merchant,
    core::Day day,
    std::vector<DayLine> lines,
    kit::Faults& faults,
    core::Instant now
) {
    auto due = core::at_local(next(day), core::Duration(6LL * 3'600'000));
    if (now < due) return {};
    auto& made = made_[merchant + " " + compact_day(day)];
    if (made.sequence == 0 || made.revision != faults.revision()) {
        made.kinds.clear();
        kit::Occasion o;
        o.service = "statement";
        o.now = now;
        if (const auto* f = faults.strikes("statement", o))
            made.kinds.push_back(f->param("kind", "missing"));
        made.revision = faults.revision();
    }
    if (has(made.kinds, "missing_file")) return {};
    if (has(made.kinds, "late") && now < due + std::chrono::hours(48)) return {};
    std::ranges::stable_sort(lines, {}, &DayLine::at);
    spoil(lines, made.kinds);
    auto text = csv(merchant, day, lines, made.kinds);
    if (text != made.csv || made.sequence == 0) {
        made.csv = text;
        ++made.sequence;
    }
    DayFile file;
    file.name = provider_ + "_" + merchant + "_" + compact_day(day) + "_" +
                std::to_string(made.sequence) + ".csv";
    file.csv = std::move(text);
    file.digest_name = file.name + ".sha256";
    file.faults = made.kinds;
    auto digest = kit::sha256_hex(file.csv);
    if (has(made.kinds, "wrong_digest")) digest[0] = digest[0] == '0' ? '1' : '0';
    file.digest = digest + "  " + file.name + "\n";
    return file;
}

}  // namespace sim::payments
