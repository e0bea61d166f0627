// Tests of the catalogue over nights: a procedure that the portal lists is never lost here.
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {
namespace {

using core::Document;
using test::PortalKit;

/// A portal whose catalogue is changed between nights.
class Nights {
public:
    Nights() {
        kit.portal->catalogue() = Catalogue();
        kit.http.otherwise = [this](const ports::HttpRequest& r) {
            if (r.url.find("mapi/login") != r.url.npos)
                return test::answered(200, R"({"error_code":0,"session":"S-1","message":""})");
            if (r.body.find("LayDanhSachTTHC") == r.body.npos) return procedure(r.body);
            std::string rows;
            for (const auto& [code, name] : listed)
                rows += (rows.empty() ? "" : ",") + std::string(R"({"MATTHC":")") + code +
                        R"(","TENTTHC":")" + name + R"("})";
            return test::answered(
                200, R"({"error_code":"0","message":"","result":[)" + rows + "]}"
            );
        };
    }
    /// The next night, and whether procedures are known on that day.
    void pass(core::Duration after = std::chrono::hours(25)) {
        now += after;
        if (!job) job = std::make_unique<CatalogueJob>(kit.portal);
        const auto done = test::run_virtual(kit.io, kit.clock, job->run(now));
        REQUIRE_MESSAGE(done.has_value(), done.error().code);
    }
    void restart() {
        kit.portal->catalogue() = Catalogue();
        job = nullptr;
    }
    core::Day today() const { return core::local_day(now); }
    std::string name_on(core::Day day, std::string_view code = "1.001193") const {
        const Procedure* found = kit.portal->catalogue().find(code, day);
        return found == nullptr ? "" : found->name;
    }
    PortalKit kit;
    core::Instant now = kit.clock.now();
    std::map<std::string, std::string> listed{{"1.001193", "A"}, {"1.000656", "K"}};
    std::string instead;  // what LayThuTuc answers as `result`
    std::vector<std::string> fetched;
    std::unique_ptr<CatalogueJob> job;

private:
    ports::HttpResult procedure(const std::string& body) {
        const auto at = body.find("maTTHC\":\"") + 9;
        const std::string code = body.substr(at, body.find('"', at) - at);
        fetched.push_back(code);
        const std::string result =
            R"([{"ID":"9","MATTHC":")" + code + R"(","TENTTHC":")" + listed[code] +
            R"(","TRANGTHAI":"1","LINHVUCTHUCHIEN":[{"MALINHVUC":"LV-1","TENLINHVUC":"L"}]}])";
        return test::answered(
            200,
            R"({"error_code":"0","message":"","result":)" + (instead.empty() ? result : instead) +
                "}"
        );
    }
};

TEST_CASE("NP-38 F-18 catalogue: a content that comes back is in force again") {
    for (const bool in_one_day : {false, true}) {
        CAPTURE(in_one_day);
        Nights n;
        const core::Duration step = in_one_day ? core::Duration(0) : std::chrono::hours(25);
        n.pass(core::Duration(0));
        const core::Day first = n.today();
        for (const char* name : {"B", "A", "B", "A"}) {
            n.listed["1.001193"] = name;
            if (in_one_day) n.restart();
            n.pass(step);
            CHECK(n.name_on(n.today()) == name);
        }
        if (!in_one_day) {
            CHECK(n.name_on(first) == "A");
            CHECK(n.name_on(std::chrono::sys_days(first) + std::chrono::days(1)) == "B");
            CHECK(n.name_on(std::chrono::sys_days(first) + std::chrono::days(3)) == "B");
            CHECK(n.kit.store.of_kind("procedure_version").size() == 4);
        }
        n.restart();
        n.pass(core::Duration(0));
        CHECK(n.name_on(n.today()) == "A");
        if (!in_one_day)
            CHECK(n.name_on(std::chrono::sys_days(first) + std::chrono::days(1)) == "B");
    }
}

TEST_CASE("NP-40 catalogue: an answer that says nothing erases no known procedure") {
    for (const char* answer : {"null", "[]", R"([{"TENTTHC":"?"}])", R"("?")"}) {
        CAPTURE(answer);
        Nights n;
        n.pass();
        n.instead = answer;
        n.listed["1.001193"] = "B";  // the list says that something changed
        n.pass();
        CHECK(n.name_on(n.today()) == "A");
        CHECK(n.kit.store.of_kind("procedure_version").empty());
        n.instead.clear();
        n.pass();
        CHECK(n.name_on(n.today()) == "B");  // asked for again the next night
    }
}

TEST_CASE("NP-40 catalogue: a procedure that is listed again is in force again, from that night") {
    Nights n;
    n.pass();
    n.listed.erase("1.001193");
    n.pass();
    n.pass();
    CHECK(n.name_on(n.today()) == "");
    n.listed["1.001193"] = "A";
    n.pass();
    CHECK(n.name_on(n.today()) == "A");
    CHECK(n.kit.store.of_kind("procedure_version").empty());
    n.restart();
    n.pass(core::Duration(0));
    CHECK(n.name_on(n.today()) == "A");
}

TEST_CASE("NP-38 catalogue: one that could not be read at first is asked for the next night") {
    Nights n;
    n.listed = {{"1.001193", ""}};
    n.instead = "null";
    n.pass();
    CHECK(n.kit.portal->catalogue().size() == 0);
    n.instead.clear();
    n.pass();
    CHECK(n.kit.portal->catalogue().size() == 1);
}

TEST_CASE("ID-12 F-224 catalogue: a procedure listed by its long code is found by its short one") {
    Nights n;
    n.listed = {{"1.001193.000.00.00.H56", "A"}};
    n.pass();
    for (const char* code : {"1.001193.000.00.00.H56", "1.001193", "1.001193.000.00.00.H37"})
        CHECK_MESSAGE(n.name_on(n.today(), code) == "A", code);
    CHECK(n.name_on(n.today(), "1.001194") == "");
    CHECK(n.kit.sink->prepare(n.kit.packet(), n.kit.clock.now()).has_value());
}

}  // namespace
}  // namespace gw::national_portal
