// Orders out, tracking in.
#include "connectors/vnpost/codec.hpp"

#include "connectors/kit/text.hpp"
#include "gateway/core/text.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gw::vnpost {

namespace {

using core::Document;

constexpr formats::JsonLimits snapshot_limits{8 << 20, 64, 20'000};
constexpr std::size_t id_length = 24;

Document office(const Options& o) {
    Document address = Document::object();
    address.set("province_code", Document::text(o.office_province));
    address.set("commune_code", Document::text(o.office_commune));
    address.set("detail", Document::text(o.office_address));
    Document contact = Document::object();
    contact.set("name", Document::text(o.office_name));
    contact.set("phone", Document::text(o.office_phone));
    if (!o.office_email.empty()) contact.set("email", Document::text(o.office_email));
    contact.set("address", std::move(address));
    return contact;
}

/// "Mã hồ sơ: …||Tên thủ tục: …||Thành phần hồ sơ 1: …||Tên dịch vụ: …" (postal.md 3.1). The
/// identity number is left out unless a province wants it on the parcel.
std::string description(const Options& o, const Document& delivery, const Document& dossier) {
    std::string out = "Mã hồ sơ: " + delivery.text_of("dossier_code");
    const Document* name = dossier.at("/procedure/name");
    if (name != nullptr) out += "||Tên thủ tục: " + name->as_text();
    int n = 0;
    if (const Document* items = delivery.find("items"))
        for (const Document& item : items->items())
            out += "||Thành phần hồ sơ " + std::to_string(++n) + ": " + item.as_text();
    const bool collects = delivery.text_of("direction") == "collect";
    out += "||Tên dịch vụ: ";
    out += collects ? "Thu gom hồ sơ tại nhà" : "Trả hồ sơ tại nhà";
    const Document* number = dossier.at("/owner/identities/0/number");
    if (o.desc_identity && number != nullptr) out += "||CMND: " + number->as_text();
    return out;
}

/// Four digits of the year first, else last.
std::optional<core::Instant> from_parts(const std::array<int, 6>& p) {
    char text[40];
    std::snprintf(
        text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d+07:00", p[0], p[1], p[2], p[3], p[4], p[5]
    );
    return core::parse_rfc3339(text);
}

std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return text.empty() ? std::nullopt : std::optional<int>(value);
}

std::string read_id(const Document& row) {
    const Document* id = row.find_ignoring_case("_id");
    std::string text = id == nullptr ? "" : id->is_object() ? id->text_of("$oid") : id->as_text();
    const bool hex =
        text.size() == id_length && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
    if (!hex) return {};
    for (char& c : text) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

std::string field(const Document& row, std::string_view name) {
    const Document* value = row.find_ignoring_case(name);
    return value == nullptr ? std::string() : value->as_text();
}

Page::Row read_row(const Document& row, const mapping::CodeList& states, core::Day day) {
    Page::Row out;
    out.id = read_id(row);
    out.customer = field(row, "CustomerCode");
    out.fact.kind = "delivery";
    out.fact.ref = core::first_bytes(field(row, "OrderNumber"), 100);
    Document& says = out.fact.says;
    says = Document::object();
    says.set("source", Document::text("feed"));
    const std::string code = field(row, "StatusCode");
    says.set("code", Document::text(core::first_bytes(code, 40)));
    const mapping::CodeRow* state = states.find(code, day);
    says.set("state", Document::text(state == nullptr ? "" : state->value));
    if (const auto at = read_event_time(field(row, "EventTime")))
        says.set("at", Document::text(core::to_rfc3339(*at)));
    if (const auto text = field(row, "StatusMessage"); !text.empty())
        says.set("text", Document::text(core::truncate_marked(text, 500)));
    if (const auto place = field(row, "POSID"); !place.empty())
        says.set("place", Document::text(core::truncate_marked(place, 100)));
    if (!out.id.empty()) says.set("source_id", Document::text(out.id));
    if (const auto waybill = field(row, "ItemCode"); !waybill.empty())
        says.set("waybill", Document::text(core::truncate_marked(waybill, 30)));
    return out;
}

ports::HttpRequest get(const Options& o, std::string_view path, const std::string& query) {
    ports::HttpRequest request;
    request.method = "GET";
    request.url = connector_kit::join_url(o.url, path) + "?" + query;
    request.headers.emplace_back("Accept", "application/json");
    request.connect_max = o.connect_max;
    return request;
}

ports::HttpRequest post(const Options& o, std::string_view path, std::string body) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = connector_kit::join_url(o.url, path);
    request.body = std::move(body);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.connect_max = o.connect_max;
    return request;
}

}  // namespace

