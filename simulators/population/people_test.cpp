// The population: invented, whole, the same for the same seed.
#include "simulators/population/people.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

namespace sim::population {
namespace {

const People& hundred_thousand() {
    static const People people(1, 100'000);
    return people;
}

TEST_CASE("people: a hundred thousand, every number once and found again") {
    const auto& all = hundred_thousand();
    REQUIRE(all.size() == 100'000);
    std::set<std::string> numbers, old_numbers;
    for (std::size_t i = 0; i < all.size(); i += 7) {
        auto p = all.person(i);
        CAPTURE(i);
        REQUIRE_FALSE((p.number.empty() && p.old_number.empty()));
        if (!p.number.empty()) {
            REQUIRE(numbers.insert(p.number).second);
            auto again = all.with_number(p.number);
            REQUIRE(again.size() == 1);
            REQUIRE(again[0].name.whole() == p.name.whole());
        }
        if (!p.old_number.empty()) {
            REQUIRE(old_numbers.insert(p.old_number).second);
            REQUIRE(all.with_old_number(p.old_number).size() == 1);
        }
    }
}

TEST_CASE("people: numbers are recognisable as invented and agree with sex, century and year") {
    const auto& all = hundred_thousand();
    for (std::size_t i = 0; i < all.size(); i += 11) {
        auto p = all.person(i);
        CAPTURE(p.number);
        if (!p.old_number.empty()) REQUIRE(p.old_number.starts_with("000"));
        if (p.number.empty()) continue;
        REQUIRE(p.number.size() == 12);
        REQUIRE(p.number.substr(6, 4) == "0000");
        int digit = p.number[3] - '0';
        REQUIRE(digit % 2 == (p.sex == 2 ? 1 : 0));
        REQUIRE(digit / 2 == (p.birth.year >= 2000 ? 1 : 0));
        REQUIRE(std::stoi(p.number.substr(4, 2)) == p.birth.year % 100);
    }
}

TEST_CASE("people: the same seed makes the same persons, another seed others") {
    People a(7, 500), b(7, 500), c(8, 500);
    int differ = 0;
    for (std::size_t i = 0; i < 500; ++i) {
        REQUIRE(a.person(i).number == b.person(i).number);
        REQUIRE(a.person(i).name.whole() == b.person(i).name.whole());
        differ += a.person(i).number != c.person(i).number ? 1 : 0;
    }
    CHECK(differ > 400);
}

TEST_CASE("people: all kinds that make trouble are among the many") {
    const auto& all = hundred_thousand();
    std::map<std::string, int> kinds;
    std::set<std::string> ethnic;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i % 3 != 0) continue;
        auto p = all.person(i);
        ethnic.insert(p.ethnic);
        if (!p.birth.whole()) ++kinds["year"];
        if (p.number.empty()) ++kinds["nine"];
        if (p.dead) ++kinds["dead"];
        ++kinds[p.permanent.old_codes ? "old codes" : "new codes"];
        if (p.spouse) ++kinds["spouse"];
        if (p.father) ++kinds["father"];
    }
    CHECK(ethnic.size() == 54);
    for (const char* kind :
         {"year", "nine", "dead", "old codes", "new codes", "spouse", "father"}) {
        CAPTURE(kind);
        CHECK(kinds[kind] > 100);
    }
}

TEST_CASE("people: a household agrees with what its members say") {
    const auto& all = hundred_thousand();
    for (std::size_t i = 0; i < all.size(); i += 97) {
        auto p = all.person(i);
        auto home = all.household(p.household);
        REQUIRE_FALSE(home.empty());
        REQUIRE(p.head.has_value());
        CHECK(p.head->name.whole() == home[0].name.whole());
        auto me = std::ranges::find_if(home, [&p](const Person& q) {
            return q.number == p.number && q.old_number == p.old_number;
        });
        REQUIRE(me != home.end());
        if (p.spouse) {
            auto spouse = std::ranges::find_if(home, [&p](const Person& q) {
                return p.spouse->number.empty() ? q.old_number == p.spouse->old_number
                                                : q.number == p.spouse->number;
            });
            REQUIRE(spouse != home.end());
            CHECK(spouse->name.whole() == p.spouse->name.whole());
            CHECK(spouse->sex != p.sex);
        }
    }
}

TEST_CASE("people: the notable persons are there whatever the seed") {
    People people(99, 10);
    CHECK(people.with_number("020190000001").size() == 1);
    CHECK(people.with_number("020080000017").size() == 2);
    CHECK(people.with_old_number("000000020").at(0).number.empty());
    CHECK(people.with_number("020040000018").at(0).dead);
    CHECK(people.with_number("301085000019").at(0).nationality == "LA");
    CHECK(people.household("HK-MAU-06").size() == 6);
    auto one = people.with_number("020300000014").at(0),
         other = people.with_number("020300000015").at(0);
    CHECK(one.birth.compact() == other.birth.compact());
    CHECK(one.name.whole() != other.name.whole());
}

TEST_CASE("people: an enrolled person replaces the made one, and doubles only with another name") {
    People people(1, 50);
    auto made = people.person(0);
    Person mine;
    mine.number = made.number;
    mine.name = Name("NGUYỄN", "VĂN", "THỬ");
    mine.birth = Birth(1980);
    people.enrol(mine);
    people.enrol(mine);
    REQUIRE(people.with_number(made.number).size() == 1);
    CHECK(people.with_number(made.number)[0].name.whole() == "NGUYỄN VĂN THỬ");
    mine.name.given = "MẪU";
    people.enrol(mine);
    CHECK(people.with_number(made.number).size() == 2);
}

TEST_CASE("people: nonsense finds nobody") {
    People people(1, 50);
    for (const char* number :
         {"", "1", "02019000000", "0201900000011", "02019000000x", "000000000000", "999999999999"})
        CHECK(people.with_number(number).empty());
    for (const char* number : {"", "000000000", "00000000x", "999999999"})
        CHECK(people.with_old_number(number).empty());
    for (const char* number : {"", "HK", "HK9999999", "XX0000001"})
        CHECK(people.household(number).empty());
}

}  // namespace
}  // namespace sim::population
