// Forms of dates and times: both ways, and nothing that is not exactly of the form.
#include "gateway/mapping/time_forms.hpp"

#include <doctest/doctest.h>

using namespace gw::mapping;

namespace {
TimeForm form(std::string_view pattern) {
    const auto parsed = TimeForm::parse(pattern);
    REQUIRE(parsed.has_value());
    return *parsed;
}
}  // namespace

TEST_CASE("ID-35 time forms: times are Vietnam's, on a 24-hour clock") {
    const TimeForm compact = form("yyyyMMddHHmmss");
    CHECK(write_timestamp(compact, "2026-01-05T14:30:15.999+07:00") == "20260105143015");
    CHECK(write_timestamp(compact, "2026-01-05T17:30:15Z") == "20260106003015");
    CHECK(read_timestamp(compact, "20260105143015") == "2026-01-05T14:30:15.000+07:00");
    for (const char* bad :
         {"",
          "2026010514301",
          "202601051430155",
          "20260230143015",
          "20260105243015",
          "20260105146015",
          "2026010514301x",
          " 20260105143015"})
        CHECK_MESSAGE(!read_timestamp(compact, bad), bad);
    CHECK_FALSE(write_timestamp(compact, "2026-01-05T14:30:15").has_value());
    CHECK(
        read_timestamp(form("dd/MM/yyyy HH:mm:ss"), "05/01/2026 14:30:15") ==
        "2026-01-05T14:30:15.000+07:00"
    );
}
TEST_CASE("time forms: dates with and without leading zeros") {
    CHECK(write_date(form("M-yyyy"), "2026-03") == "3-2026");
    CHECK(read_date(form("M-yyyy"), "3-2026") == "2026-03");
    CHECK(read_date(form("M-yyyy"), "12-2026") == "2026-12");
    CHECK_FALSE(read_date(form("M-yyyy"), "13-2026").has_value());
    CHECK(write_date(form("dd-MM-yyyy"), "2026-03-05") == "05-03-2026");
    CHECK(read_date(form("dd/MM/yyyy"), "29/02/2024") == "2024-02-29");
    CHECK_FALSE(read_date(form("dd/MM/yyyy"), "29/02/2026").has_value());
}
TEST_CASE("time forms: a part is neither made up nor dropped") {
    CHECK_FALSE(write_date(form("yyyyMMdd"), "1990").has_value());
    CHECK_FALSE(write_date(form("yyyy"), "1990-04").has_value());
    CHECK(write_date(form("MM.yyyy"), "1990-04") == "04.1990");
}
TEST_CASE("time forms: patterns without a part, or with one twice, are none") {
    CHECK_FALSE(TimeForm::parse("--").has_value());
    CHECK_FALSE(TimeForm::parse("yyyyMMM").has_value());
    CHECK_FALSE(TimeForm::parse("").has_value());
}
