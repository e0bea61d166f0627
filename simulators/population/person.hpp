// A person as the database holds one.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace sim::population {

/// 0 = not known; a day only with a month, a month only with a year.
struct Birth {
    Birth() = default;
    Birth(int y, int m, int d) : year(y), month(m), day(d) {}
    explicit Birth(int y) : year(y) {}
    int year = 0, month = 0, day = 0;
    bool whole() const { return day > 0; }
    std::string compact() const;  // "19900115"; "" unless whole
    std::string dashed() const;   // "1990-01-15"; "" unless whole
    std::string year_text() const;
};

struct Name {
    Name() = default;
    Name(std::string f, std::string m, std::string g)
        : family(std::move(f)), middle(std::move(m)), given(std::move(g)) {}
    std::string family, middle, given;  // NFC upper case
    /// The parts that are there, joined by one space.
    std::string whole() const;
};

struct Address {
    Address() = default;
    std::string province, district, commune, detail, country = "VN";
    bool old_codes = false;  // of the table valid until 30 June 2025
};

struct Relative {
    Relative() = default;
    std::string number, old_number, nationality = "VN";
    Name name;
    std::string relation;  // to the head of household: "CH01" …
};

struct Person {
    Person() = default;
    std::string number, old_number;  // 12 and 9 digits; one of them may be missing
    Name name;
    int sex = 0;  // 1 male, 2 female
    Birth birth;
    std::string ethnic = "01", religion = "00", marital = "1", blood = "00", nationality = "VN";
    Address registered, origin, permanent, current;
    std::optional<Relative> father, mother, spouse, representative, head;
    std::string household;
    bool dead = false;
    std::string note;  // why this person is here; "" for the many
};

}  // namespace sim::population
