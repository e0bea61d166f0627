// Tests of the value tree and the time forms.
#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"
#include "gateway/core/time.hpp"

#include <doctest/doctest.h>

using namespace gw::core;

TEST_CASE("document: keeps order, repeats and kinds") {
    Document d;
    d.add("a", Document::number(1)).set("x", Document::null());
    d.add("b", Document::text("một"));
    d.add("b", Document::text("hai"));
    CHECK(d.size() == 3);
    CHECK(d.find("b")->as_text() == "một");
    CHECK(d.text_of("b") == "một");
    CHECK(d.text_of("missing", "else") == "else");
    CHECK(d.find_ignoring_case("B") != nullptr);
    CHECK(d.find("B") == nullptr);
    d.set("b", Document::boolean(true));
    CHECK(d.find("b")->as_boolean());
    CHECK(d.remove("a"));
    CHECK_FALSE(d.remove("a"));
}

TEST_CASE("document: pointer reads lists, escapes and misses") {
    Document d;
    d.set("owner", Document::object())
        .set("ids", Document::list())
        .push(Document::text("020190000001"));
    d.set("a/b", Document::text("slash"));
    CHECK(d.at("/owner/ids/0")->as_text() == "020190000001");
    CHECK(d.at("/owner/ids/1") == nullptr);
    CHECK(d.at("/owner/nobody/0") == nullptr);
    CHECK(d.at("/a~1b")->as_text() == "slash");
    CHECK(d.at("") == &d);
}

TEST_CASE("document: whole numbers only") {
    CHECK(Document::number_text("12").as_integer() == 12);
    CHECK_FALSE(Document::number_text("1.5").as_integer());
    CHECK_FALSE(Document::number_text("99999999999999999999").as_integer());
    CHECK_FALSE(Document::text("12").as_integer());
}

TEST_CASE("time: RFC 3339 with any offset, written as +07:00") {
    const auto t = parse_rfc3339("2026-01-05T14:30:15.000+07:00");
    REQUIRE(t);
    CHECK(to_rfc3339(*t) == "2026-01-05T14:30:15.000+07:00");
    CHECK(parse_rfc3339("2026-01-05T07:30:15Z") == t);
    CHECK(parse_rfc3339("2026-01-05T08:30:15.0004+01:00") == t);
    for (const char* bad :
         {"2026-01-05T14:30:15",
          "2026-02-30T00:00:00Z",
          "2026-01-05 14:30:15Z",
          "2026-01-05T24:00:00Z",
          "2026-01-05T14:30:15.Z",
          "",
          "2026-01-05T14:30:15+7:00",
          "2026-01-05T14:30:15Zx"})
        CHECK_MESSAGE(!parse_rfc3339(bad), bad);
}

TEST_CASE("ID-35 F-227 time: compact form uses the 24-hour clock") {
    const auto t = parse_compact("20260302143000");
    REQUIRE(t);
    CHECK(to_compact(*t) == "20260302143000");
    CHECK(to_rfc3339(*t) == "2026-03-02T14:30:00.000+07:00");
    for (const char* bad : {"2026030214300", "20260230143000", "20260302243000", "2026030214300x"})
        CHECK_MESSAGE(!parse_compact(bad), bad);
}

TEST_CASE("time: days begin at midnight in Vietnam") {
    const auto t = parse_rfc3339("2026-03-01T17:00:00Z");
    CHECK(to_iso_day(local_day(*t)) == "2026-03-02");
    CHECK(at_local(local_day(*t)) == *t);
    CHECK_FALSE(parse_iso_day("2026-13-01"));
}

TEST_CASE("time: every instant survives its text") {
    for (std::int64_t ms = -5'000'000'000'000; ms < 5'000'000'000'000; ms += 86'399'999'123)
        CHECK(parse_rfc3339(to_rfc3339(from_ms(ms))) == from_ms(ms));
}
