// Receipts of our own roll.
#include "gateway/core/receipt.hpp"

#include "gateway/core/payment_internal.hpp"

#include <algorithm>
#include <array>

namespace gw::core {

namespace {

using payment_parts::integer_of;

constexpr std::array<const char*, 10> digits{
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"};

void add(std::string& out, std::string_view word) {
    if (!out.empty()) out += ' ';
    out += word;
}

/// Below 1,000. `inside`: something stands before it, so its zeros are spoken.
void add_group(std::string& out, int value, bool inside) {
    const int hundreds = value / 100, tens = value / 10 % 10, ones = value % 10;
    if (hundreds > 0 || inside) {
        add(out, digits[static_cast<std::size_t>(hundreds)]);
        add(out, "trăm");
    }
    if (tens == 1) add(out, "mười");
    if (tens > 1) {
        add(out, digits[static_cast<std::size_t>(tens)]);
        add(out, "mươi");
    }
    if (ones == 0) return;
    if (tens == 0 && (hundreds > 0 || inside)) add(out, "lẻ");
    if (tens > 1 && ones == 1)
        add(out, "mốt");
    else if (tens > 0 && ones == 5)
        add(out, "lăm");
    else
        add(out, digits[static_cast<std::size_t>(ones)]);
}

void add_number(std::string& out, std::int64_t value, bool inside) {
    constexpr std::int64_t billion = 1'000'000'000;
    if (value >= billion) {
        add_number(out, value / billion, inside);
        add(out, "tỷ");
        inside = true;
        value %= billion;
    }
    for (const auto& [size, name] :
         {std::pair<int, const char*>(1'000'000, "triệu"),
          std::pair<int, const char*>(1'000, "nghìn"),
          std::pair<int, const char*>(1, "")}) {
        const int group = static_cast<int>(value / size % 1'000);
        if (group == 0) continue;
        add_group(out, group, inside);
        if (*name != '\0') add(out, name);
        inside = true;
    }
}

bool has(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string text_at(const Document& document, std::string_view pointer) {
    const Document* found = document.at(pointer);
    return found == nullptr ? "" : found->as_text();
}

Document line_of(const Document& fee) {
    Document line = Document::object();
    line.set("Ma", Document::text(fee.text_of("code")));
    line.set("Ten", Document::text(fee.text_of("name")));
    for (const auto& [tag, name] :
         {std::pair("SoLuong", "quantity"),
          std::pair("DonGia", "unit_amount"),
          std::pair("ThanhTien", "amount")})
        line.set(tag, Document::text(std::to_string(integer_of(fee, name))));
    return line;
}

}  // namespace

const ReceiptRoll* roll_for(
    const std::vector<ReceiptRoll>& rolls, const Document& payment, const Document& dossier
) {
    const std::string provider = payment.text_of("provider");
    if (provider == "postal" && payment.find("document_no") != nullptr) return nullptr;
    for (const ReceiptRoll& roll : rolls) {
        const bool serves = roll.units.empty() ||
                            has(roll.units, text_at(dossier, "/receiving_unit/code")) ||
                            has(roll.units, text_at(dossier, "/receiving_unit/canonical_code"));
        if (serves && has(roll.providers, provider)) return &roll;
    }
    return nullptr;
}

std::vector<std::string> natures_without_receipt(const Document& payment) {
    std::vector<std::string> natures;
    if (const Document* fees = payment.find("fees"))
        for (const Document& fee : fees->items())
            if (integer_of(fee, "amount") > 0 && !has(natures, fee.text_of("nature")))
                natures.push_back(fee.text_of("nature"));
    if (const Document* receipts = payment.find("receipts"))
        for (const Document& receipt : receipts->items())
            if (receipt.text_of("state") == "issued")
                std::erase(natures, receipt.text_of("nature"));
    return natures;
}

std::string receipt_number(std::int64_t number) {
    std::string out = std::to_string(number);
    if (out.size() < 7) out.insert(0, 7 - out.size(), '0');
    return out;
}

Document receipt_document(
    const Document& payment,
    const Document& dossier,
    std::string_view nature,
    const ReceiptRoll& roll,
    const std::string& number,
    Instant now
) {
    Document body = Document::object();
    const auto put = [&body](const char* tag, std::string value) {
        if (!value.empty()) body.set(tag, Document::text(std::move(value)));
    };
    put("MauSo", roll.form);
    put("KyHieu", roll.series);
    put("So", number);
    put("Loai", nature == "fee" ? "phí" : "lệ phí");
    put("NgayLap", to_rfc3339(now));
    put("DonViThu", roll.issuer_name);
    put("MaSoThue", roll.tax_code);
    put("NguoiNop", text_at(payment, "/payer/name"));
    put("SoGiayTo", text_at(payment, "/payer/identity"));
    put("DiaChi", text_at(payment, "/payer/address"));
    put("MaHoSo", payment.text_of("dossier_code"));
    put("ThuTuc", text_at(dossier, "/procedure/name"));
    put("MaThamChieu", payment.text_of("reference"));
    put("NgayThu", payment.text_of("paid_at"));
    std::int64_t sum = 0;
    Document lines = Document::object();
    if (const Document* fees = payment.find("fees"))
        for (const Document& fee : fees->items()) {
            if (fee.text_of("nature") != nature) continue;
            lines.add("KhoanThu", line_of(fee));
            sum += integer_of(fee, "amount");
        }
    body.set("CacKhoanThu", std::move(lines));
    put("TongTien", std::to_string(sum));
    put("BangChu", money_in_words(sum));
    Document out = Document::object();
    out.set("BienLai", std::move(body));
    return out;
}

std::string money_in_words(std::int64_t amount) {
    std::string out;
    if (amount == 0)
        out = "không";
    else
        add_number(out, amount, false);
    add(out, "đồng");
    // Every first word begins with a letter of ASCII.
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
    return out;
}

}  // namespace gw::core
