// For tests: a customer of the played post that has a token, builds orders and walks the feed.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/vnpost/post.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace sim::vnpost {

using Changes = std::map<std::string, std::string>;

/// The order of section 3.1 of the domain description with members changed (values are JSON); ""
/// takes one away.
inline std::string an_order(const Changes& changes = {}) {
    std::map<std::string, std::string> all{
        {"CustomerCode", "\"KH0000001\""},
        {"OrderNumber", "\"H56.14-260105-0007\""},
        {"CODAmount", "0"},
        {"SenderProvince", "44"},
        {"SenderDistrict", "4400"},
        {"SenderAddress", "\"Số 1, đường Mẫu\""},
        {"SenderName", "\"Trung tâm Phục vụ hành chính công (mẫu)\""},
        {"SenderEmail", "\"motcua@motcua.test\""},
        {"SenderTel", "\"0100000009\""},
        {"SenderDesc",
         "\"Mã hồ sơ: H56.14-260105-0007||Tên thủ tục: Cấp bản sao||Tên dịch vụ: Trả hồ sơ tại "
         "nhà\""},
        {"Description", "\"Trả kết quả\""},
        {"ReceiverName", "\"TRẦN THỊ MẪU\""},
        {"ReceiverAddress", "\"Thôn Mẫu 1\""},
        {"ReceiverTel", "\"0100000001\""},
        {"ReceiverProvince", "44"},
        {"ReceiverDistrict", "4400"},
        {"ReceiverEmail", "\"\""}};
    for (const auto& [name, value] : changes) all[name] = value;
    std::string out = "{";
    for (const auto& [name, value] : all)
        if (!value.empty()) out += (out.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
    return out + "}";
}
inline std::string numbered(const std::string& number, Changes changes = {}) {
    changes["OrderNumber"] = "\"" + number + "\"";
    return an_order(changes);
}

struct Heard {
    Heard() = default;
    kit::Answer answer;
    std::string status, message;
};

/// One event as a client reads it.
struct Seen {
    Seen() = default;
    std::string oid, order, customer, time, waybill;
    int code = 0;
};
struct FeedPage {
    FeedPage() = default;
    int size = 0, pages = 0, returned = 0;
    std::vector<Seen> events;
};

class Customer1 {
public:
    /// Tokens live long unless a test is about them.
    explicit Customer1(
        Options options = {}, std::uint64_t seed = 1, core::Duration ttl = std::chrono::hours(9'999)
    )
        : post(with_ttl(std::move(options), ttl), seed),
          now(*kit::from_rfc3339("2026-01-05T16:10:00.000+07:00")) {}
    Post post;
    core::Instant now;
    std::string token;

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
        return post.handle(call, now);
    }
    kit::Answer get_token() {
        auto a =
            raw("POST",
                "/token",
                "grant_type=client_credentials",
                {{"Authorization", "Basic " + kit::base64("mau-customer-key:mau-customer-secret")}}
            );
        kit::JsonDocument doc;
        if (kit::parse_json(doc, a.body) && doc.IsObject())
            token = kit::text_at(doc, "access_token");
        return a;
    }
    Heard call(
        const std::string& method,
        const std::string& path,
        const std::string& body = {},
        const std::string& query = {}
    ) {
        if (token.empty()) get_token();
        Heard h;
        h.answer = raw(method, path, body, {{"Authorization", "Bearer " + token}}, query);
        kit::JsonDocument doc;
        if (kit::parse_json(doc, h.answer.body) && doc.IsObject()) {
            h.status = kit::text_at(doc, "Status");
            h.message = kit::text_at(doc, "Message");
        }
        return h;
    }
    Heard order(const std::string& body) { return call("POST", "/vnpost_orderpost", body); }
    Heard cancel(const std::string& number) {
        return call(
            "GET", "/vnpost_ordercancel", "", "CustomerCode=KH0000001&OrderNumber=" + number
        );
    }
    FeedPage feed(const std::string& last = "000000000000000000000000", int size = 200) {
        auto h = call(
            "GET",
            "/vnpost_ordertracking",
            "",
            "pagesize=" + std::to_string(size) + "&lastId=" + last
        );
        FeedPage page;
        kit::JsonDocument doc;
        if (!kit::parse_json(doc, h.answer.body) || !doc.IsObject()) return page;
        page.size = std::stoi("0" + kit::text_at(doc, "_size"));
        page.pages = std::stoi("0" + kit::text_at(doc, "_total_pages"));
        page.returned = std::stoi("0" + kit::text_at(doc, "_returned"));
        const auto* embedded = kit::member(doc, "_embedded");
        const auto* rows = embedded ? kit::member(*embedded, "rh:doc") : nullptr;
        if (!rows || !rows->IsArray()) return page;
        for (const auto& row : rows->GetArray()) {
            Seen e;
            const auto* id = kit::member(row, "_id");
            e.oid = id ? kit::text_at(*id, "$oid") : "";
            e.order = kit::text_at(row, "OrderNumber");
            e.customer = kit::text_at(row, "CustomerCode");
            e.time = kit::text_at(row, "EventTime");
            e.waybill = kit::text_at(row, "ItemCode");
            e.code = std::stoi("0" + kit::text_at(row, "StatusCode"));
            page.events.push_back(e);
        }
        return page;
    }
    std::vector<int> codes(const FeedPage& page) const {
        std::vector<int> out;
        for (const auto& e : page.events) out.push_back(e.code);
        return out;
    }
    void fault(
        const std::string& name,
        std::map<std::string, std::string> params = {},
        std::uint64_t count = 0
    ) {
        kit::Fault f("vnpost." + name);
        f.params = std::move(params);
        f.count = count;
        if (!post.faults().set(f)) throw std::logic_error("unknown switch " + name);
    }
    void wait(core::Duration by) { now += by; }
    const Parcel& parcel(const std::string& number = "H56.14-260105-0007") {
        post.advance(now);
        return post.parcels().at(number);
    }

private:
    static Options with_ttl(Options o, core::Duration ttl) {
        o.token_ttl = ttl;
        return o;
    }
};

}  // namespace sim::vnpost
