// What is found, how it is said, and how replies leave the standard.
#include "simulators/kit/json_reader.hpp"
#include "simulators/population/soap.hpp"
#include "simulators/population/test_caller.hpp"

#include <doctest/doctest.h>

namespace sim::population {
namespace {

/// An answer to the example with one switch on.
kit::Answer twisted(const std::string& fault) {
    Caller c;
    c.fault(R"({"switch":"population.)" + fault);
    return c.ask_with({});
}

TEST_CASE("PD-5 look-up: number, name and birth must all fit; a year finds a year") {
    Caller c;
    CHECK(count_of(c.ask_with({{"HoVaTen", "TRẦN THỊ MẦU"}}), "CongDan") == 0);
    CHECK(count_of(c.ask_with({{"NgayThangNam", "19900116"}}), "CongDan") == 0);
    CHECK(count_of(c.ask_with({{"NgayThangNam", "-"}, {"Nam", "1990"}}), "CongDan") == 1);
    Changes father{{"SoDinhDanh", "020060000010"}, {"HoVaTen", "TRẦN VĂN MẪU"}};
    father["NgayThangNam"] = "19600101";
    CHECK(count_of(c.ask_with(father), "CongDan") == 0);
    father["NgayThangNam"] = "-";
    father["Nam"] = "1960";
    auto year = c.ask_with(father);
    CHECK(has(year, "<NgayThangNamSinh><Nam>1960</Nam></NgayThangNamSinh>"));
    CHECK(c.last().outcome == Outcome::found);
}

TEST_CASE("look-up: nine digits, the dead, the foreigner, two records") {
    Caller c;
    auto old = c.ask_with(
        {{"SoDinhDanh", "-"},
         {"SoCMND", "000000020"},
         {"HoVaTen", "HOÀNG VĂN CŨ"},
         {"NgayThangNam", "-"},
         {"Nam", "1955"}}
    );
    CHECK(has(old, "<SoDinhDanh/><SoCMND>000000020</SoCMND>"));
    CHECK(has(
        c.ask_with(
            {{"SoDinhDanh", "020040000018"}, {"HoVaTen", "ĐỖ VĂN CỐ"}, {"NgayThangNam", "19401231"}}
        ),
        "Đã khai tử"
    ));
    CHECK(
        text_of(
            c.ask_with(
                {{"SoDinhDanh", "301085000019"},
                 {"HoVaTen", "VONGMAU THU NGHIEM"},
                 {"NgayThangNam", "19850630"}}
            ),
            "QuocTich"
        ) == "LA"
    );
    auto two = c.ask_with(
        {{"SoDinhDanh", "020080000017"},
         {"HoVaTen", "NGUYỄN VĂN TRÙNG"},
         {"NgayThangNam", "19800505"}}
    );
    CHECK(count_of(two, "CongDan") == 2);
    CHECK(has(two, "SoCongDan=\"2\""));
    CHECK(c.last().outcome == Outcome::ambiguous);
}

TEST_CASE("look-up: anybody of the many is found by what the register holds") {
    Caller c;
    for (std::size_t i = 0; i < 200; ++i) {
        auto p = c.database.people().person(i);
        Changes q{{"HoVaTen", p.name.whole()}};
        q[p.number.empty() ? "SoCMND" : "SoDinhDanh"] = p.number.empty() ? p.old_number : p.number;
        if (p.number.empty()) q["SoDinhDanh"] = "-";
        q["NgayThangNam"] = p.birth.whole() ? p.birth.compact() : "-";
        if (!p.birth.whole()) q["Nam"] = p.birth.year_text();
        CAPTURE(i);
        auto a = c.ask_with(q);
        CAPTURE(a.body);
        CHECK(count_of(a, "CongDan") == 1);
    }
}

TEST_CASE("yes or no: confirmed, not confirmed, and the verifications") {
    Caller c;
    Writing w;
    w.operation = "XacThucThongTinCongDan";
    CHECK(text_of(c.ask_with({}, w), "TonTai") == "true");
    CHECK(c.last().outcome == Outcome::confirmed);
    CHECK(text_of(c.ask_with({{"NgayThangNam", "19910115"}}, w), "TonTai") == "false");
    c.fault(R"({"switch":"population.count_form","count":1})");
    CHECK(text_of(c.ask_with({}, w), "SoLuongCongDan") == "1");
    w.operation = "XacMinhTinhTrangHonNhan";
    CHECK(text_of(c.ask_with({}, w), "ChiTiet") == "2");
    w.operation = "XacMinhTinhTrangChetMatTich";
    CHECK(text_of(c.ask_with({}, w), "TonTai") == "false");
}

TEST_CASE("household: kind 034 gives all six") {
    Caller c;
    Writing w;
    w.operation = "CungCapThongTinHoGiaDinh";
    auto a = c.ask_with(
        {{"MaTichHop", "034"},
         {"SoDinhDanh", "020300000014"},
         {"HoVaTen", "LÊ THỊ THỬ NHẤT"},
         {"NgayThangNam", "20000229"}},
        w
    );
    CHECK(count_of(a, "CongDan") == 6);
    CHECK(has(a, "<QuanHe>CH01</QuanHe>"));
    CHECK(has(c.ask_with({}, w), "Client.Value"));
}

TEST_CASE("F-80 F-81 nobody: the three ways of saying it") {
    Caller c;
    Changes nobody{{"SoDinhDanh", "020190000099"}};
    CHECK(has(c.ask_with(nobody), "SoCongDan=\"0\""));
    c.fault(R"({"switch":"population.null_name","count":1})");
    CHECK(has(c.ask_with(nobody), "xsi:nil=\"true\"/></HoVaTen>"));
    c.fault(R"({"switch":"population.null_name","count":1,"params":{"form":"empty"}})");
    CHECK(has(c.ask_with(nobody), "<HoVaTen><Ho/><ChuDem/><Ten/></HoVaTen>"));
    CHECK(c.last().outcome == Outcome::not_found);
}

TEST_CASE("F-79 overload: it looks like nobody, and the audit knows better") {
    Caller c;
    c.fault(R"({"switch":"population.overload_as_not_found","count":1})");
    CHECK(has(c.ask_with({}), "SoCongDan=\"0\""));
    c.fault(R"({"switch":"population.overload","count":1})");
    auto fault = c.ask_with({});
    CHECK(fault.status == 500);
    CHECK(has(fault, "quá tải"));
    CHECK(c.last().outcome == Outcome::failed);
}

TEST_CASE("F-82 to F-86 live form and standard form, each by its switch") {
    CHECK(
        has(twisted(R"(bare_codes","params":{"on":"false"}})"),
            "<DanToc><MaDanToc>02</MaDanToc></DanToc>")
    );
    CHECK(
        has(twisted(R"(name_in_ten","params":{"on":"false"}})"),
            "<Ho>TRẦN</Ho><ChuDem>THỊ</ChuDem><Ten>MẪU</Ten>")
    );
    CHECK(has(twisted(R"(year_only"})"), "<NgayThangNamSinh><Nam>1990</Nam></NgayThangNamSinh>"));
    CHECK(has(twisted(R"(year_conflict"})"), "<NgayThangNam>19900115</NgayThangNam><Nam>1991</Nam>")
    );
    CHECK(has(twisted(R"(dashed_dates"})"), "<NgayThangNam>1990-01-15</NgayThangNam>"));
    CHECK_FALSE(has(twisted(R"(both_dates","params":{"on":"false"}})"), "<Nam>"));
    CHECK(
        has(twisted(R"(three_levels","params":{"on":"false"}})"),
            "<MaDonViHanhChinh>00001</MaDonViHanhChinh>")
    );
    CHECK_FALSE(has(twisted(R"(no_district"})"), "MaQuanHuyen"));
    CHECK(has(twisted(R"(admin_code_mix"})"), "<MaQuanHuyen>901</MaQuanHuyen>"));
    CHECK(
        has(twisted(R"(head_order"})"),
            "<ChuHo><QuanHe>CH01</QuanHe><SoDinhDanh>020190000001</SoDinhDanh><HoVaTen>")
    );
    CHECK(has(twisted(R"(diacritics"})"), "<Ten>TRẦN THỊ MAU</Ten>"));
    CHECK(has(twisted(R"(nfd"})"), "MA\xcc\x82\xcc\x83U"));
    CHECK(count_of(twisted(R"(two_hits"})"), "CongDan") == 2);
}

TEST_CASE(
    "replies: elements without a value are empty, missing or nil; names in a namespace or none"
) {
    CHECK(has(twisted(R"(absent","params":{"form":"nil"}})"), "SoSoHoKhau xmlns:xsi="));
    CHECK_FALSE(has(twisted(R"(absent","params":{"form":"missing"}})"), "SoSoHoKhau"));
    CHECK(has(twisted(R"(namespace","params":{"form":"prefix"}})"), "<dc:CongDan>"));
    auto none = twisted(R"(namespace","params":{"form":"none"}})");
    CHECK(has(none, "<CongDan>"));
    CHECK_FALSE(has(none, "dancu/1.0"));
}

TEST_CASE("F-98 replies: as text in JSON, in CDATA, escaped") {
    for (const char* form : {"json", "json_twice"}) {
        auto a = twisted(std::string(R"(wrapped","params":{"form":")") + form + R"("}})");
        kit::JsonDocument outer;
        REQUIRE(kit::parse_json(outer, a.body));
        CHECK(kit::text_at(outer, "message").find("TRẦN THỊ MẪU") != std::string::npos);
    }
    CHECK(has(
        twisted(R"(wrapped","params":{"form":"cdata"}})"), "<return><![CDATA[<CongdanCollection"
    ));
    CHECK(has(twisted(R"(wrapped","params":{"form":"escaped"}})"), "<return>&lt;CongdanCollection")
    );
}

TEST_CASE("transport faults: what comes instead, and what the audit says of it") {
    struct Row {
        const char* fault;
        int status;
        const char* part;
        kit::Fate fate;
    };
    const Row rows[] = {
        {R"(html_200"})", 200, "<html>", kit::Fate::answer},
        {R"(empty_200"})", 200, "", kit::Fate::answer},
        {R"(bad_gateway"})", 502, "502", kit::Fate::answer},
        {R"(soap_fault"})", 500, "soapenv:Fault", kit::Fate::answer},
        {R"(soap_fault","params":{"status":"200"}})", 200, "soapenv:Fault", kit::Fate::answer},
        {R"(soap_fault_text"})", 200, "SOAP Fault", kit::Fate::answer},
        {R"(hang"})", 200, "", kit::Fate::hang},
        {R"(reset"})", 200, "", kit::Fate::reset},
        {R"(down"})", 503, "", kit::Fate::answer},
        {R"(error","params":{"type":"Server.ClientProxy.NetworkError"}})",
         500,
         "Server.ClientProxy.NetworkError",
         kit::Fate::answer}};
    for (const auto& row : rows) {
        CAPTURE(row.fault);
        auto a = twisted(row.fault);
        CHECK(a.status == row.status);
        CHECK(a.fate == row.fate);
        CHECK(has(a, row.part));
        CHECK_FALSE(has(a, "TRẦN"));
    }
    CHECK(twisted(R"(timeout"})").delay == core::Duration(15'000));
    CHECK(twisted(R"(slow","params":{"ms":"7000"}})").delay == core::Duration(7'000));
}

