// Tables the population is made from: places of birth registration, invented names, Vietnamese
// capital letters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sim::population {

/// One place of birth registration: digits 1 to 3 of a citizen number.
struct PlaceRow {
    const char* number_code;
    const char* old_province;  // until 30 June 2025
    const char* new_province;
    const char* old_name;
    const char* new_name;
};
constexpr std::size_t place_count = 63;
const PlaceRow& place(std::size_t index);
/// "Hà Nội" for "01" in the old or the new list; "" when unknown.
std::string_view province_name(std::string_view code, bool old_codes);

constexpr std::size_t family_count = 14, middle_count = 10, given_count = 24;
std::string_view family_name(std::size_t index);
std::string_view middle_name(std::size_t index, bool female);
/// Words no person is called: recognisable as invented.
std::string_view given_name(std::size_t index);

/// Capital letters without their marks, Đ as D; everything else unchanged.
std::string without_marks(std::string_view upper);
/// Capital letters taken apart into letter and marks (NFD).
std::string decomposed(std::string_view upper);
/// The name with the mark of its last marked letter lost: as another clerk would have written it.
std::string other_marks(std::string_view upper);

}  // namespace sim::population
