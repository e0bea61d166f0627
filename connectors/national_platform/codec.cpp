// What is sent to the national payment platform.
#include "connectors/national_platform/codec.hpp"

#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::national_platform {

namespace {

using core::Document;

constexpr std::size_t text_max = 255;
constexpr std::size_t init_fields = 14;  // the first of the message are signed

bool is_ipv4(std::string_view text) {
    int dots = 0, digits = 0;
    for (const char c : text) {
        if (c == '.') {
            if (digits == 0) return false;
            ++dots;
            digits = 0;
        } else if (c >= '0' && c <= '9' && digits < 3) {
            ++digits;
        } else {
            return false;
        }
    }
    return dots == 3 && digits > 0;
}

/// Where the money goes: named by the fees, else configured (PY-10).
core::Result<Document> beneficiary_of(const Options& o, const Document& payment) {
    const Document* named = nullptr;
    bool some_name_none = false;
    if (const Document* fees = payment.find("fees"))
        for (const Document& fee : fees->items()) {
            const Document* own = fee.find("beneficiary");
            if (own == nullptr)
                some_name_none = true;
            else if (named != nullptr && own->text_of("account") != named->text_of("account"))
                return core::give_up(
                    "national_platform.beneficiaries",
                    "Các khoản thu của giao dịch này thuộc nhiều tài khoản thụ hưởng; tách thành "
                    "từng giao dịch."
                );
            else
                named = own;
        }
    const bool mixed = named != nullptr && some_name_none && named->text_of("account") != o.account;
    if (mixed)
        return core::give_up(
            "national_platform.beneficiaries",
            "Các khoản thu của giao dịch này thuộc nhiều tài khoản thụ hưởng; tách thành từng giao "
            "dịch."
        );
    if (named != nullptr) return *named;
    if (o.account.empty())
        return core::Error(
            core::Advice::hold,
            core::Blame::ours,
            "national_platform.beneficiary",
            "Chưa cấu hình tài khoản thụ hưởng của đơn vị."
        );
    Document own = Document::object();
    own.set("account", Document::text(o.account));
    own.set("bank_code", Document::text(o.bank_code));
    own.set("account_name", Document::text(o.account_name));
    if (!o.treasury_code.empty()) own.set("treasury_code", Document::text(o.treasury_code));
    return own;
}

/// Of the person of the dossier who pays; the province by its name.
void put_payer_address(
    Document& context,
    const Document& payment,
    const Document& dossier,
    const mapping::Library& library,
    core::Day day
) {
    std::string detail, province;
    const Document* number = payment.at("/payer/identity");
    for (const std::string_view who : {"submitter", "owner"}) {
        const Document* person = dossier.find(who);
        if (person == nullptr || number == nullptr) continue;
        const Document* own = person->at("/identities/0/number");
        if (own == nullptr || own->as_text() != number->as_text()) continue;
        const Document* address = person->find("address");
        if (address == nullptr) continue;
        detail = address->text_of("detail");
        const auto provinces = library.codes("national_platform.province");
        if (!provinces) break;
        const auto* row = (*provinces)->find_value(address->text_of("province_code"), day);
        if (row != nullptr) province = row->code;
        break;
    }
    if (const Document* given = payment.at("/payer/address")) detail = given->as_text();
    if (!detail.empty()) context.set("payer_address", Document::text(detail));
    if (!province.empty()) context.set("payer_province", Document::text(province));
}

/// The signature stands behind the fields that it covers.
core::Result<std::string> with_signature(const Document& wire, const std::string& secret) {
    std::vector<std::string> values;
    Document body = Document::object();
    for (const core::Member& field : wire.members()) {
        body.set(field.name, field.value);
        if (values.size() == init_fields) continue;
        values.push_back(field.value.as_text());
        if (values.size() < init_fields) continue;
        const auto hash = sign(values, secret);
        if (!hash)
            return core::give_up(
                "national_platform.separator", "Một trường được ký có ký tự phân cách."
            );
        body.set("MaXacThuc", Document::text(*hash));
    }
    return formats::write_json(body);
}

}  // namespace

std::optional<std::string> sign(const std::vector<std::string>& values, std::string_view secret) {
    std::string text;
    for (const std::string& value : values) {
        if (value.find('|') != value.npos || core::has_control(value, false)) return std::nullopt;
        text += value;
        text += '|';
    }
    text += secret;
    return crypto::to_hex(crypto::sha256(text));
}

core::Result<std::string> init_body(
    const Options& options, const mapping::Library& library, const core::Claim& claim, core::Day day
) {
    const auto snapshot = formats::read_json(*claim.snapshot, {8 << 20, 64, 20'000});
    const Document* payment = snapshot ? snapshot->find("payment") : nullptr;
    const Document* dossier = snapshot ? snapshot->find("dossier") : nullptr;
    if (payment == nullptr || dossier == nullptr)
        return core::give_up(
            "national_platform.snapshot", "Sự kiện này thiếu giao dịch hoặc hồ sơ."
        );
    const auto beneficiary = beneficiary_of(options, *payment);
    if (!beneficiary) return beneficiary.error();
    Document procedure;
    if (const Document* given = dossier->find("procedure")) procedure = *given;
    const std::string code = procedure.text_of("code");
    const std::string own_service = procedure.text_of("service_code");
    const std::string ip = payment->text_of("client_ip");
    Document context = Document::object();
    const auto put = [&context](const char* name, std::string value) {
        context.set(name, Document::text(std::move(value)));
    };
    put("merchant", options.merchant);
    put("text", core::ascii_words("Le phi ho so " + payment->text_of("dossier_code"), text_max));
    put("ip", is_ipv4(ip) ? ip : options.ip_address);
    put("procedure_name", procedure.text_of("name", code));
    put("service_code", own_service.empty() && !code.empty() ? code + ".01" : own_service);
    context.set("beneficiary", *beneficiary);
    put_payer_address(context, *payment, *dossier, library, day);
    const auto mapping = library.find("national_platform/INIT", day);
    if (!mapping) return mapping.error();
    const auto wire = mapping->encode(*snapshot, context);
    if (!wire) return wire.error();
    return with_signature(*wire, options.secret);
}

std::string question_body(const Options& options, std::string_view kind, const Document& payment) {
    const std::vector<std::string> values{
        std::string(kind),
        "1.0.6",
        options.merchant,
        payment.text_of("reference"),
        payment.text_of("started_at")};
    const char* names[] = {"LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"};
    Document body = Document::object();
    for (std::size_t i = 0; i < values.size(); ++i) body.set(names[i], Document::text(values[i]));
    body.set("MaXacThuc", Document::text(sign(values, options.secret).value_or("")));
    return formats::write_json(body);
}

}  // namespace gw::national_platform