TEST_CASE("F-235 attacks: hostile answers look like what they are") {
    CHECK(has(twisted(R"(xml_bomb"})"), "<!ENTITY a10 \"&a9;&a9;"));
    CHECK(
        has(twisted(R"(external_entity","params":{"url":"http://127.0.0.1:1/x"}})"),
            "SYSTEM \"http://127.0.0.1:1/x\"")
    );
    CHECK(has(twisted(R"(external_entity","params":{"form":"parameter"}})"), "<!ENTITY % x SYSTEM")
    );
    CHECK(has(twisted(R"(doctype"})"), "<!DOCTYPE Envelope>"));
    CHECK(twisted(R"(quadratic_blowup"})").body.size() > 90'000);
    CHECK(twisted(R"(oversized","params":{"bytes":"3000000"}})").body.size() > 3'000'000);
    CHECK(has(twisted(R"(deep_xml","params":{"levels":"40"}})"), "</a></a></a>"));
    CHECK(has(twisted(R"(many_elements"})"), "<a/><a/>"));
    CHECK(has(twisted(R"(many_attributes"})"), " a49999=\"\""));
    CHECK(twisted(R"(endless"})").fate == kit::Fate::endless);
    auto drip = twisted(R"(drip"})");
    CHECK(drip.filler == " ");
    CHECK(drip.pause == core::Duration(200));
}

TEST_CASE("switches: the same seed and calls give the same answers, a reset starts anew") {
    auto play = [] {
        Caller c;
        c.fault(R"({"switch":"population.null_name","probability":0.5,"params":{"always":"true"}})"
        );
        std::string all;
        for (int i = 0; i < 40; ++i) all += c.ask_with({}).body;
        return all;
    };
    CHECK(play() == play());
    Caller c;
    c.ask_with({});
    c.raw("POST", "/sim/reset", R"({"seed":"5"})");
    CHECK(c.database.audit().rows().empty());
    CHECK(c.ask_with({}).status == 200);
}

}  // namespace
}  // namespace sim::population
