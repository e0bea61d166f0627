// VNPAY 2.1.0 on the wire.
#include "connectors/vnpay/codec.hpp"

#include "connectors/kit/text.hpp"
#include "connectors/vnpay/wire.hpp"
#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gw::vnpay {

namespace {

using core::Document;

constexpr std::size_t text_max = 255;

bool stays(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.' || c == '*';
}
std::string form_encode(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (stays(c)) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    return out;
}

bool is_hash(std::string_view name) {
    return name == "vnp_SecureHash" || name == "vnp_SecureHashType";
}

std::string hash(std::string_view text, std::string_view secret) {
    return crypto::to_hex(crypto::hmac_sha512(secret, text));
}

bool matches(const Options& options, std::string_view text, const std::string& given) {
    bool good = crypto::equal_constant_time(hash(text, options.secret), given);
    if (!options.old_secret.empty())
        good |= crypto::equal_constant_time(hash(text, options.old_secret), given);
    return good;
}

/// The received parts as they came, sorted, %20 read as +.
std::string received_text(std::string_view query) {
    std::vector<std::string> parts;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        std::string part(query.substr(0, end));
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = part.find('=');
        if (equals == part.npos || equals + 1 == part.size() || is_hash(part.substr(0, equals)) ||
            !part.starts_with("vnp_"))
            continue;
        for (auto at = part.find("%20"); at != part.npos; at = part.find("%20", at))
            part.replace(at, 3, "+");
        parts.push_back(std::move(part));
    }
    std::sort(parts.begin(), parts.end());
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : "&") + part;
    return text;
}

std::optional<std::string> form_decode(std::string_view text) {
    std::string plus(text);
    std::replace(plus.begin(), plus.end(), '+', ' ');
    return connector_kit::percent_decode(plus);
}

std::string order_info(const Document& payment) {
    return core::ascii_words("Le phi ho so " + payment.text_of("dossier_code"), text_max);
}

std::string address_of(const Options& options, const Document& payment) {
    const std::string given = payment.text_of("client_ip");
    const bool v6 = given.find(':') != given.npos;
    return given.empty() || (v6 && !options.ipv6) || given.size() > 45 ? options.ip_address : given;
}

/// Whole VND of "1600000"; nullopt: no digits, or no whole amount.
std::optional<std::int64_t> read_amount(const std::string& text) {
    if (text.empty() || text.size() > 14 || text.find_first_not_of("0123456789") != text.npos)
        return std::nullopt;
    const std::int64_t value = std::stoll(text);
    if (value % 100 != 0) return std::nullopt;
    return value / 100;
}

/// 9.3: what a response code of a notice means when the transaction status is no better.
constexpr std::array<Meaning, 16> responses{{
    {"24", "failed", "user_cancelled"},
    {"11", "failed", "page_expired"},
    {"51", "failed", "insufficient_funds"},
    {"65", "failed", "limit_exceeded"},
    {"09", "failed", "account_not_registered"},
    {"10", "failed", "authentication_failed"},
    {"12", "failed", "account_locked"},
    {"13", "failed", "wrong_otp"},
    {"79", "failed", "wrong_password"},
    {"05", "failed", "insufficient_funds"},
    {"06", "failed", "wrong_otp"},
    {"75", "failed", "bank_maintenance"},
    {"08", "failed", "bank_maintenance"},
    {"07", "disputed", "suspected_fraud"},
    {"04", "disputed", "reversed"},
    {"02", "failed", "refused"},
}};

Meaning meaning_of(const std::string& code, const std::string& status) {
    if (status == "07") return {"07", "disputed", "suspected_fraud"};
    if (status == "04") return {"04", "disputed", "reversed"};
    if (code == "00") {
        if (status == "00") return {"00", "paid", ""};
        if (status == "02") return {"02", "failed", "refused"};
        return {"01", "pending", ""};
    }
    for (const Meaning& row : responses)
        if (row.code == code) return row;
    return {"99", "pending", ""};
}

void put(Document& says, const char* name, const std::string& value) {
    if (!value.empty()) says.set(name, Document::text(value));
}

}  // namespace

std::string lower_case(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}
std::int64_t vnd_of(const Document& payment) {
    const Document* amount = payment.find("amount");
    return amount == nullptr ? 0 : amount->as_integer().value_or(0);
}
std::string times_100(std::int64_t vnd) {
    return std::to_string(vnd) + (vnd == 0 ? "" : "00");  // PY-1: the only conversion there is
}

