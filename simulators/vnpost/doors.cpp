// Paths, tokens, envelopes.
#include "simulators/vnpost/doors.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"

namespace sim::vnpost {
namespace {

using kit::JsonWriter;

const std::map<std::string_view, Service> known_paths{
    {"token", Service::token},
    {"gettoken", Service::token},
    {"apigettoken", Service::token},
    {"vnpost_orderpost", Service::order},
    {"apipostorder", Service::order},
    {"orderpost", Service::order},
    {"postorder", Service::order},
    {"vnpost_orderpost_itemcode", Service::waybill_order},
    {"vnpost_orderpostitemcode", Service::waybill_order},
    {"apipostorderitemcode", Service::waybill_order},
    {"orderpostitemcode", Service::waybill_order},
    {"vnpost_ordercancel", Service::cancel},
    {"apicancelorder", Service::cancel},
    {"ordercancel", Service::cancel},
    {"cancelorder", Service::cancel},
    {"vnpost_ordertracking", Service::tracking},
    {"apigetordertracking", Service::tracking},
    {"ordertracking", Service::tracking},
    {"getordertracking", Service::tracking},
    {"vnpost_pricehcc", Service::price},
    {"vnpost_getprice", Service::price},
    {"vnpost_getpostagevas", Service::price},
    {"vnpost_getinfomationpost", Service::information},
    {"vnpost_document", Service::document},
    {"postdocument", Service::document}};

kit::Answer unauthorized(const char* why, int status = 401) {
    return kit::json_answer(
        status,
        JsonWriter().object().field("Status", "401").field("Message", why).end_object().take()
    );
}

/// The five members that a bus of style B wants in its own header.
bool bus_key_good(const World& w, const kit::Call& call) {
    if (!w.options.lgsp_access_token_required) return true;
    auto decoded = kit::from_base64(call.header("lgspaccesstoken"));
    kit::JsonDocument doc;
    if (!decoded || !kit::parse_json(doc, *decoded) || !doc.IsObject()) return false;
    for (const char* name : {"AccessKey", "SecretKey", "AppName", "PartnerCode", "PartnerCodeCus"})
        if (kit::text_at(doc, name).empty()) return false;
    return true;
}

std::string token_of(const Options& o, const kit::Call& call) {
    std::string_view bearer = call.header("Authorization");
    bool there = bearer.starts_with("Bearer ");
    if (o.token_header != TokenHeader::access_token && there) return std::string(bearer.substr(7));
    if (o.token_header != TokenHeader::authorization)
        return std::string(call.header("access_token"));
    return {};
}

std::string plain(const Reply& r) {
    if (!r.body.empty()) return r.body;
    JsonWriter out;
    out.object().field("Status", r.status).field("Message", r.message).end_object();
    auto text = out.take();
    if (!r.more.empty()) text.insert(text.size() - 1, "," + r.more);
    return text;
}

}  // namespace

Service locate(const std::string& path, const Options& o) {
    auto last = path.substr(path.rfind('/') + 1);
    if (auto it = o.more_paths.find(last); it != o.more_paths.end())
        for (int s = 1; s <= static_cast<int>(Service::document); ++s)
            if (name_of(static_cast<Service>(s)) == it->second) return static_cast<Service>(s);
    auto it = known_paths.find(kit::lower_ascii(last));
    return it == known_paths.end() ? Service::none : it->second;
}

const char* method_of(Service s) {
    bool reads = s == Service::cancel || s == Service::tracking || s == Service::information;
    return reads ? "GET" : "POST";
}

kit::Answer give_token(World& w, const kit::Call& call, core::Instant now, Reply& r) {
    r.status = "401";
    const Customer* who = nullptr;
    for (const auto& c : w.options.customers)
        if (kit::same_secret(
                call.header("Authorization"), "Basic " + kit::base64(c.key + ":" + c.secret)
            ))
            who = &c;
    if (!who || !bus_key_good(w, call))
        return kit::json_answer(401, R"({"error":"invalid_client"})");
    kit::Call form;
    form.query = call.body.empty() ? call.query : call.body;
    if (form.parameter("grant_type") != "client_credentials")
        return kit::json_answer(400, R"({"error":"unsupported_grant_type"})");
    r.status = "100";
    r.effect = "token";
    bool alone = w.switches.setting("single_token", w.options.single_token);
    auto token = w.tokens.open(who->code, now, w.options.token_ttl, alone);
    JsonWriter out;
    out.object().field("access_token", token).field("token_type", "Bearer");
    if (w.options.says_expires_in) out.field("expires_in", w.options.token_ttl.count() / 1'000);
    return kit::json_answer(200, out.end_object().take());
}

std::string check_token(
    World& w, const kit::Call& call, Service service, core::Instant now, kit::Answer& no
) {
    if (!bus_key_good(w, call)) {
        no = unauthorized("lgspaccesstoken không hợp lệ");
        return {};
    }
    auto token = token_of(w.options, call);
    auto o = w.occasion(name_of(service), call.parameter("OrderNumber"), now);
    int status = 401;
    for (const char* name : {"token_revoked", "token_expired"}) {
        const auto* f = token.empty() ? nullptr : w.switches.strikes(name, o);
        if (!f) continue;
        w.tokens.end(token);
        status = static_cast<int>(f->number("status", 401));
    }
    auto customer = w.tokens.customer_of(token, now);
    if (customer.empty()) no = unauthorized("Token không hợp lệ hoặc đã hết hạn", status);
    return customer;
}

kit::Answer wrap(const World& w, const Reply& r) {
    auto inner = plain(r);
    JsonWriter out;
    switch (w.options.wrapping) {
        case Wrapping::direct:
            return kit::json_answer(r.http, std::move(inner));
        case Wrapping::twice:
            out.object().field("error_code", "0").field("message", inner).end_object();
            break;
        case Wrapping::nested:
            out.object().field("code", 200).field("status", "SUCCESSFUL");
            out.field("correlationId", "00000000-0000-4000-8000-000000000000");
            out.key("response").object().field("error_code", "0").field("message", "");
            out.key("data").raw(inner).end_object().end_object();
            break;
        case Wrapping::data:
            out.object().field("code", "200").field("message", "").key("data").raw(inner);
            out.end_object();
            break;
    }
    return kit::json_answer(r.http, out.take());
}

}  // namespace sim::vnpost
