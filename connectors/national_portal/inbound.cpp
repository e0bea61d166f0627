// What the portal sends us: services, admission, answers.
#include "connectors/national_portal/inbound.hpp"

#include "connectors/kit/text.hpp"
#include "gateway/core/network.hpp"
#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace gw::national_portal {
namespace {

using core::Document;

struct ServiceName {
    std::string_view path;
    Inbound service;
};
/// Names seen or assumed; compared without case.
constexpr ServiceName names[] = {
    {"nhanhsdvcqg", Inbound::dossier},
    {"nhanhosokhuyenmai", Inbound::promotion},
    {"nhankhuyenmai", Inbound::promotion},
    {"nhanbosungkhuyenmai", Inbound::promotion_supplement},
    {"bosungkhuyenmai", Inbound::promotion_supplement},
    {"nhanthongbaothuedat", Inbound::tax_notice},
    {"nhanchungtuthuedat", Inbound::tax_receipt},
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::optional<Inbound> by_name(std::string_view name) {
    const std::string wanted = lower(name);
    for (const ServiceName& row : names)
        if (row.path == wanted) return row.service;
    return std::nullopt;
}

std::optional<Inbound> by_shape(const Document& body) {
    const Document* data = body.find_ignoring_case("data");
    const Document* inner = data != nullptr && data->is_object() ? data : &body;
    if (data != nullptr && data->is_list() && !data->items().empty())
        inner = &data->items().front();
    const auto has = [inner](std::string_view name) {
        return inner->find_ignoring_case(name) != nullptr;
    };
    if (has("FileThongBaoThue")) return Inbound::tax_notice;
    if (has("UrlFileChungTu") || has("ThongTinThanhToan")) return Inbound::tax_receipt;
    if (has("MaHoSoQG") || has("ThongTinDaNop")) return Inbound::promotion_supplement;
    if (has("TenChuongTrinhKhuyenMai")) return Inbound::promotion;
    if (has("MaHoSo") && has("MaTTHC")) return Inbound::dossier;
    return std::nullopt;
}

constexpr core::Duration tolerance{300'000};

std::optional<core::Instant> stamp(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return core::from_ms(value > 100'000'000'000 ? value : value * 1'000);
}

Admission by_hmac(const Options& options, const ports::InRequest& request, core::Instant now) {
    Admission a;
    const auto time = ports::header(request.headers, header_timestamp);
    const auto nonce = ports::header(request.headers, header_nonce);
    const auto given = ports::header(request.headers, header_signature);
    const auto at = stamp(time);
    std::string signed_text = std::string(time) + "." + std::string(nonce) + ".";
    signed_text += request.body;
    const std::string wanted =
        crypto::to_hex(crypto::hmac_sha256(options.hmac_secret, signed_text));
    if (!crypto::equal_constant_time(lower(given), wanted)) {
        a.why = "signature";
        return a;
    }
    if (!at || *at < now - tolerance || *at > now + tolerance) {
        a.why = "clock";
        return a;
    }
    if (nonce.empty() || nonce.size() > 128) {
        a.why = "nonce";
        return a;
    }
    a.admitted = true;
    a.nonce = std::string(nonce);
    return a;
}

/// The value of "SecurityKey", found without reading the whole body: its files may be large.
std::string_view security_key_in(std::string_view body) {
    const auto name = body.find("\"SecurityKey\"");
    if (name == body.npos) return {};
    const auto colon = body.find(':', name);
    const auto open = colon == body.npos ? colon : body.find('"', colon);
    const auto close = open == body.npos ? open : body.find('"', open + 1);
    return close == body.npos ? std::string_view() : body.substr(open + 1, close - open - 1);
}

Admission by_key(const Options& options, const ports::InRequest& request) {
    Admission a;
    const std::string_view given = security_key_in(request.body);
    const bool right = crypto::equal_constant_time(given, options.security_key);
    const bool near = core::in_networks(request.remote, options.allowed_networks);
    a.admitted = right && near;
    if (!right) a.why = "security_key";
    if (!near) a.why = "network";
    return a;
}

int http_status(Dialect dialect, Told told) {
    if (dialect == Dialect::older) return 200;
    switch (told) {
        case Told::created:
            return 201;
        case Told::updated:
        case Told::duplicate:
            return 200;
        case Told::error:
            return 500;
    }
    return 500;
}

int body_code(Dialect dialect, Told told) {
    if (dialect == Dialect::newer) return http_status(dialect, told);
    switch (told) {
        case Told::created:
        case Told::updated:
            return 0;
        case Told::duplicate:
            return 1;
        case Told::error:
            return -1;
    }
    return -1;
}

}  // namespace

std::optional<Inbound> inbound_service(std::string_view path_name, const Document& body) {
    if (const auto service = by_name(path_name)) return service;
    const std::string stated = body.text_of("service", body.text_of("Service"));
    if (const auto service = by_name(stated)) return service;
    return by_shape(body);
}

std::string_view service_name(Inbound service) {
    switch (service) {
        case Inbound::dossier:
            return "nhanhsdvcqg";
        case Inbound::promotion:
            return "nhankhuyenmai";
        case Inbound::promotion_supplement:
            return "bosungkhuyenmai";
        case Inbound::tax_notice:
            return "NhanThongBaoThueDat";
        case Inbound::tax_receipt:
            return "NhanChungTuThueDat";
    }
    return "";
}

Admission admit(const Options& options, const ports::InRequest& request, core::Instant now) {
    const bool carries_mac = !ports::header(request.headers, header_signature).empty();
    if (!options.hmac_secret.empty() && carries_mac) return by_hmac(options, request, now);
    if (!options.security_key.empty()) return by_key(options, request);
    Admission closed;
    closed.why = options.hmac_secret.empty() ? "closed" : "no_credentials";
    return closed;
}

std::string without_security_key(const Options& options, std::string body) {
    const std::string_view given = security_key_in(body);
    if (!given.empty()) {
        const auto at = static_cast<std::size_t>(given.data() - body.data());
        body.replace(at, given.size(), "***");
    }
    const std::string secrets[] = {options.security_key, options.hmac_secret};
    return connector_kit::redact(std::move(body), secrets);
}

std::optional<std::string> decode_file(std::string_view base64) {
    if (base64.empty()) return std::nullopt;
    const auto comma = base64.find(',');  // "data:application/pdf;base64,JVBERi…"
    if (base64.starts_with("data:") && comma != base64.npos) base64.remove_prefix(comma + 1);
    auto bytes = crypto::from_base64(base64);
    if (!bytes || bytes->empty()) return std::nullopt;
    return bytes;
}

ports::InAnswer answer(Dialect dialect, Told told, std::string_view code, std::string_view text) {
    Document body = Document::object();
    body.set("error_code", Document::number(body_code(dialect, told)));
    std::string message(text);
    if (dialect == Dialect::older) message = std::string(code) + "| " + message;
    body.set("message", Document::text(message));
    if (dialect == Dialect::newer && !code.empty())
        body.set("MaHoSo", Document::text(std::string(code)));
    ports::InAnswer out;
    out.status = http_status(dialect, told);
    out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    out.body = formats::write_json(body);
    return out;
}

ports::InAnswer answer_unauthorised(Dialect dialect) {
    ports::InAnswer out = answer(dialect, Told::error, "", "Không được phép");
    out.status = 401;
    return out;
}

}  // namespace gw::national_portal