Document says_of(
    const Options& options, const Fields& f, const Meaning& meaning, const std::string& code
) {
    const auto value = [&f](const char* name) {
        const auto it = f.find(name);
        return it == f.end() ? std::string() : it->second;
    };
    Document says = Document::object();
    says.set("state", Document::text(std::string(meaning.state)));
    put(says, "reason", std::string(meaning.reason));
    put(says, "code", code);
    // An amount that is no whole đồng is nobody's amount: 0 never equals a payment.
    if (const std::string text = value("vnp_Amount"); !text.empty())
        says.set("amount", Document::number(read_amount(text).value_or(0)));
    says.set("currency", Document::text("VND"));
    says.set("merchant_ok", Document::boolean(value("vnp_TmnCode") == options.terminal));
    if (value("vnp_TransactionNo") != "0")
        put(says, "provider_transaction", value("vnp_TransactionNo"));
    if (const auto at = read_stamp(value("vnp_PayDate")))
        says.set("at", Document::text(core::to_rfc3339(*at)));
    return says;
}

std::string signed_query(const Fields& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        if (value.empty() || is_hash(name)) continue;
        text += (text.empty() ? "" : "&") + form_encode(name) + "=" + form_encode(value);
    }
    return text;
}
std::string sign_query(const Fields& fields, std::string_view secret) {
    return hash(signed_query(fields), secret);
}
std::string sign_values(const std::vector<std::string>& values, std::string_view secret) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) text += (i == 0 ? "" : "|") + values[i];
    return hash(text, secret);
}

std::optional<Fields> read_query(std::string_view query) {
    Fields fields;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = std::min(part.find('='), part.size());
        const auto name = form_decode(part.substr(0, equals));
        const auto value = form_decode(part.substr(std::min(equals + 1, part.size())));
        if (!name || !value) return std::nullopt;
        if (!name->starts_with("vnp_")) continue;
        // An escaped name would be read here and missed by received_text(): a field nobody signed.
        if (!std::all_of(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(equals), stays))
            return std::nullopt;
        if (!fields.emplace(*name, *value).second) return std::nullopt;
    }
    return fields;
}

bool verify_query(const Options& options, std::string_view query, const Fields& fields) {
    const auto given = fields.find("vnp_SecureHash");
    if (given == fields.end()) return false;
    const std::string hash_given = lower_case(given->second);
    const bool rebuilt = matches(options, signed_query(fields), hash_given);
    const bool received = matches(options, received_text(query), hash_given);
    return rebuilt || received;
}

std::string payment_address(const Options& o, const Document& payment) {
    const std::string own = payment.text_of("return_url");
    const auto expires = core::parse_rfc3339(payment.text_of("expires_at"));
    Fields f{
        {"vnp_Version", "2.1.0"},
        {"vnp_Command", "pay"},
        {"vnp_TmnCode", o.terminal},
        {"vnp_Amount", times_100(vnd_of(payment))},
        {"vnp_CurrCode", "VND"},
        {"vnp_TxnRef", payment.text_of("reference")},
        {"vnp_OrderInfo", order_info(payment)},
        {"vnp_OrderType", o.order_type},
        {"vnp_Locale", "vn"},
        {"vnp_ReturnUrl", own.empty() ? o.return_url : own},
        {"vnp_IpAddr", address_of(o, payment)},
        {"vnp_CreateDate", payment.text_of("started_at")},
        {"vnp_ExpireDate", expires ? stamp(*expires) : ""},
        {"vnp_BankCode", o.bank_code}};
    return o.pay_url + "?" + signed_query(f) + "&vnp_SecureHash=" + sign_query(f, o.secret);
}

Document read_notice(const Options& options, const Fields& fields) {
    const auto value = [&fields](const char* name) {
        const auto it = fields.find(name);
        return it == fields.end() ? std::string() : it->second;
    };
    const std::string code = value("vnp_ResponseCode"), status = value("vnp_TransactionStatus");
    return says_of(options, fields, meaning_of(code, status), code + "/" + status);
}

std::string stamp(core::Instant at) {
    const std::string text = core::to_rfc3339(at);  // 2026-01-05T14:30:15.000+07:00
    return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2) + text.substr(11, 2) +
           text.substr(14, 2) + text.substr(17, 2);
}

std::optional<core::Instant> read_stamp(std::string_view t) {
    if (t.size() != 14 || t.find_first_not_of("0123456789") != t.npos) return std::nullopt;
    std::string text(t.substr(0, 4));
    text.append("-").append(t.substr(4, 2)).append("-").append(t.substr(6, 2)).append("T");
    text.append(t.substr(8, 2))
        .append(":")
        .append(t.substr(10, 2))
        .append(":")
        .append(t.substr(12));
    return core::parse_rfc3339(text + "+07:00");
}

}  // namespace gw::vnpay
