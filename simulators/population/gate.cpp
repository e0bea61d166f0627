// Who may ask: exchange platform, provincial platform, officers.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/world.hpp"

#include <algorithm>
#include <charconv>

namespace sim::population {
namespace {

std::string_view bare(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        return value.substr(1, value.size() - 2);
    return value;
}

bool has_header(const kit::Call& call, std::string_view name) {
    return std::ranges::any_of(call.headers, [name](const auto& h) {
        return kit::same_ignoring_case(h.first, name);
    });
}

std::optional<Refusal> check_form(
    const World& w, const kit::Call& call, const Spot& spot, std::string_view wanted
) {
    if (!w.options.enforce_content_type) return {};
    auto type = kit::lower_ascii(call.header("Content-Type"));
    if (!type.starts_with(wanted))
        return Refusal(415, "Client.ContentType", "Content-Type phải là " + std::string(wanted));
    auto charset = type.find("charset=");
    if (charset != std::string::npos && type.substr(charset + 8, 5) != "utf-8" &&
        type.substr(charset + 8, 6) != "\"utf-8")
        return Refusal(415, "Client.ContentType", "Chỉ nhận UTF-8");
    bool action_due = spot.form == Form::soap && spot.door == Door::exchange;
    if (action_due && !has_header(call, "SOAPAction"))
        return Refusal(500, "Client.SoapAction", "Thiếu SOAPAction");
    if (action_due && !bare(call.header("SOAPAction")).empty())
        return Refusal(500, "Client.SoapAction", "SOAPAction phải để trống");
    return {};
}

std::optional<Refusal> check_route(const World& w, const kit::Call& call, const Spot& spot) {
    if (spot.adapter && call.header("dstcode") != w.options.dstcode &&
        call.parameter("dstcode") != w.options.dstcode)
        return Refusal(404, "Client.Route", "Không tìm thấy dịch vụ: dstcode");
    if (!spot.xroad_target.empty() && spot.xroad_target != w.options.xroad_service)
        return Refusal(500, "Server.ServerProxy.UnknownService", "Unknown service");
    if (spot.xroad_soap) return {};
    auto client = call.header("X-Road-Client");
    auto given = std::ranges::count_if(call.headers, [](const auto& h) {
        return kit::same_ignoring_case(h.first, "X-Road-Client");
    });
    auto parts = kit::split(client, '/');
    bool shaped =
        parts.size() == 4 && std::ranges::none_of(parts, [](const auto& p) { return p.empty(); });
    if (given != 1 || !shaped)
        return Refusal(400, "Client.XroadHeader", "Invalid X-Road-Client", "X-Road-Client");
    if (std::ranges::find(w.options.clients, client) == w.options.clients.end())
        return Refusal(500, "Server.ServerProxy.AccessDenied", "Request is not allowed");
    return {};
}

/// The instant of a header of 10 or 13 digits; nullopt: another shape.
std::optional<core::Instant> instant_of(std::string_view text) {
    std::int64_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end != text.data() + text.size() || n < 0) return {};
    if (text.size() == 10) n *= 1'000;
    if (text.size() != 10 && text.size() != 13) return {};
    return core::Instant(core::Duration(n));
}

std::optional<Refusal> check_time(World& w, const kit::Call& call, core::Instant now) {
    kit::Occasion o;
    o.now = now;
    auto text = call.header("Timestamp");
    auto at = instant_of(text);
    if (!at) return Refusal(401, "Client.Timestamp", "Timestamp không đúng dạng", "Timestamp");
    if (const auto* f = w.faults.strikes("timestamp_strict", o)) {
        auto wanted = f->param("unit", "ms") == "s" ? 10U : 13U;
        if (text.size() != wanted)
            return Refusal(401, "Client.Timestamp", "Timestamp sai đơn vị", "Timestamp");
    }
    if (const auto* f = w.faults.on("clock_skew"))
        now += core::Duration(f->number("s", 600) * 1'000);
    auto off = *at > now ? *at - now : now - *at;
    if (off > w.options.timestamp_window)
        return Refusal(401, "Client.Timestamp", "Timestamp lệch quá 5 phút", "Timestamp");
    return {};
}

/// H = lower-case hex SHA-256 of url + user + timestamp + secret.
bool hash_good(const World& w, const kit::Call& call) {
    auto given = call.header("Authorization");
    if (!given.starts_with("Basic ")) return false;
    auto pair = kit::from_base64(given.substr(6));
    if (!pair) return false;
    auto target = call.path + (call.query.empty() ? "" : "?" + call.query);
    auto host = std::string(call.header("Host"));
    auto urls = w.options.service_urls;
    for (const char* scheme : {"http://", "https://"}) {
        urls.push_back(scheme + host + call.path);
        if (!call.query.empty()) urls.push_back(scheme + host + target);
    }
    auto tail = w.options.user + std::string(call.header("Timestamp")) + w.options.secret;
    return std::ranges::any_of(urls, [&](const std::string& url) {
        return kit::same_secret(*pair, w.options.user + ":" + kit::sha256_hex(url + tail));
    });
}

bool access_token_good(const World& w, const kit::Call& call) {
    if (!w.options.lgsp_access_token_required) return true;
    auto decoded = kit::from_base64(call.header("lgspaccesstoken"));
    kit::JsonDocument doc;
    if (!decoded || !kit::parse_json(doc, *decoded) || !doc.IsObject() || doc.MemberCount() != 5)
        return false;
    static constexpr std::string_view names[] = {
        "AccessKey", "SecretKey", "AppName", "PartnerCode", "PartnerCodeCus"};
    std::size_t i = 0;
    for (const auto& m : doc.GetObject())
        if (kit::text_of(&m.name) != names[i++] || kit::text_of(&m.value).empty()) return false;
    return true;
}

std::optional<Refusal> check_key(
    const World& w, const kit::Call& call, const Officer& officer, bool forced
) {
    auto pair = kit::from_base64(call.header("AuthHash"));
    bool known = !officer.key_name.empty() && pair &&
                 kit::same_secret(*pair, officer.key_name + ":" + officer.key_pass);
    if (forced || (!known && !w.options.any_officer))
        return Refusal(403, "Client.AuthHash", "Khóa của cán bộ không đúng", "AuthHash");
    return {};
}

/// F-95: too many questions of one officer, and the province is cut off.
std::optional<Refusal> check_cutoff(World& w, const Query& q, const kit::Occasion& o) {
    const auto* f = w.faults.on("cutoff_after");
    if (!f) w.cut_off = false;
    if (f && !w.cut_off) {
        auto asked = w.audit.asked_within(
            q.field("MaCanBo"), core::Duration(f->number("s", 600) * 1'000), o.now
        );
        if (static_cast<std::int64_t>(asked) >= f->number("n", 30))
            w.cut_off = w.faults.strikes("cutoff_after", o) != nullptr;
    }
    if (!w.cut_off) return {};
    return Refusal(403, "Client.CutOff", "Kết nối bị tạm dừng do khai thác dữ liệu hàng loạt");
}

}  // namespace

std::vector<Officer> invented_officers() {
    std::vector<Officer> out{
        {"020090000009", "H37.14", "canbo.mau", "0100000009"},
        {"CB0001", "H56.14", "canbo.mot", "0100000011"},
        {"CB0002", "H56.14", "canbo.hai", "0100000012"},
        {"CB0008", "H56.14", "canbo.khongso", "0100000018"},
        {"CB0009", "H56.14", "canbo.nghi", "0100000019"}};
    const char* numbers[] = {"020090000009", "038090000011", "038190000012", "", "038090000019"};
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].citizen_number = numbers[i];
        out[i].key_name = "CANBO0" + std::to_string(i + 1);
        out[i].key_pass = "SYNTHPASS";
    }
    out[4].licensed = false;
    return out;
}

