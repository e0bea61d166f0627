// Households first: who lives in one follows from the seed and its number alone.
#include "simulators/population/people.hpp"

#include "simulators/kit/text.hpp"
#include "simulators/population/tables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <numeric>

namespace sim::population {
namespace {

constexpr int this_year = 2025;  // nobody is born later
constexpr int first_year = 1925;
constexpr std::uint64_t first_serial = 30, serials = 100;  // below 30: the notable persons
constexpr std::uint32_t first_old_number = 100;

std::string digits(const char* form, unsigned long long value) {
    char text[32];
    std::snprintf(text, sizeof text, form, value);
    return text;
}

std::string household_number(std::uint32_t h) {
    return digits("HK%07llu", h);
}

int century_digit(int year, bool female) {
    return (year >= 2000 ? 2 : 0) + (female ? 1 : 0);
}

Birth draw_birth(kit::Random& r, int year) {
    static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    Birth b(year);
    bool only_year = r.uniform() < (year < 1965 ? 0.08 : 0.004);
    int month = static_cast<int>(r.below(12)) + 1;
    int day = static_cast<int>(r.below(static_cast<std::size_t>(days[month - 1]))) + 1;
    if (!only_year) b = Birth(year, month, day);
    return b;
}

std::string two(std::size_t n) {
    return digits("%02llu", n);
}

}  // namespace

std::string Birth::compact() const {
    char text[40];
    std::snprintf(text, sizeof text, "%04d%02d%02d", year, month, day);
    return whole() ? text : std::string();
}
std::string Birth::dashed() const {
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return whole() ? text : std::string();
}
std::string Birth::year_text() const {
    return year > 0 ? std::to_string(year) : std::string();
}

std::string Name::whole() const {
    std::string out;
    for (const auto* part : {&family, &middle, &given})
        if (!part->empty()) out += (out.empty() ? "" : " ") + *part;
    return out;
}

struct People::Member {
    enum class Role { head, spouse, child, parent };
    Role role = Role::head;
    bool female = false, only_old = false, has_old = false, dead = false, away = false;
    Birth birth;
};

struct People::Home {
    std::uint32_t number = 0;
    std::size_t place = 0, family = 0, ethnic = 1;
    bool old_codes = false;
    std::string religion = "00";
    std::vector<Member> members;
    bool couple() const { return members.size() > 1 && members[1].role == Member::Role::spouse; }
};

/// Draws in a fixed order: what is drawn later never changes what was drawn before.
People::Home People::home(std::uint32_t h) const {
    kit::Random r(kit::mix(seed_, household_number(h)));
    Home out;
    out.number = h;
    out.place = r.below(place_count);
    out.family = r.below(family_count);
    out.ethnic = r.uniform() < 0.8 ? 1 : 2 + r.below(53);
    out.old_codes = r.uniform() < 0.35;
    out.religion = r.uniform() < 0.8 ? "00" : two(1 + r.below(14));
    auto add = [&](Member::Role role, bool female, int year) {
        Member m;
        m.role = role;
        m.female = female;
        m.birth = draw_birth(r, std::clamp(year, first_year, this_year));
        bool grown = m.birth.year < 2008;
        double x = r.uniform();
        m.only_old = grown && x < 0.02;
        m.has_old = m.only_old || (m.birth.year < 2004 && x < 0.8);
        m.dead = m.birth.year < 1960 && r.uniform() < 0.03;
        m.away = r.uniform() < 0.1;
        out.members.push_back(m);
    };
    auto year = [&r](int low, int high) {
        return low + static_cast<int>(r.below(static_cast<std::size_t>(high - low + 1)));
    };
    bool head_female = r.uniform() < 0.25;
    int head_year = year(1945, 2001);
    add(Member::Role::head, head_female, head_year);
    bool couple = r.uniform() < 0.72;
    if (couple) add(Member::Role::spouse, !head_female, head_year + year(-5, 5));
    auto children = couple ? r.below(4) : (r.uniform() < 0.15 ? 1U : 0U);
    int born = head_year + year(20, 28);
    for (std::size_t i = 0; i < children && born <= this_year; ++i, born += year(1, 6))
        add(Member::Role::child, r.uniform() < 0.49, born);
    if (head_year > 1955 && r.uniform() < 0.18)
        add(Member::Role::parent, r.uniform() < 0.6, head_year - year(20, 32));
    return out;
}

People::People(std::uint64_t seed, std::size_t count) : seed_(seed), enrolled_(notable_people()) {
    for (std::size_t i = 0; i < enrolled_.size(); ++i) index(i);
    numbers_.reserve(count);
    homes_.reserve(count);
    // How many were given a number under (place, century and sex, year) so far.
    std::vector<std::uint8_t> given(
        place_count * 2 * static_cast<std::size_t>(this_year - first_year + 1)
    );
    for (std::uint32_t h = 0; numbers_.size() < count; ++h) {
        auto one = home(h);
        first_.push_back(static_cast<std::uint32_t>(numbers_.size()));
        for (const auto& m : one.members) {
            if (numbers_.size() == count) break;
            auto year = static_cast<std::size_t>(m.birth.year - first_year);
            auto& used =
                given[(one.place * 2 + (m.female ? 1 : 0)) * (this_year - first_year + 1) + year];
            std::uint64_t number = 0;
            if (!m.only_old && first_serial + used < serials) {
                std::uint64_t code = 0;
                std::from_chars(
                    place(one.place).number_code, place(one.place).number_code + 3, code
                );
                number =
                    code * 10 + static_cast<std::uint64_t>(century_digit(m.birth.year, m.female));
                number =
                    (number * 100 + static_cast<std::uint64_t>(m.birth.year % 100)) * 1'000'000 +
                    first_serial + used++;
            }
            numbers_.push_back(number);
            homes_.push_back(h);
        }
    }
    by_number_.resize(numbers_.size());
    std::iota(by_number_.begin(), by_number_.end(), 0U);
    std::ranges::sort(by_number_, [this](auto a, auto b) {
        return std::pair(numbers_[a], a) < std::pair(numbers_[b], b);
    });
}

std::string People::number_of(std::size_t index) const {
    return numbers_[index] == 0 ? std::string() : digits("%012llu", numbers_[index]);
}

Name People::name_of(const Home& home, std::size_t slot) const {
    const auto& m = home.members[slot];
    kit::Random r(kit::mix(seed_ + slot, "name" + household_number(home.number)));
    bool own = m.role == Member::Role::spouse || (m.role == Member::Role::parent && m.female);
    // The family name is the father's.
    bool from_spouse = m.role == Member::Role::child && home.members[0].female && home.couple();
    std::string family(own ? family_name(r.below(family_count)) : family_name(home.family));
    if (from_spouse) family = name_of(home, 1).family;
    return Name(
        std::move(family),
        std::string(middle_name(r.below(middle_count), m.female)),
        std::string(given_name(r.below(given_count)))
    );
}

void People::fill_relatives(Person& p, const Home& home, std::size_t slot) const {
    auto first = first_[home.number];
    auto relative = [&](std::size_t at) {
        Relative r;
        r.name = name_of(home, at);
        r.number = number_of(first + at);
        if (r.number.empty()) r.old_number = digits("%09llu", first + at + first_old_number);
        return r;
    };
    const auto& me = home.members[slot];
    auto parents_of = [&](std::size_t at) {
        (home.members[at].female ? p.mother : p.father) = relative(at);
    };
    if (me.role == Member::Role::child) {
        parents_of(0);
        if (home.couple()) parents_of(1);
        if (me.birth.year > 2008) p.representative = relative(0);
    }
    if (me.role == Member::Role::head && home.members.back().role == Member::Role::parent)
        parents_of(home.members.size() - 1);
    if (home.couple() && slot < 2) p.spouse = relative(1 - slot);
    p.head = relative(0);
    static constexpr std::array relations{"CH01", "CH02", "CH03", "CH04"};
    p.head->relation = relations[static_cast<std::size_t>(me.role)];
}

Person People::person(std::size_t index) const {
    auto home = this->home(homes_.at(index));
    auto slot = index - first_[home.number];
    // The last household may have been cut at the wanted count.
    home.members.resize(std::min(home.members.size(), numbers_.size() - first_[home.number]));
    const auto& m = home.members[slot];
    kit::Random r(kit::mix(seed_ + slot, "person" + household_number(home.number)));
    Person p;
    p.number = number_of(index);
    if (m.has_old || p.number.empty()) p.old_number = digits("%09llu", index + first_old_number);
    p.name = name_of(home, slot);
    p.sex = m.female ? 2 : 1;
    p.birth = m.birth;
    p.ethnic = two(home.ethnic);
    p.religion = home.religion;
    bool paired = home.couple() && slot < 2;
    p.marital = paired ? "2" : m.birth.year < 2000 && r.uniform() < 0.1 ? "3" : "1";
    p.blood = two(r.below(5));
    const auto& row = place(home.place);
    p.permanent.old_codes = home.old_codes;
    p.permanent.province = home.old_codes ? row.old_province : row.new_province;
    if (home.old_codes) p.permanent.district = digits("%03llu", 900 + r.below(20));
    p.permanent.commune = digits("%05llu", 1 + r.below(99));
    p.permanent.detail = "Thôn Mẫu " + std::to_string(1 + r.below(20));
    p.registered = p.permanent;
    p.registered.old_codes = true;
    p.registered.province = row.old_province;
    p.origin = p.registered;
    p.current = p.permanent;
    if (m.away) {
        p.current.old_codes = false;
        p.current.district.clear();
        p.current.province = place(r.below(place_count)).new_province;
        p.current.detail = "Phố Thử " + std::to_string(1 + r.below(50));
    }
    p.household = household_number(home.number);
    p.dead = m.dead;
    fill_relatives(p, home, slot);
    return p;
}

bool People::replaced(std::string_view number) const {
    return !number.empty() && enrolled_numbers_.contains(number);
}

void People::index(std::size_t at) {
    const auto& p = enrolled_[at];
    if (!p.number.empty()) enrolled_numbers_.emplace(p.number, at);
    if (!p.old_number.empty()) enrolled_old_.emplace(p.old_number, at);
}

std::vector<Person> People::with_number(std::string_view number) const {
    std::vector<Person> out;
    std::uint64_t wanted = 0;
    auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), wanted);
    if (number.size() != 12 || error != std::errc() || end != number.data() + 12) return out;
    auto [first, last] = enrolled_numbers_.equal_range(number);
    for (auto it = first; it != last; ++it) out.push_back(enrolled_[it->second]);
    if (!out.empty() || wanted == 0) return out;
    auto it =
        std::ranges::lower_bound(by_number_, wanted, {}, [this](auto i) { return numbers_[i]; });
    if (it != by_number_.end() && numbers_[*it] == wanted) out.push_back(person(*it));
    return out;
}

