// CSV with a trailer, and the digest beside it.
#include "simulators/vnpost/settlement.hpp"

#include "simulators/kit/text.hpp"

#include <algorithm>

namespace sim::vnpost {
namespace {

constexpr const char* head =
    "line_type,carrier,customer_code,order_number,waybill,dossier_code,collected_at,amount,"
    "receipt_no,post_office,settlement_date,settlement_batch,beneficiary_account,reason\n";

std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string line(const std::vector<std::string>& cells) {
    std::string out;
    for (const auto& text : cells) out += (out.empty() ? "" : ",") + cell(text);
    return out + "\n";
}

/// Due the next day at six, Vietnam time.
core::Instant due_after(core::Instant at) {
    auto next = std::chrono::sys_days(core::local_day(at)) + std::chrono::days(1);
    return core::at_local(core::Day(next), std::chrono::hours(6));
}

/// One file while it grows.
struct Draft {
    Draft(const Options& o, std::string c, std::string d, std::string b)
        : options(o), customer(std::move(c)), day(std::move(d)), batch(std::move(b)) {}
    const Options& options;
    std::string customer, day, batch;  // day: yyyy-MM-dd of the settlement
    std::string text = head;
    int lines = 0;
    std::int64_t sum = 0;

    void cod(const Parcel& p, core::Instant at, std::int64_t amount) {
        text += line(
            {"COD",
             "vnpost",
             customer,
             p.order,
             p.waybill,
             p.dossier(),
             kit::rfc3339(at),
             std::to_string(amount),
             p.collected ? p.collected->receipt_no : "",
             p.history.empty() ? "" : p.history.back().office,
             day,
             batch,
             options.beneficiary_account,
             ""}
        );
        ++lines;
        sum += amount;
    }
    void postage(const Parcel& p, std::int64_t amount) {
        text += line(
            {"POSTAGE",
             "vnpost",
             customer,
             p.order,
             p.waybill,
             p.dossier(),
             "",
             std::to_string(amount),
             "",
             "",
             day,
             batch,
             options.beneficiary_account,
             ""}
        );
        ++lines;
    }
    void close() {
        text += line(
            {"TRAILER",
             "vnpost",
             customer,
             std::to_string(lines),
             "",
             "",
             "",
             std::to_string(sum),
             "",
             "",
             day,
             batch,
             options.beneficiary_account,
             ""}
        );
    }
};

}  // namespace

void Settlements::add(Parcel& parcel, core::Instant at) {
    Waiting one{&parcel, at};
    waiting_[DayOf(core::to_ms(due_after(at)), parcel.customer)].push_back(one);
}

std::optional<core::Instant> Settlements::next_due() const {
    if (waiting_.empty()) return {};
    return core::from_ms(waiting_.begin()->first.first);
}

void Settlements::make_due(const Options& options, kit::Switches& switches, core::Instant now) {
    while (!waiting_.empty() && waiting_.begin()->first.first <= core::to_ms(now)) {
        auto node = waiting_.extract(waiting_.begin());
        make(options, switches, node.key(), node.mapped());
    }
}

void Settlements::make(
    const Options& options,
    kit::Switches& switches,
    const DayOf& due,
    const std::vector<Waiting>& rows
) {
    auto at = core::from_ms(due.first);
    auto collected_day = kit::compact_time(rows.front().at).substr(0, 8);
    Draft draft(
        options,
        due.second,
        kit::rfc3339(at).substr(0, 10),
        "P" + kit::compact_time(at).substr(0, 8) + "-01"
    );
    for (const auto& row : rows) {
        auto& p = *row.parcel;
        kit::Occasion o;
        o.service = "settlement";
        o.dossier = p.order;
        o.now = at;
        auto amount = p.collected ? p.collected->amount : p.cod;
        if (switches.strikes("fee_missing", o)) continue;
        if (const auto* f = switches.strikes("fee_other", o)) amount += f->number("by", -1'000);
        draft.cod(p, row.at, amount);
        if (switches.strikes("fee_twice", o)) draft.cod(p, row.at, amount);
        if (options.postage_lines) draft.postage(p, options.price_base);
        if (p.collected) p.collected->settled = true;
    }
    draft.close();
    SettlementFile file;
    file.customer = due.second;
    file.lines = draft.lines;
    file.sum = draft.sum;
    file.name = "settlement_vnpost_" + due.second + "_" + collected_day + "_01.csv";
    file.csv = std::move(draft.text);
    file.sha256 = kit::sha256_hex(file.csv) + "  " + file.name + "\n";
    auto name = file.name;
    files_[name] = std::move(file);
}

void Settlements::reset() {
    waiting_.clear();
    files_.clear();
}

}  // namespace sim::vnpost