std::optional<Refusal> admit_exchange(
    World& w, const kit::Call& call, const Spot& spot, core::Instant now
) {
    if (auto no = check_route(w, call, spot)) return no;
    if (auto no = check_form(w, call, spot, "text/xml")) return no;
    if (!kit::same_secret(call.header("ApiKey"), w.options.api_key))
        return Refusal(401, "Client.ApiKey", "ApiKey không hợp lệ", "ApiKey");
    if (auto no = check_time(w, call, now)) return no;
    if (!hash_good(w, call))
        return Refusal(
            401, "Client.Authorization", "Tài khoản kết nối không hợp lệ", "Authorization"
        );
    return {};
}

std::optional<Refusal> admit_platform(World& w, const kit::Call& call, core::Instant now) {
    auto spot = locate(call);
    if (auto no = check_form(
            w, call, spot, spot.form == Form::soap ? "application/xml" : "application/json"
        ))
        return no;
    auto given = call.header("Authorization");
    std::string token(given.starts_with("Bearer ") ? given.substr(7) : std::string_view());
    kit::Occasion o;
    o.now = now;
    if (w.tokens.count(token) > 0 && w.faults.strikes("token_revoked", o)) w.tokens.erase(token);
    auto it = w.tokens.find(token);
    if (it == w.tokens.end() || it->second <= now)
        return Refusal(401, "Client.Token", "Token không hợp lệ hoặc đã hết hạn");
    if (!access_token_good(w, call))
        return Refusal(401, "Client.Token", "lgspaccesstoken không hợp lệ");
    return {};
}

