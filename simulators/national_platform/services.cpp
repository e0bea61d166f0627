// INIT, QUERY, GET_BILL: from the door to the answer, and the journal row it leaves.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_platform/rules.hpp"
#include "simulators/national_platform/views.hpp"

namespace sim::national_platform {
namespace {

using kit::Answer;
using kit::JsonWriter;

/// One call of a service and what becomes of it.
struct Turn {
    Turn(World& world, const kit::Call& c, core::Instant at) : w(world), call(c), now(at) {}
    World& w;
    const kit::Call& call;
    core::Instant now;
    Options rules;
    kit::JsonDocument body;
    Fields fields;
    std::string kind, reference, before, effect = "none";
    core::Duration delay{0};
    std::string pdf;  // not empty: the answer is this, not JSON
};

std::string said(std::string_view code, std::string_view text) {
    return JsonWriter().object().field("MaLoi", code).field("MoTaLoi", text).end_object().take();
}
std::string refused(Turn& t, std::string_view text) {
    t.effect = "refused";
    return said("99", text);
}

/// "" = the merchant is known, the hash is right.
std::string check_sender(const Turn& t) {
    const auto* m = t.w.merchant(t.fields.at("MaDoiTac"));
    if (m == nullptr) return "Khong tim thay doi tac";
    const auto& hash = t.fields.at("MaXacThuc");
    if (kit::same_secret(hash, sign(t.kind, t.fields, m->secret))) return {};
    if (!m->old_secret.empty() && kit::same_secret(hash, sign(t.kind, t.fields, m->old_secret)))
        return {};
    return "Sai ma xac thuc";
}

/// A 12-hour clock makes afternoons look like mornings (F-140).
bool half_a_day_off(const std::string& stamp, core::Instant now) {
    auto at = kit::from_compact_time(stamp);
    if (!at) return false;
    auto off = std::chrono::abs(now - *at) - std::chrono::hours(12);
    return std::chrono::abs(off) <= std::chrono::minutes(5);
}

Payment open_payment(Turn& t) {
    Payment p;
    auto& f = t.fields;
    p.reference = t.reference;
    p.merchant = f["MaDoiTac"];
    p.text = f["ThongTinGiaoDich"];
    p.ip = f["Ip"];
    p.started = f["ThoiGianGD"];
    p.amount = amount_of(f["SoTien"]).value_or(0);
    p.receipt = kit::texts_of(t.body["ThongTinBienLai"]);
    p.dossier = p.receipt["MaHoSo"];
    p.fees = fees_of(t.body);
    p.created = p.changed = t.now;
    p.expires = t.now + t.rules.checkout_life;
    p.clock_12h_suspect = t.rules.flag_12h && half_a_day_off(p.started, t.now);
    p.token = t.w.token();
    return p;
}

std::string init(Turn& t) {
    if (auto why = check_sender(t); !why.empty()) return refused(t, why);
    if (auto why = check_init(t.body, t.fields, t.rules); !why.empty()) return refused(t, why);
    auto o = t.w.occasion("INIT", t.reference, t.now);
    if (const auto* f = t.w.faults.strikes("refuse_init", o))
        return refused(t, f->param("text", "Don vi khong duoc phep thu"));
    if (auto* p = t.w.find(t.reference)) {
        ++p->repeated_inits;
        t.before = name_of(p->state);
        t.effect = "repeat";
        return said("99", "Ma tham chieu da ton tai");
    }
    auto& p = t.w.held[t.reference] = open_payment(t);
    t.w.by_checkout[p.token] = p.reference;
    t.effect = "create";
    t.w.plan(p, t.now);
    if (const auto* f = t.w.faults.strikes("ipn_before_init_reply", o)) {
        t.w.act(p, "pay", 0, t.now);
        t.delay = core::Duration(f->number("ms", 3'000));
    }
    JsonWriter out;
    out.object().field("MaLoi", "00").field("MoTaLoi", "Thanh cong");
    out.field("UrlThanhToan", t.rules.public_url + "/checkout/" + p.token);
    return out.end_object().take();
}

/// The payment a question is about; null: `why` says what is wrong.
Payment* asked(Turn& t, std::string& why) {
    why = check_sender(t);
    if (!why.empty()) return nullptr;
    auto* p = t.w.find(t.reference);
    if (p == nullptr || p->merchant != t.fields["MaDoiTac"]) {
        why = "Khong tim thay giao dich";
        return nullptr;
    }
    if (t.rules.strict_time && p->started != t.fields["ThoiGianGD"]) {
        why = "Sai thoi gian giao dich";
        return nullptr;
    }
    return p;
}

/// 1 paid, 3 the platform does not know, 4 failed.
std::string shown_state(Turn& t, Payment& p, const kit::Occasion& o) {
    if (t.w.faults.strikes("query_failed", o)) {
        t.w.act(p, "fail", 0, t.now);
        if (p.state != State::paid) return "4";
    }
    if (p.state == State::paid) {
        const auto* f = t.w.faults.on("query_pending_for");
        bool early = f && t.now < p.changed + core::Duration(f->number("s", 3'600) * 1'000);
        return early && t.w.faults.strikes("query_pending_for", o) ? "3" : "1";
    }
    return p.state == State::open || p.state == State::hanging ? "3" : "4";
}

std::string query(Turn& t) {
    auto o = t.w.occasion("QUERY", t.reference, t.now);
    if (t.w.faults.strikes("query_unknown", o)) return refused(t, "Khong tim thay giao dich");
    if (t.w.faults.strikes("query_error", o)) return refused(t, "Loi he thong");
    std::string why;
    auto* p = asked(t, why);
    if (p == nullptr) return refused(t, why);
    ++p->queries;
    t.before = name_of(p->state);
    auto state = shown_state(t, *p, o);
    t.effect = "TrangThaiGD " + state;
    JsonWriter out;
    out.object().field("MaLoi", "00").field("MoTaLoi", "Thanh cong").field("TrangThaiGD", state);
    out.field("MaDoiTac", p->merchant).field("MaThamChieu", p->reference);
    if (state == "1") {
        auto amount = p->transactions.back().amount;
        if (t.w.faults.strikes("query_wrong_amount", o)) amount += 1'000;
        out.field("MaGiaoDich", p->transactions.back().number);
        out.field("SoTien", std::to_string(amount)).field("MaTienTe", "VND");
    }
    return out.field("ThoiGianGD", p->started).end_object().take();
}

std::string get_bill(Turn& t) {
    std::string why;
    auto* p = asked(t, why);
    if (p == nullptr) return refused(t, why);
    auto o = t.w.occasion("GET_BILL", t.reference, t.now);
    t.before = name_of(p->state);
    if (p->state != State::paid) return refused(t, "Giao dich chua thanh cong");
    if (t.now < p->changed + t.rules.bill_after || t.w.faults.strikes("bill_not_ready", o))
        return refused(t, "Chua co bien lai");
    ++p->bills;
    t.effect = "bill";
    if (p->bill_token.empty()) {
        p->bill_token = t.w.token();
        t.w.by_bill[p->bill_token] = p->reference;
    }
    if (t.rules.bill_form == BillForm::pdf) {
        t.pdf = bill_pdf(t.w, *p);
        return {};
    }
    // The address points back through the door by which the question came.
    std::string door;
    for (std::string_view adapter :
         {"/XrdAdapter/RestService/forward", "/VXPAdapter/RestService/forward"})
        if (t.call.path.starts_with(adapter)) door = adapter;
    JsonWriter out;
    out.object().field("MaLoi", "00").field("MoTaLoi", "Thanh cong");
    out.field(
        "UrlBienLai",
        t.rules.public_url + door + "/viewbill?token=" + p->bill_token +
            "&dstcode=" + t.rules.bill_dstcode
    );
    return out.end_object().take();
}

/// Wrapped by the bus: JSON in text in JSON, or the object itself.
std::string wrap(Turn& t, std::string inner, const kit::Occasion& o) {
    bool bus = t.call.path.starts_with("/lgsp/");
    auto how = t.rules.wrapping;
    if (how == Wrapping::by_door) how = bus ? Wrapping::twice : Wrapping::direct;
    if (t.w.faults.strikes("message_object", o)) how = Wrapping::object;
    if (how == Wrapping::direct) return inner;
    JsonWriter out;
    out.object().field("error_code", "0").key("message");
    if (how == Wrapping::object)
        out.raw(inner);
    else
        out.value(inner);
    inner = out.end_object().take();
    if (t.w.faults.strikes("double_encoded", o))
        inner = JsonWriter()
                    .object()
                    .field("error_code", "0")
                    .field("message", inner)
                    .end_object()
                    .take();
    return inner;
}

Answer process(Turn& t) {
    std::string why = "Du lieu khong hop le", inner;
    auto known = signed_fields(t.kind);
    auto fields = known.empty() ? std::nullopt : read_fields(t.body, t.kind, why);
    if (!fields || t.kind.starts_with("IPN")) {
        inner = refused(t, why);
    } else {
        t.fields = std::move(*fields);
        inner = t.kind == "INIT" ? init(t) : t.kind == "QUERY" ? query(t) : get_bill(t);
    }
    if (t.effect == "refused" && t.kind == "INIT") ++t.w.refused_inits;
    if (t.pdf.empty()) {
        auto a = kit::json_answer(200, wrap(t, inner, t.w.occasion(t.kind, t.reference, t.now)));
        a.delay = t.delay;
        return a;
    }
    Answer a;
    a.headers.emplace_back("Content-Type", "application/pdf");
    a.body = t.pdf;
    return a;
}

void note(const Turn& t, const Answer& a, const std::string& fault) {
    kit::Entry e;
    e.at = t.now;
    e.service = t.kind.empty() ? "?" : t.kind;
    e.key = t.reference;
    e.body_sha256 = kit::sha256_hex(t.call.body);
    e.effect = t.effect;
    e.before = t.before;
    if (const auto* p = t.w.find(t.reference)) e.after = name_of(p->state);
    e.fault = fault;
    bool answered = a.fate == kit::Fate::answer || a.fate == kit::Fate::eof_before_length;
    e.status = answered ? a.status : 0;
    e.answer = t.pdf.empty() ? a.body : "%PDF-…";
    t.w.journal.add(std::move(e));
}

bool bus_token_good(World& w, const kit::Call& call, core::Instant now) {
    auto bearer = call.header("Authorization");
    if (!bearer.starts_with("Bearer ")) return false;
    auto it = w.bus_tokens.find(std::string(bearer.substr(7)));
    return it != w.bus_tokens.end() && now < it->second;
}

}  // namespace

Answer serve(World& w, const kit::Call& call, core::Instant now) {
    if (w.options.lgsp_token_required && call.path.starts_with("/lgsp/") &&
        !bus_token_good(w, call, now))
        return kit::json_answer(401, R"({"error_code":"401","message":"token"})");
    Turn t(w, call, now);
    t.rules = w.rules();
    if (!kit::parse_json(t.body, call.body) || !t.body.IsObject()) t.body.SetObject();
    t.kind = kit::text_at(t.body, "LoaiBanTin");
    t.reference = kit::text_at(t.body, "MaThamChieu");
    auto o = w.occasion(t.kind, t.reference, now);
    if (const auto* block = kit::member(t.body, "ThongTinBienLai"); block && o.dossier.empty())
        o.dossier = kit::text_at(*block, "MaHoSo");
    auto lie = w.wire.instead(o);
    Answer a;
    if (!lie || lie->processed) a = process(t);
    auto fault = lie ? lie->fault : w.wire.about(o, a);
    if (lie) a = lie->answer;
    note(t, a, fault);
    return a;
}

Answer give_token(World& w, const kit::Call& call, core::Instant now) {
    auto wanted = "Basic " + kit::base64(w.options.lgsp_client + ":" + w.options.lgsp_secret);
    if (!kit::same_secret(call.header("Authorization"), wanted))
        return kit::json_answer(401, R"({"error":"invalid_client"})");
    auto token = w.token();
    w.bus_tokens[token] = now + w.options.lgsp_token_ttl;
    JsonWriter out;
    out.object().field("access_token", token).field("token_type", "Bearer");
    out.field("expires_in", w.options.lgsp_token_ttl.count() / 1'000);
    return kit::json_answer(200, out.end_object().take());
}

}  // namespace sim::national_platform
