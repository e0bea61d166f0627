// A SOAP request: envelope, X-Road header, operation, elements in their order.
#include "simulators/kit/text.hpp"
#include "simulators/population/query.hpp"
#include "simulators/population/soap.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

namespace sim::population {
namespace {

constexpr std::array order_2021{
    "MaYeuCau",
    "MaDVC",
    "MaTichHop",
    "MaCanBo",
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "NgayThangNamSinh"};
constexpr std::array order_2025{
    "MaYeuCau",
    "MaDVC",
    "MaTichHop",
    "MaCanBo",
    "MaDonVi",
    "TaiKhoan",
    "SoDienThoai",
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "NgayThangNamSinh"};

std::vector<std::string_view> order_of(Profile profile) {
    if (profile == Profile::c06_2021) return {order_2021.begin(), order_2021.end()};
    return {order_2025.begin(), order_2025.end()};
}

Refusal client(const char* code, const std::string& text, std::string field = {}) {
    return Refusal(500, code, text, std::move(field));
}

std::string identifier_of(pugi::xml_node node) {
    std::string out;
    for (const char* part : {"xRoadInstance", "memberClass", "memberCode", "subsystemCode"})
        for (auto child = first_element(node); child; child = next_element(child))
            if (is_element(child, xroad_identifiers, part))
                out += (out.empty() ? "" : "/") + text_in(child);
    return out;
}

pugi::xml_node in_header(pugi::xml_node header, std::string_view name) {
    for (auto child = first_element(header); child; child = next_element(child))
        if (is_element(child, xroad_namespace, name)) return child;
    return {};
}

std::string printed(pugi::xml_node node) {
    std::ostringstream out;
    node.print(out, "", pugi::format_raw | pugi::format_no_declaration);
    return out.str();
}

/// The declarations that the block needs where it is repeated.
std::string block_of(pugi::xml_node header) {
    pugi::xml_document copy;
    std::string out;
    for (auto child = first_element(header); child; child = next_element(child)) {
        auto one = copy.append_copy(child);
        for (auto at = header; at; at = at.parent())
            for (auto a : at.attributes())
                if (std::string_view(a.name()).starts_with("xmlns") && !one.attribute(a.name()))
                    one.append_copy(a);
        out += printed(one);
    }
    return out;
}

/// transports §3: who calls, whom, under which id.
std::optional<Refusal> check_xroad(pugi::xml_node header, const Reading& rules, Query& q) {
    auto client_node = in_header(header, "client");
    auto service = in_header(header, "service");
    if (!client_node && !service && !rules.want_xroad_header) return {};
    for (const char* due : {"client", "service", "id", "protocolVersion"})
        if (!in_header(header, due))
            return client("Client.XroadHeader", std::string("Thiếu phần tử ") + due, due);
    if (text_in(in_header(header, "protocolVersion")) != "4.0")
        return client("Client.XroadHeader", "protocolVersion phải là 4.0", "protocolVersion");
    if (text_in(in_header(header, "id")).empty())
        return client("Client.XroadHeader", "id không được để trống", "id");
    if (identifier_of(service) != rules.xroad_service)
        return client("Server.ServerProxy.UnknownService", "Unknown service", "service");
    q.fields["X-Road-Client"] = identifier_of(client_node);
    q.fields["X-Road-Id"] = text_in(in_header(header, "id"));
    q.soap_header = block_of(header);
    return {};
}

std::optional<Refusal> read_birth(pugi::xml_node node, std::string_view outer, Query& q) {
    for (auto child = first_element(node); child; child = next_element(child)) {
        std::string name(local_name(child));
        if (name != "NgayThangNam" && name != "Nam")
            return client("Client.Element", "Phần tử lạ trong NgayThangNamSinh", name);
        if (namespace_of(child) != outer)
            return client("Client.Namespace", "Sai không gian tên", name);
        if (first_element(child)) return client("Client.Element", "Phần tử lạ trong " + name, name);
        if (q.has(name)) return client("Client.Element", name + " xuất hiện hai lần", name);
        q.fields[name] = text_in(child);
    }
    return {};
}

std::optional<Refusal> read_elements(pugi::xml_node operation, const Reading& rules, Query& q) {
    auto order = order_of(rules.profile);
    std::size_t last = 0;
    std::optional<std::string_view> outer;
    for (auto child = first_element(operation); child; child = next_element(child)) {
        std::string name(local_name(child));
        auto at = std::ranges::find(order, name);
        if (at == order.end()) return client("Client.Element", "Phần tử lạ: " + name, name);
        // Whether children carry the namespace is not documented: both are taken, a mixture is not.
        auto space = namespace_of(child);
        if (space != request_namespace && !space.empty())
            return client("Client.Namespace", "Sai không gian tên", name);
        if (outer && *outer != space)
            return client("Client.Namespace", "Không gian tên không thống nhất", name);
        outer = space;
        auto place = static_cast<std::size_t>(at - order.begin()) + 1;
        bool again =
            name == "NgayThangNamSinh" ? q.has("NgayThangNam") || q.has("Nam") : q.has(name);
        if (again) return client("Client.Element", name + " xuất hiện hai lần", name);
        if (rules.enforce_order && place < last)
            return client("Client.Order", name + ": sai thứ tự", name);
        last = std::max(last, place);
        if (name == "NgayThangNamSinh") {
            if (auto no = read_birth(child, space, q)) return no;
            continue;
        }
        if (first_element(child)) return client("Client.Element", "Phần tử lạ trong " + name, name);
        q.fields[name] = text_in(child);
    }
    return {};
}

}  // namespace

std::optional<Refusal> read_soap(std::string_view body, const Reading& rules, Query& q) {
    q.form = Form::soap;
    q.profile = rules.profile;
    pugi::xml_document doc;
    if (auto wrong = parse_xml(doc, body); !wrong.empty()) return client("Client.Xml", wrong);
    auto root = first_element(doc);
    if (local_name(root) == "Envelope" && namespace_of(root) != soap_namespace)
        return Refusal(500, "VersionMismatch", "Chỉ nhận SOAP 1.1");
    if (!is_element(root, soap_namespace, "Envelope") || next_element(root))
        return client("Client.Xml", "Không phải phong bì SOAP 1.1");
    auto part = first_element(root);
    pugi::xml_node header;
    if (is_element(part, soap_namespace, "Header")) {
        header = part;
        part = next_element(part);
    }
    if (!is_element(part, soap_namespace, "Body") || next_element(part))
        return client("Client.Xml", "Thiếu phần Body");
    auto operation = first_element(part);
    if (!operation || next_element(operation))
        return client("Client.Xml", "Body phải có đúng một yêu cầu");
    q.name = local_name(operation);
    if (namespace_of(operation) != request_namespace)
        return client("Client.Namespace", "Sai không gian tên của yêu cầu", q.name);
    q.operation = operation_named(q.name);
    if (!q.operation) return client("Client.Operation", "Không có dịch vụ này", q.name);
    if (auto no = check_xroad(header, rules, q)) return no;
    // Lists and the asynchronous set have contents of their own, which nobody reads here.
    if (q.operation->gives == Gives::list || q.operation->gives == Gives::asynchronous) {
        for (auto child = first_element(operation); child; child = next_element(child))
            if (local_name(child) == "MaCanBo" || local_name(child) == "MaYeuCau")
                q.fields[std::string(local_name(child))] = text_in(child);
        return {};
    }
    return read_elements(operation, rules, q);
}

}  // namespace sim::population
