// Tests of Unicode text.
#include "gateway/core/text.hpp"

#include <doctest/doctest.h>

using namespace gw::core;

TEST_CASE("F-91 F-223 text: combining marks are composed") {
    CHECK(to_nfc("Tra\xCC\x82\xCC\x80n") == "Trần");
    CHECK(to_nfc("abc") == "abc");
    CHECK(to_nfc("") == "");
}

TEST_CASE("text: bytes that are not UTF-8 are refused") {
    CHECK_FALSE(to_nfc("a\xFF"));
    CHECK_FALSE(to_nfc("\xC3"));
    CHECK_FALSE(to_nfc("\xED\xA0\x80"));
}

TEST_CASE("text: lower case knows Vietnamese letters and keeps broken bytes") {
    CHECK(to_lower("TRẦN THỊ MẪU Đ") == "trần thị mẫu đ");
    CHECK(
        to_lower("A\xFF"
                 "B") ==
        "a\xFF"
        "b"
    );
}

TEST_CASE("text: length is counted in code points") {
    CHECK(code_points("Trần") == 4);
    CHECK(code_points("") == 0);
    CHECK(code_points("😀") == 1);
}

TEST_CASE("text: control characters are seen, also C1") {
    CHECK(has_control("a\tb", true));
    CHECK_FALSE(has_control("a\nb", true));
    CHECK(has_control("a\nb", false));
    CHECK(has_control("a\x7F", true));
    CHECK(has_control("a\xC2\x85", true));
    CHECK_FALSE(has_control("Trần", false));
    CHECK(has_control(std::string_view("a\0b", 3), true));
}

TEST_CASE("text: a printable word has no blank and nothing invisible") {
    CHECK(is_printable_word("H37.14-260302-0001"));
    CHECK(is_printable_word("Đ1"));
    CHECK_FALSE(is_printable_word("a b"));
    CHECK_FALSE(is_printable_word("a\u00A0b"));
    CHECK_FALSE(is_printable_word("a\u200Bb"));
    CHECK_FALSE(is_printable_word("a\nb"));
    CHECK_FALSE(is_printable_word("a\xFF"));
}

TEST_CASE("text: a cut is marked and never exceeds the limit") {
    CHECK(truncate_marked("Trần Thị", 8) == "Trần Thị");
    CHECK(truncate_marked("Trần Thị", 5) == "Trần…");
    CHECK(truncate_marked("Trần", 1) == "…");
    CHECK(truncate_marked("Trần", 0) == "");
}

TEST_CASE("text: bytes are cut between characters") {
    CHECK(first_bytes("Trần", 3) == "Tr");
    CHECK(first_bytes("Trần", 5) == "Trầ");
    CHECK(first_bytes("Trần", 100) == "Trần");
}

TEST_CASE("RD-8 text: what is left as it stands is what the library would give") {
    for (char32_t point = 0x80; point <= 0x1EFF; ++point) {
        std::string one;
        if (point < 0x800) {
            one = {
                static_cast<char>(0xC0 | (point >> 6)), static_cast<char>(0x80 | (point & 0x3F))};
        } else {
            one = {
                static_cast<char>(0xE0 | (point >> 12)),
                static_cast<char>(0x80 | ((point >> 6) & 0x3F)),
                static_cast<char>(0x80 | (point & 0x3F))};
        }
        // A mark that composes with nothing sends the text to the library; it stays at the end.
        const std::string mark = "\xCD\xA2";
        const auto by_library = to_nfc(one + mark), alone = to_nfc(one);
        REQUIRE(by_library.has_value() == alone.has_value());
        if (alone && by_library->ends_with(mark) && point < 0x300)
            CHECK(*alone + mark == *by_library);
        if (alone && point >= 0x1E00) CHECK(*alone + mark == *by_library);
    }
    CHECK_FALSE(to_nfc("\xC3").has_value());
    CHECK_FALSE(to_nfc("\xE1\xBA").has_value());
}
