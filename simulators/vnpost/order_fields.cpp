// The table of fields, and checks over it.
#include "simulators/vnpost/order_fields.hpp"

#include "simulators/kit/text.hpp"

#include <algorithm>

namespace sim::vnpost {
namespace {

enum class Kind { text, whole, money };
struct Field {
    const char* name;
    Kind kind;
    bool required;
    std::size_t longest;
};
constexpr Field fields[] = {
    {"CustomerCode", Kind::text, true, 30},
    {"OrderNumber", Kind::text, true, 50},
    {"CODAmount", Kind::money, true, 12},
    {"SenderProvince", Kind::whole, true, 0},
    {"SenderDistrict", Kind::whole, true, 0},
    {"SenderAddress", Kind::text, true, 500},
    {"SenderName", Kind::text, true, 250},
    {"SenderEmail", Kind::text, false, 100},
    {"SenderTel", Kind::text, true, 20},
    {"SenderDesc", Kind::text, false, 4'000},
    {"Description", Kind::text, false, 1'000},
    {"ReceiverName", Kind::text, true, 250},
    {"ReceiverAddress", Kind::text, true, 500},
    {"ReceiverTel", Kind::text, true, 20},
    {"ReceiverProvince", Kind::whole, true, 0},
    {"ReceiverDistrict", Kind::whole, true, 0},
    {"ReceiverEmail", Kind::text, false, 100}};

std::string check(const Field& f, const kit::Json* v) {
    bool missing = !v || v->IsNull() || (v->IsString() && v->GetStringLength() == 0);
    std::string name = f.name;
    if (missing) return f.required ? "Thiếu thông tin bắt buộc: " + name : std::string();
    if (f.kind == Kind::text) {
        if (!v->IsString()) return "Sai kiểu dữ liệu: " + name + " phải là chuỗi";
        if (kit::code_points(kit::text_of(v)) > f.longest) return "Quá độ dài cho phép: " + name;
        return {};
    }
    if (!v->IsInt64()) return "Sai kiểu dữ liệu: " + name + " phải là số nguyên";
    if (v->GetInt64() < 0) return "Giá trị không hợp lệ: " + name;
    return {};
}

void take(OrderForm& form, const std::string& name, const kit::Json& v) {
    form.values[name] = &v;
    if (v.IsString() || v.IsNumber()) form.texts[name] = kit::text_of(&v);
}

}  // namespace

OrderForm order_form(const kit::Json& body) {
    OrderForm form;
    for (const auto& m : body.GetObject()) {
        std::string name(m.name.GetString(), m.name.GetStringLength());
        bool party = name == "Sender" || name == "Receiver";
        if (!party || !m.value.IsObject()) {
            take(form, name, m.value);
            continue;
        }
        for (const auto& inner : m.value.GetObject())
            take(form, name + inner.name.GetString(), inner.value);
    }
    return form;
}

std::string wrong_field(const OrderForm& form, bool with_waybill) {
    auto value = [&](const char* name) -> const kit::Json* {
        auto it = form.values.find(name);
        return it == form.values.end() ? nullptr : it->second;
    };
    for (const auto& f : fields)
        if (auto wrong = check(f, value(f.name)); !wrong.empty()) return wrong;
    if (!with_waybill) return {};
    if (auto wrong = check({"ItemCode", Kind::text, true, 13}, value("ItemCode")); !wrong.empty())
        return wrong;
    return check({"FlagConfig", Kind::whole, true, 0}, value("FlagConfig"));
}

bool area_known(const Options& o, AreaSet set, long long province, long long district) {
    bool listed = !o.area_list.empty();
    auto row = o.area_list.find(static_cast<int>(province));
    bool province_known = listed ? row != o.area_list.end() : province >= 10 && province <= 99;
    if (!province_known) return false;
    if (district == 0) return set == AreaSet::new_only || o.placeholder_district;
    if (set == AreaSet::new_only) return false;
    if (!listed) return district / 100 == province;
    return std::ranges::find(row->second, district) != row->second.end();
}

}  // namespace sim::vnpost