std::optional<Refusal> check_officer(
    World& w, const kit::Call& call, const Spot& spot, const Query& q, core::Instant now
) {
    auto o = w.occasion(q, now);
    if (auto no = check_cutoff(w, q, o)) return no;
    auto it = w.officers.find(q.field("MaCanBo"));
    bool known = it != w.officers.end();
    bool licensed = known && it->second.licensed && !it->second.citizen_number.empty();
    if (w.faults.strikes("officer_denied", o) || (!licensed && (known || !w.options.any_officer)))
        return Refusal(403, "Client.Officer", "Cán bộ chưa được cấp quyền khai thác", "MaCanBo");
    Officer officer = known ? it->second : Officer();
    bool forced = w.faults.strikes("wrong_authhash", o) != nullptr;
    if (spot.door == Door::platform || forced)
        if (auto no = check_key(w, call, officer, forced)) return no;
    if (spot.door == Door::exchange && known && w.options.officers_must_agree)
        for (auto [field, value] :
             {std::pair("MaDonVi", &officer.unit),
              {"TaiKhoan", &officer.account},
              {"SoDienThoai", &officer.phone}})
            if (q.field(field) != *value)
                return Refusal(403, "Client.Officer", "Thông tin cán bộ không khớp đăng ký", field);
    const auto& licensed_codes = w.options.procedures;
    if (!licensed_codes.empty() &&
        std::ranges::find(licensed_codes, q.field("MaDVC")) == licensed_codes.end())
        return Refusal(403, "Client.Procedure", "Thủ tục chưa được cấp quyền khai thác", "MaDVC");
    return {};
}

kit::Answer give_token(World& w, const kit::Call& call, core::Instant now) {
    auto expected = "Basic " + kit::base64(w.options.lgsp_client + ":" + w.options.lgsp_secret);
    if (!kit::same_secret(call.header("Authorization"), expected) || !access_token_good(w, call))
        return kit::json_answer(401, R"({"error":"invalid_client"})");
    kit::Call form;
    form.query = call.body;
    if (form.parameter("grant_type") != "client_credentials")
        return kit::json_answer(400, R"({"error":"unsupported_grant_type"})");
    std::erase_if(w.tokens, [now](const auto& t) { return t.second <= now; });
    auto token = kit::sha256_hex("token" + std::to_string(w.words.next())).substr(0, 40);
    w.tokens[token] = now + w.options.lgsp_token_ttl;
    kit::JsonWriter out;
    out.object().field("access_token", token).field("token_type", "Bearer");
    out.field("expires_in", w.options.lgsp_token_ttl.count() / 1'000);
    return kit::json_answer(200, out.end_object().take());
}

}  // namespace sim::population
