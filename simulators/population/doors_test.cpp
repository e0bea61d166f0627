// Who is let in: exchange platform, provincial platform, officers; what each writes into the audit.
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/test_caller.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sim::population {
namespace {

/// Good headers with one changed; "-" takes it away.
Headers changed(Headers headers, const std::string& name, const std::string& value) {
    std::erase_if(headers, [&name](const auto& h) { return h.first == name; });
    if (value != "-") headers.emplace_back(name, value);
    return headers;
}

Writing seven() {
    Writing w;
    w.newer = false;
    return w;
}

TEST_CASE("exchange: the vector of the description is a good Authorization header") {
    auto hash = kit::sha256_hex(
        "http://c06.test/dancu"
        "lienthong"
        "1772418600000"
        "SYNTHETIC-SECRET"
    );
    CHECK(hash == "18a3388eda65f68702e732c637a4015c58b6856118e713429b11259e926bc56f");
    Caller c;
    CHECK(core::to_ms(c.now) == 1772418600000);
    auto headers = c.exchange_headers();
    CHECK(
        headers[1].second ==
        "Basic "
        "bGllbnRob25nOjE4YTMzODhlZGE2NWY2ODcwMmU3MzJjNjM3YTQwMTVjNThiNjg1NjExOGU3MTM0MjliMTEyNTllOT"
        "I2YmM1NmY="
    );
    CHECK(c.raw("POST", "/dancu", a_request(), headers).status == 200);
}

TEST_CASE("exchange: every header is checked") {
    struct Row {
        const char *name, *value;
        int status;
    };
    const Row rows[] = {
        {"ApiKey", "-", 401},
        {"ApiKey", "other", 401},
        {"Timestamp", "-", 401},
        {"Timestamp", "abc", 401},
        {"Timestamp", "17724186000000", 401},
        {"Authorization", "-", 401},
        {"Authorization", "Basic bGllbnRob25nOmFiYw==", 401},
        {"Authorization", "Basic ???", 401},
        {"SOAPAction", "-", 500},
        {"SOAPAction", "\"TraCuu\"", 500},
        {"Content-Type", "application/soap+xml", 415},
        {"Content-Type", "text/xml; charset=utf-16", 415},
        {"X-Road-Client", "-", 400},
        {"X-Road-Client", "VN/GOV/H37", 400},
        {"X-Road-Client", "VN/GOV/H99/LIENTHONG", 500}};
    for (const auto& row : rows) {
        Caller c;
        CAPTURE(row.name);
        CAPTURE(row.value);
        auto a = c.raw(
            "POST", "/dancu", a_request(), changed(c.exchange_headers(), row.name, row.value)
        );
        CHECK(a.status == row.status);
        CHECK_FALSE(has(a, "TRẦN"));
        CHECK(c.last().outcome == (row.status == 401 ? Outcome::denied : Outcome::refused));
    }
}

TEST_CASE(
    "exchange: what the exchange refuses carries X-Road-Error, what the database says does not"
) {
    Caller c;
    auto error_of = [](const kit::Answer& a) {
        for (const auto& [name, value] : a.headers)
            if (name == "X-Road-Error") return value;
        return std::string();
    };
    auto denied = c.raw(
        "POST",
        "/dancu",
        a_request(),
        changed(c.exchange_headers(), "X-Road-Client", "VN/GOV/H99/LIENTHONG")
    );
    CHECK(error_of(denied) == "Server.ServerProxy.AccessDenied");
    CHECK(error_of(c.raw("POST", "/dancu", "<x/>", c.exchange_headers())).empty());
    auto path = std::string("/r1/VN/GOV/G01/OTHER/TraCuuThongTinCongDan");
    CHECK(error_of(c.ask(a_request(), path)) == "Server.ServerProxy.UnknownService");
    CHECK(c.ask(a_request(), "/r1/VN/GOV/G01/DANCU/TraCuuThongTinCongDan").status == 200);
}

TEST_CASE("F-96 exchange: five minutes each way, seconds or milliseconds") {
    for (auto [off_s, good] :
         {std::pair(0, true), {299, true}, {-299, true}, {301, false}, {-301, false}}) {
        Caller c;
        CAPTURE(off_s);
        auto headers = c.exchange_headers();
        c.now += std::chrono::seconds(off_s);
        CHECK((c.raw("POST", "/dancu", a_request(), headers).status == 200) == good);
    }
    Caller c;
    auto seconds = std::to_string(core::to_ms(c.now) / 1'000);
    auto hash = kit::sha256_hex(
        "http://c06.test/dancu"
        "lienthong" +
        seconds + "SYNTHETIC-SECRET"
    );
    auto headers = changed(c.exchange_headers(), "Timestamp", seconds);
    headers = changed(headers, "Authorization", "Basic " + kit::base64("lienthong:" + hash));
    CHECK(c.raw("POST", "/dancu", a_request(), headers).status == 200);
    c.fault(R"({"switch":"population.timestamp_strict","params":{"unit":"ms"}})");
    CHECK(c.raw("POST", "/dancu", a_request(), headers).status == 401);
    c.fault(R"({"switch":"population.clock_skew","params":{"s":"400"}})");
    CHECK(c.ask(a_request()).status == 401);
}

TEST_CASE("exchange: the adapter wants its routing code") {
    Caller c;
    std::string path = "/XrdAdapter/RestService/forward/dancu";
    CHECK(c.ask(a_request(), path).status == 404);
    auto headers = c.exchange_headers(path);
    headers.emplace_back("dstcode", "VN:GOV:G01:dancu");
    CHECK(c.raw("POST", path, a_request(), headers).status == 200);
}

TEST_CASE("exchange: X-Road SOAP headers are due at the security server's own door, and repeated") {
    Caller c;
    Writing w;
    w.soap_header =
        R"(<xro:client xmlns:xro="http://x-road.eu/xsd/xroad.xsd" xmlns:iden="http://x-road.eu/xsd/identifiers" iden:objectType="SUBSYSTEM"><iden:xRoadInstance>VN</iden:xRoadInstance><iden:memberClass>GOV</iden:memberClass><iden:memberCode>H56</iden:memberCode><iden:subsystemCode>LIENTHONG</iden:subsystemCode></xro:client><xro:service xmlns:xro="http://x-road.eu/xsd/xroad.xsd" xmlns:iden="http://x-road.eu/xsd/identifiers" iden:objectType="SERVICE"><iden:xRoadInstance>VN</iden:xRoadInstance><iden:memberClass>GOV</iden:memberClass><iden:memberCode>G01</iden:memberCode><iden:subsystemCode>DANCU</iden:subsystemCode><iden:serviceCode>TraCuuThongTinCongDan</iden:serviceCode></xro:service><xro:id xmlns:xro="http://x-road.eu/xsd/xroad.xsd">0d4e0c52-0000-4000-8000-000000000002</xro:id><xro:protocolVersion xmlns:xro="http://x-road.eu/xsd/xroad.xsd">4.0</xro:protocolVersion>)";
    auto a = c.ask(a_request({}, w), "/");
    CHECK(a.status == 200);
    CHECK(text_of(a, "id") == "0d4e0c52-0000-4000-8000-000000000002");
    CHECK(c.last().client == "VN/GOV/H56/LIENTHONG");
    CHECK(text_of(a, "requestHash").size() == 88);
    c.fault(R"({"switch":"population.answer_id_differs","count":1})");
    CHECK(text_of(c.ask(a_request({}, w), "/"), "id") == "00000000-0000-4000-8000-0000000000ff");
    CHECK(has(c.ask(a_request(), "/"), "<faultcode>Client.XroadHeader"));
    w.soap_header.replace(w.soap_header.find("H56"), 3, "H99");
    CHECK(has(c.ask(a_request({}, w), "/"), "<faultcode>Server.ServerProxy.AccessDenied"));
}

TEST_CASE("platform: token, lgspaccesstoken and the officer's key") {
    Caller c;
    CHECK(c.platform(a_request({}, seven())).status == 200);
    CHECK(c.last().door == "lgsp");
    struct Row {
        const char *name, *value;
        int status;
    };
    const Row rows[] = {
        {"Authorization", "Bearer other", 401},
        {"Authorization", "-", 401},
        {"lgspaccesstoken", "-", 401},
        {"lgspaccesstoken", "e30=", 401},
        {"AuthHash", "-", 403},
        {"AuthHash", "Q0FOQk8wMjpTWU5USFBBU1M=", 403},
        {"Content-Type", "text/xml", 415}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CAPTURE(row.value);
        auto body = a_request({{"MaYeuCau", c.fresh_id()}}, seven());
        auto a = c.raw(
            "POST", "/lgsp/dancu", body, changed(c.platform_headers(false), row.name, row.value)
        );
        CHECK(a.status == row.status);
        CHECK_FALSE(has(a, "TRẦN"));
    }
    c.now += std::chrono::hours(2);
    CHECK(c.platform(a_request({{"MaYeuCau", "LT9"}}, seven())).status == 401);
    CHECK(
        c.raw(
             "POST", "/lgsp/token", "grant_type=client_credentials", {{"Authorization", "Basic x"}}
        ).status == 401
    );
}

TEST_CASE("platform: the JSON variant answers SOAP as text, the REST variant yes or no") {
    Caller c;
    auto a = c.platform(
        R"({"HoVaTen":"TRẦN THỊ MẪU","SoDinhDanh":"038190000000","Nam":"1990","MaTichHop":"037","MaDVC":"2.000635","MaCanBo":"020090000009","MaYeuCau":"LTA"})",
        "/lgsp/dancu/json"
    );
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, a.body));
    CHECK(kit::text_at(doc, "error_code") == "0");
    CHECK(text_of(a, "Nam") == "1990");
    auto ask = [&c](const std::string& id, const std::string& old_number, const std::string& born) {
        return c
            .platform(
                R"({"maYeuCau":")" + id +
                    R"(","maDVC":"2.000635","maCanBo":"020090000009","soDinhDanh":"020190000001","soCMND":")" +
                    old_number + R"(","hoVaTen":"TRẦN THỊ MẪU","ngayThangNam":")" + born +
                    R"(","userNameService":"mau"})",
                "/lgsp/dancu/xacthuc"
            )
            .body;
    };
    CHECK(ask("LTB", "", "19900115") == R"({"data":true})");
    CHECK(ask("LTC", "", "1991") == R"({"data":false})");
    CHECK(ask("LTD", "000000002", "1990") == R"({"data":true})");
    CHECK(ask("LTE", "000000010", "1990") == R"({"data":false})");
    CHECK(has(c.platform("{", "/lgsp/dancu/json"), "error_code"));
}

