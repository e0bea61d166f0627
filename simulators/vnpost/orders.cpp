// Orders: created, repeated, cancelled, priced; each service says what the post would say.
#include "simulators/kit/json_writer.hpp"
#include "simulators/vnpost/order_fields.hpp"
#include "simulators/vnpost/s10.hpp"
#include "simulators/vnpost/services.hpp"

#include <charconv>

namespace sim::vnpost {
namespace {

using kit::JsonDocument;

long long whole(const OrderForm& form, const char* name) {
    auto it = form.values.find(name);
    return it != form.values.end() && it->second->IsInt64() ? it->second->GetInt64() : -1;
}

/// F-25, F-177: once for each order, unless a count says otherwise.
bool rejects_once(World& w, const kit::Fault& f, const std::string& order) {
    return f.count > 0 || w.rejected_once.insert(std::to_string(f.id) + " " + order).second;
}

std::optional<Reply> spoken_instead(World& w, const kit::Occasion& o, bool with_waybill) {
    if (const auto* f = w.switches.strikes("reject_once", o); f && rejects_once(w, *f, o.dossier))
        return Reply(
            f->param("status", "102"), f->param("text", "Thông tin đơn hàng không hợp lệ")
        );
    if (const auto* f = w.switches.strikes("fail", o))
        return Reply(f->param("status", "199"), f->param("text", "Không tạo được đơn hàng"));
    if (const auto* f = w.switches.strikes("overload", o))
        return Reply("107", f->param("text", "Hệ thống đang quá tải, vui lòng thử lại sau"));
    if (with_waybill && w.switches.strikes("waybill_used", o))
        return Reply("104", "Mã vận đơn đã được sử dụng");
    if (w.switches.strikes("area_unknown", o)) return Reply("103", "Mã địa bàn không tồn tại");
    if (w.switches.strikes("commune_missing", o))
        return Reply("103", "Thiếu thông tin xã/phường của địa chỉ nhận");
    return {};
}

AreaSet areas_now(World& w) {
    if (w.switches.setting("old_address_only", false) ||
        w.switches.setting("require_district", false))
        return AreaSet::old_only;
    if (w.switches.setting("new_address_only", false) ||
        w.switches.setting("refuse_district", false))
        return AreaSet::new_only;
    return w.options.areas;
}

std::string wrong_area(World& w, const OrderForm& form) {
    auto set = areas_now(w);
    for (std::string side : {"Sender", "Receiver"}) {
        auto province = whole(form, (side + "Province").c_str());
        auto district = whole(form, (side + "District").c_str());
        if (!area_known(w.options, set, province, district))
            return "Mã địa bàn không tồn tại: " + side + " " + std::to_string(province) + "/" +
                   std::to_string(district);
    }
    return {};
}

/// PO-13, PO-16: form, check digit, and no number twice within its rest.
std::string wrong_waybill(
    World& w, const std::string& item, const std::string& key, core::Instant now
) {
    if (item.size() != 13) return "Mã vận đơn phải có 13 ký tự";
    if (s10_shaped(item) && !s10_valid(item)) return "Mã vận đơn sai số kiểm tra";
    auto used = w.waybills.find(item);
    if (used != w.waybills.end() && used->second.first != key &&
        now - used->second.second < w.options.waybill_rest)
        return "Mã vận đơn đã được sử dụng";
    return {};
}

Reply repeated(Parcel& p, const OrderForm& form, Reply r) {
    bool same = form.texts == p.fields;
    ++(same ? p.repeats : p.other_content);
    r.status = "101";
    r.message = "Order existed";
    r.effect = same ? "repeat" : "other_content";
    r.before = r.after = std::to_string(p.code());
    return r;
}

/// Everything that can be wrong, in the order in which the post looks.
std::optional<Reply> refusal(
    World& w,
    const OrderForm& form,
    const std::string& customer,
    const std::string& key,
    bool with_waybill,
    core::Instant now
) {
    auto item = form.text("ItemCode");
    if (w.options.refuse_format)
        if (auto wrong = wrong_field(form, with_waybill); !wrong.empty())
            return Reply("102", wrong);
    if (form.text("CustomerCode") != customer)
        return Reply("106", "CustomerCode không đúng với tài khoản");
    if (w.options.refuse_area)
        if (auto wrong = wrong_area(w, form); !wrong.empty()) return Reply("103", wrong);
    if (item.empty()) return {};
    if (!with_waybill && w.options.refuse_item_code)
        return Reply("105", "Dịch vụ này không nhận ItemCode");
    if (auto wrong = wrong_waybill(w, item, key, now); !wrong.empty())
        return Reply(wrong.ends_with("sử dụng") ? "104" : "105", wrong);
    return {};
}

void create(World& w, Parcel& p, const OrderForm& form, const std::string& key, core::Instant now) {
    p.order = form.text("OrderNumber");
    p.customer = form.text("CustomerCode");
    p.fields = form.texts;
    p.created = now;
    ++p.creates;
    p.waybill = form.text("ItemCode");
    p.own_waybill = !p.waybill.empty();
    if (!p.own_waybill) p.waybill = w.fresh_waybill();
    w.waybills[p.waybill] = {key, now};
    p.cod = std::max(0LL, whole(form, "CODAmount"));
    w.begin(p, now);
}

}  // namespace

Reply post_order(
    World& w,
    const kit::Call& call,
    const std::string& customer,
    bool with_waybill,
    core::Instant now
) {
    JsonDocument doc;
    if (!kit::parse_json(doc, call.body) || !doc.IsObject()) {
        Reply r("102", "Dữ liệu không phải JSON");
        r.http = 400;
        return r;
    }
    auto form = order_form(doc);
    auto number = form.text("OrderNumber");
    auto key = w.key(customer, number);
    auto o = w.occasion(with_waybill ? "waybill_order" : "order", number, now);
    Reply r;
    auto known = w.parcels.find(key);
    if (known != w.parcels.end() && w.switches.strikes("forget", o)) {
        // The post no longer knows it; what it did before stays counted.
        w.stop(known->second);
        known->second.fields.clear();
    }
    if (auto said = spoken_instead(w, o, with_waybill))
        r = *said;
    else if (known != w.parcels.end() && !known->second.fields.empty())
        r = repeated(known->second, form, r);
    else if (auto no = refusal(w, form, customer, key, with_waybill, now))
        r = *no;
    else {
        create(w, w.parcels[key], form, key, now);
        r.effect = "create";
        r.after = std::to_string(w.parcels[key].code());
        // F-175: created, and yet "exists", because a former answer was lost.
        if (w.switches.strikes("already", o)) {
            r.status = "101";
            r.message = "Order existed";
        }
    }
    r.order = number;
    return r;
}

Reply cancel_order(
    World& w, const kit::Call& call, const std::string& customer, core::Instant now
) {
    auto number = call.parameter("OrderNumber");
    auto o = w.occasion("cancel", number, now);
    auto known = w.parcels.find(w.key(customer, number));
    Reply r;
    r.order = number;
    if (call.parameter("CustomerCode") != customer) {
        r.status = "106";
        r.message = "CustomerCode không đúng với tài khoản";
    } else if (known == w.parcels.end()) {
        r.status = "108";
        r.message = "Không tìm thấy đơn hàng";
    } else {
        auto& p = known->second;
        r.before = std::to_string(p.code());
        int code = p.code();
        if (code == cancelled || p.cancels > 0) {
            r.effect = "repeat";
            r.message = "Đơn hàng đã hủy";
        } else if (code != new_order && code != waiting) {
            ++p.refused_cancels;
            r.status = "109";
            r.message = "Bưu gửi đã được thu gom, không thể hủy";
        } else {
            ++p.cancels;
            r.effect = "cancel";
            if (!w.switches.strikes("cancel_but_picked_up", o)) cancel(w, p, now);
        }
        r.after = std::to_string(p.code());
    }
    return r;
}

void cancel(World& w, Parcel& p, core::Instant now) {
    w.stop(p);
    if (w.options.cancel_event) {
        w.happen(p, cancelled, now, "Hủy theo yêu cầu", false);
        return;
    }
    // Assumed: a cancelled order makes no further events; what happened is still on record here.
    Happened what;
    what.code = cancelled;
    what.at = now;
    what.note = "Hủy theo yêu cầu";
    p.history.push_back(what);
}

Reply price_of(World& w, const kit::Call& call, core::Instant now) {
    JsonDocument doc;
    Reply r;
    if (!kit::parse_json(doc, call.body) || !doc.IsObject()) {
        r = Reply("102", "Dữ liệu không phải JSON");
        r.http = 400;
        return r;
    }
    const auto* weight = kit::member(doc, "weight");
    if (!weight || !weight->IsInt64() || weight->GetInt64() <= 0)
        return Reply("102", "Sai kiểu dữ liệu: weight phải là số nguyên dương");
    if (kit::text_at(doc, "mainSrv") != "HCC") return Reply("102", "mainSrv không được hỗ trợ");
    auto set = areas_now(w);
    for (const char* side : {"sender", "receiver"}) {
        const auto* place = kit::member(doc, side);
        if (!place || !place->IsObject()) return Reply("102", std::string("Thiếu ") + side);
        auto number = [&](const char* name) {
            auto text = kit::text_at(*place, name);
            long long n = text.empty() ? 0 : -1;
            std::from_chars(text.data(), text.data() + text.size(), n);
            return n;
        };
        if (w.options.refuse_area &&
            !area_known(w.options, set, number("provCode"), number("distCode")))
            return Reply("103", std::string("Mã địa bàn không tồn tại: ") + side);
    }
    auto more = (weight->GetInt64() + 499) / 500 - 1;
    auto price = w.options.price_base + more * w.options.price_per_500g +
                 (kit::text_at(doc, "isreturn") == "1" ? w.options.price_return : 0);
    auto shown = std::to_string(price);
    if (const auto* f = w.switches.strikes("price_wrong", w.occasion("price", "", now))) {
        auto form = f->param("form", "zero");
        shown = form == "negative" ? "-1" : form == "text" ? "\"liên hệ\"" : "0";
    }
    r.more = R"("content":{"price":)" + shown + "}";
    return r;
}

}  // namespace sim::vnpost
