// Vietnamese capital letters: whole, taken apart, without their marks.
#include "simulators/population/tables.hpp"

namespace sim::population {
namespace {

struct Letter {
    std::string_view whole, apart, plain;
};
constexpr Letter letters[] = {
    {"À",
     "A"
     "\xcc\x80",
     "A"},
    {"Á",
     "A"
     "\xcc\x81",
     "A"},
    {"Ã",
     "A"
     "\xcc\x83",
     "A"},
    {"Ả",
     "A"
     "\xcc\x89",
     "A"},
    {"Ạ",
     "A"
     "\xcc\xa3",
     "A"},
    {"Ă",
     "A"
     "\xcc\x86",
     "A"},
    {"Ằ",
     "A"
     "\xcc\x86\xcc\x80",
     "A"},
    {"Ắ",
     "A"
     "\xcc\x86\xcc\x81",
     "A"},
    {"Ẵ",
     "A"
     "\xcc\x86\xcc\x83",
     "A"},
    {"Ẳ",
     "A"
     "\xcc\x86\xcc\x89",
     "A"},
    {"Ặ",
     "A"
     "\xcc\xa3\xcc\x86",
     "A"},
    {"Â",
     "A"
     "\xcc\x82",
     "A"},
    {"Ầ",
     "A"
     "\xcc\x82\xcc\x80",
     "A"},
    {"Ấ",
     "A"
     "\xcc\x82\xcc\x81",
     "A"},
    {"Ẫ",
     "A"
     "\xcc\x82\xcc\x83",
     "A"},
    {"Ẩ",
     "A"
     "\xcc\x82\xcc\x89",
     "A"},
    {"Ậ",
     "A"
     "\xcc\xa3\xcc\x82",
     "A"},
    {"È",
     "E"
     "\xcc\x80",
     "E"},
    {"É",
     "E"
     "\xcc\x81",
     "E"},
    {"Ẽ",
     "E"
     "\xcc\x83",
     "E"},
    {"Ẻ",
     "E"
     "\xcc\x89",
     "E"},
    {"Ẹ",
     "E"
     "\xcc\xa3",
     "E"},
    {"Ê",
     "E"
     "\xcc\x82",
     "E"},
    {"Ề",
     "E"
     "\xcc\x82\xcc\x80",
     "E"},
    {"Ế",
     "E"
     "\xcc\x82\xcc\x81",
     "E"},
    {"Ễ",
     "E"
     "\xcc\x82\xcc\x83",
     "E"},
    {"Ể",
     "E"
     "\xcc\x82\xcc\x89",
     "E"},
    {"Ệ",
     "E"
     "\xcc\xa3\xcc\x82",
     "E"},
    {"Ì",
     "I"
     "\xcc\x80",
     "I"},
    {"Í",
     "I"
     "\xcc\x81",
     "I"},
    {"Ĩ",
     "I"
     "\xcc\x83",
     "I"},
    {"Ỉ",
     "I"
     "\xcc\x89",
     "I"},
    {"Ị",
     "I"
     "\xcc\xa3",
     "I"},
    {"Ò",
     "O"
     "\xcc\x80",
     "O"},
    {"Ó",
     "O"
     "\xcc\x81",
     "O"},
    {"Õ",
     "O"
     "\xcc\x83",
     "O"},
    {"Ỏ",
     "O"
     "\xcc\x89",
     "O"},
    {"Ọ",
     "O"
     "\xcc\xa3",
     "O"},
    {"Ô",
     "O"
     "\xcc\x82",
     "O"},
    {"Ồ",
     "O"
     "\xcc\x82\xcc\x80",
     "O"},
    {"Ố",
     "O"
     "\xcc\x82\xcc\x81",
     "O"},
    {"Ỗ",
     "O"
     "\xcc\x82\xcc\x83",
     "O"},
    {"Ổ",
     "O"
     "\xcc\x82\xcc\x89",
     "O"},
    {"Ộ",
     "O"
     "\xcc\xa3\xcc\x82",
     "O"},
    {"Ơ",
     "O"
     "\xcc\x9b",
     "O"},
    {"Ờ",
     "O"
     "\xcc\x9b\xcc\x80",
     "O"},
    {"Ớ",
     "O"
     "\xcc\x9b\xcc\x81",
     "O"},
    {"Ỡ",
     "O"
     "\xcc\x9b\xcc\x83",
     "O"},
    {"Ở",
     "O"
     "\xcc\x9b\xcc\x89",
     "O"},
    {"Ợ",
     "O"
     "\xcc\x9b\xcc\xa3",
     "O"},
    {"Ù",
     "U"
     "\xcc\x80",
     "U"},
    {"Ú",
     "U"
     "\xcc\x81",
     "U"},
    {"Ũ",
     "U"
     "\xcc\x83",
     "U"},
    {"Ủ",
     "U"
     "\xcc\x89",
     "U"},
    {"Ụ",
     "U"
     "\xcc\xa3",
     "U"},
    {"Ư",
     "U"
     "\xcc\x9b",
     "U"},
    {"Ừ",
     "U"
     "\xcc\x9b\xcc\x80",
     "U"},
    {"Ứ",
     "U"
     "\xcc\x9b\xcc\x81",
     "U"},
    {"Ữ",
     "U"
     "\xcc\x9b\xcc\x83",
     "U"},
    {"Ử",
     "U"
     "\xcc\x9b\xcc\x89",
     "U"},
    {"Ự",
     "U"
     "\xcc\x9b\xcc\xa3",
     "U"},
    {"Ỳ",
     "Y"
     "\xcc\x80",
     "Y"},
    {"Ý",
     "Y"
     "\xcc\x81",
     "Y"},
    {"Ỹ",
     "Y"
     "\xcc\x83",
     "Y"},
    {"Ỷ",
     "Y"
     "\xcc\x89",
     "Y"},
    {"Ỵ",
     "Y"
     "\xcc\xa3",
     "Y"},
    {"Đ", "Đ", "D"},
};

const Letter* letter_at(std::string_view text, std::size_t at) {
    auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0xc2) return nullptr;
    for (const auto& one : letters)
        if (text.substr(at).starts_with(one.whole)) return &one;
    return nullptr;
}

template <class F>
std::string mapped(std::string_view text, F piece) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto* letter = letter_at(text, at);
        if (letter)
            out += piece(*letter);
        else
            out += text[at];
        at += letter ? letter->whole.size() : 1;
    }
    return out;
}

}  // namespace

std::string without_marks(std::string_view upper) {
    return mapped(upper, [](const Letter& l) { return l.plain; });
}

std::string decomposed(std::string_view upper) {
    return mapped(upper, [](const Letter& l) { return l.apart; });
}

std::string other_marks(std::string_view upper) {
    std::string out(upper);
    for (std::size_t at = out.size(); at-- > 0;)
        if (const auto* letter = letter_at(out, at)) {
            out.replace(at, letter->whole.size(), letter->plain);
            return out;
        }
    return out;
}

}  // namespace sim::population
