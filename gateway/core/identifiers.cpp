// Codes of dossiers, agencies, procedures and results.
#include "gateway/core/identifiers.hpp"

#include "gateway/core/text.hpp"

#include <algorithm>
#include <charconv>

namespace gw::core {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

/// Pattern: 9 a digit, A a capital letter, @ G or H; every other character itself.
bool matches(std::string_view text, std::string_view pattern) {
    if (text.size() != pattern.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char p = pattern[i];
        const bool fits = p == '9'   ? is_digit(c)
                          : p == 'A' ? is_capital(c)
                          : p == '@' ? c == 'G' || c == 'H'
                                     : c == p;
        if (!fits) return false;
    }
    return true;
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::vector<std::string_view> groups_of(std::string_view code) {
    std::vector<std::string_view> out;
    while (true) {
        const std::size_t dot = code.find('.');
        out.push_back(code.substr(0, dot));
        if (dot == std::string_view::npos) return out;
        code.remove_prefix(dot + 1);
    }
}

bool is_group(std::string_view group) {
    return !group.empty() && std::all_of(group.begin(), group.end(), [](char c) {
        return is_digit(c) || is_capital(c);
    });
}

bool are_groups(std::string_view code) {
    const auto groups = groups_of(code);
    return std::all_of(groups.begin(), groups.end(), is_group);
}

unsigned number(std::string_view digits) {
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

/// yyMMdd or yyyyMMdd; nullopt when that is no real day.
std::optional<Day> code_date(std::string_view digits) {
    if (!all_digits(digits) || (digits.size() != 6 && digits.size() != 8)) return std::nullopt;
    const std::size_t year_size = digits.size() - 4;
    const unsigned year = number(digits.substr(0, year_size)) + (year_size == 2 ? 2000U : 0U);
    const Day day{
        std::chrono::year(static_cast<int>(year)),
        std::chrono::month(number(digits.substr(year_size, 2))),
        std::chrono::day(number(digits.substr(year_size + 2)))};
    if (!day.ok()) return std::nullopt;
    return day;
}

std::optional<DossierCode> structured(std::string_view code) {
    const std::size_t second = code.rfind('-');
    if (second == std::string_view::npos || second == 0) return std::nullopt;
    const std::size_t first = code.rfind('-', second - 1);
    if (first == std::string_view::npos) return std::nullopt;
    const std::string_view counter = code.substr(second + 1);
    const std::string_view agency = code.substr(0, first);
    const auto date = code_date(code.substr(first + 1, second - first - 1));
    if (!date || !are_groups(agency) || !all_digits(counter)) return std::nullopt;
    if (counter.size() < 4 || counter.size() > 7) return std::nullopt;
    DossierCode out;
    out.structured = true;
    out.agency = agency;
    out.counter = counter;
    out.date = date;
    return out;
}

bool is_service_code(std::string_view code) {
    return matches(code, "9.999999.99") || matches(code, "9.999999.999.99.99.@99.99");
}

bool is_narrow_agency(std::string_view code) {
    if (matches(code, "999.99.99.A99")) return true;
    return are_groups(code) && matches(groups_of(code).front(), "A99");
}

}  // namespace

std::optional<DossierCode> parse_dossier_code(std::string_view code) {
    if (code.empty() || !is_printable_word(code) || code_points(code) > 50) return std::nullopt;
    auto parsed = structured(code);
    return parsed ? parsed : DossierCode{};
}

bool has_province_prefix(
    std::string_view dossier_code, const std::vector<std::string>& province_roots
) {
    const auto parsed = parse_dossier_code(dossier_code);
    if (!parsed || !parsed->structured) return false;
    const std::string canonical = canonical_agency(parsed->agency);
    for (const std::string_view form :
         {std::string_view(parsed->agency), std::string_view(canonical)})
        for (const std::string_view group : groups_of(form))
            if (std::find(province_roots.begin(), province_roots.end(), group) !=
                province_roots.end())
                return true;
    return false;
}

bool is_agency_code(std::string_view code) {
    return code.size() <= 35 && are_groups(code);
}

std::string canonical_agency(std::string_view code) {
    if (!matches(code, "999.99.99.A99")) return std::string(code);
    auto groups = groups_of(code);
    std::reverse(groups.begin(), groups.end());
    const auto is_zero = [](std::string_view group) {
        return group.find_first_not_of('0') == std::string_view::npos;
    };
    while (is_zero(groups.back())) groups.pop_back();
    std::string out(groups.front());
    for (std::size_t i = 1; i < groups.size(); ++i) out.append(".").append(groups[i]);
    return out;
}

std::string qcvn102_agency(std::string_view code) {
    static constexpr std::string_view shapes[] = {"A99", "99", "99", "999"};
    static constexpr std::string_view zeros[] = {"", "00", "00", "000"};
    const auto groups = groups_of(code);
    if (groups.size() > std::size(shapes)) return std::string(code);
    std::string out;
    for (std::size_t i = std::size(shapes); i-- > 0;) {
        if (i < groups.size() && !matches(groups[i], shapes[i])) return std::string(code);
        out.append(i < groups.size() ? groups[i] : zeros[i]);
        if (i > 0) out.append(".");
    }
    return out;
}

bool is_procedure_code(std::string_view code) {
    return matches(code, "9.999999") || matches(code, "9.999999.999.99.99.@99");
}

std::string short_procedure(std::string_view code) {
    return std::string(is_procedure_code(code) ? code.substr(0, 8) : code);
}

bool is_result_code(std::string_view code) {
    return matches(code, "KQ.@99.999999");
}

CodeKind code_kind(std::string_view code) {
    constexpr std::string_view file_prefix = "KQ.DVC.";
    if (is_result_code(code)) return CodeKind::result;
    if (code.size() > file_prefix.size() && code.substr(0, file_prefix.size()) == file_prefix &&
        std::all_of(code.begin() + file_prefix.size(), code.end(), is_capital))
        return CodeKind::result_file;
    if (matches(code, "999.99.99.@99-KQ999999")) return CodeKind::component;
    if (is_service_code(code)) return CodeKind::service;
    if (is_procedure_code(code)) return CodeKind::procedure;
    if (is_narrow_agency(code)) return CodeKind::agency;
    return CodeKind::unknown;
}

}  // namespace gw::core
