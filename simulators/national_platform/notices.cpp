// The IPN on the wire, its faults, and whether the merchant's answer confirms it.
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_platform/world.hpp"

namespace sim::national_platform {
namespace {

/// Faults that change what the message says; it is signed afterwards, so that the hash is right.
std::string lie_in_fields(World& w, const kit::Occasion& o, Fields& f) {
    auto& faults = w.faults;
    if (const auto* hit = faults.strikes("ipn_failed_code", o)) {
        f["MaLoi"] = hit->param("code", "99");
        return "ipn_failed_code";
    }
    if (const auto* hit = faults.strikes("ipn_wrong_amount", o)) {
        auto amount = std::stoll(f["SoTien"]) + hit->number("by", 45'000);
        f["SoTien"] = hit->param("amount", std::to_string(amount));
        return "ipn_wrong_amount";
    }
    if (const auto* hit = faults.strikes("ipn_wrong_currency", o)) {
        f["MaTienTe"] = hit->param("currency", "USD");
        return "ipn_wrong_currency";
    }
    if (const auto* hit = faults.strikes("ipn_wrong_merchant", o)) {
        f["MaDoiTac"] = hit->param("merchant", "LTOTHER1");
        return "ipn_wrong_merchant";
    }
    if (const auto* hit = faults.strikes("ipn_unknown_ref", o)) {
        f["MaThamChieu"] = hit->param("reference", "LT26005KH0NGC0X");
        return "ipn_unknown_ref";
    }
    // The text reaches into the field before it: two messages, one hash (F-147).
    if (faults.strikes("pipe_in_text", o)) {
        f["ThongTinGiaoDich"] = "A|" + f["ThongTinGiaoDich"];
        return "pipe_in_text";
    }
    return {};
}

std::string body_of(const Fields& f, const std::string& hash, bool numbers) {
    kit::JsonWriter out;
    out.object();
    for (const char* name : signed_fields("IPN")) {
        const auto& value = f.at(name);
        bool number = numbers && std::string_view(name) == "SoTien";
        out.key(name);
        if (number)
            out.raw(value);
        else
            out.value(value);
    }
    return out.field("MaXacThuc", hash).end_object().take();
}

}  // namespace

payments::OutCall compose_notice(World& w, const payments::Notice& notice, core::Instant now) {
    payments::OutCall call;
    const auto* m = w.merchant(notice.merchant);
    auto o = w.occasion("IPN", notice.reference, now);
    auto fields = notice.fields;
    call.fault = lie_in_fields(w, o, fields);
    auto hash = sign("IPN", fields, m->secret);
    if (w.faults.strikes("ipn_bad_hash", o)) {
        hash.assign(hash.size(), '0');
        call.fault = "ipn_bad_hash";
    } else if (w.faults.strikes("ipn_other_key", o)) {
        hash = sign("IPN", fields, m->secret + "-OTHER");
        call.fault = "ipn_other_key";
    }
    bool numbers = w.faults.strikes("ipn_numbers", o) != nullptr;
    if (numbers) call.fault = "ipn_numbers";
    call.path = m->ipn_path;
    call.body = body_of(fields, hash, numbers);
    if (w.faults.strikes("ipn_garbage", o)) {
        call.body.resize(call.body.size() / 2);
        call.fault = "ipn_garbage";
    }
    call.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    if (auto* p = w.find(notice.reference)) ++p->notices_sent;
    return call;
}

bool judge_answer(World& w, const payments::Notice& notice, int status, std::string_view body) {
    auto* p = w.find(notice.reference);
    const auto* m = w.merchant(notice.merchant);
    kit::JsonDocument doc;
    bool readable = status == 200 && kit::parse_json(doc, body) && doc.IsObject();
    if (!readable || p == nullptr || m == nullptr) return false;
    auto fields = kit::texts_of(doc);
    auto said = fields["MaXacThuc"];
    bool own = kit::same_secret(said, sign("IPN_ANSWER", fields, m->secret));
    auto sent = notice.fields;
    bool echoed = kit::same_secret(said, sign("IPN", sent, m->secret));
    bool good = w.options.answer_hash == AnswerHash::ignore ||
                (own && w.options.answer_hash != AnswerHash::echo) ||
                (echoed && w.options.answer_hash != AnswerHash::sign);
    if (!good) {
        ++p->answers_badly_signed;
        return false;
    }
    if (fields["MaLoi"] != "00") {
        ++p->answers_refused;
        return false;
    }
    ++p->notices_acknowledged;
    return true;
}

}  // namespace sim::national_platform
