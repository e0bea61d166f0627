// Tests of codes and numbers with the vectors of the domain.
#include "gateway/core/identifiers.hpp"

#include "tests/kit/core_tables.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace gw::core;

namespace {

std::vector<std::string> split(const std::string& text, char by) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, by);) out.push_back(part);
    return out;
}

constexpr Day today = std::chrono::year(2026) / std::chrono::March / 2;

}  // namespace

TEST_CASE("ID-1 dossier code: vectors") {
    for (auto& row : gw::test::read_csv("tests/vectors/vectors-dossier-code.csv")) {
        CAPTURE(row["code"]);
        const auto parsed = parse_dossier_code(row["code"]);
        REQUIRE(parsed.has_value() == (row["expected"] != "REFUSE"));
        if (!parsed) continue;
        CHECK(parsed->structured == (row["expected"] == "ACCEPT"));
        CHECK(parsed->agency == row["agency"]);
        CHECK(parsed->counter == row["sequence"]);
        CHECK((parsed->date ? to_iso_day(*parsed->date) : "") == row["date"]);
    }
}

TEST_CASE("ID-1 dossier code: blanks, control characters and 51 characters are refused") {
    CHECK_FALSE(parse_dossier_code("H37 14"));
    CHECK_FALSE(parse_dossier_code("H37\n"));
    CHECK_FALSE(parse_dossier_code(std::string(51, 'A')));
    CHECK(parse_dossier_code(std::string(50, 'A')));
}

TEST_CASE("ID-4 dossier code: the prefix names the province, whole group by whole group") {
    CHECK(has_province_prefix("H37.14-260302-0001", {"H37"}));
    CHECK(has_province_prefix("000.00.10.H37-260302-0001", {"H56", "H37"}));
    CHECK_FALSE(has_province_prefix("H56.14-260302-0001", {"H37"}));
    CHECK_FALSE(has_province_prefix("H370.14-260302-0001", {"H37"}));
    CHECK_FALSE(has_province_prefix("E260302ABC000001", {"H37"}));
}

TEST_CASE("ID-8 F-218 agency: old and new forms") {
    CHECK(canonical_agency("012.05.14.H37") == "H37.14.05.012");
    CHECK(canonical_agency("000.05.14.H37") == "H37.14.05");
    CHECK(canonical_agency("000.00.00.H37") == "H37");
    CHECK(canonical_agency("G01.839.108.000") == "G01.839.108.000");
    CHECK(qcvn102_agency("H37.14") == "000.00.14.H37");
    CHECK(qcvn102_agency("H37") == "000.00.00.H37");
    CHECK(qcvn102_agency("H37.14.05.012") == "012.05.14.H37");
    CHECK(qcvn102_agency("G01.839.108.000") == "G01.839.108.000");
    for (const char* code : {"H37", "H37.14", "H37.14.05", "H37.14.05.012"})
        CHECK(canonical_agency(qcvn102_agency(code)) == code);
}

TEST_CASE("agency: grammar of Decision 20/2020") {
    CHECK(is_agency_code("H37.14"));
    CHECK_FALSE(is_agency_code(""));
    CHECK_FALSE(is_agency_code("H37..14"));
    CHECK_FALSE(is_agency_code("h37"));
    CHECK_FALSE(is_agency_code(std::string(36, 'A')));
}

TEST_CASE("ID-14 code kind: vectors") {
    const std::map<std::string, CodeKind> kinds{
        {"PROCEDURE", CodeKind::procedure},
        {"SERVICE", CodeKind::service},
        {"NONE", CodeKind::unknown},
        {"RESULT", CodeKind::result},
        {"RESULT_FILE", CodeKind::result_file},
        {"COMPONENT", CodeKind::component},
        {"AGENCY", CodeKind::agency}};
    for (auto& row : gw::test::read_csv("tests/vectors/vectors-codes.csv")) {
        CAPTURE(row["code"]);
        CHECK(code_kind(row["code"]) == kinds.at(row["expected_kind"]));
    }
}

TEST_CASE("ID-12 F-224 procedure: the short code joins") {
    CHECK(short_procedure("1.002835.000.00.00.H56") == "1.002835");
    CHECK(short_procedure("1.002835") == "1.002835");
    CHECK(short_procedure("1.002835.01") == "1.002835.01");
}

TEST_CASE("ID-17 citizen number: vectors") {
    const auto places = gw::test::read_places();
    for (auto& row : gw::test::read_csv("tests/vectors/vectors-citizen-number.csv")) {
        CAPTURE(row["number"]);
        const Sex sex = row["declared_sex"] == "MALE"     ? Sex::male
                        : row["declared_sex"] == "FEMALE" ? Sex::female
                                                          : Sex::unknown;
        const std::string& year = row["declared_birth_year"];
        const auto registered = parse_iso_day(row["birth_registered_on"]);
        const auto found = check_citizen_number(
            row["number"], sex, year.empty() ? 0 : std::stoi(year), registered, today, places
        );
        for (const std::string& wanted : split(row["expected"], '|'))
            CHECK(std::find(found.begin(), found.end(), wanted) != found.end());
        if (row["expected"] == "OK") CHECK(found.size() == 1);
    }
}

TEST_CASE("ID-20 mask: three digits on each side") {
    CHECK(mask_number("020190000001") == "020******001");
    CHECK(mask_number("123456") == "******");
    CHECK(mask_number("") == "");
}

TEST_CASE("phone: accepted forms become one") {
    for (const char* form : {"84100000001", "+84100000001", "0100000001"})
        CHECK(normalise_phone(form) == "84100000001");
    for (const char* form :
         {"", "12", "0100 000 001", "010000000a", "+1100000001", "01000000011111"})
        CHECK_FALSE(normalise_phone(form));
    CHECK(local_phone("84100000001") == "0100000001");
}

TEST_CASE("F-220 partial date: year, month or day, and only real ones") {
    CHECK(parse_partial_date("1990")->month == 0);
    CHECK(parse_partial_date("1990-04")->month == 4);
    CHECK(parse_partial_date("1990-04-12")->day == 12);
    for (const char* form :
         {"", "90", "1990-13", "1990-02-30", "1990-4", "1990/04", "0000", "1990-00"})
        CHECK_FALSE(parse_partial_date(form));
}

TEST_CASE("F-164 payment reference: vectors") {
    std::ifstream file("tests/vectors/gateway-reference.json");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    REQUIRE(text.find("LT260057K3M9Q2C") != std::string::npos);
    const auto day = [](int n) {
        return Day(
            std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + std::chrono::days(n - 1)
        );
    };
    CHECK(payment_reference(day(5), "7K3M9Q2") == "LT260057K3M9Q2C");
    CHECK(payment_reference(day(5), "7K3M9Q0") == "LT260057K3M9Q0G");
    CHECK(payment_reference(day(1), "0000000") == "LT260010000000T");
    CHECK(payment_reference(day(365), "ZZZZZZZ") == "LT26365ZZZZZZZ3");
    CHECK_FALSE(payment_reference(day(5), "7K3M9QF"));  // its check character would be L
    CHECK_FALSE(payment_reference(day(5), "7K3M9Q"));
    CHECK_FALSE(payment_reference(day(5), "7K3M9QI"));
}
