// Reads day files and statements; anything wrong refuses the whole file.
#include "connectors/kit/day_file.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/csv.hpp"

#include <algorithm>
#include <charconv>

namespace gw::connector_kit {

namespace {

core::Error refused(std::string why) {
    return core::give_up("recon.file_refused", std::move(why));
}

bool digest_matches(std::string_view bytes, std::string_view digest) {
    const auto end = digest.find_first_of(" \t\r\n");
    return digest.substr(0, end) == crypto::to_hex(crypto::sha256(bytes));
}

/// Whole VND: digits only (PY-1); empty = 0.
std::optional<std::int64_t> money(std::string_view text) {
    if (text.empty()) return 0;
    if (text.size() > 15 || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Rows by our column names.
class Rows {
public:
    Rows(const formats::CsvTable& table, const DayFileProfile& profile)
        : table_(table), profile_(profile) {}
    /// The first of `names` that the file lacks; "" when it has all.
    std::string missing(std::initializer_list<const char*> names) const {
        for (const auto* name : names)
            if (column(name) < 0) return name;
        return "";
    }
    std::string text(std::size_t row, const char* name) const {
        const int at = column(name);
        return at < 0 ? "" : table_.rows[row][static_cast<std::size_t>(at)];
    }
    /// nullopt: no whole number of VND.
    std::optional<std::int64_t> amount(std::size_t row, const char* name) const {
        const auto value = money(text(row, name));
        if (!value || *value % profile_.amount_factor != 0) return std::nullopt;
        return *value / profile_.amount_factor;
    }

private:
    int column(const char* name) const {
        const auto theirs = profile_.columns.find(name);
        return table_.column(theirs == profile_.columns.end() ? name : theirs->second);
    }
    const formats::CsvTable& table_;
    const DayFileProfile& profile_;
};

/// Of one line, so that the sums of any file that is read stay within their type.
constexpr std::int64_t line_amount_max = 999'999'999'999;

struct Sums {
    std::int64_t success = 0, fee = 0, net = 0;
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Why a data line is wrong; "" when it is read into `line`.
std::string read_line(
    const Rows& rows,
    std::size_t i,
    const DayFile& file,
    const DayFileProfile& profile,
    core::ProviderLine& line,
    Sums& sums
) {
    const auto amount = rows.amount(i, "amount"), fee = rows.amount(i, "fee_amount"),
               net = rows.amount(i, "net_amount");
    if (!amount || !fee || !net) return "an amount is no whole number";
    if (std::max({*amount, *fee, *net}) > line_amount_max) return "an amount is too large";
    if (rows.text(i, "currency") != "VND") return "currency is not VND";
    if (rows.text(i, "provider") != profile.provider) return "line of another provider";
    line.line = static_cast<int>(i) + 1;
    line.type = rows.text(i, "line_type");
    line.status = rows.text(i, "status");
    if (!is_one_of(line.type, {"TXN", "REFUND", "FEE"})) return "unknown line type";
    if (!is_one_of(line.status, {"SUCCESS", "FAILED", "REVERSED", "REFUNDED"}))
        return "unknown status";
    line.at = core::parse_rfc3339(rows.text(i, "transaction_time"));
    if (!line.at) return "transaction_time is no time";
    const auto begins = core::at_local(file.day);
    constexpr std::chrono::hours a_day{24};
    if (*line.at < begins - a_day || *line.at >= begins + 2 * a_day) return "line of another day";
    line.merchant = rows.text(i, "merchant_code");
    line.provider_transaction = rows.text(i, "provider_transaction");
    line.reference = rows.text(i, "reference");
    line.dossier_code = rows.text(i, "dossier_code");
    line.batch = rows.text(i, "settlement_batch");
    line.original = rows.text(i, "original_transaction");
    line.description = rows.text(i, "description");
    if (line.provider_transaction.empty()) return "provider_transaction is missing";
    line.amount = *amount;
    line.net = rows.text(i, "net_amount").empty() ? *amount - *fee : *net;
    if (line.type == "TXN" && line.status == "SUCCESS") sums.success += *amount;
    sums.fee += *fee;
    sums.net += *net;  // of the column as it stands: refunds, settled apart, leave it empty
    return "";
}

/// Why a line of a settlement is wrong; "" when it is read into `line`.
std::string read_settled(
    const Rows& rows, std::size_t i, std::string_view carrier, core::ProviderLine& line
) {
    const std::string type = rows.text(i, "line_type");
    if (!is_one_of(type, {"COD", "POSTAGE", "ADJUST"})) return "unknown line type";
    if (rows.text(i, "carrier") != carrier) return "line of another carrier";
    const auto amount = rows.amount(i, "amount");
    if (!amount) return "an amount is no whole number";
    if (*amount > line_amount_max) return "an amount is too large";
    line.line = static_cast<int>(i) + 1;
    line.type = type == "POSTAGE" ? "FEE" : "TXN";  // postage is settled by contract, not here
    line.status = "SUCCESS";
    line.merchant = rows.text(i, "customer_code");
    line.dossier_code = rows.text(i, "dossier_code");
    line.batch = rows.text(i, "settlement_batch");
    line.amount = line.net = *amount;
    line.at = core::parse_rfc3339(rows.text(i, "collected_at"));
    line.provider_transaction = rows.text(i, "order_number");
    if (line.provider_transaction.empty()) return "order_number is missing";
    if (type == "ADJUST") {  // of no payment: a person reads why
        line.description = rows.text(i, "reason");
        line.provider_transaction += ":" + rows.text(i, "line_type");
    }
    if (type != "COD") return "";
    if (!line.at) return "collected_at is no time";
    line.waybill = rows.text(i, "waybill");
    line.receipt_no = rows.text(i, "receipt_no");
    return "";
}

/// The trailer counts lines, successes, fees and net amounts.
bool trailer_fits(const Rows& rows, std::size_t last, const Sums& sums) {
    const auto fee = rows.amount(last, "fee_amount"), net = rows.amount(last, "net_amount");
    return rows.text(last, "line_type") == "TRAILER" &&
           rows.text(last, "provider_transaction") == std::to_string(last) &&
           rows.amount(last, "amount") == sums.success && fee == sums.fee &&
           (rows.text(last, "net_amount").empty() || net == sums.net);
}

}  // namespace

std::optional<DayFile> parse_day_file_name(std::string_view name, std::string_view provider) {
    if (!name.starts_with(provider) || !name.ends_with(".csv")) return std::nullopt;
    auto rest = name.substr(provider.size(), name.size() - provider.size() - 4);
    const auto seq_at = rest.rfind('_');
    if (seq_at == rest.npos || seq_at == 0) return std::nullopt;
    const auto day_at = rest.rfind('_', seq_at - 1);
    if (day_at == rest.npos || day_at < 2 || rest.front() != '_') return std::nullopt;
    const auto seq = rest.substr(seq_at + 1), day = rest.substr(day_at + 1, seq_at - day_at - 1);
    const auto number = money(seq);
    const auto start = core::parse_compact(std::string(day) + "000000");
    if (seq.empty() || seq.size() > 6 || !number || !start) return std::nullopt;
    DayFile file;
    file.name = name;
    file.merchant = rest.substr(1, day_at - 1);
    file.day = core::local_day(*start);
    file.seq = static_cast<int>(*number);
    return file;
}

core::Result<DayFile> read_day_file(
    std::string_view name,
    std::string_view bytes,
    std::string_view digest,
    const DayFileProfile& profile
) {
    auto file = parse_day_file_name(name, profile.provider);
    if (!file) return refused("the name is not PROVIDER_MERCHANT_DAY_SEQ.csv");
    if (!digest_matches(bytes, digest)) return refused("the digest is not that of the file");
    const auto table = formats::read_csv(bytes);
    if (!table) return refused(table.error().what);
    const Rows rows(*table, profile);
    const auto lacks = rows.missing(
        {"line_type",
         "provider",
         "merchant_code",
         "transaction_time",
         "provider_transaction",
         "reference",
         "amount",
         "currency",
         "status"}
    );
    if (!lacks.empty()) return refused("column " + lacks + " is missing");
    if (table->rows.empty()) return refused("there is no trailer");
    const std::size_t last = table->rows.size() - 1;
    Sums sums;
    for (std::size_t i = 0; i < last; ++i) {
        core::ProviderLine line;
        const auto wrong = read_line(rows, i, *file, profile, line, sums);
        if (!wrong.empty()) return refused("line " + std::to_string(i + 1) + ": " + wrong);
        file->lines.push_back(std::move(line));
    }
    if (!trailer_fits(rows, last, sums)) return refused("the trailer does not fit the lines");
    return std::move(*file);
}

core::Result<DayFile> read_settlement(
    std::string_view name, std::string_view bytes, std::string_view digest, std::string_view carrier
) {
    auto file = parse_day_file_name(name, "settlement_" + std::string(carrier));
    if (!file) return refused("the name is not settlement_CARRIER_CUSTOMER_DAY_SEQ.csv");
    if (!digest_matches(bytes, digest)) return refused("the digest is not that of the file");
    const auto table = formats::read_csv(bytes);
    if (!table) return refused(table.error().what);
    const DayFileProfile plain;
    const Rows rows(*table, plain);
    const auto lacks = rows.missing(
        {"line_type",
         "carrier",
         "customer_code",
         "order_number",
         "waybill",
         "collected_at",
         "amount",
         "settlement_date",
         "settlement_batch"}
    );
    if (!lacks.empty()) return refused("column " + lacks + " is missing");
    if (table->rows.empty()) return refused("there is no trailer");
    const std::size_t last = table->rows.size() - 1;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < last; ++i) {
        core::ProviderLine line;
        const auto wrong = read_settled(rows, i, carrier, line);
        if (!wrong.empty()) return refused("line " + std::to_string(i + 1) + ": " + wrong);
        if (rows.text(i, "line_type") == "COD") sum += line.amount;
        file->lines.push_back(std::move(line));
    }
    const bool fits = rows.text(last, "line_type") == "TRAILER" &&
                      rows.text(last, "order_number") == std::to_string(last) &&
                      rows.amount(last, "amount") == sum;
    if (!fits) return refused("the trailer does not fit the lines");
    return std::move(*file);
}

core::Result<std::vector<core::BankCredit>> read_statement(
    std::string_view bytes, std::string_view digest
) {
    if (!digest_matches(bytes, digest)) return refused("the digest is not that of the file");
    const auto table = formats::read_csv(bytes);
    if (!table) return refused(table.error().what);
    const DayFileProfile plain;
    const Rows rows(*table, plain);
    const auto lacks = rows.missing({"account", "bank_transaction", "direction", "amount"});
    if (!lacks.empty()) return refused("column " + lacks + " is missing");
    if (table->rows.empty()) return refused("there is no trailer");
    std::vector<core::BankCredit> credits;
    std::int64_t sum = 0;
    const std::size_t last = table->rows.size() - 1;
    for (std::size_t i = 0; i < last; ++i) {
        const auto amount = rows.amount(i, "amount");
        if (!amount || *amount > line_amount_max)
            return refused("line " + std::to_string(i + 1) + ": no whole number");
        if (rows.text(i, "direction") != "C") continue;
        core::BankCredit credit;
        credit.batch = rows.text(i, "settlement_batch");
        credit.amount = *amount;
        sum += *amount;
        credits.push_back(std::move(credit));
    }
    const bool fits = rows.text(last, "account") == "TRAILER" &&
                      rows.text(last, "bank_transaction") == std::to_string(last) &&
                      rows.amount(last, "amount") == sum;
    if (!fits) return refused("the trailer does not fit the lines");
    return credits;
}

}  // namespace gw::connector_kit
