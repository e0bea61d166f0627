// The feed, told rightly or with its faults; documents and information.
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/vnpost/services.hpp"

#include <algorithm>
#include <charconv>

namespace sim::vnpost {
namespace {

using kit::JsonWriter;

std::string time_text(core::Instant at, std::string_view form) {
    if (form == "dmy") return kit::readable_time(at);
    auto text = kit::rfc3339(at).substr(0, 19);
    if (form != "iso") text[10] = ' ';
    return text;
}

void write(JsonWriter& out, const Event& e, std::string_view form) {
    auto message = message_of(e.code);
    out.object().key("_id").object().field("$oid", e.oid.text()).end_object();
    out.field("CustomerCode", e.parcel->customer).field("OrderNumber", e.parcel->order);
    out.field("EventTime", time_text(e.at, form)).field("POSID", *e.office);
    out.field("ItemCode", e.parcel->waybill);
    if (e.code_text)
        out.field("StatusCode", *e.code_text);
    else
        out.field("StatusCode", e.code);
    out.field("StatusMessage", message.empty() ? "Trạng thái khác" : message);
    out.field("Notes", *e.note).end_object();
}

std::size_t page_size(const World& w, const std::string& text) {
    std::size_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (text.empty() || error != std::errc() || n == 0) return w.options.page_default;
    return std::min(n, w.options.page_max);
}

/// F-172: where the feed begins instead of at the cursor.
std::size_t begin_of(
    World& w,
    const Feed& feed,
    const Oid& asked,
    const std::string& customer,
    const kit::Occasion& o
) {
    auto begin = feed.after(asked);
    auto before = std::exchange(w.last_asked[customer], asked);
    if (w.switches.strikes("feed_repeat", o)) return feed.after(before);
    if (const auto* f = w.switches.strikes("feed_back", o)) {
        auto back = static_cast<std::size_t>(std::max<std::int64_t>(f->number("events", 10), 0));
        return begin > back ? begin - back : 0;
    }
    return begin;
}

Reply refused(int http, const char* status, const char* text) {
    Reply r(status, text);
    r.http = http;
    return r;
}

/// The events of this answer, with the faults that change which and in what order.
std::vector<const Event*> events_of(
    World& w, const Feed& feed, std::size_t begin, std::size_t size, const kit::Occasion& o
) {
    std::vector<const Event*> out;
    for (auto i = begin; i < feed.all().size() && out.size() < size; ++i)
        out.push_back(&feed.all()[i]);
    // A gap: one in the middle is left out of this answer; only who goes back will see it.
    if (out.size() > 2 && w.switches.strikes("feed_gap", o))
        out.erase(out.begin() + static_cast<std::ptrdiff_t>(out.size() / 2));
    return out;
}

}  // namespace

Reply tracking(World& w, const kit::Call& call, const std::string& customer, core::Instant now) {
    auto o = w.occasion("tracking", "", now);
    auto last = call.parameter("lastId");
    auto asked = last.empty() ? std::optional(Oid()) : Oid::read(last);
    if (!asked) return refused(400, "102", "lastId không hợp lệ");
    const auto& feed = w.feeds[customer];
    auto size = page_size(w, call.parameter("pagesize"));
    auto begin = begin_of(w, feed, *asked, customer, o);
    if (const auto* f = w.switches.strikes("lastid_unknown", o); f && asked->counter > 0) {
        auto mode = f->param("mode", "empty");
        if (mode == "error") return refused(404, "108", "Không tìm thấy lastId");
        begin = mode == "start" ? 0 : feed.all().size();
    }
    auto events = events_of(w, feed, begin, size, o);
    auto all = feed.all().size() - begin;
    auto pages = static_cast<std::int64_t>((all + size - 1) / size);
    if (const auto* f = w.switches.strikes("total_pages_wrong", o)) pages = f->number("value", 0);
    const auto* form = w.switches.strikes("event_time_form", o);
    auto time_form = form ? form->param("form", "iso") : std::string();
    JsonWriter out;
    out.object().field("_size", all).field("_total_pages", pages).field("_returned", events.size());
    out.key("_embedded").object().key("rh:doc").array();
    for (const auto* e : events) write(out, *e, time_form);
    out.end_array().end_object().end_object();
    Reply r;
    r.body = out.take();
    r.effect = "read";
    r.before = asked->text();
    r.after = events.empty() ? r.before : events.back()->oid.text();
    return r;
}

Reply register_document(
    World& w, const kit::Call& call, const std::string& customer, core::Instant now
) {
    kit::JsonDocument doc;
    if (!kit::parse_json(doc, call.body) || !doc.IsObject())
        return refused(400, "102", "Dữ liệu không phải JSON");
    const auto* inner = kit::member(doc, "PostDocument");
    const kit::Json& body = inner && inner->IsObject() ? *inner : doc;
    Reply r;
    r.order = kit::text_at(body, "OrderNumber");
    auto o = w.occasion("document", r.order, now);
    if (const auto* f = w.switches.strikes("fail", o)) {
        r.status = f->param("status", "199");
        r.message = f->param("text", "Không đăng ký được hồ sơ");
        return r;
    }
    auto no = [&](const char* status, std::string text) {
        r.status = status;
        r.message = std::move(text);
        return r;
    };
    if (kit::text_at(body, "CustomerCode") != customer)
        return no("106", "CustomerCode không đúng với tài khoản");
    if (r.order.empty()) return no("102", "Thiếu thông tin bắt buộc: OrderNumber");
    const auto* procedure = kit::member(body, "Procedure");
    if (!procedure || kit::text_at(*procedure, "Code").empty() ||
        kit::text_at(*procedure, "Title").empty())
        return no("102", "Thiếu thông tin bắt buộc: Procedure");
    auto state = kit::text_at(body, "State");
    if (!state.empty() && (state.size() != 1 || state[0] < '0' || state[0] > '4'))
        return no("102", "Giá trị không hợp lệ: State");
    auto& held = w.documents[w.key(customer, r.order)];
    auto raw = kit::json_text(body);
    if (raw == held.raw) {
        ++held.repeats;
        r.effect = "repeat";
        return r;
    }
    ++(held.creates == 0 ? held.creates : held.updates);
    r.effect = held.updates > 0 ? "update" : "create";
    held.order = r.order;
    held.customer = customer;
    held.procedure_code = kit::text_at(*procedure, "Code");
    held.procedure_title = kit::text_at(*procedure, "Title");
    held.elements = kit::split(kit::text_at(*procedure, "Elements"), '\n');
    std::erase(held.elements, std::string());
    held.state = state.empty() ? 1 : state[0] - '0';
    held.raw = std::move(raw);
    return r;
}

Reply information(World& w, const kit::Call& call, const std::string& customer) {
    Reply r;
    r.order = call.parameter("OrderNumber");
    auto known = w.parcels.find(w.key(customer, r.order));
    auto document = w.documents.find(w.key(customer, r.order));
    if (known == w.parcels.end() && document == w.documents.end()) {
        r.status = "108";
        r.message = "Không tìm thấy đơn hàng";
        return r;
    }
    JsonWriter out;
    out.object().field("OrderNumber", r.order).field("CustomerCode", customer);
    if (known != w.parcels.end()) {
        const auto& p = known->second;
        out.field("ItemCode", p.waybill).field("CODAmount", p.cod);
        out.field("CreatedTime", time_text(p.created, ""));
    }
    if (document != w.documents.end()) out.field("DocumentState", document->second.state);
    r.more = "\"content\":" + out.end_object().take();
    r.effect = "read";
    return r;
}

Reply serve(
    World& w, Service service, const kit::Call& call, const std::string& customer, core::Instant now
) {
    switch (service) {
        case Service::order:
            return post_order(w, call, customer, false, now);
        case Service::waybill_order:
            return post_order(w, call, customer, true, now);
        case Service::cancel:
            return cancel_order(w, call, customer, now);
        case Service::tracking:
            return tracking(w, call, customer, now);
        case Service::price:
            return price_of(w, call, now);
        case Service::information:
            return information(w, call, customer);
        case Service::document:
            return register_document(w, call, customer, now);
        case Service::token:
        case Service::none:
            break;
    }
    return refused(404, "108", "");
}

}  // namespace sim::vnpost
