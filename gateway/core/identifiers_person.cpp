// Numbers of persons, phones, partial dates and payment references.
#include "gateway/core/identifiers.hpp"
#include "gateway/core/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gw::core {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}
int value(std::string_view digits) {
    int out = 0;
    for (const char c : digits) out = out * 10 + (c - '0');
    return out;
}

/// Province codes that changed owner on 1 July 2025, as places of a citizen number.
constexpr std::array<std::string_view, 7> reused_places{
    "015", "024", "044", "052", "080", "082", "091"};

bool is_placeholder(std::string_view number) {
    const bool one_digit = number.find_first_not_of(number.front()) == std::string_view::npos;
    return one_digit || number == "000000001";
}

bool after_reform(int birth_year, std::optional<Day> registered) {
    using namespace std::chrono;
    return birth_year >= 2025 || (registered && *registered >= year(2025) / July / 1);
}

constexpr std::string_view base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
bool is_crockford(char c) {
    return base36.find(c) != std::string_view::npos &&
           std::string_view("ILOU").find(c) == std::string_view::npos;
}

/// ISO 7064 MOD 37,36.
char check_character(std::string_view text) {
    std::size_t product = 36;
    for (const char c : text) {
        std::size_t sum = (product + base36.find(c)) % 36;
        if (sum == 0) sum = 36;
        product = sum * 2 % 37;
    }
    return base36[(37 - product) % 36];
}

}  // namespace

std::vector<std::string_view> check_citizen_number(
    std::string_view number,
    Sex declared,
    int birth_year,
    std::optional<Day> birth_registered_on,
    Day today,
    const std::vector<std::string>& known_places
) {
    std::vector<std::string_view> out;
    if (!all_digits(number) || (number.size() != 9 && number.size() != 12)) return {"FORMAT"};
    if (number.size() == 9) out.push_back("OLD_NUMBER");
    if (is_placeholder(number)) out.push_back("WARN_PLACEHOLDER");
    if (number.size() == 9) return out;

    const std::string_view place = number.substr(0, 3);
    const int century = number[3] - '0';
    const int year = 1900 + century / 2 * 100 + value(number.substr(4, 2));
    const Sex sex = century % 2 == 0 ? Sex::male : Sex::female;
    const bool known =
        std::find(known_places.begin(), known_places.end(), place) != known_places.end();
    if (!known && value(place) < 100 && !known_places.empty()) out.push_back("WARN_PLACE");
    if (std::find(reused_places.begin(), reused_places.end(), place) != reused_places.end() &&
        after_reform(birth_year != 0 ? birth_year : year, birth_registered_on))
        out.push_back("WARN_PLACE_AMBIGUOUS");
    if ((declared == Sex::male || declared == Sex::female) && declared != sex)
        out.push_back("WARN_SEX");
    if (birth_year != 0 && birth_year != year) out.push_back("WARN_BIRTH_YEAR");
    if (year > int(today.year())) out.push_back("WARN_FUTURE");
    if (out.empty()) out.push_back("OK");
    return out;
}

std::string mask_number(std::string_view number) {
    std::string out(number);
    const std::size_t shown = number.size() < 7 ? 0 : 3;
    std::fill(
        out.begin() + static_cast<std::ptrdiff_t>(shown),
        out.end() - static_cast<std::ptrdiff_t>(shown),
        '*'
    );
    return out;
}

std::optional<std::string> normalise_phone(std::string_view text) {
    if (text.substr(0, 3) == "+84")
        text.remove_prefix(3);
    else if (text.substr(0, 2) == "84")
        text.remove_prefix(2);
    else if (text.substr(0, 1) == "0")
        text.remove_prefix(1);
    else
        return std::nullopt;
    if (!all_digits(text) || text.size() < 8 || text.size() > 10) return std::nullopt;
    return "84" + std::string(text);
}

std::string local_phone(std::string_view normalised) {
    if (normalised.substr(0, 2) != "84") return std::string(normalised);
    return "0" + std::string(normalised.substr(2));
}

std::optional<PartialDate> parse_partial_date(std::string_view text) {
    if (text.size() != 4 && text.size() != 7 && text.size() != 10) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return std::nullopt;
    PartialDate out;
    out.year = value(text.substr(0, 4));
    if (text.size() > 4) out.month = static_cast<unsigned>(value(text.substr(5, 2)));
    if (text.size() > 7) out.day = static_cast<unsigned>(value(text.substr(8, 2)));
    const Day whole{
        std::chrono::year(out.year),
        std::chrono::month(text.size() > 4 ? out.month : 1U),
        std::chrono::day(text.size() > 7 ? out.day : 1U)};
    if (out.year == 0 || !whole.ok()) return std::nullopt;
    return out;
}

std::optional<std::string> payment_reference(Day day, std::string_view random7) {
    if (random7.size() != 7 || !std::all_of(random7.begin(), random7.end(), is_crockford))
        return std::nullopt;
    using namespace std::chrono;
    const Day new_year = day.year() / January / 1;
    const auto day_of_year = (sys_days(day) - sys_days(new_year)).count() + 1;
    char head[16];
    std::snprintf(
        head, sizeof head, "LT%02d%03d", int(day.year()) % 100, static_cast<int>(day_of_year)
    );
    std::string out = std::string(head) + std::string(random7);
    const char check = check_character(out);
    if (!is_crockford(check)) return std::nullopt;
    return out + check;
}

bool is_payment_reference(std::string_view text) {
    if (text.size() != 15 || text.substr(0, 2) != "LT" || !all_digits(text.substr(2, 5)))
        return false;
    const std::string_view tail = text.substr(7);
    return std::all_of(tail.begin(), tail.end(), is_crockford) &&
           check_character(std::string(text.substr(0, 14))) == text.back();
}

std::vector<std::string> payment_references_in(std::string_view memo) {
    constexpr std::size_t length = 15;
    std::string kept;
    for (const char c : without_marks(memo)) {
        if (c >= 'a' && c <= 'z') kept.push_back(static_cast<char>(c - 'a' + 'A'));
        if (is_digit(c) || (c >= 'A' && c <= 'Z')) kept.push_back(c);
    }
    std::vector<std::string> found;
    for (std::size_t at = 0; at + length <= kept.size(); ++at) {
        std::string window = kept.substr(at, length);
        const bool again = std::find(found.begin(), found.end(), window) != found.end();
        if (!again && is_payment_reference(window)) found.push_back(std::move(window));
    }
    return found;
}

}  // namespace gw::core
