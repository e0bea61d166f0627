// Code lists: dates, translations, refusals.
#include "gateway/mapping/codes.hpp"

#include "tests/kit/mapping_files.hpp"

using namespace gw::mapping;
using namespace gw::mapping::test;

namespace {
CodeListSpec spec() {
    CodeListSpec s;
    s.value_column = "value";
    return s;
}
std::string wrong(std::string_view csv, const CodeListSpec& s = spec()) {
    const auto list = load_code_list(csv, s, "l.csv");
    return list.has_value() ? "" : list.error().code + " " + list.error().what;
}
}  // namespace

TEST_CASE("ID-21 codes: a row counts only on its days") {
    const auto list = load_code_list(
        "code,value,valid_from,valid_to\n1,old,,2025-06-30\n1,new,2025-07-01,\n2,two,,\n",
        spec(),
        "l.csv"
    );
    REQUIRE(list.has_value());
    CHECK(list->find("1", day(2025, 6, 30))->value == "old");
    CHECK(list->find("1", day(2025, 7, 1))->value == "new");
    CHECK(list->find_value("old", day(2025, 7, 1)) == nullptr);
    CHECK(list->find_value("two", day(2025, 7, 1))->code == "2");
    CHECK(list->find("3", day(2025, 7, 1)) == nullptr);
}
TEST_CASE("codes: a value with two codes is nobody's to choose") {
    const auto list = load_code_list("code,value\n1,a\n2,a\n", spec(), "l.csv");
    REQUIRE(list.has_value());
    CHECK(list->find_value("a", day(2026, 1, 1)) == nullptr);
    CHECK(list->find("2", day(2026, 1, 1))->value == "a");
}
TEST_CASE("codes: a row that is put in takes the place of its value and of its code") {
    auto list = load_code_list("code,value\n1,a\n2,b\n", spec(), "l.csv").value();
    CodeRow row;
    row.code = "9";
    row.value = "a";
    list.put(row);
    CHECK(list.find_value("a", day(2026, 1, 1))->code == "9");
    CHECK(list.find("9", day(2026, 1, 1))->value == "a");
    CHECK(list.find("1", day(2026, 1, 1)) == nullptr);
    CHECK(list.find_value("b", day(2026, 1, 1))->code == "2");
    row.code = "2";
    row.value = "c";
    list.put(row);
    CHECK(list.find("2", day(2026, 1, 1))->value == "c");
    CHECK(list.find_value("b", day(2026, 1, 1)) == nullptr);
    CHECK(list.rows().size() == 2);
}
TEST_CASE("codes: filters, lower case, whole rows") {
    CodeListSpec s = spec();
    s.lower = true;
    s.where = {{"partner", "p"}};
    const auto list = load_code_list("partner,code,value\np,1,ONE\nq,1,ZWEI\n", s, "l.csv");
    REQUIRE(list.has_value());
    CHECK(list->rows().size() == 1);
    CHECK(list->find("1", day(2026, 1, 1))->value == "one");
    CHECK(list->find("1", day(2026, 1, 1))->columns.at("partner") == "p");
}
TEST_CASE("ID-42 F-251 codes: what is wrong is named with file and line") {
    CHECK(wrong("kode,value\n") == "codes.columns l.csv:1: no column 'code'");
    CHECK(wrong("code,label\n") == "codes.columns l.csv:1: no column 'value'");
    CHECK(wrong("code,value\n1,a\n1,b\n")
              .starts_with("codes.overlap l.csv:3: the code of line 2 again"));
    CHECK(
        wrong("code,value,valid_from\n1,a,gestern\n") ==
        "codes.columns l.csv:2: not a day, write yyyy-MM-dd"
    );
    CHECK(wrong("code,value\n1\n").starts_with("csv.syntax l.csv"));
    CodeListSpec s = spec();
    s.where_column = "x";
    CHECK(wrong("code,value\n", s) == "codes.columns l.csv:1: no column 'x'");
}
TEST_CASE("codes: a list file that cannot work is refused when it is loaded") {
    std::vector<Problem> problems;
    const Folder folder{
        {{"codes/a.csv", "code,value\n1,x\n2,x\n"},
         {"p/codes.toml",
          "[list.twice]\nfile = \"codes/a.csv\"\nvalue = \"value\"\n[list.none]\nfile = "
          "\"codes/b.csv\"\n"
          "[list.empty]\nfile = \"codes/a.csv\"\nvalue = \"value\"\nwhere = { code = \"9\" }\nbase "
          "= \"later\"\n"}}};
    CHECK_FALSE(folder.load(problems).has_value());
    const std::string said = all(problems);
    CHECK(said.find("value 'x' has the codes '1' and '2'; keep one") != std::string::npos);
    CHECK(said.find("cannot read 'codes/b.csv'") != std::string::npos);
    CHECK(said.find("no row of 'codes/a.csv' meets 'where'") != std::string::npos);
    CHECK(said.find("no list 'later' above this one") != std::string::npos);
}