std::vector<Person> People::with_old_number(std::string_view number) const {
    std::vector<Person> out;
    auto [first, last] = enrolled_old_.equal_range(number);
    for (auto it = first; it != last; ++it) out.push_back(enrolled_[it->second]);
    std::uint64_t n = 0;
    auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), n);
    if (!out.empty() || number.size() != 9 || error != std::errc() || end != number.data() + 9)
        return out;
    if (n < first_old_number || n - first_old_number >= size()) return out;
    auto p = person(n - first_old_number);
    if (!p.old_number.empty() && !replaced(p.number)) out.push_back(std::move(p));
    return out;
}

std::vector<Person> People::household(std::string_view number) const {
    std::vector<Person> out;
    for (const auto& p : enrolled_)
        if (!p.household.empty() && p.household == number) out.push_back(p);
    if (!out.empty() || number.size() != 9 || !number.starts_with("HK")) return out;
    std::uint32_t h = 0;
    std::from_chars(number.data() + 2, number.data() + 9, h);
    if (h >= first_.size()) return out;
    auto end = h + 1 < first_.size() ? first_[h + 1] : static_cast<std::uint32_t>(size());
    for (auto i = first_[h]; i < end; ++i) out.push_back(person(i));
    return out;
}

void People::enrol(Person person) {
    const auto& known = person.number.empty() ? enrolled_old_ : enrolled_numbers_;
    auto [first, last] =
        known.equal_range(person.number.empty() ? person.old_number : person.number);
    for (auto it = first; it != last; ++it) {
        auto& held = enrolled_[it->second];
        bool same =
            held.old_number == person.old_number && held.name.whole() == person.name.whole() &&
            held.birth.compact() == person.birth.compact() && held.birth.year == person.birth.year;
        if (!same) continue;
        held = std::move(person);
        return;
    }
    enrolled_.push_back(std::move(person));
    index(enrolled_.size() - 1);
}

}  // namespace sim::population
