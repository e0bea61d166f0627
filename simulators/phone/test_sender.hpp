// For tests: a sender of SMS and ZNS to the played providers.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/phone/phones.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sim::phone {

using Parts = std::vector<std::pair<std::string, std::string>>;

/// The ten elements of wsCpMt in their order, some of them changed.
inline Parts sms_parts(const Parts& changes = {}) {
    Parts parts{
        {"User", "mau-user"},
        {"Password", "mau-password"},
        {"CPCode", "MAU"},
        {"RequestID", "1"},
        {"UserID", "84100000001"},
        {"ReceiverID", "84100000001"},
        {"ServiceID", "MOTCUA-MAU"},
        {"CommandCode", "bulksms"},
        {"Content", "Ho so H56.14-260105-0007 da co ket qua. Moi nhan tai Quay 5."},
        {"ContentType", "0"}};
    for (const auto& [name, value] : changes)
        for (auto& part : parts)
            if (part.first == name) part.second = value;
    return parts;
}
inline std::string soap_of(const std::string& operation, const Parts& parts) {
    std::string out =
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
        "xmlns:impl=\"http://impl.bulkSms.ws/\"><soapenv:Header/><soapenv:Body><impl:" +
        operation + ">";
    for (const auto& [name, value] : parts)
        out += "<" + name + ">" + kit::html_escape(value) + "</" + name + ">";
    return out + "</impl:" + operation + "></soapenv:Body></soapenv:Envelope>";
}

struct SmsHeard {
    SmsHeard() = default;
    kit::Answer answer;
    std::string result, message;
    bool fault = false;
};
struct ZnsHeard {
    ZnsHeard() = default;
    kit::Answer answer;
    bool readable = false;
    std::string error, msg_id, remaining;
};

class Sender1 {
public:
    explicit Sender1(Options options = {}, std::uint64_t seed = 1)
        : phones(std::move(options), seed),
          now(*kit::from_rfc3339("2026-01-05T16:00:00.000+07:00")) {}
    Phones phones;
    core::Instant now;
    std::string token = "mau-access-0";

    kit::Answer raw(
        const std::string& method,
        const std::string& path,
        const std::string& body = {},
        std::vector<std::pair<std::string, std::string>> headers = {},
        const std::string& query = {}
    ) {
        kit::Call call;
        call.method = method;
        call.path = path;
        call.body = body;
        call.query = query;
        call.headers = std::move(headers);
        return phones.handle(call, now);
    }
    SmsHeard soap(const std::string& body) {
        SmsHeard h;
        h.answer = raw("POST", "/bulkapi", body, {{"Content-Type", "text/xml; charset=utf-8"}});
        h.result = between(h.answer.body, "<result>", "</result>");
        h.message = between(h.answer.body, "<message>", "</message>");
        h.fault = h.answer.body.find("<S:Fault>") != std::string::npos;
        return h;
    }
    SmsHeard sms(const Parts& changes = {}) { return soap(soap_of("wsCpMt", sms_parts(changes))); }
    static std::string zns_body(
        const std::string& phone = "84100000001", const std::string& tracking = "ntf_1"
    ) {
        return R"({"phone":")" + phone + R"(","template_id":"100008","template_data":)" +
               R"({"ma_ho_so":"H56.14-260105-0007","noi_tra":"Quầy 5","gio_lam_viec":"8 giờ"},)" +
               R"("tracking_id":")" + tracking + "\"}";
    }
    ZnsHeard zns(const std::string& body) {
        ZnsHeard h;
        h.answer = raw("POST", "/message/template", body, {{"access_token", token}});
        kit::JsonDocument doc;
        h.readable = kit::parse_json(doc, h.answer.body) && doc.IsObject();
        if (!h.readable) return h;
        h.error = kit::text_at(doc, "error");
        const auto* data = kit::member(doc, "data");
        if (!data) return h;
        h.msg_id = kit::text_at(*data, "msg_id");
        if (const auto* quota = kit::member(*data, "quota"))
            h.remaining = kit::text_at(*quota, "remainingQuota");
        return h;
    }
    kit::JsonDocument refresh(const std::string& refresh_token) {
        auto a =
            raw("POST",
                "/v4/oa/access_token",
                "app_id=123456789&grant_type=refresh_token&refresh_token=" + refresh_token,
                {{"secret_key", "mau-app-secret"}});
        last_fate = a.fate;
        kit::JsonDocument doc;
        if (!kit::parse_json(doc, a.body)) throw std::logic_error("token answer is no JSON");
        return doc;
    }
    kit::Fate last_fate = kit::Fate::answer;

    void fault(
        const std::string& name,
        std::map<std::string, std::string> params = {},
        std::uint64_t count = 0
    ) {
        kit::Fault f(name);
        f.params = std::move(params);
        f.count = count;
        if (!phones.faults().set(f)) throw std::logic_error("unknown switch " + name);
    }
    const Phone& phone(const std::string& number = "84100000001") {
        return phones.phones().at(number);
    }
    static std::string between(
        const std::string& text, const std::string& from, const std::string& to
    ) {
        auto a = text.find(from);
        if (a == std::string::npos) return {};
        a += from.size();
        return text.substr(a, text.find(to, a) - a);
    }
    static std::string header(const OutCall& call, std::string_view name) {
        for (const auto& [key, value] : call.headers)
            if (key == name) return value;
        return {};
    }
};

}  // namespace sim::phone
