// The population: as many invented persons as wanted, made anew from the seed whenever one is asked
// for.
#pragma once

#include "simulators/population/person.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sim::population {

/// Citizen numbers end in 000000 to 000099, old numbers begin with 000, given names are words like
/// MẪU and THỬ: nobody can be mistaken for a living person. Only numbers and places in households
/// are kept (20 bytes a person). The notable persons of notable.cpp always belong to it.
class People {
public:
    People(std::uint64_t seed, std::size_t count);

    /// Made from the seed, without the enrolled ones.
    std::size_t size() const { return numbers_.size(); }
    /// index < size(); the same for the same seed, for ever.
    Person person(std::size_t index) const;

    /// Everybody who holds that number; more than one is a fault of the register.
    std::vector<Person> with_number(std::string_view number) const;
    std::vector<Person> with_old_number(std::string_view number) const;
    /// Everybody in that household, head first.
    std::vector<Person> household(std::string_view number) const;

    /// Adds a person, or replaces the ones made from the seed under that number. A second person
    /// with the same number and another name or birth is kept beside the first.
    void enrol(Person person);
    const std::vector<Person>& enrolled() const { return enrolled_; }

private:
    struct Home;
    struct Member;
    Home home(std::uint32_t household) const;
    Name name_of(const Home& home, std::size_t slot) const;
    std::string number_of(std::size_t index) const;
    void fill_relatives(Person& p, const Home& home, std::size_t slot) const;
    bool replaced(std::string_view number) const;
    void index(std::size_t enrolled);

    std::uint64_t seed_;
    std::vector<std::uint64_t> numbers_;    // by index; 0 = only a 9-digit number
    std::vector<std::uint32_t> homes_;      // by index: household
    std::vector<std::uint32_t> first_;      // by household: index of its head
    std::vector<std::uint32_t> by_number_;  // indexes in the order of their numbers
    std::vector<Person> enrolled_;
    std::multimap<std::string, std::size_t, std::less<>> enrolled_numbers_, enrolled_old_;
};

/// One of each kind that faults are made of: twins, a household of six, two hits, dead, foreign,
/// year only, nine digits only, a very long name, codes that changed owner.
std::vector<Person> notable_people();

}  // namespace sim::population
