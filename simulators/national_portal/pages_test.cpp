// Pages and state: what a person and a checker see.
#include "simulators/national_portal/test_caller.hpp"

#include <doctest/doctest.h>

namespace sim::national_portal {
namespace {

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("pages: list with search and status, frame, nothing from elsewhere") {
    Caller c;
    c.create(an_item());
    c.create(an_item(
        {{"MaHoSo", "H37.14-260302-0002"}, {"ChuHoSo", "LÊ THỊ GIẢ"}, {"TrangThaiHoSo", "1"}}
    ));
    auto a = c.raw("GET", "/");
    CHECK(a.status == 200);
    CHECK(has(a.body, "MÔ PHỎNG"));
    CHECK(has(a.body, "href=\"/dossiers/H37.14-260302-0001\""));
    CHECK(has(a.body, "Được tiếp nhận"));
    CHECK_FALSE(has(a.body, "http://"));
    CHECK_FALSE(has(a.body, "https://"));
    CHECK_FALSE(has(a.body, "<script"));
    auto found = c.raw("GET", "/", "", {}, "q=L%C3%8A+TH%E1%BB%8A").body;
    CHECK(has(found, "0002</a>"));
    CHECK_FALSE(has(found, "0001</a>"));
    auto second = c.raw("GET", "/", "", {}, "status=2").body;
    CHECK(has(second, "0001</a>"));
    CHECK_FALSE(has(second, "0002</a>"));
    CHECK(has(c.raw("GET", "/", "", {}, "q=kh%C3%B4ng").body, "Chưa có hồ sơ nào."));
}

TEST_CASE("pages: fifty rows a page, wrong page numbers are led back") {
    Caller c;
    for (int i = 0; i < 60; ++i)
        c.create(an_item({{"MaHoSo", "H37.14-260302-" + std::to_string(1000 + i)}}));
    CHECK(has(c.raw("GET", "/").body, "Trang 1/2"));
    CHECK(has(c.raw("GET", "/", "", {}, "page=2").body, "Trang 2/2"));
    CHECK(has(c.raw("GET", "/", "", {}, "page=999999999999999999999").body, "Trang 1/2"));
    CHECK(has(c.raw("GET", "/", "", {}, "page=99").body, "Trang 2/2"));
}

TEST_CASE("pages: one dossier with labels, statuses, progress, papers, raw packets; unknown is 404"
) {
    Caller c;
    c.create(an_item());
    c.update(an_item({{"TrangThaiHoSo", "4"}}));
    c.progress(a_line());
    c.progress(a_line());
    auto page = c.raw("GET", "/dossiers/H37.14-260302-0001").body;
    for (const char* part :
         {"Chủ hồ sơ",
          "TRẦN THỊ MẪU",
          "4 · Đang xử lý",
          "trùng lặp",
          "giay-chung-sinh.pdf",
          "Gói 2 · cập nhật",
          "02/03/2026 09:00:00",
          "trực tuyến"}) {
        CAPTURE(part);
        CHECK(has(page, part));
    }
    CHECK(c.raw("GET", "/dossiers/H37.14-260302-9999").status == 404);
}

TEST_CASE("pages: what comes from outside is escaped everywhere") {
    Caller c;
    const std::string bad = "<script>alert(\"1\")</script>'&";
    c.create(an_item({{"ChuHoSo", bad}, {"TenTTHC", bad}, {"GhiChu", bad}}));
    c.progress(a_line({{"NoiDungXuLy", bad}}));
    c.create(an_item({{"MaHoSo", "H37-<script>x"}, {"ChuHoSo", bad}}));
    c.look_up("<script>y");
    for (const char* path :
         {"/", "/dossiers/H37.14-260302-0001", "/dossiers/H37-<script>x", "/journal"}) {
        CAPTURE(path);
        auto a = c.raw("GET", path, "", {}, "q=%3Cscript%3E&key=%22%3E%3Cscript%3E");
        CHECK(a.status == 200);
        CHECK_FALSE(has(a.body, "<script"));
    }
}

TEST_CASE("pages: the journal shows effects and faults, filtered by dossier and by fault") {
    Caller c;
    c.fault(R"({"switch":"*.hang","count":1,"match":{"dossier":"H37.14-260302-0001"}})");
    c.create(an_item());
    c.create(an_item());
    auto page = c.raw("GET", "/journal").body;
    CHECK(has(page, "hang"));
    CHECK(has(page, "không trả lời"));
    CHECK(has(page, "create"));
    auto only = c.raw("GET", "/journal", "", {}, "fault=1").body;
    CHECK(has(only, "hang"));
    CHECK_FALSE(has(only, "create"));
    CHECK(has(c.raw("GET", "/journal", "", {}, "key=x").body, "Chưa có dòng nào."));
    CHECK_FALSE(has(page, c.session.c_str()));
}

TEST_CASE("state: overview, list, one dossier, forgotten, unknown") {
    Caller c;
    c.create(an_item());
    c.update(an_item({{"TrangThaiHoSo", "4"}}));
    c.progress(a_line());
    auto all = c.raw("GET", "/sim/state").body;
    CHECK(has(
        all, R"("dossiers":1,"creates":1,"updates":1,"repeats":0,"lines":1,"duplicate_lines":0)"
    ));
    CHECK(has(all, R"("by_status":{"4":1})"));
    CHECK(has(c.raw("GET", "/sim/state/dossiers").body, R"("code":"H37.14-260302-0001")"));
    auto one = c.raw("GET", "/sim/state/dossiers/H37.14-260302-0001").body;
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, one));
    CHECK(doc["statuses"].Size() == 2);
    CHECK(doc["packets"][1]["raw"]["TrangThaiHoSo"] == "4");
    CHECK(has(one, R"("ChuHoSo":"TRẦN THỊ MẪU")"));
    CHECK(c.raw("GET", "/sim/state/dossiers/x").status == 404);
    CHECK(c.raw("GET", "/sim/state/forgotten").body == "[]");
}

TEST_CASE("packets: only the newest are kept, the rest is counted") {
    Options o;
    o.packets_max = 3;
    Caller c(o);
    c.create(an_item());
    for (int i = 0; i < 5; ++i) c.update(an_item({{"GhiChu", std::to_string(i)}}));
    CHECK(c.held().packets.size() == 3);
    CHECK(c.held().packets_dropped == 3);
    CHECK(c.held().updates == 5);
}

}  // namespace
}  // namespace sim::national_portal
