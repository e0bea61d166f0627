// Payments, their ends, refunds, and what a citizen does.
#include "simulators/vnpay/world.hpp"

#include <algorithm>

namespace sim::vnpay {
namespace {

const std::vector<std::string> own_switches{// payment
                                            "code00_status01",
                                            "suspect",
                                            "reversed",
                                            "paid_after_expiry",
                                            "return_only",
                                            "return_forged",
                                            "return_bad_hash",
                                            // IPN
                                            "ipn_bad_hash",
                                            "ipn_other_key",
                                            "ipn_wrong_amount",
                                            "ipn_wrong_merchant",
                                            "ipn_unknown_ref",
                                            "ipn_encoding",
                                            "ipn_twice",
                                            "ipn_repeat",
                                            "ipn_late",
                                            "ipn_never",
                                            "ipn_out_of_order",
                                            // querydr
                                            "duplicate_request_id",
                                            "query_99",
                                            "query_not_found",
                                            "query_pending_for",
                                            "query_wrong_amount",
                                            "query_bad_hash",
                                            // refund
                                            "refund_over",
                                            "refund_99",
                                            "refund_in_progress",
                                            "refund_not_allowed",
                                            "refund_refused",
                                            "refund_pending_for",
                                            "refund_bad_hash",
                                            // day file
                                            "statement"};

std::vector<std::string> all_switches() {
    auto all = kit::transport_switches();
    all.insert(all.end(), own_switches.begin(), own_switches.end());
    return all;
}

constexpr std::pair<std::string_view, std::string_view> meanings[] = {
    {"00", "Giao dịch thành công"},
    {"05", "Lỗi 05"},
    {"06", "Lỗi 06"},
    {"07", "Trừ tiền thành công, giao dịch bị nghi ngờ"},
    {"08", "Lỗi 08"},
    {"09", "Thẻ hoặc tài khoản chưa đăng ký Internet Banking"},
    {"10", "Xác thực sai quá 3 lần"},
    {"11", "Đã hết hạn chờ thanh toán"},
    {"12", "Thẻ hoặc tài khoản bị khóa"},
    {"13", "Nhập sai mật khẩu OTP"},
    {"24", "Khách hàng hủy giao dịch"},
    {"51", "Tài khoản không đủ số dư"},
    {"65", "Vượt quá hạn mức trong ngày"},
    {"75", "Ngân hàng đang bảo trì"},
    {"79", "Nhập sai mật khẩu thanh toán quá số lần"},
    {"99", "Lỗi khác"}};

}  // namespace

const std::vector<std::string>& switches() {
    static const std::vector<std::string> all = all_switches();
    return all;
}

std::string_view meaning_of(std::string_view response) {
    for (const auto& [code, words] : meanings)
        if (code == response) return words;
    return {};
}

const std::vector<std::string>& failure_codes() {
    static const std::vector<std::string> codes{
        "51", "09", "10", "12", "13", "65", "75", "79", "05", "06", "08", "99"};
    return codes;
}

std::string_view name_of(State state) {
    return state == State::open ? "open" : state == State::hanging ? "hanging" : "ended";
}

World::World(Options o, std::uint64_t seed)
    : options(std::move(o)),
      faults(seed, {"vnpay"}, switches()),
      wire(kit::Switches(faults, {""}), seed),
      journal(options.journal_entries_max),
      random(kit::mix(seed, "vnpay")),
      outbox(
          journal,
          options.repeat,
          [this](const auto& notice, auto now) { return compose_notice(*this, notice, now); },
          [this](const auto& notice, int status, std::string_view body) {
              return judge_answer(*this, notice, status, body);
          }
      ),
      day_files("vnpay"),
      seed_(seed) {}

void World::reset(std::uint64_t seed) {
    seed_ = seed;
    faults.reset(seed);
    wire.reset(seed);
    journal.reset();
    random = kit::Random(kit::mix(seed, "vnpay"));
    outbox.reset();
    day_files.reset();
    held.clear();
    by_token.clear();
    request_ids.clear();
    planned_.clear();
    numbers_ = responses_ = 0;
    refused_openings = 0;
}

const Merchant* World::merchant(std::string_view terminal) const {
    auto it = std::ranges::find(options.merchants, terminal, &Merchant::terminal);
    return it == options.merchants.end() ? nullptr : &*it;
}

Payment* World::find(std::string_view key) {
    auto it = held.find(std::string(key));
    return it == held.end() ? nullptr : &it->second;
}

Payment* World::find(
    const std::string& terminal, const std::string& reference, const std::string& started
) {
    for (const auto& key : {reference, reference + "@" + started.substr(0, 8)}) {
        auto* p = find(key);
        if (p && p->terminal == terminal && p->started == started) return p;
    }
    return nullptr;
}

kit::Occasion World::occasion(
    std::string_view service, std::string_view reference, core::Instant now
) const {
    kit::Occasion o;
    o.service = service;
    o.field = o.dossier = reference;  // VNPAY knows no dossier
    o.now = now;
    return o;
}

std::string World::token() {
    std::string bytes;
    for (int i = 0; i < 2; ++i) {
        auto n = random.next();
        for (int b = 0; b < 8; ++b) bytes += static_cast<char>((n >> (8 * b)) & 0xff);
    }
    return kit::hex(bytes);
}

std::string World::next_number() {
    return std::to_string(14'000'000 + ++numbers_);
}

std::string World::next_response_id() {
    auto digits = std::to_string(++responses_);
    return "SIM" + std::string(13 - digits.size(), '0') + digits;
}

void World::tick(core::Instant now) {
    while (!planned_.empty() && planned_.begin()->first <= now) {
        auto [at, what] = *planned_.begin();
        planned_.erase(planned_.begin());
        auto* p = find(what.key);
        if (p == nullptr) continue;
        if (what.action == "refund")
            settle_refunds(*p, at);
        else if (what.action != "time_out")
            act(*p, what.action, what.action == "fail" ? "51" : "", at);
        else if (p->state == State::open)
            act(*p, "expire", "", at);
    }
}

void World::plan_refund(const Payment& p, core::Instant at) {
    planned_.emplace(at, Planned{p.key, "refund"});
}

void World::settle_refunds(Payment& p, core::Instant now) {
    for (auto& r : p.refunds)
        if (r.status == "05" && r.decided <= now) {
            r.status = r.refuse ? "09" : "06";
            note(p, "refund " + r.status, r.decided);
        }
}

void World::plan(const Payment& p, core::Instant now) {
    const auto& key = p.key;
    planned_.emplace(p.expires, Planned{key, "time_out"});
    if (!options.habits.on) return;
    auto decision = payments::decide(options.habits, seed_, key, now);
    if (!decision.action.empty()) planned_.emplace(decision.at, Planned{key, decision.action});
}

void World::note(const Payment& p, std::string_view action, core::Instant now) {
    kit::Entry e;
    e.at = now;
    e.service = "citizen";
    e.key = p.reference;
    e.effect = action;
    e.after = std::string(name_of(p.state)) + " " + p.response + "/" + p.status;
    journal.add(std::move(e));
}

Fields World::result_of(const Payment& p) const {
    return {
        {"vnp_Amount", std::to_string(p.amount * 100)},
        {"vnp_BankCode", p.bank},
        {"vnp_BankTranNo", p.bank_number},
        {"vnp_CardType", options.card},
        {"vnp_OrderInfo", p.text},
        {"vnp_PayDate", p.paid_at},
        {"vnp_ResponseCode", p.response},
        {"vnp_TmnCode", p.terminal},
        {"vnp_TransactionNo", p.number},
        {"vnp_TransactionStatus", p.status},
        {"vnp_TxnRef", p.reference}};
}

void World::notify(const Payment& p, core::Instant now) {
    auto o = occasion("IPN", p.reference, now);
    if (merchant(p.terminal) == nullptr || faults.strikes("ipn_never", o) ||
        faults.strikes("return_only", o))
        return;
    payments::Notice n;
    n.reference = p.reference;
    n.merchant = p.terminal;
    n.key = p.key;
    n.fields = result_of(p);
    n.due = now;
    if (const auto* f = faults.strikes("ipn_late", o))
        n.due = now + core::Duration(f->number("s", 1'800) * 1'000);
    if (const auto* f = faults.strikes("ipn_twice", o)) {
        n.copies_left = static_cast<int>(f->number("copies", 1));
        n.copy_gap = core::Duration(f->number("gap_ms", 1'000));
    }
    if (const auto* f = faults.strikes("ipn_repeat", o)) {  // repeats although it was confirmed
        n.copies_left = static_cast<int>(f->number("copies", 9));
        n.copy_gap = core::Duration(5 * 60'000);
    }
    if (faults.strikes("ipn_out_of_order", o)) {  // an older failure arrives after the success
        auto older = n;
        older.fields["vnp_ResponseCode"] = "13";
        older.fields["vnp_TransactionStatus"] = "02";
        older.fields["vnp_TransactionNo"] = "0";
        older.fields["vnp_BankTranNo"].clear();
        older.due = n.due + std::chrono::seconds(2);
        outbox.add(older, now);
    }
    outbox.add(n, now);
}

void World::end(
    Payment& p, const std::string& response, const std::string& status, core::Instant now
) {
    bool money = status != "02";
    p.late = money && p.state == State::ended && !p.money_taken();
    p.state = State::ended;
    p.response = response;
    p.status = status;
    p.paid_at = kit::compact_time(now);
    p.changed = now;
    if (money && p.number == "0") {
        p.number = next_number();
        auto digits = p.number.substr(p.number.size() - 6);
        p.bank_number = "VNP" + std::string(8 - digits.size(), '0') + digits;
    }
    if (money || options.notify_failures) notify(p, now);
}

/// The bank's result of a citizen who pays; switches may change it.
void World::pay(Payment& p, core::Instant now) {
    auto o = occasion("citizen", p.reference, now);
    if (faults.strikes("suspect", o)) return end(p, "07", "07", now);
    if (faults.strikes("reversed", o)) return end(p, "00", "04", now);
    const auto* half = p.response.empty() ? faults.strikes("code00_status01", o) : nullptr;
    end(p, "00", half ? "01" : "00", now);
    auto s = half ? half->number("s", 0) : 0;  // and later it is complete after all
    if (s > 0) planned_.emplace(now + core::Duration(s * 1'000), Planned{p.key, "pay"});
}

void World::expire(Payment& p, core::Instant now) {
    end(p, "11", "02", now);
    if (const auto* f = faults.strikes("paid_after_expiry", occasion("citizen", p.reference, now)))
        planned_.emplace(
            now + core::Duration(f->number("s", 120) * 1'000), Planned{p.key, "pay_late"}
        );
}

std::string World::act(
    Payment& p, std::string_view action, const std::string& code, core::Instant now
) {
    bool incomplete = p.response == "00" && p.status == "01";
    bool ended = p.state == State::ended && !incomplete;
    bool any_time = action == "notify" || action == "pay_late";
    if (ended && !any_time) return "the payment has ended: " + p.response + "/" + p.status;
    if (action == "notify" && p.state != State::ended) return "there is no result yet";
    if (action == "pay_late" && p.money_taken()) return "it is paid";
    if (action == "fail" && (meaning_of(code).empty() || code == "00")) return "unknown code";
    if (action == "notify") {
        notify(p, now);
    } else if (action == "pay_late") {
        if (p.state != State::ended) expire(p, now);
        end(p, "00", "00", now);
    } else if (action == "pay") {
        pay(p, now);
    } else if (action == "incomplete") {
        end(p, "00", "01", now);
    } else if (action == "suspect") {
        end(p, "07", "07", now);
    } else if (action == "reverse") {
        end(p, "00", "04", now);
    } else if (action == "cancel") {
        end(p, "24", "02", now);
    } else if (action == "fail") {
        end(p, code, code == "07" ? "07" : "02", now);
    } else if (action == "expire") {
        expire(p, now);
    } else if (action == "hang") {
        p.state = State::hanging;
        p.changed = now;
    } else {
        return "unknown action: pay, cancel, fail, expire, hang, suspect, reverse, incomplete, "
               "pay_late, notify";
    }
    note(p, action, now);
    return {};
}

std::vector<payments::DayLine> World::lines_of(std::string_view terminal, core::Day day) const {
    std::vector<payments::DayLine> out;
    for (const auto& [key, p] : held) {
        if (p.terminal != terminal) continue;
        payments::DayLine l;
        l.reference = p.reference;
        l.bank = p.bank;
        l.text = p.text;
        auto at = kit::from_compact_time(p.paid_at);
        bool counts = p.money_taken() && p.status != "01";  // nobody settles what is incomplete
        if (counts && at && core::local_day(*at) == day) {
            l.at = *at;
            l.transaction = p.number;
            l.amount = p.amount;
            l.fee = options.fee;
            l.status = p.status == "04" ? "REVERSED" : "SUCCESS";
            out.push_back(l);
        }
        for (const auto& r : p.refunds) {
            if (r.status != "06" || core::local_day(r.decided) != day) continue;
            l.type = "REFUND";
            l.at = r.decided;
            l.transaction = r.number;
            l.original = p.number;
            l.amount = r.amount;
            l.fee = 0;
            l.status = "REFUNDED";
            out.push_back(l);
        }
    }
    return out;
}

}  // namespace sim::vnpay
