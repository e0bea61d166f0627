// Paths, log-in, tokens, routing code.
#include "simulators/national_portal/doors.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"

namespace sim::national_portal {
namespace {

using kit::Json;
using kit::JsonWriter;

Spot mapi(std::string_view rest, Door door) {
    Spot s;
    s.door = door;
    if (rest.ends_with("/mapi/login"))
        s.place = Place::login;
    else if (rest.ends_with("/mapi/g"))
        s.place = Place::service;
    else
        s.place = door == Door::adapter ? Place::unknown_adapter : Place::none;
    return s;
}

Spot at_platform(std::string service, std::string updating = {}, bool list = false) {
    Spot s;
    s.place = Place::platform_service;
    s.door = Door::lgsp;
    s.service = std::move(service);
    s.updating = std::move(updating);
    s.takes_list = list;
    return s;
}

std::string first_code(const Json& args) {
    for (const char* name : {"mahoso", "cauhoiid", "mstorcmnd", "maTTHC"})
        if (auto code = kit::text_at(args, name); !code.empty())
            return std::string(name) == "mahoso" ? code : std::string();
    const Json* data = kit::member(args, "data");
    if (data && data->IsArray() && !data->Empty()) data = &(*data)[0];
    return data ? kit::text_at(*data, "MaHoSo") : std::string();
}

void set(kit::JsonDocument& doc, const char* name, const std::string& value) {
    auto& allocator = doc.GetAllocator();
    kit::Json v(value.c_str(), static_cast<rapidjson::SizeType>(value.size()), allocator);
    if (doc.HasMember(name))
        doc[name] = v;
    else
        doc.AddMember(kit::Json(name, allocator), v, allocator);
}

/// The platform's body becomes the member `data` of the portal's own form.
void wrap_body(Inquiry& q, kit::JsonDocument& body, bool takes_list) {
    auto& allocator = q.args.GetAllocator();
    if (takes_list && !body.IsArray()) {
        q.readable = false;
        return;
    }
    if (body.IsObject() && kit::member(body, "data")) {
        for (auto& m : body.GetObject())
            q.args.AddMember(
                kit::Json(m.name, allocator), kit::Json(m.value, allocator), allocator
            );
        return;
    }
    bool arguments = body.IsObject() && !is_writing(q.service);
    if (arguments) {
        for (auto& m : body.GetObject())
            q.args.AddMember(
                kit::Json(m.name, allocator), kit::Json(m.value, allocator), allocator
            );
    } else {
        q.args.AddMember("data", kit::Json(body, allocator), allocator);
    }
}

Inquiry inquire_platform(const kit::Call& call, const Spot& spot) {
    Inquiry q;
    q.door = Door::lgsp;
    q.service = spot.service;
    q.args.SetObject();
    auto bearer = call.header("Authorization");
    if (bearer.starts_with("Bearer ")) q.session = std::string(bearer.substr(7));
    q.agency = call.parameter("MaDinhDanhDV");
    if (call.method == "POST") {
        kit::JsonDocument body;
        q.readable = kit::parse_json(body, call.body);
        if (q.readable) wrap_body(q, body, spot.takes_list);
    }
    for (const char* name : {"maTTHC", "idQDCB", "mstorcmnd", "mahoso", "cauhoiid"})
        if (auto value = call.parameter(name); !value.empty()) set(q.args, name, value);
    auto updating = spot.updating.empty() ? call.parameter("isUpdating") : spot.updating;
    if (!updating.empty()) set(q.args, "isUpdating", updating);
    q.dossier = first_code(q.args);
    return q;
}

}  // namespace

Spot locate(const std::string& path, const Options& o) {
    static constexpr std::string_view adapters[] = {
        "/XrdAdapter/RestService/forward", "/VXPAdapter/RestService/forward"};
    for (auto adapter : adapters)
        if (path.starts_with(adapter))
            return mapi(std::string_view(path).substr(adapter.size()), Door::adapter);
    if (path == "/token" || path == "/lgsp/token") {
        Spot s;
        s.place = Place::token;
        s.door = Door::lgsp;
        return s;
    }
    if (path == o.lgsp_create) return at_platform("DongBoHoSoMC", "False", true);
    if (path == o.lgsp_update) return at_platform("DongBoHoSoMC", "True", true);
    if (path == o.lgsp_progress) return at_platform("CapNhatTienDoHoSoMC", "", true);
    std::string_view rest = path;
    if (rest.starts_with("/lgsp/")) rest.remove_prefix(5);
    if (rest == "/SynsTTHCC/DongBoHoSoMC") return at_platform("DongBoHoSoMC", "", true);
    static constexpr std::string_view door = "/KetNoiMotCuaQuocGia/";
    if (rest.starts_with(door)) {
        std::string service(rest.substr(door.size()));
        bool list = service == "DongBoHoSoMC" || service == "CapNhatTienDoHoSoMC";
        return at_platform(service, "", list);
    }
    return mapi(path, Door::plain);
}

Inquiry inquire(const kit::Call& call, const Spot& spot) {
    if (spot.door == Door::lgsp) return inquire_platform(call, spot);
    Inquiry q;
    q.door = spot.door;
    q.agency_due = true;
    q.readable = kit::parse_json(q.args, call.body) && q.args.IsObject();
    if (!q.readable) {
        q.args.SetObject();
        q.service = "?";
        return q;
    }
    q.service = kit::text_at(q.args, "service");
    q.session = kit::text_at(q.args, "session");
    q.agency = kit::text_at(q.args, "madonvi");
    q.dossier = first_code(q.args);
    return q;
}

std::optional<kit::Answer> check_routing(const kit::Call& call, Door door, const Options& rules) {
    if (door != Door::adapter || rules.routing_code == RoutingCode::none) return {};
    bool header = call.header("dstcode") == rules.dstcode,
         query = call.parameter("dstcode") == rules.dstcode;
    bool wrong = (!call.header("dstcode").empty() && !header) ||
                 (!call.parameter("dstcode").empty() && !query);
    bool good = rules.routing_code == RoutingCode::header  ? header
                : rules.routing_code == RoutingCode::query ? query
                : rules.routing_code == RoutingCode::both  ? header && query
                                                           : header || query;
    if (good && !wrong) return {};
    return kit::html_answer(
        404, "<html><body><h1>Adapter</h1><p>Không tìm thấy dịch vụ: dstcode</p></body></html>"
    );
}

kit::Answer log_in(World& w, const kit::Call& call, Door door, core::Instant now, Reply& r) {
    kit::JsonDocument doc;
    Inquiry q;
    q.door = door;
    q.service = "login";
    bool known = kit::parse_json(doc, call.body) &&
                 kit::same_secret(kit::text_at(doc, "username"), w.options.username) &&
                 kit::same_secret(kit::text_at(doc, "password"), w.options.password);
    if (!known) {
        r = Reply(Verdict::refused, w.options.refusal_code, w.sentence(Say::login, Blank()));
        r.result.clear();
        return wrap(w, q, r, now);
    }
    kit::Occasion o;
    o.service = q.service;
    o.now = now;
    std::uint64_t calls = 0;
    if (const auto* f = w.faults.on("session_expire_after"); f && f->number("calls", 0) > 0)
        if (const auto* hit = w.faults.strikes("session_expire_after", o))
            calls = static_cast<std::uint64_t>(hit->number("calls", 0));
    auto session = w.sessions.open(now, w.options.session_ttl, w.rules().single_session, calls);
    r = Reply(Verdict::ok, w.options.ok_code, "Đăng nhập thành công");
    r.effect = "session";
    JsonWriter out;
    out.object().key("error_code").raw("0");
    if (w.options.login_in_result)
        out.key("result").object().end_object();
    else
        out.field("message", r.message);
    return kit::json_answer(200, out.field("session", session).end_object().take());
}

namespace {

bool platform_key_good(const World& w, const kit::Call& call) {
    if (!w.options.lgsp_access_token_required) return true;
    auto decoded = kit::from_base64(call.header("lgspaccesstoken"));
    kit::JsonDocument doc;
    if (!decoded || !kit::parse_json(doc, *decoded) || !doc.IsObject()) return false;
    for (const char* name : {"AccessKey", "SecretKey", "AppName", "PartnerCode", "PartnerCodeCus"})
        if (kit::text_at(doc, name).empty()) return false;
    return true;
}

kit::Answer unauthorized(const char* why) {
    return kit::json_answer(
        401,
        JsonWriter().object().field("error_code", "401").field("message", why).end_object().take()
    );
}

}  // namespace

kit::Answer give_token(World& w, const kit::Call& call, core::Instant now, Reply& r) {
    r = Reply(Verdict::refused, w.options.refusal_code, "token");
    if (call.method != "POST") return kit::json_answer(405, R"({"error":"invalid_request"})");
    auto expected = "Basic " + kit::base64(w.options.lgsp_client + ":" + w.options.lgsp_secret);
    if (!kit::same_secret(call.header("Authorization"), expected) || !platform_key_good(w, call))
        return kit::json_answer(401, R"({"error":"invalid_client"})");
    kit::Call form;
    form.query = call.body;
    if (form.parameter("grant_type") != "client_credentials")
        return kit::json_answer(400, R"({"error":"unsupported_grant_type"})");
    r.verdict = Verdict::ok;
    r.effect = "session";
    auto token = w.tokens.open(now, w.options.lgsp_token_ttl, w.rules().single_session, 0);
    JsonWriter out;
    out.object().field("access_token", token).field("token_type", "Bearer");
    if (w.options.lgsp_says_expires_in)
        out.field("expires_in", w.options.lgsp_token_ttl.count() / 1'000);
    return kit::json_answer(200, out.end_object().take());
}

std::optional<kit::Answer> check_token(
    World& w, const kit::Call& call, const Inquiry& q, core::Instant now
) {
    if (!platform_key_good(w, call)) return unauthorized("lgspaccesstoken không hợp lệ");
    kit::Occasion o;
    o.service = q.service;
    o.dossier = q.dossier;
    o.now = now;
    if (!q.session.empty() && w.faults.strikes("token_revoked", o)) w.tokens.end(q.session);
    if (!w.tokens.use(q.session, now)) return unauthorized("Token không hợp lệ hoặc đã hết hạn");
    return {};
}

}  // namespace sim::national_portal
