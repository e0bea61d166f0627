// What an exchange proves: the tables of transports.md 2, 4 and 9.3.
#include "connectors/kit/transport.hpp"

#include <algorithm>
#include <charconv>

namespace gw::connector_kit {
namespace {

using mapping::ReplyClass;
using enum ReplyClass;

constexpr TransportRule rules[] = {
    //                         R          A          B                C
    {Seen::not_sent, retry, retry, retry, retry},
    {Seen::our_certificate, retry, retry, retry, retry},
    {Seen::cut, retry, retry, unknown_outcome, unknown_outcome},
    {Seen::too_large, hold, hold, unknown_outcome, unknown_outcome},
    {Seen::redirect, reject, reject, reject, reject},
    {Seen::xroad_client, reject, reject, reject, reject},
    {Seen::xroad_unreached, retry, retry, retry, retry},
    {Seen::xroad_stale, retry, retry, retry, retry},
    {Seen::xroad_refused, reject, reject, reject, reject},
    {Seen::xroad_disabled, retry, retry, retry, retry},
    {Seen::xroad_unclear, retry, retry, unknown_outcome, unknown_outcome},
    {Seen::xroad_database, retry, retry, retry, retry},
    {Seen::unauthorised, reauth, reauth, reauth, reauth},
    {Seen::throttled, throttled, throttled, throttled, throttled},
    {Seen::busy, retry, retry, retry, retry},
    {Seen::not_reached, retry, retry, retry, retry},
    {Seen::server_error, retry, retry, unknown_outcome, unknown_outcome},
    {Seen::timed_out, retry, retry, unknown_outcome, unknown_outcome},
    {Seen::conflict, reject, already, unknown_outcome, reject},
    {Seen::wrong_path, reject, reject, reject, reject},
    {Seen::refused, reject, reject, reject, reject},
    {Seen::empty, retry, retry, unknown_outcome, unknown_outcome},
    {Seen::html, retry, retry, unknown_outcome, unknown_outcome},
    {Seen::unreadable, retry, retry, unknown_outcome, unknown_outcome},
    {Seen::proxy_error, retry, retry, unknown_outcome, unknown_outcome},
};

Seen xroad(std::string_view type) {
    if (type.starts_with("Client.")) return Seen::xroad_client;
    if (type.starts_with("Server.ClientProxy.")) {
        if (type.find("OutdatedGlobalConf") != type.npos) return Seen::xroad_stale;
        if (type.find("ServiceFailed") != type.npos) return Seen::xroad_unclear;
        return Seen::xroad_unreached;
    }
    if (type.find("ServiceDisabled") != type.npos) return Seen::xroad_disabled;
    if (type.find("AccessDenied") != type.npos || type.find("UnknownService") != type.npos)
        return Seen::xroad_refused;
    if (type.find("DatabaseError") != type.npos) return Seen::xroad_database;
    return Seen::xroad_unclear;  // NetworkError, ServiceFailed, Timeout and what is not known yet
}

/// First byte that is no white space, a byte-order mark skipped (F-24); 0 when there is none.
char first_letter(std::string_view body) {
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    const auto at = body.find_first_not_of(" \t\r\n");
    return at == body.npos ? '\0' : body[at];
}

bool is_json(std::string_view body) {
    const char c = first_letter(body);
    return c == '{' || c == '[' || c == '"';
}

Seen by_body(std::string_view body) {
    const char c = first_letter(body);
    if (c == '\0') return Seen::empty;
    if (is_json(body)) return Seen::readable;
    if (c == '<') {
        const auto head = body.substr(0, 512);
        const bool marked = head.find("<?xml") != head.npos || head.find("Envelope") != head.npos;
        const bool xml =
            marked && head.find("<html") == head.npos && head.find("<!DOCTYPE") == head.npos;
        return xml ? Seen::readable : Seen::html;
    }
    return Seen::unreadable;
}

Seen by_status(const ports::HttpResult& result) {
    const ports::HttpResponse& response = result.response;
    const bool json = is_json(response.body);
    const bool quick = result.took < core::Duration(1'000);
    switch (response.status) {
        case 401:
            return Seen::unauthorised;
        case 408:
        case 425:
            return Seen::timed_out;
        case 409:
            return Seen::conflict;
        case 429:
            return Seen::throttled;
        case 403:
        case 404:
        case 405:
        case 410:
            return json ? Seen::refused : Seen::wrong_path;
        case 502:
            return quick && !json ? Seen::not_reached : Seen::server_error;
        case 503:
            if (retry_after(response)) return Seen::throttled;
            return quick && !json ? Seen::not_reached : Seen::busy;
        default:
            return response.status >= 500 ? Seen::server_error : Seen::refused;
    }
}

}  // namespace

Kind kind_of(core::Effect effect) {
    switch (effect) {
        case core::Effect::idempotent:
            return Kind::idempotent;
        case core::Effect::conditional:
            return Kind::conditional;
        case core::Effect::once:
            return Kind::once;
    }
    return Kind::once;
}

std::string_view to_word(Seen seen) {
    constexpr std::string_view words[] = {
        "readable",       "not_sent",      "our_certificate", "cut",          "answer_too_large",
        "redirect",       "xroad_client",  "xroad_unreached", "xroad_stale",  "xroad_refused",
        "xroad_disabled", "xroad_unclear", "xroad_database",  "unauthorised", "throttled",
        "busy",           "not_reached",   "server_error",    "timed_out",    "conflict",
        "wrong_path",     "http_refused",  "empty_200",       "html_200",     "unreadable",
        "proxy_error"};
    return words[static_cast<std::size_t>(seen)];
}

Seen observe(const ports::HttpResult& result) {
    if (!result.ok) {
        if (result.failure.our_certificate) return Seen::our_certificate;
        if (result.failure.too_large) return Seen::too_large;
        return result.failure.bytes_left ? Seen::cut : Seen::not_sent;
    }
    const auto type = ports::header(result.response.headers, "X-Road-Error");
    if (!type.empty()) return xroad(type);
    const long status = result.response.status;
    if (status >= 300 && status < 400) return Seen::redirect;
    if (status >= 200 && status < 300) return by_body(result.response.body);
    return by_status(result);
}

std::span<const TransportRule> general_rules() {
    return rules;
}

ReplyClass meaning_of(Seen seen, Kind kind, std::span<const TransportRule> own) {
    for (const auto table : {own, general_rules()})
        for (const TransportRule& rule : table) {
            if (rule.seen != seen) continue;
            switch (kind) {
                case Kind::read:
                    return rule.read;
                case Kind::idempotent:
                    return rule.idempotent;
                case Kind::conditional:
                    return rule.conditional;
                case Kind::once:
                    return rule.once;
            }
        }
    return unknown_outcome;
}

bool is_ours(Seen seen) {
    switch (seen) {
        case Seen::our_certificate:
        case Seen::redirect:
        case Seen::xroad_client:
        case Seen::xroad_refused:
        case Seen::wrong_path:
            return true;
        default:
            return false;
    }
}

std::string_view sentence_vi(Seen seen) {
    switch (seen) {
        case Seen::readable:
            return "Đã nhận trả lời.";
        case Seen::not_sent:
            return "Không kết nối được với hệ thống đối tác; chưa gửi gì. Hệ thống sẽ tự gửi lại.";
        case Seen::our_certificate:
            return "Đối tác từ chối chứng thư của hệ thống. Kiểm tra chứng thư máy khách.";
        case Seen::cut:
            return "Đã gửi nhưng kết nối bị ngắt trước khi có trả lời; sẽ tra cứu trước khi gửi "
                   "lại.";
        case Seen::too_large:
            return "Trả lời của đối tác vượt quá giới hạn kích thước.";
        case Seen::redirect:
            return "Đối tác trả lời chuyển hướng; hệ thống không đi theo. Kiểm tra địa chỉ đã cấu "
                   "hình.";
        case Seen::xroad_client:
            return "Máy chủ bảo mật từ chối yêu cầu của hệ thống. Kiểm tra cấu hình kết nối và "
                   "quyền truy cập.";
        case Seen::xroad_unreached:
            return "Máy chủ bảo mật không tới được phía đối tác; chưa gửi được. Hệ thống sẽ tự gửi "
                   "lại.";
        case Seen::xroad_stale:
            return "Cấu hình chung của máy chủ bảo mật đã cũ. Báo người quản trị máy chủ bảo mật.";
        case Seen::xroad_refused:
            return "Phía đối tác không cho phép hoặc không biết dịch vụ này. Liên hệ đơn vị quản "
                   "lý dịch vụ.";
        case Seen::xroad_disabled:
            return "Dịch vụ của đối tác đang tạm dừng. Hệ thống sẽ tự gửi lại.";
        case Seen::xroad_unclear:
        case Seen::server_error:
        case Seen::timed_out:
        case Seen::proxy_error:
            return "Đối tác báo lỗi, chưa rõ đã xử lý hay chưa; sẽ tra cứu trước khi gửi lại.";
        case Seen::xroad_database:
        case Seen::busy:
        case Seen::not_reached:
            return "Hệ thống đối tác tạm thời không phục vụ. Hệ thống sẽ tự gửi lại.";
        case Seen::unauthorised:
            return "Phiên đăng nhập với đối tác đã hết hạn.";
        case Seen::throttled:
            return "Đối tác yêu cầu gửi chậm lại. Hệ thống sẽ tự gửi lại.";
        case Seen::conflict:
            return "Đối tác báo trùng với dữ liệu đã có.";
        case Seen::wrong_path:
            return "Địa chỉ, mã định tuyến hoặc quyền truy cập chưa đúng. Kiểm tra cấu hình kết "
                   "nối.";
        case Seen::refused:
            return "Đối tác từ chối nội dung yêu cầu.";
        case Seen::empty:
            return "Đối tác trả lời rỗng.";
        case Seen::html:
            return "Đối tác trả lời bằng trang HTML thay cho dữ liệu.";
        case Seen::unreadable:
            return "Không đọc được trả lời của đối tác.";
    }
    return "";
}

namespace {

/// All of `text` as a number.
std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t n = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (text.empty() || ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return n;
}

/// "Wed, 21 Oct 2026 07:28:00 GMT"; the day of the week is not looked at.
std::optional<core::Instant> http_date(std::string_view text) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT"))
        return std::nullopt;
    const auto month = months.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
    const auto number_text = std::to_string(month / 3 + 1);
    return core::parse_rfc3339(
        std::string(text.substr(12, 4)) + (month < 27 ? "-0" : "-") + number_text + "-" +
        std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z"
    );
}

}  // namespace

std::optional<core::Duration> retry_after(const ports::HttpResponse& response) {
    const auto text = ports::header(response.headers, "Retry-After");
    constexpr std::int64_t day = 86'400;
    if (const auto seconds = number(text)) {
        if (*seconds < 0 || *seconds > day) return std::nullopt;
        return core::Duration(1'000 * *seconds);
    }
    const auto until = http_date(text);
    const auto there = http_date(ports::header(response.headers, "Date"));
    if (!until || !there || *until < *there || *until - *there > core::Duration(1'000 * day))
        return std::nullopt;
    return *until - *there;
}

}  // namespace gw::connector_kit
