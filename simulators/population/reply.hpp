// What the database answers, as XML in the wanted style.
#pragma once

#include "gateway/core/time.hpp"
#include "simulators/population/options.hpp"
#include "simulators/population/person.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sim::population {

/// Deviations of one answer on top of the style.
struct Twist {
    Twist() = default;
    bool year_only = false, year_conflict = false;     // F-83, F-84
    bool admin_code_mix = false, no_district = false;  // F-86
    bool district_missing = false;
    bool other_marks = false, decomposed = false;  // F-91
    bool doubled = false;                          // F-92
};

/// CongdanCollection. `blood_only` and such: only the elements of that detail.
std::string collection_of(
    const std::vector<Person>& people, const Style& style, const Twist& twist, core::Instant now
);
/// KetQuaXacThuc or SoLuongCongDan. `detail`: one more element inside, "" = none.
std::string yes_no(bool yes, const Style& style, const std::string& detail = {});

}  // namespace sim::population
