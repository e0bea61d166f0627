// What a request has to look like: order, namespaces, lengths, choices.
#include "simulators/population/test_caller.hpp"

#include <doctest/doctest.h>

namespace sim::population {
namespace {

TEST_CASE("request: the example of the description is answered with its person") {
    Caller c;
    auto a = c.ask(a_request());
    CHECK(a.status == 200);
    CHECK(text_of(a, "Ten") == "TRẦN THỊ MẪU");
    CHECK(text_of(a, "SoCMND") == "000000002");
    CHECK(has(
        a,
        "<NgayThangNamSinh><NgayThangNam>19900115</NgayThangNam><Nam>1990</Nam></NgayThangNamSinh>"
    ));
    CHECK(has(a, "<Cha><HoVaTen>TRẦN VĂN MẪU</HoVaTen><SoDinhDanh>020060000010</SoDinhDanh></Cha>")
    );
    CHECK(
        has(a,
            "<ChuHo><HoVaTen>TRẦN THỊ "
            "MẪU</HoVaTen><QuanHe>CH01</QuanHe><SoDinhDanh>020190000001</SoDinhDanh></ChuHo>")
    );
    CHECK(c.last().outcome == Outcome::found);
}

TEST_CASE("PD-1 request: seven elements on the provincial platform, ten on the exchange") {
    Caller c;
    Writing seven;
    seven.newer = false;
    CHECK(c.platform(a_request({}, seven)).status == 200);
    auto missing = c.ask(a_request({{"MaYeuCau", "LT2"}}, seven));
    CHECK(missing.status == 500);
    CHECK(has(missing, "MaDonVi"));
    auto strange = c.platform(a_request({{"MaYeuCau", "LT3"}}));
    CHECK(strange.status == 500);
    CHECK(has(strange, "Phần tử lạ"));
}

TEST_CASE("F-87 request: another order of elements is refused, each swap of it") {
    const std::vector<std::string> order{
        "MaYeuCau",
        "MaDVC",
        "MaTichHop",
        "MaCanBo",
        "MaDonVi",
        "TaiKhoan",
        "SoDienThoai",
        "SoDinhDanh",
        "HoVaTen",
        "NgayThangNamSinh"};
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
        Caller c;
        Writing swapped;
        swapped.order = order;
        std::swap(swapped.order[i], swapped.order[i + 1]);
        CAPTURE(order[i]);
        auto a = c.ask(a_request({}, swapped));
        CHECK(a.status == 500);
        CHECK(has(a, "soapenv:Client.Order"));
        CHECK(c.last().outcome == Outcome::refused);
    }
    Caller c;
    Writing swapped;
    swapped.order = order;
    std::swap(swapped.order[0], swapped.order[1]);
    c.fault(R"({"switch":"population.enforce_order","params":{"on":"false"}})");
    CHECK(c.ask(a_request({}, swapped)).status == 200);
}

TEST_CASE("request: children with and without the namespace are taken, a mixture is not") {
    Caller c;
    Writing bare;
    bare.qualified = false;
    CHECK(c.ask_with({}, bare).status == 200);
    auto mixed = a_request();
    auto at = mixed.find("<dan:MaDVC>");
    mixed.replace(at, 11, "<MaDVC>");
    mixed.replace(mixed.find("</dan:MaDVC>"), 12, "</MaDVC>");
    CHECK(has(c.ask(mixed), "Client.Namespace"));
    auto foreign = a_request();
    foreign.replace(foreign.find("http://dancuquocgia.bca"), 23, "http://dancuquocgia.xyz");
    CHECK(has(c.ask(foreign), "Client.Namespace"));
}

TEST_CASE("request: shapes, lengths and choices are enforced") {
    const std::vector<std::pair<Changes, const char*>> bad{
        {{{"MaYeuCau", std::string(41, 'L')}}, "Client.Length"},
        {{{"MaDVC", "1.001193.000.00.00.H37"}}, "Client.Length"},
        {{{"MaTichHop", std::string(21, '0')}}, "Client.Length"},
        {{{"MaCanBo", std::string(21, '0')}}, "Client.Length"},
        {{{"MaDonVi", std::string(36, 'H')}}, "Client.Length"},
        {{{"MaYeuCau", "-"}}, "Client.Missing"},
        {{{"HoVaTen", ""}}, "Client.Missing"},
        {{{"SoDinhDanh", "02019000001"}}, "Client.Format"},
        {{{"SoDinhDanh", "02019000000A"}}, "Client.Format"},
        {{{"SoDinhDanh", "-"}}, "Client.Choice"},
        {{{"SoCMND", "000000002"}}, "Client.Choice"},
        {{{"NgayThangNam", "19900230"}}, "Client.Format"},
        {{{"NgayThangNam", "1990-01-15"}}, "Client.Format"},
        {{{"NgayThangNam", "-"}}, "Client.Choice"},
        {{{"Nam", "1990"}}, "Client.Choice"},
        {{{"NgayThangNam", "-"}, {"Nam", "90"}}, "Client.Format"},
        {{{"MaTichHop", "038"}}, "Client.Value"},
        {{{"MaTichHop", "034"}}, "Client.Value"}};
    for (const auto& [changes, code] : bad) {
        Caller c;
        CAPTURE(code);
        CAPTURE(changes.begin()->first);
        auto a = c.ask(a_request(changes));
        CHECK(a.status == 500);
        CHECK(has(a, code));
        CHECK(c.last().outcome == Outcome::refused);
    }
}

TEST_CASE("PD-2 request: kind 033 takes both numbers and says whether they are one person") {
    Caller c;
    Writing w;
    w.operation = "XacThucThongTinCongDan";
    CHECK(
        text_of(c.ask_with({{"MaTichHop", "033"}, {"SoCMND", "000000002"}}, w), "TonTai") == "true"
    );
    CHECK(
        text_of(c.ask_with({{"MaTichHop", "033"}, {"SoCMND", "000000010"}}, w), "TonTai") == "false"
    );
    CHECK(has(c.ask_with({{"MaTichHop", "033"}}, w), "Client.Choice"));
}

TEST_CASE("PD-4 F-88 request: an id is for one question, and its repetition is told apart") {
    Caller c;
    CHECK(c.ask(a_request()).status == 200);
    CHECK_FALSE(c.last().repeated);
    CHECK(c.ask(a_request()).status == 200);
    CHECK(c.last().repeated);
    auto other = c.ask(a_request({{"SoDinhDanh", "020060000010"}}));
    CHECK(has(other, "Client.Duplicate"));
    c.fault(R"({"switch":"refuse_duplicate_request_id","params":{"strict":"true"}})");
    CHECK(has(c.ask(a_request()), "Client.Duplicate"));
}

TEST_CASE("request: lists and the asynchronous set are refused, and noted") {
    Caller c;
    Writing list;
    list.operation = "CungCapDanhSachTheoDiaPhuong";
    CHECK(has(c.ask_with({}, list), "bulk_not_allowed"));
    CHECK(c.last().operation == "CungCapDanhSachTheoDiaPhuong");
    Writing asynchronous;
    asynchronous.operation = "GetRequests";
    CHECK(has(c.ask_with({}, asynchronous), "not supported"));
    Writing unknown;
    unknown.operation = "XoaCongDan";
    CHECK(has(c.ask_with({}, unknown), "Client.Operation"));
}

TEST_CASE("request: what is no SOAP 1.1 envelope is refused without harm") {
    Caller c;
    for (std::string body :
         {std::string(),
          std::string("{}"),
          std::string("<a/>"),
          a_request().substr(0, 200),
          "<!DOCTYPE x [<!ENTITY a \"b\">]>" + a_request(),
          a_request() + a_request(),
          std::string("\xff\xfe<a/>")}) {
        auto a = c.ask(body);
        CHECK(a.status == 500);
        CHECK(has(a, "soapenv:Client"));
    }
    auto newer = a_request();
    newer.replace(
        newer.find("http://schemas.xmlsoap.org/soap/envelope/"),
        41,
        "http://www.w3.org/2003/05/soap-envelope"
    );
    CHECK(has(c.ask(newer), "VersionMismatch"));
    CHECK(c.ask(std::string((1 << 20) + 1, ' ')).status == 413);
}

TEST_CASE("F-94 request: one province wants names without marks, by its profile alone") {
    Options o = Caller::small();
    o.lgsp_names = NameForm::upper_ascii_nospace;
    Caller c(o);
    Writing seven;
    seven.newer = false;
    CHECK(
        text_of(c.platform(a_request({{"HoVaTen", "TRANTHIMAU"}}, seven)), "Ten") == "TRẦN THỊ MẪU"
    );
    CHECK(count_of(c.platform(a_request({{"MaYeuCau", "LT2"}}, seven)), "CongDan") == 0);
    CHECK(text_of(c.ask_with({}), "Ten") == "TRẦN THỊ MẪU");
}

}  // namespace
}  // namespace sim::population
