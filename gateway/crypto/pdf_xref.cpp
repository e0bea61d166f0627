// Reads classic cross-reference tables and the objects they name.
#include "gateway/crypto/pdf_xref.hpp"

#include <algorithm>

namespace gw::crypto::pdf {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t sections_max = 32, digits_max = 15, entry_bytes = 20;
constexpr std::uint64_t entries_max = 1'000'000;

/// Takes a number and the blanks around it.
std::optional<std::uint64_t> take_number(std::string_view text, std::size_t& at) {
    at = after_blanks(text, at);
    std::uint64_t number = 0;
    std::size_t digits = 0;
    for (; at < text.size() && is_digit(text[at]) && digits <= digits_max; ++at, ++digits)
        number = number * 10 + static_cast<std::uint64_t>(text[at] - '0');
    if (digits == 0 || digits > digits_max) return std::nullopt;
    at = after_blanks(text, at);
    return number;
}

bool take_word(std::string_view text, std::size_t& at, std::string_view word) {
    if (text.substr(std::min(at, text.size()), word.size()) != word) return false;
    at += word.size();
    return true;
}

/// One line of 20 bytes: "0000000016 00000 n".
bool take_entry(std::string_view file, std::size_t& at, std::uint64_t number, Section& section) {
    const auto line = file.substr(std::min(at, file.size()), entry_bytes);
    std::size_t in = 0;
    const auto offset = take_number(line, in);
    const auto generation = take_number(line, in);
    const bool formed = line.size() == entry_bytes && line[10] == ' ' && line[16] == ' ' &&
                        in == 17 && is_space(line[18]) && is_space(line[19]);
    if (!formed || !offset || !generation) return false;
    const char kind = line[in];
    if (kind == 'n' && *generation != 0) return false;
    if (kind != 'n' && kind != 'f') return false;
    at += entry_bytes;
    return section.objects.emplace(number, kind == 'n' ? *offset : 0).second;
}

/// Stream after a dictionary, by its own /Length. false: there is one that cannot be measured.
bool take_stream(std::string_view file, const Dictionary& dictionary, Object& object) {
    auto at = after_blanks(file, object.end);
    if (!take_word(file, at, "stream")) return true;
    object.stream = true;
    const auto length = read_number(value_of(dictionary, "Length"));
    if (!length || *length > file.size()) return false;
    take_word(file, at, "\r");
    if (!take_word(file, at, "\n")) return false;
    at = after_blanks(file, at + *length);
    if (!take_word(file, at, "endstream")) return false;
    object.end = at;
    return true;
}

}  // namespace

std::optional<std::uint64_t> read_number(std::string_view value) {
    std::size_t at = 0;
    const auto number = take_number(value, at);
    return at == value.size() ? number : std::nullopt;
}

std::optional<std::uint64_t> read_reference(std::string_view value) {
    std::size_t at = 0;
    const auto number = take_number(value, at);
    const auto generation = take_number(value, at);
    if (!number || generation != 0U || value.substr(at) != "R") return std::nullopt;
    return number;
}

std::optional<std::vector<std::uint64_t>> read_references(std::string_view value) {
    if (value.size() < 2 || value.front() != '[' || value.back() != ']') return std::nullopt;
    std::vector<std::uint64_t> found;
    auto at = after_blanks(value, 1);
    while (at + 1 < value.size()) {
        const auto end = value_end(value, at);
        if (end == npos) return std::nullopt;
        const auto number = read_reference(value.substr(at, end - at));
        if (!number) return std::nullopt;
        found.push_back(*number);
        at = after_blanks(value, end);
    }
    return found;
}

std::optional<Section> read_section(std::string_view file, std::size_t at) {
    Section section;
    if (!take_word(file, at, "xref")) return std::nullopt;
    at = after_blanks(file, at);
    while (at < file.size() && is_digit(file[at])) {
        const auto first = take_number(file, at);
        const auto count = take_number(file, at);
        if (!first || !count || *count > entries_max) return std::nullopt;
        for (std::uint64_t i = 0; i < *count; ++i)
            if (!take_entry(file, at, *first + i, section)) return std::nullopt;
        at = after_blanks(file, at);
    }
    if (!take_word(file, at, "trailer")) return std::nullopt;
    at = after_blanks(file, at);
    if (file.substr(std::min(at, file.size()), 2) != "<<") return std::nullopt;
    auto trailer = read_dictionary(file, at, &section.end);
    // A hybrid file says different things to different readers.
    if (!trailer || !value_of(*trailer, "XRefStm").empty()) return std::nullopt;
    section.trailer = std::move(*trailer);
    return section;
}

std::optional<Object> read_object(std::string_view file, std::size_t at) {
    Object object;
    const auto number = take_number(file, at);
    const auto generation = take_number(file, at);
    if (!number || generation != 0U || !take_word(file, at, "obj")) return std::nullopt;
    object.number = *number;
    at = after_blanks(file, at);
    const auto end = value_end(file, at);
    if (end == npos) return std::nullopt;
    object.value = file.substr(at, end - at);
    object.end = end;
    if (object.value.starts_with("<<")) {
        const auto dictionary = read_dictionary(file, at);
        if (!dictionary || !take_stream(file, *dictionary, object)) return std::nullopt;
    }
    object.end = after_blanks(file, object.end);
    if (!take_word(file, object.end, "endobj")) return std::nullopt;
    return object;
}

std::optional<History> History::read(std::string_view file) {
    History history;
    history.file_ = file;
    const auto last = file.rfind("startxref");
    if (last == npos) return std::nullopt;
    auto at = last + 9;
    auto where = take_number(file, at);
    if (!where) return std::nullopt;
    history.last_at_ = *where;
    while (where) {
        if (history.sections_.size() == sections_max || *where >= file.size()) return std::nullopt;
        auto section = read_section(file, *where);
        if (!section) return std::nullopt;
        const auto before = value_of(section->trailer, "Prev");
        const auto previous = read_number(before);
        // Tables lie behind each other: no circles.
        if (!before.empty() && (!previous || *previous >= *where)) return std::nullopt;
        where = before.empty() ? std::nullopt : previous;
        history.sections_.push_back(std::move(*section));
    }
    return history;
}

bool History::knows(std::uint64_t number) const {
    return std::any_of(sections_.begin(), sections_.end(), [&](const Section& section) {
        return section.objects.count(number) > 0;
    });
}

std::optional<Object> History::object(std::uint64_t number) const {
    for (const Section& section : sections_) {
        const auto found = section.objects.find(number);
        if (found == section.objects.end()) continue;
        if (found->second == 0) return std::nullopt;
        auto object = read_object(file_, found->second);
        return object && object->number == number ? object : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace gw::crypto::pdf