core::Result<Document> delivery_of(const core::Claim& claim, const Options& options) {
    auto snapshot = formats::read_json(*claim.snapshot, snapshot_limits);
    const Document* delivery = snapshot ? snapshot->find("delivery") : nullptr;
    if (delivery == nullptr || !delivery->is_object())
        return core::give_up("vnpost.snapshot", "Sự kiện này không có thông tin chuyển phát.");
    Document out = *delivery;
    const bool collects = out.text_of("direction") == "collect";
    const std::string ours = collects ? "receiver" : "sender";
    if (out.find(ours) == nullptr) out.set(ours, office(options));
    const Document* dossier = snapshot->find("dossier");
    out.set(
        "description",
        Document::text(description(options, out, dossier ? *dossier : Document::object()))
    );
    out.set("summary", Document::text(collects ? "Thu gom hồ sơ" : "Trả kết quả"));
    return out;
}

namespace {

/// PO-7: the agreed number stands for those areas that the post does not have, and for no other.
core::Result<void> set_unmapped(
    const Options& options,
    const mapping::Library& library,
    const Document& delivery,
    core::Day day,
    Document& context
) {
    const std::pair<const char*, const char*> levels[] = {
        {"province", "province_code"}, {"district", "commune_code"}};
    for (const auto& [level, member] : levels) {
        const auto list = library.codes(std::string("vnpost.") + level);
        if (!list) return list.error();
        for (const std::string side : {"sender", "receiver"}) {
            const Document* code = delivery.at("/" + side + "/address/" + member);
            const bool known =
                code != nullptr && (*list)->find_value(code->as_text(), day) != nullptr;
            if (!known)
                context.set(
                    "unmapped_" + side + "_" + level, Document::text(options.unmapped_area)
                );
        }
    }
    return {};
}

}  // namespace

core::Result<std::string> encode_order(
    const Options& options, const mapping::Library& library, const core::Claim& claim, core::Day day
) {
    auto delivery = delivery_of(claim, options);
    if (!delivery) return delivery.error();
    const auto mapping = library.find("vnpost/OrderPost", day);
    if (!mapping) return mapping.error();
    Document context = Document::object();
    context.set("customer_code", Document::text(options.customer_code));
    if (!options.unmapped_area.empty())
        if (auto known = set_unmapped(options, library, *delivery, day, context); !known)
            return known.error();
    auto wire = mapping->encode(*delivery, context);
    if (!wire) return wire.error();
    return formats::write_json(*wire);
}

ports::HttpRequest order_request(const Options& o, std::string body) {
    const bool printed = body.find("\"ItemCode\"") != body.npos;
    return post(o, printed ? o.waybill_path : o.order_path, std::move(body));
}

ports::HttpRequest cancel_request(const Options& o, std::string_view order_number) {
    return get(
        o,
        o.cancel_path,
        "CustomerCode=" + connector_kit::percent_encode(o.customer_code) +
            "&OrderNumber=" + connector_kit::percent_encode(order_number)
    );
}

ports::HttpRequest tracking_request(const Options& o, std::string_view last_id) {
    return get(
        o,
        o.tracking_path,
        "pagesize=" + std::to_string(o.page_size) + "&lastId=" + std::string(last_id)
    );
}

ports::HttpRequest price_request(const Options& o, const Document& wire) {
    return post(o, o.price_path, formats::write_json(wire));
}

std::optional<core::Instant> read_event_time(std::string_view text) {
    if (text.size() < 19) return std::nullopt;
    const bool year_last = text[2] == '/';
    std::array<std::string_view, 6> parts{
        text.substr(0, 4),
        text.substr(5, 2),
        text.substr(8, 2),
        text.substr(11, 2),
        text.substr(14, 2),
        text.substr(17, 2)};
    if (year_last)
        parts = {
            text.substr(6, 4), text.substr(3, 2), text.substr(0, 2), parts[3], parts[4], parts[5]};
    std::array<int, 6> numbers{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto value = digits(parts[i]);
        if (!value) return std::nullopt;
        numbers[i] = *value;
    }
    return from_parts(numbers);
}

std::string id_of_second(core::Instant at) {
    char text[id_length + 1];
    const auto seconds = static_cast<unsigned long>(core::to_ms(at) / 1'000);
    std::snprintf(text, sizeof text, "%08lx%016d", seconds & 0xffffffffUL, 0);
    return text;
}

core::Result<Page> read_page(const Document& body, const mapping::CodeList& states, core::Day day) {
    const Document* embedded = body.find_ignoring_case("_embedded");
    const Document* rows = embedded == nullptr ? nullptr : embedded->find_ignoring_case("rh:doc");
    if (rows == nullptr || !rows->is_list())
        return core::give_up("vnpost.feed", "Trả lời hành trình không có danh sách sự kiện.");
    Page page;
    for (const Document& row : rows->items()) {
        if (!row.is_object()) continue;
        page.rows.push_back(read_row(row, states, day));
        page.highest = std::max(page.highest, page.rows.back().id);
    }
    return page;
}

}  // namespace gw::vnpost
