// The two forms of signed text of VNPAY 2.1.0.
#include "simulators/vnpay/signing.hpp"

#include "simulators/kit/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <vector>

namespace sim::vnpay {
namespace {

constexpr const char* querydr[] = {
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo"};
constexpr const char* refund[] = {
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TransactionType",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_TransactionNo",
    "vnp_TransactionDate",
    "vnp_CreateBy",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo"};
constexpr const char* querydr_reply[] = {
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
    "vnp_PromotionCode",
    "vnp_PromotionAmount"};

bool is_hash(std::string_view name) {
    return name == "vnp_SecureHash" || name == "vnp_SecureHashType";
}

}  // namespace

std::string hmac_sha512_hex(std::string_view key, std::string_view bytes) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(
        EVP_sha512(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        bytes.size(),
        out,
        &size
    );
    return kit::hex(std::string_view(reinterpret_cast<const char*>(out), size));
}

std::string form_encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '*';
        if (stays)
            out += c;
        else if (c == ' ')
            out += '+';
        else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::string canonical(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (value.empty() || is_hash(name)) continue;
        if (!out.empty()) out += '&';
        out += form_encode(name) + "=" + form_encode(value);
    }
    return out;
}

std::string signed_query(const Fields& fields, std::string_view secret) {
    auto text = canonical(fields);
    auto hash = hmac_sha512_hex(secret, text);
    return text + "&vnp_SecureHash=" + hash;
}

Fields read_query(std::string_view query) {
    Fields out;
    for (const auto& part : kit::split(query, '&')) {
        auto eq = part.find('=');
        if (eq == std::string::npos || !part.starts_with("vnp_")) continue;
        out[kit::url_decode(part.substr(0, eq))] = kit::url_decode(part.substr(eq + 1));
    }
    return out;
}

bool good_query(std::string_view query, std::string_view secret) {
    auto fields = read_query(query);
    auto said = kit::lower_ascii(fields["vnp_SecureHash"]);
    if (kit::same_secret(said, hmac_sha512_hex(secret, canonical(fields)))) return true;
    std::vector<std::string> parts;
    for (auto part : kit::split(query, '&')) {
        if (!part.starts_with("vnp_") || is_hash(part.substr(0, part.find('=')))) continue;
        for (std::size_t at; (at = part.find("%20")) != std::string::npos;)
            part.replace(at, 3, "+");
        parts.push_back(std::move(part));
    }
    std::ranges::sort(parts);
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : "&") + part;
    return kit::same_secret(said, hmac_sha512_hex(secret, text));
}

std::span<const char* const> joined_fields(std::string_view kind) {
    std::span<const char* const> reply = querydr_reply;
    if (kind == "querydr") return querydr;
    if (kind == "refund") return refund;
    if (kind == "querydr-reply") return reply;
    if (kind == "refund-reply") return reply.first(reply.size() - 2);  // without the promotion
    return {};
}

std::string joined(std::string_view kind, const Fields& fields) {
    std::string out;
    for (const char* name : joined_fields(kind)) {
        auto it = fields.find(name);
        if (name != joined_fields(kind).front()) out += '|';
        if (it != fields.end()) out += it->second;
    }
    return out;
}

}  // namespace sim::vnpay
