// Payments, their ends, and the notices that follow from them.
#include "simulators/national_platform/world.hpp"

#include <algorithm>

namespace sim::national_platform {
namespace {

const std::vector<std::string> own_switches{// INIT
                                            "ipn_before_init_reply",
                                            "refuse_long_ref",
                                            "strict_time",
                                            "flag_12h",
                                            "refuse_init",
                                            "message_object",
                                            "double_encoded",
                                            // IPN
                                            "ipn_bad_hash",
                                            "ipn_other_key",
                                            "ipn_failed_code",
                                            "ipn_wrong_amount",
                                            "ipn_wrong_currency",
                                            "ipn_wrong_merchant",
                                            "ipn_unknown_ref",
                                            "ipn_numbers",
                                            "ipn_garbage",
                                            "pipe_in_text",
                                            "ipn_twice",
                                            "ipn_late",
                                            "ipn_never",
                                            "ipn_out_of_order",
                                            "double_paid",
                                            "paid_after_expiry",
                                            // QUERY, GET_BILL
                                            "query_pending_for",
                                            "query_failed",
                                            "query_unknown",
                                            "query_error",
                                            "query_wrong_amount",
                                            "bill_not_ready",
                                            "bill_dead",
                                            "bill_truncated",
                                            "bill_html",
                                            // day file
                                            "statement"};

std::vector<std::string> all_switches() {
    auto all = kit::transport_switches();
    all.insert(all.end(), own_switches.begin(), own_switches.end());
    return all;
}

}  // namespace

const std::vector<std::string>& switches() {
    static const std::vector<std::string> all = all_switches();
    return all;
}

std::string_view name_of(State state) {
    switch (state) {
        case State::open:
            return "open";
        case State::hanging:
            return "hanging";
        case State::paid:
            return "paid";
        case State::failed:
            return "failed";
        case State::cancelled:
            return "cancelled";
        case State::expired:
            return "expired";
    }
    return "";
}

World::World(Options o, std::uint64_t seed)
    : options(std::move(o)),
      faults(seed, {"national_platform", "lgsp"}, switches()),
      wire(kit::Switches(faults, {""}), seed),
      journal(options.journal_entries_max),
      random(kit::mix(seed, "national_platform")),
      outbox(
          journal,
          options.repeat,
          [this](const auto& notice, auto now) { return compose_notice(*this, notice, now); },
          [this](const auto& notice, int status, std::string_view body) {
              return judge_answer(*this, notice, status, body);
          }
      ),
      day_files("national_platform"),
      seed_(seed) {}

void World::reset(std::uint64_t seed) {
    seed_ = seed;
    faults.reset(seed);
    wire.reset(seed);
    journal.reset();
    random = kit::Random(kit::mix(seed, "national_platform"));
    outbox.reset();
    day_files.reset();
    held.clear();
    by_checkout.clear();
    by_bill.clear();
    bus_tokens.clear();
    planned_.clear();
    numbers_ = 0;
    refused_inits = 0;
}

Options World::rules() const {
    auto out = options;
    if (const auto* f = faults.on("strict_time"))
        out.strict_time = f->param("on", "true") != "false";
    if (const auto* f = faults.on("flag_12h")) out.flag_12h = f->param("on", "true") != "false";
    if (const auto* f = faults.on("refuse_long_ref"))
        out.reference_max =
            static_cast<std::size_t>(std::max<std::int64_t>(1, f->number("max", 20)));
    return out;
}

const Merchant* World::merchant(std::string_view code) const {
    auto it = std::ranges::find(options.merchants, code, &Merchant::code);
    return it == options.merchants.end() ? nullptr : &*it;
}

Payment* World::find(std::string_view reference) {
    auto it = held.find(std::string(reference));
    return it == held.end() ? nullptr : &it->second;
}

kit::Occasion World::occasion(
    std::string_view service, std::string_view reference, core::Instant now
) const {
    kit::Occasion o;
    o.service = service;
    o.field = reference;
    auto it = held.find(std::string(reference));
    if (it != held.end()) o.dossier = it->second.dossier;
    o.now = now;
    return o;
}

std::string World::token() {
    std::string out;
    for (int i = 0; i < 2; ++i) {
        auto n = random.next();
        std::string bytes;
        for (int b = 0; b < 8; ++b) bytes += static_cast<char>((n >> (8 * b)) & 0xff);
        out += kit::hex(bytes);
    }
    return out;
}

std::string World::next_number() {
    auto digits = std::to_string(++numbers_);
    return "PP" + std::string(digits.size() < 10 ? 10 - digits.size() : 0, '0') + digits;
}

void World::tick(core::Instant now) {
    while (!planned_.empty() && planned_.begin()->first <= now) {
        auto [at, what] = *planned_.begin();
        planned_.erase(planned_.begin());
        auto* p = find(what.reference);
        if (p == nullptr) continue;
        if (what.action != "time_out")
            act(*p, what.action, 0, at);
        else if (p->state == State::open)
            act(*p, "expire", 0, at);
    }
}

void World::plan(const Payment& payment, core::Instant now) {
    planned_.emplace(payment.expires, Planned{payment.reference, "time_out"});
    if (!options.habits.on) return;
    auto decision = payments::decide(options.habits, seed_, payment.reference, now);
    if (!decision.action.empty())
        planned_.emplace(decision.at, Planned{payment.reference, decision.action});
}

void World::note(
    const Payment& p, std::string_view before, std::string_view action, core::Instant now
) {
    kit::Entry e;
    e.at = now;
    e.service = "citizen";
    e.key = p.reference;
    e.effect = action;
    e.before = before;
    e.after = name_of(p.state);
    journal.add(std::move(e));
}

void World::notify(const Payment& p, const Fields& said, core::Instant now) {
    const auto* m = merchant(p.merchant);
    auto o = occasion("IPN", p.reference, now);
    if (m == nullptr || faults.strikes("ipn_never", o)) return;
    payments::Notice n;
    n.reference = p.reference;
    n.merchant = p.merchant;
    n.fields = {
        {"LoaiBanTin", "CONFIRM"},
        {"MaDoiTac", p.merchant},
        {"MaThamChieu", p.reference},
        {"SoTien", std::to_string(p.amount)},
        {"MaTienTe", "VND"},
        {"MaNganHang", options.bank},
        {"ThoiGianGD", kit::compact_time(now)},
        {"ThongTinGiaoDich", p.text}};
    for (const auto& [name, value] : said) n.fields[name] = value;
    n.due = now;
    if (const auto* f = faults.strikes("ipn_late", o))
        n.due = now + core::Duration(f->number("s", 1'800) * 1'000);
    if (const auto* f = faults.strikes("ipn_twice", o)) {
        auto copies = static_cast<int>(f->number("copies", 1));
        n.copy_gap = core::Duration(f->number("gap_ms", 1'000));
        if (n.copy_gap.count() == 0)
            for (int i = 0; i < copies; ++i) outbox.add(n, now);
        else
            n.copies_left = copies;
    }
    if (faults.strikes("ipn_out_of_order", o)) {  // an older failure arrives after the success
        auto older = n;
        older.fields["MaLoi"] = "99";
        older.fields["MaGiaoDich"] = next_number();
        older.fields["ThoiGianGD"] = kit::compact_time(now - std::chrono::seconds(90));
        older.due = n.due + std::chrono::seconds(2);
        outbox.add(older, now);
    }
    outbox.add(n, now);
}

void World::receive(Payment& p, std::int64_t amount, core::Instant at, core::Instant now) {
    Transaction t;
    t.number = next_number();
    t.bank = options.bank;
    t.at = at;
    t.amount = amount;
    t.late = p.state != State::open && p.state != State::hanging && p.state != State::paid;
    p.last_number = t.number;
    p.transactions.push_back(t);
    p.state = State::paid;
    p.changed = now;
    notify(p, {{"MaLoi", "00"}, {"MaGiaoDich", t.number}, {"SoTien", std::to_string(amount)}}, at);
}

void World::end(Payment& p, State state, core::Instant now) {
    p.state = state;
    p.changed = now;
    if (state == State::expired) {
        const auto* f = faults.strikes("paid_after_expiry", occasion("citizen", p.reference, now));
        if (f)
            planned_.emplace(
                now + core::Duration(f->number("s", 120) * 1'000), Planned{p.reference, "pay_late"}
            );
        return;
    }
    ++p.failed_tries;
    p.last_number = next_number();
    if (options.notify_failures) notify(p, {{"MaLoi", "99"}, {"MaGiaoDich", p.last_number}}, now);
}

std::string World::act(
    Payment& p, std::string_view action, std::int64_t amount, core::Instant now
) {
    std::string before(name_of(p.state));
    bool undecided = p.state == State::open || p.state == State::hanging;
    bool twice = action == "pay_twice";
    if (action == "notify") {
        if (p.transactions.empty()) return "nothing was paid";
        const auto& t = p.transactions.back();
        notify(
            p,
            {{"MaLoi", "00"},
             {"MaGiaoDich", t.number},
             {"SoTien", std::to_string(t.amount)},
             {"ThoiGianGD", kit::compact_time(t.at)}},
            now
        );
    } else if (action == "pay" || twice || action == "pay_other") {
        if (!undecided) return "the payment has ended: " + before;
        auto o = occasion("citizen", p.reference, now);
        if (faults.strikes("double_paid", o)) twice = true;
        receive(
            p, action == "pay_other" ? (amount > 0 ? amount : p.amount + 1'000) : p.amount, now, now
        );
        if (twice) receive(p, p.amount, now + std::chrono::seconds(5), now);
    } else if (action == "pay_late") {
        if (p.state == State::paid) return "it is paid";
        if (undecided) p.state = State::expired;
        receive(p, p.amount, now, now);
    } else if (action == "cancel" || action == "fail") {
        if (!undecided) return "the payment has ended: " + before;
        end(p, action == "cancel" ? State::cancelled : State::failed, now);
    } else if (action == "expire") {
        if (!undecided) return "the payment has ended: " + before;
        end(p, State::expired, now);
    } else if (action == "hang") {
        if (p.state != State::open) return "the payment has ended: " + before;
        p.state = State::hanging;
        p.changed = now;
    } else {
        return "unknown action: pay, cancel, fail, expire, hang, pay_late, pay_twice, pay_other, "
               "notify";
    }
    note(p, before, action, now);
    return {};
}

std::vector<payments::DayLine> World::lines_of(std::string_view merchant, core::Day day) const {
    std::vector<payments::DayLine> out;
    for (const auto& [reference, p] : held) {
        if (p.merchant != merchant) continue;
        auto account = p.receipt.find("TKThuHuong");
        for (const auto& t : p.transactions) {
            if (core::local_day(t.at) != day) continue;
            payments::DayLine l;
            l.at = t.at;
            l.transaction = t.number;
            l.reference = reference;
            l.dossier = p.dossier;
            l.amount = t.amount;
            l.bank = t.bank;
            if (account != p.receipt.end())
                l.account =
                    account->second.substr(std::max<std::size_t>(account->second.size(), 4) - 4);
            l.text = p.text;
            out.push_back(std::move(l));
        }
    }
    return out;
}

}  // namespace sim::national_platform
