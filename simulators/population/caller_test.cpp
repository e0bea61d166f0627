// The caller of test_caller.hpp.
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/soap.hpp"
#include "simulators/population/test_caller.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sim::population {
namespace {

const Changes example{
    {"MaYeuCau", "LT01JNB0Z7Q8M4V5T6X7Y8Z9A0B1"},
    {"MaDVC", "1.001193"},
    {"MaTichHop", "037"},
    {"MaCanBo", "020090000009"},
    {"MaDonVi", "H37.14"},
    {"TaiKhoan", "canbo.mau"},
    {"SoDienThoai", "0100000009"},
    {"SoDinhDanh", "020190000001"},
    {"HoVaTen", "TRẦN THỊ MẪU"},
    {"NgayThangNam", "19900115"}};

/// The first element of that name in whatever XML the answer holds.
pugi::xml_node find(pugi::xml_node node, std::string_view name, int* count) {
    pugi::xml_node found;
    for (auto child = first_element(node); child; child = next_element(child)) {
        if (local_name(child) == name) {
            if (count) ++*count;
            if (!found) found = child;
        }
        auto inner = find(child, name, count);
        if (!found) found = inner;
    }
    return found;
}

std::string xml_of(const kit::Answer& a) {
    kit::JsonDocument doc;
    if (kit::parse_json(doc, a.body) && doc.IsObject()) return kit::text_at(doc, "message");
    return a.body;
}

}  // namespace

std::string a_request(const Changes& changes, const Writing& writing) {
    Changes fields = example;
    for (const auto& [name, value] : changes)
        if (value == "-")
            fields.erase(name);
        else
            fields[name] = value;
    std::vector<std::string> order{"MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo"};
    if (writing.newer) order.insert(order.end(), {"MaDonVi", "TaiKhoan", "SoDienThoai"});
    order.insert(order.end(), {"SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh"});
    if (!writing.order.empty()) order = writing.order;
    std::string p = writing.qualified ? "dan:" : "", inside;
    auto leaf = [&](const std::string& name) {
        auto it = fields.find(name);
        if (it == fields.end()) return std::string();
        return "<" + p + name + ">" + xml_escape(it->second) + "</" + p + name + ">";
    };
    for (const auto& name : order)
        if (name == "NgayThangNamSinh")
            inside +=
                "<" + p + name + ">" + leaf("NgayThangNam") + leaf("Nam") + "</" + p + name + ">";
        else
            inside += leaf(name);
    return "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
           "xmlns:dan=\"http://dancuquocgia.bca\"><soapenv:Header>" +
           writing.soap_header + "</soapenv:Header><soapenv:Body><dan:" + writing.operation + ">" +
           inside + "</dan:" + writing.operation + "></soapenv:Body></soapenv:Envelope>";
}

Options Caller::small() {
    Options o;
    o.people = 2'000;
    return o;
}

Caller::Caller(Options options, std::uint64_t seed)
    : database(std::move(options), seed), now(*kit::from_rfc3339("2026-03-02T09:30:00+07:00")) {}

kit::Answer Caller::raw(
    std::string method, std::string path, std::string body, Headers headers, std::string query
) {
    kit::Call call;
    call.method = std::move(method);
    call.path = std::move(path);
    call.body = std::move(body);
    call.headers = std::move(headers);
    call.headers.emplace_back("Host", "c06.test");
    call.query = std::move(query);
    return database.handle(call, now);
}

Headers Caller::exchange_headers(const std::string& path) const {
    auto time = std::to_string(core::to_ms(now));
    auto hash = kit::sha256_hex("http://c06.test" + path + "lienthong" + time + "SYNTHETIC-SECRET");
    return {
        {"Timestamp", time},
        {"Authorization", "Basic " + kit::base64("lienthong:" + hash)},
        {"X-Road-Client", "VN/GOV/H37/LIENTHONG"},
        {"ApiKey", "SYNTHETIC-APIKEY"},
        {"SOAPAction", "\"\""},
        {"Content-Type", "text/xml; charset=utf-8"}};
}

kit::Answer Caller::ask(const std::string& body, const std::string& path) {
    return raw("POST", path, body, exchange_headers(path));
}

std::string Caller::fresh_id() {
    auto n = std::to_string(++ids_);
    return "LT" + std::string(26 - n.size(), '0') + n;
}

kit::Answer Caller::ask_with(Changes changes, const Writing& writing) {
    changes.try_emplace("MaYeuCau", fresh_id());
    return ask(a_request(changes, writing));
}

Headers Caller::platform_headers(bool json) {
    auto access = kit::base64(
        R"({"AccessKey":"SYNTHACCESSKEY","SecretKey":"SYNTHSECRETKEY","AppName":"LIENTHONG","PartnerCode":"H56.14","PartnerCodeCus":"H56.14"})"
    );
    if (token.empty()) {
        auto answer =
            raw("POST",
                "/lgsp/token",
                "grant_type=client_credentials",
                {{"Authorization", "Basic " + kit::base64("mau-client:mau-secret")},
                 {"lgspaccesstoken", access}});
        kit::JsonDocument doc;
        if (kit::parse_json(doc, answer.body)) token = kit::text_at(doc, "access_token");
    }
    return {
        {"Authorization", "Bearer " + token},
        {"lgspaccesstoken", access},
        {"AuthHash", kit::base64("CANBO01:SYNTHPASS")},
        {"Content-Type", json ? "application/json" : "application/xml"}};
}

kit::Answer Caller::platform(const std::string& body, const std::string& path) {
    return raw("POST", path, body, platform_headers(path != "/lgsp/dancu"));
}

void Caller::fault(const std::string& json) {
    CHECK(raw("POST", "/sim/faults", json).status == 201);
}

bool has(const kit::Answer& answer, std::string_view part) {
    return answer.body.find(part) != std::string::npos;
}

std::string text_of(const kit::Answer& answer, std::string_view element) {
    pugi::xml_document doc;
    if (!parse_xml(doc, xml_of(answer)).empty()) return {};
    return text_in(find(doc, element, nullptr));
}

int count_of(const kit::Answer& answer, std::string_view element) {
    pugi::xml_document doc;
    int n = 0;
    if (parse_xml(doc, xml_of(answer)).empty()) find(doc, element, &n);
    return n;
}

}  // namespace sim::population
