// Zalo's notification service: everything is HTTP 200 with an error number, when it is honest.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/phone/world.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sim::phone {
namespace {

using kit::JsonWriter;

struct Failure {
    int code;
    const char* text;
};

std::string message_for(int code) {
    static const std::map<int, const char*> texts{
        {-100, "Xảy ra lỗi không xác định, vui lòng thử lại sau"},
        {-101, "Ứng dụng gửi ZNS không hợp lệ"},
        {-106, "Phương thức không được hỗ trợ"},
        {-108, "Số điện thoại không hợp lệ"},
        {-109, "ID mẫu ZNS không hợp lệ"},
        {-111, "Mẫu ZNS không có dữ liệu"},
        {-112, "Nội dung mẫu ZNS không hợp lệ"},
        {-1121, "Dữ liệu tham số vượt quá giới hạn ký tự"},
        {-1122, "Dữ liệu mẫu ZNS thiếu tham số"},
        {-1124, "Dữ liệu tham số không đúng định dạng"},
        {-114, "Người dùng không nhận được ZNS"},
        {-115, "Tài khoản ZNS không đủ số dư"},
        {-117, "OA hoặc ứng dụng chưa được cấp quyền sử dụng mẫu ZNS này"},
        {-118, "Tài khoản Zalo không tồn tại hoặc đã bị vô hiệu hoá"},
        {-119, "Tài khoản không thể nhận ZNS"},
        {-124, "Mã truy cập không hợp lệ"},
        {-131, "Mẫu ZNS chưa được phê duyệt"},
        {-133, "Mẫu ZNS này không được phép gửi vào ban đêm"},
        {-144, "OA đã vượt giới hạn gửi ZNS trong ngày"},
        {-147, "Mẫu ZNS đã vượt giới hạn gửi trong ngày"}};
    auto it = texts.find(code);
    return it == texts.end() ? "Lỗi " + std::to_string(code) : it->second;
}

kit::Answer failed(int code) {
    JsonWriter out;
    out.object().field("error", code).field("message", message_for(code)).end_object();
    return kit::json_answer(200, out.take());
}

kit::Answer good(const std::string& data) {
    JsonWriter out;
    out.object().field("error", 0).field("message", "Success").key("data").raw(data).end_object();
    return kit::json_answer(200, out.take());
}

const ZnsTemplate* template_named(const World& w, const std::string& id) {
    auto it = std::ranges::find(w.options.templates, id, &ZnsTemplate::id);
    return it == w.options.templates.end() ? nullptr : &*it;
}

bool night(const World& w, core::Instant now) {
    int hour = 0;
    auto text = kit::compact_time(now).substr(8, 2);
    std::from_chars(text.data(), text.data() + text.size(), hour);
    int from = w.options.night_from, to = w.options.night_to;
    return from > to ? hour >= from || hour < to : hour >= from && hour < to;
}

std::string day_of(core::Instant now) {
    return kit::compact_time(now).substr(0, 8);
}

int wrong_value(const ZnsParam& p, const kit::Json* v) {
    bool missing = !v || v->IsNull() || (v->IsString() && v->GetStringLength() == 0);
    if (missing) return p.required ? -1122 : 0;
    if (!v->IsString() && !v->IsNumber()) return -112;
    auto text = kit::text_of(v);
    if (kit::code_points(text) > p.length_max) return -1121;
    if (p.type == "NUMBER" &&
        !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
        return -1124;
    if (p.type == "DATE" && (text.size() < 10 || text[2] != '/' || text[5] != '/')) return -1124;
    return 0;
}

int wrong_data(const ZnsTemplate& t, const kit::Json& body) {
    const auto* data = kit::member(body, "template_data");
    if (!data) return -111;
    if (!data->IsObject()) return -112;
    if (data->ObjectEmpty() && !t.params.empty()) return -111;
    for (const auto& p : t.params)
        if (int wrong = wrong_value(p, kit::member(*data, p.name))) return wrong;
    return 0;
}

/// Codes that a switch orders, before anything is looked at.
int told_to_fail(World& w, const kit::Occasion& o) {
    static const std::pair<const char*, int> switches[] = {
        {"error", -100},
        {"not_follower", -118},
        {"no_balance", -115},
        {"quiet_hours", -133},
        {"quota_zero", -144}};
    for (const auto& [name, code] : switches)
        if (const auto* f = w.zalo.strikes(name, o))
            return static_cast<int>(f->number("code", code));
    return 0;
}

int refusal(World& w, const kit::Json& body, const Phone& phone, core::Instant now) {
    if (!phone_well_formed(phone.number)) return -108;
    const auto* t = template_named(w, kit::text_at(body, "template_id"));
    if (!t) return -109;
    if (t->status == "PENDING_REVIEW") return -131;
    if (t->status != "ENABLED") return -117;
    if (int wrong = wrong_data(*t, body)) return wrong;
    if (!t->at_night && night(w, now)) return -133;
    if (!phone.exists || !phone.on_zalo) return -118;
    if (phone.refuses_zns) return -114;
    if (w.used[day_of(now)] >= w.options.daily_quota) return -144;
    if (t->per_day > 0 && w.used[day_of(now) + t->id] >= t->per_day) return -147;
    return 0;
}

std::string quota_json(World& w, core::Instant now) {
    auto left = std::max<std::int64_t>(0, w.options.daily_quota - w.used[day_of(now)]);
    JsonWriter out;
    out.object().field("dailyQuota", std::to_string(w.options.daily_quota));
    out.field("remainingQuota", std::to_string(left)).end_object();
    return out.take();
}

kit::Answer send(World& w, const kit::Json& body, const kit::Occasion& o, Trace& trace) {
    auto no = [&](int code) {
        trace.effect = "refused";
        trace.after = std::to_string(code);
        return failed(code);
    };
    if (int code = told_to_fail(w, o)) return no(code);
    auto& phone = w.phone(trace.phone);
    if (int code = refusal(w, body, phone, o.now)) return no(code);
    const auto* t = template_named(w, kit::text_at(body, "template_id"));
    Message m;
    m.channel = Channel::zns;
    m.sender = w.options.oa_name;
    m.template_id = t->id;
    m.template_name = t->name;
    m.params = kit::texts_of(*kit::member(body, "template_data"));
    m.text = rendered(t->text, m.params);
    m.tracking_id = kit::text_at(body, "tracking_id");
    m.msg_id = "zns" + kit::sha256_hex(std::to_string(w.random.next())).substr(0, 20);
    ++w.used[day_of(o.now)];
    ++w.used[day_of(o.now) + t->id];
    bool lost = w.zalo.strikes("lost", o) != nullptr;
    bool early = w.zalo.strikes("event_before_answer", o) != nullptr;
    auto& held = w.accept(std::move(m), trace.phone, lost, o.now);
    w.zns_ids[held.msg_id] = {trace.phone, held.id};
    trace.effect = lost ? "queued_and_lost" : held.same_before > 0 ? "same_text_again" : "queued";
    trace.after = "message " + std::to_string(held.id);
    JsonWriter out;
    out.object().field("msg_id", held.msg_id);
    out.field("sent_time", std::to_string(core::to_ms(o.now)));
    out.key("quota").raw(quota_json(w, o.now)).end_object();
    auto a = good(out.take());
    if (early && !lost) {
        w.press(trace.phone, held.id, "delivered", "", o.now);
        a.delay += core::Duration(2'000);
    }
    return a;
}

kit::Answer status_of(World& w, const std::string& msg_id) {
    auto it = w.zns_ids.find(msg_id);
    const auto* found =
        it == w.zns_ids.end() ? nullptr : w.find(it->second.first, it->second.second);
    bool there = found && found->delivered;
    JsonWriter out;
    out.object().field("status", !found ? -1 : there ? 1 : 0);
    out.field("message", !found ? "Không tồn tại" : there ? "Đã nhận" : "Chưa nhận");
    if (there) out.field("delivery_time", std::to_string(core::to_ms(*found->delivered)));
    return good(out.end_object().take());
}

kit::Answer info_of(const World& w, const std::string& id) {
    const auto* t = template_named(w, id);
    if (!t) return failed(-109);
    JsonWriter out;
    out.object().field("templateId", t->id).field("templateName", t->name);
    out.field("status", t->status).field("reason", "").key("listParams").array();
    for (const auto& p : t->params) {
        out.object().field("name", p.name).field("require", p.required).field("type", p.type);
        out.field("maxLength", p.length_max).field("minLength", p.required ? 1 : 0);
        out.field("acceptNull", !p.required).end_object();
    }
    out.end_array().key("listButtons").array().end_array().field("templateQuality", "HIGH");
    return good(out.field("templateTag", "TRANSACTION").end_object().take());
}

kit::Answer refresh(World& w, const kit::Call& call, const kit::Occasion& o, Trace& trace) {
    trace.effect = "refused";
    auto no = [](int code, const char* name) {
        JsonWriter out;
        out.object().field("error_name", name).field("error_reason", name);
        return kit::json_answer(200, out.field("error", code).end_object().take());
    };
    kit::Call form;
    form.query = call.body;
    if (!kit::same_secret(call.header("secret_key"), w.options.app_secret) ||
        form.parameter("app_id") != w.options.app_id)
        return no(-14004, "Invalid app secret");
    if (form.parameter("grant_type") != "refresh_token") return no(-14005, "Invalid grant type");
    if (w.zalo.strikes("refresh_used", o)) return no(-14014, "Invalid refresh token");
    auto pair = w.tokens.refresh(form.parameter("refresh_token"), o.now);
    if (!pair) return no(-14014, "Invalid refresh token");
    trace.effect = "refreshed";
    JsonWriter out;
    out.object().field("access_token", pair->access).field("refresh_token", pair->refresh);
    out.field("expires_in", std::to_string(w.options.access_ttl.count() / 1'000)).end_object();
    auto a = kit::json_answer(200, out.take());
    // F-193: the pair is spent, and nobody learns the new one.
    if (w.zalo.strikes("refresh_lost", o)) a.fate = kit::Fate::reset;
    return a;
}

kit::Answer run(
    World& w, const kit::Call& call, const kit::Json& body, const kit::Occasion& o, Trace& trace
) {
    if (trace.service == "refresh") return refresh(w, call, o, trace);
    std::string token(call.header("access_token"));
    if (!token.empty() && w.zalo.strikes("token_expired", o)) w.tokens.end_access(token);
    if (!w.tokens.access_good(token, o.now)) {
        trace.effect = "refused";
        return failed(-124);
    }
    if (trace.service == "send") return send(w, body, o, trace);
    if (trace.service == "status") return status_of(w, call.parameter("message_id"));
    if (trace.service == "quota") return good(quota_json(w, o.now));
    return info_of(w, call.parameter("template_id"));
}

/// F-192: the platform breaks down, before or after the message went out.
std::optional<kit::Answer> ambiguous(
    World& w, const kit::Call& call, const kit::Json& body, const kit::Occasion& o, Trace& trace
) {
    const auto* five = w.zalo.strikes("ambiguous_5xx", o);
    const auto* none = five ? nullptr : w.zalo.strikes("no_error", o);
    const auto* f = five ? five : none;
    if (!f) return {};
    auto drawn = w.random.below(2) == 0 ? "true" : "false";
    if (f->param("processed", drawn) == "true") run(w, call, body, o, trace);
    trace.fault = five ? "ambiguous_5xx" : "no_error";
    if (none) return kit::json_answer(200, R"({"message":"Success","data":{}})");
    return kit::text_answer(static_cast<int>(f->number("status", 500)), "Internal Server Error\n");
}

}  // namespace

std::string zns_service_of(const std::string& path) {
    static const std::pair<const char*, const char*> ends[] = {
        {"/message/template", "send"},
        {"/message/status", "status"},
        {"/message/quota", "quota"},
        {"/template/info/v2", "template_info"},
        {"/oa/access_token", "refresh"}};
    for (const auto& [end, service] : ends)
        if (path.ends_with(end)) return service;
    return {};
}

kit::Answer zns_service(World& w, const kit::Call& call, core::Instant now, Trace& trace) {
    w.tokens.begin(now);
    bool posts = trace.service == "send" || trace.service == "refresh";
    if (call.method != (posts ? "POST" : "GET")) return failed(-106);
    kit::JsonDocument body;
    body.SetObject();
    if (trace.service == "send" && (!kit::parse_json(body, call.body) || !body.IsObject()))
        return failed(-112);
    trace.phone = kit::text_at(body, "phone");
    ++w.calls[trace.service];
    auto o = w.occasion(trace.service, trace.phone, kit::text_at(body, "template_id"), now);
    auto lie = w.zalo_transport.instead(o);
    if (!lie)
        if (auto broken = ambiguous(w, call, body, o, trace)) return *broken;
    kit::Answer a;
    if (!lie || lie->processed) a = run(w, call, body, o, trace);
    if (lie) a = lie->answer;
    auto struck = lie ? lie->fault : w.zalo_transport.about(o, a);
    trace.fault = struck;
    return a;
}

}  // namespace sim::phone
