// CSV: quoting, line ends, refusals.
#include "gateway/formats/csv.hpp"

#include <doctest/doctest.h>

using namespace gw::formats;

namespace {
std::string wrong(std::string_view text) {
    const auto table = read_csv(text);
    return table ? "" : table.error().what;
}
}  // namespace

TEST_CASE("csv: quotes, doubled quotes, line ends inside and of both kinds") {
    const auto table = read_csv(
        "\xEF\xBB\xBF"
        "code,label\r\n1,\"a \"\"b\"\", c\"\n2,\"x\ny\"\r\n\n3,"
    );
    REQUIRE(table.has_value());
    REQUIRE(table->rows.size() == 3);
    CHECK(table->column("label") == 1);
    CHECK(table->column("none") == -1);
    CHECK(table->rows[0][1] == "a \"b\", c");
    CHECK(table->rows[1][1] == "x\ny");
    CHECK(table->rows[2][1].empty());
    CHECK(table->lines == std::vector<int>{2, 3, 6});
}
TEST_CASE("csv: refusals name the line") {
    CHECK(wrong("") == "CSV line 1: the header line is missing");
    CHECK(wrong("a,b\n1\n") == "CSV line 2: 1 fields, the header has 2");
    CHECK(wrong("a,b\n1,2\n1,\"2\n") == "CSV line 3: a closing quote is missing");
    CHECK(wrong("a\n\"1\"2\n") == "CSV line 2: text after a closing quote");
    CHECK(wrong("a\n1\"2\n") == "CSV line 2: a quote inside an unquoted field");
    CHECK(wrong("a\n\xFF\n") == "CSV line 2: not valid UTF-8");
    CHECK(wrong("a\rb\n") == "CSV line 1: a carriage return without a line feed");
}
TEST_CASE("csv: no cut of a file is anything but read or refused") {
    const std::string whole = "code,label\r\n1,\"a \"\"b\"\", c\"\n2,\"x\ny\"\r\n";
    for (std::size_t n = 0; n <= whole.size(); ++n) (void)read_csv(whole.substr(0, n));
    CHECK(read_csv(whole).has_value());
}