TEST_CASE("platform: a bus may hand the SOAP text on inside JSON") {
    Options o = Caller::small();
    o.lgsp_wrapping = Wrapping::soap_text;
    Caller c(o);
    auto a = c.platform(a_request({}, seven()));
    CHECK(a.body.starts_with(R"({"error_code":"0","message":"<soapenv:Envelope)"));
    CHECK(text_of(a, "Ten") == "TRẦN THỊ MẪU");
}

TEST_CASE(
    "F-89 officers: unknown, without citizen number, licence ended, other unit: denied and counted"
) {
    Caller c;
    for (const char* officer : {"CB9999", "CB0008", "CB0009"}) {
        CAPTURE(officer);
        auto a = c.ask_with({{"MaCanBo", officer}, {"MaDonVi", "H56.14"}});
        CHECK(a.status == 403);
        CHECK(has(a, "Client.Officer"));
        CHECK(c.last().outcome == Outcome::denied);
    }
    for (const char* field : {"MaDonVi", "TaiKhoan", "SoDienThoai"})
        CHECK(c.ask_with({{field, "khac"}}).status == 403);
    CHECK(c.ask_with({}).status == 200);
    c.fault(R"({"switch":"population.officer_denied","count":1})");
    CHECK(c.ask_with({}).status == 403);
    c.fault(R"({"switch":"population.wrong_authhash","count":1})");
    CHECK(has(c.ask_with({}), "Client.AuthHash"));
    const auto& count = c.database.audit().officers().at("020090000009");
    CHECK(count.asked == 6);
    CHECK(count.found == 1);
    CHECK(count.denied == 5);
}

TEST_CASE("F-95 officers: after too many questions the province is cut off") {
    Caller c;
    c.fault(R"({"switch":"population.cutoff_after","params":{"n":"3"}})");
    for (int i = 0; i < 3; ++i) CHECK(c.ask_with({}).status == 200);
    CHECK(has(c.ask_with({}), "Client.CutOff"));
    CHECK(has(c.ask_with({{"MaCanBo", "CB0001"}}), "Client.CutOff"));
    c.raw("DELETE", "/sim/faults");
    CHECK(c.ask_with({}).status == 200);
}

TEST_CASE("audit: one row for each question, with everything to compare and no name") {
    Caller c;
    c.ask(a_request());
    const auto& row = c.last();
    CHECK(row.request_id == "LT01JNB0Z7Q8M4V5T6X7Y8Z9A0B1");
    CHECK(row.officer == "020090000009");
    CHECK(row.unit == "H37.14");
    CHECK(row.procedure == "1.001193");
    CHECK(row.kind == "037");
    CHECK(row.number == "020190000001");
    CHECK(row.client == "VN/GOV/H37/LIENTHONG");
    c.fault(R"({"switch":"population.cut_after_processing","count":1})");
    c.ask_with({});
    CHECK(c.last().outcome == Outcome::found);
    CHECK_FALSE(c.last().answered);
    for (const char* path : {"/sim/state/audit", "/sim/journal", "/sim/state/officers"}) {
        auto a = c.raw("GET", path);
        CHECK(a.status == 200);
        CHECK_FALSE(has(a, "TRẦN"));
    }
    CHECK(has(c.raw("GET", "/sim/state/audit/LT01JNB0Z7Q8M4V5T6X7Y8Z9A0B1"), R"("outcome":"found")")
    );
}

TEST_CASE("pages: overview, a person and the audit are shown, input is escaped") {
    Caller c;
    c.ask(a_request());
    CHECK(has(c.raw("GET", "/"), "2000</b>"));
    auto person = c.raw("GET", "/nguoi", "", {}, "so=020190000001");
    CHECK(has(person, "TRẦN THỊ MẪU"));
    CHECK(has(person, "LT01JNB0Z7Q8M4V5T6X7Y8Z9A0B1"));
    CHECK_FALSE(has(c.raw("GET", "/nguoi", "", {}, "so=%3Cscript%3E"), "<script>"));
    CHECK(has(c.raw("GET", "/audit"), "tìm thấy"));
    CHECK(c.raw("GET", "/nowhere").status == 404);
    CHECK(c.raw("GET", "/sim/state/people/020190000001").status == 200);
    CHECK(c.raw("GET", "/sim/state/person/0").status == 200);
    CHECK(c.raw("GET", "/sim/state/person/2000").status == 404);
}

TEST_CASE("contract: both profiles are described, each with its elements") {
    Caller c;
    auto newer = c.raw("GET", "/dancu", "", {}, "wsdl"),
         older = c.raw("GET", "/lgsp/dancu", "", {}, "WSDL");
    CHECK(has(newer, "name=\"MaDonVi\""));
    CHECK_FALSE(has(older, "name=\"MaDonVi\""));
    CHECK(has(newer, "location=\"http://c06.test/dancu\""));
    c.database.add_service_url("https://c06.example/dancu");
    CHECK(has(c.raw("GET", "/dancu", "", {}, "wsdl"), "location=\"https://c06.example/dancu\""));
    CHECK_FALSE(has(newer, "CungCapDanhSach"));
    CHECK(c.raw("GET", "/dancu").status == 405);
}

}  // namespace
}  // namespace sim::population
