// Just enough PDF syntax to read one dictionary.
#include "gateway/crypto/pdf_syntax.hpp"

#include <algorithm>
#include <cstdint>

namespace gw::crypto::pdf {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr int depth_max = 32;
constexpr std::size_t entries_max = 64, digits_max = 15;

bool is_delimiter(char c) {
    return std::string_view("()<>[]{}/%").find(c) != npos;
}

std::size_t word_end(std::string_view text, std::size_t at) {
    while (at < text.size() && !is_space(text[at]) && !is_delimiter(text[at])) ++at;
    return at;
}

std::size_t string_end(std::string_view text, std::size_t at) {
    int open = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '(')
            ++open;
        else if (text[at] == ')' && --open == 0)
            return at + 1;
    }
    return npos;
}

std::size_t hex_end(std::string_view text, std::size_t at) {
    const auto close = text.find('>', at);
    if (close == npos) return npos;
    for (std::size_t i = at + 1; i < close; ++i)
        if (std::string_view("0123456789abcdefABCDEF").find(text[i]) == npos && !is_space(text[i]))
            return npos;
    return close + 1;
}

std::size_t list_end(std::string_view text, std::size_t at, int depth) {
    at = after_blanks(text, at + 1);
    while (at < text.size() && text[at] != ']') {
        at = value_end(text, at, depth + 1);
        if (at == npos) return npos;
        at = after_blanks(text, at);
    }
    return at < text.size() ? at + 1 : npos;
}

std::size_t dictionary_end(std::string_view text, std::size_t at, int depth) {
    at = after_blanks(text, at + 2);
    while (at < text.size() && text[at] == '/') {
        at = after_blanks(text, word_end(text, at + 1));
        at = value_end(text, at, depth + 1);
        if (at == npos) return npos;
        at = after_blanks(text, at);
    }
    return text.substr(std::min(at, text.size()), 2) == ">>" ? at + 2 : npos;
}

bool all_digits(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), is_digit);
}

/// "12 0 R" is one value.
std::size_t reference_end(std::string_view text, std::size_t first_end) {
    const auto second = after_blanks(text, first_end);
    const auto second_end = word_end(text, second);
    if (!all_digits(text.substr(second, second_end - second))) return first_end;
    const auto third = after_blanks(text, second_end);
    const auto third_end = word_end(text, third);
    return text.substr(third, third_end - third) == "R" ? third_end : first_end;
}

}  // namespace

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view value_of(const Dictionary& dictionary, std::string_view name) {
    for (const Entry& entry : dictionary)
        if (entry.name == name) return entry.value;
    return {};
}

std::size_t after_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && is_space(text[at])) ++at;
    return at;
}

std::size_t value_end(std::string_view text, std::size_t at, int depth) {
    if (depth > depth_max || at >= text.size()) return npos;
    const char c = text[at];
    if (text.substr(at, 2) == "<<") return dictionary_end(text, at, depth);
    if (c == '<') return hex_end(text, at);
    if (c == '[') return list_end(text, at, depth);
    if (c == '(') return string_end(text, at);
    if (c == '/') return word_end(text, at + 1);
    const auto end = word_end(text, at);
    if (end == at) return npos;
    return all_digits(text.substr(at, end - at)) ? reference_end(text, end) : end;
}

std::optional<Dictionary> read_dictionary(std::string_view text, std::size_t at, std::size_t* end) {
    Dictionary found;
    at = after_blanks(text, at + 2);
    while (at < text.size() && text[at] == '/') {
        const auto name_end = word_end(text, at + 1);
        const auto name = text.substr(at + 1, name_end - at - 1);
        const auto begin = after_blanks(text, name_end);
        at = value_end(text, begin);
        const bool odd = name.empty() || name.find('#') != npos;
        if (at == npos || odd || !value_of(found, name).empty()) return std::nullopt;
        found.push_back({name, text.substr(begin, at - begin)});
        if (found.size() > entries_max) return std::nullopt;
        at = after_blanks(text, at);
    }
    if (text.substr(std::min(at, text.size()), 2) != ">>") return std::nullopt;
    if (end != nullptr) *end = at + 2;
    return found;
}

std::optional<std::vector<std::uint64_t>> read_numbers(std::string_view value) {
    if (value.size() < 2 || value.front() != '[' || value.back() != ']') return std::nullopt;
    std::vector<std::uint64_t> numbers;
    for (auto at = after_blanks(value, 1); at + 1 < value.size(); at = after_blanks(value, at)) {
        const auto end = word_end(value, at);
        const auto word = value.substr(at, end - at);
        if (!all_digits(word) || word.size() > digits_max) return std::nullopt;
        std::uint64_t number = 0;
        for (const char c : word) number = number * 10 + static_cast<std::uint64_t>(c - '0');
        numbers.push_back(number);
        at = end;
    }
    return numbers;
}

}  // namespace gw::crypto::pdf
