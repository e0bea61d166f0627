// Classification of answers: the portal's table and the traps of its texts.
#include "gateway/mapping/answers.hpp"

#include "gateway/formats/csv.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"

#include <set>

using namespace gw::mapping;
using namespace gw::mapping::test;
using gw::core::Document;

namespace {
const Answers& portal() {
    static const Answers answers = [] {
        std::vector<Problem> problems;
        const std::string file = "mappings/national_portal/answers.toml";
        auto loaded = Answers::load(file_text(file), file, &problems);
        INFO(all(problems));
        REQUIRE(loaded.has_value());
        return *loaded;
    }();
    return answers;
}
ReplyClass of(std::string_view code, std::string_view text) {
    return portal().classify("DongBoHoSoMC", code, text).meaning;
}
std::vector<Problem> problems_of(std::string_view toml) {
    std::vector<Problem> problems;
    CHECK_FALSE(Answers::load(toml, "a.toml", &problems).has_value());
    return problems;
}
constexpr std::string_view good_row =
    "[[answer]]\npriority = 1\ncontains = \"x\"\nclass = \"OK\"\nname = \"p.x\"\nvi = \"a\"\nen = "
    "\"b\"\n";
}  // namespace

TEST_CASE("NP-34 answers: a negative text is never taken for the positive one inside it") {
    CHECK(of("0", "Đồng bộ hồ sơ không thành công: MaTTHC không tồn tại") == ReplyClass::reject);
    CHECK(of("0", "Đồng bộ chưa thành công") == ReplyClass::reject);
    CHECK(of("0", "Hồ sơ không tồn tại") == ReplyClass::not_found);
    CHECK(of("0", "Đồng bộ hồ sơ thành công") == ReplyClass::ok);
    const auto& rows = portal().rows();
    for (const auto& inner : rows)
        for (const auto& outer : rows) {
            if (&inner == &outer || inner.meaning == outer.meaning) continue;
            if (inner.pattern.empty() || outer.pattern.find(inner.pattern) == std::string::npos)
                continue;
            CHECK_MESSAGE(
                outer.priority < inner.priority, outer.pattern, " must stand before ", inner.pattern
            );
        }
}
TEST_CASE("NP-35 answers: the text decides against the code") {
    CHECK(of("3", "Hồ sơ H37.14-260302-0001 đã tồn tại trên hệ thống") == ReplyClass::already);
    CHECK(of("-3", "Hồ sơ đã tồn tại") == ReplyClass::already);
    CHECK(of("3", "Cập nhật thành công") == ReplyClass::ok);
    CHECK(of("-3", "Cập nhật thành công.") == ReplyClass::ok);
    CHECK(of("0", "Sai dữ liệu: giá trị không hợp lệ") == ReplyClass::reject);
}
TEST_CASE("NP-8 answers: codes in all their spellings") {
    CHECK(normalise_code("00") == "0");
    CHECK(normalise_code(" 0 ") == "0");
    CHECK(normalise_code("-3") == "-3");
    CHECK(normalise_code("-03") == "-3");
    CHECK(normalise_code("+3") == "3");
    CHECK(normalise_code("E01") == "E01");
    CHECK(normalise_code("") == "");
    CHECK(normalise_code("99999999999999999999") == "99999999999999999999");
    CHECK(of("00", "thành công") == ReplyClass::ok);
}
TEST_CASE(
    "TR-12 F-250 answers: an unknown text with success code is flagged, with another code unknown"
) {
    const Meaning done = portal().classify("DongBoHoSoMC", "00", "Đã ghi nhận");
    CHECK(done.meaning == ReplyClass::ok);
    CHECK(done.text_unrecognised);
    CHECK(done.row == nullptr);
    CHECK_FALSE(portal().classify("LayThuTuc", "0", "").text_unrecognised);
    CHECK(of("7", "Đã ghi nhận") == ReplyClass::unknown_outcome);
    CHECK(of("", "") == ReplyClass::unknown_outcome);
    CHECK(of("7", "Đồng bộ thành công") == ReplyClass::unknown_outcome);
}
TEST_CASE("answers: texts are compared in NFC, lower case, single blanks, without final points") {
    CHECK(normalise_text("  CẬP NHẬT \n\t THÀNH   CÔNG.!  ") == "cập nhật thành công");
    CHECK(normalise_text("Ca\xCC\xA3\xCC\x82p") == normalise_text("Cập"));
    CHECK(
        normalise_text("a\xC2\xA0"
                       "b") == "a b"
    );
    CHECK(normalise_text("...") == "");
    CHECK(of("3", "HỒ SƠ   ĐÃ TỒN TẠI") == ReplyClass::already);
}
TEST_CASE("answers: the table holds every row of the carried list, in its order") {
    const auto table =
        gw::formats::read_csv(file_text("mappings/codes/reply-text-patterns.csv")).value();
    std::size_t wanted = 0;
    for (const auto& row : table.rows) {
        if (row[1] != "*" && row[1] != "national_portal") continue;
        ++wanted;
        const auto& rows = portal().rows();
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const AnswerRow& r) {
            return std::to_string(r.priority) == row[0];
        });
        REQUIRE_MESSAGE(found != rows.end(), row[0]);
        CHECK(found->pattern == normalise_text(row[4]));
        CHECK(to_word(found->meaning) == row[5]);
        CHECK((row[3] == "*") == found->codes.empty());
    }
    CHECK(portal().rows().size() == wanted);
}
TEST_CASE("answers: each row is reached by a text and has two sentences") {
    for (const auto& row : portal().rows()) {
        const std::string code = row.codes.empty() ? "1" : row.codes.front();
        const Meaning meaning =
            portal().classify("DongBoHoSoMC", code, "Nội dung " + row.pattern + " khác");
        CHECK_MESSAGE(meaning.row == &row, row.pattern);
        CHECK(row.sentence_vi != row.sentence_en);
    }
}
TEST_CASE("answers: vectors of the portal") {
    const auto vectors =
        gw::formats::read_json(file_text("tests/vectors/reply-classes.json")).value();
    int seen = 0;
    for (const Document& vector : vectors.find("vectors")->items()) {
        const Document& input = *vector.find("input");
        if (input.text_of("partner") != "national_portal") continue;
        const Meaning meaning = portal().classify(
            input.text_of("operation"), input.text_of("code"), input.text_of("text")
        );
        const Document* expected = vector.find("expected");
        const std::string word =
            expected->is_object() ? expected->text_of("class") : expected->as_text();
        CHECK_MESSAGE(to_word(meaning.meaning) == word, vector.text_of("id"));
        ++seen;
    }
    INFO("vectors of the portal: ", seen);
    CHECK(seen >= 0);
}
TEST_CASE("answers: the loader says everything that is wrong, with the line") {
    CHECK(problems_of("").size() == 1);
    CHECK(problems_of("[[answer]]\npriority = \n").front().line == 2);
    const auto problems = problems_of(
        "[[answer]]\npriority = 1\nclass = \"MAYBE\"\nname = \"p.x\"\nvi = \"a\"\nen = \"\"\nfeild "
        "= \"x\"\n"
    );
    const std::string said = all(problems);
    CHECK(problems.size() == 4);
    CHECK(said.find("unknown class \"MAYBE\"") != std::string::npos);
    CHECK(said.find("a.toml:6:1: 'en' is empty") != std::string::npos);
    CHECK(said.find("a.toml:7:1: unknown key 'feild'; did you mean 'field'?") != std::string::npos);
    CHECK(said.find("matches everything") != std::string::npos);
    const auto twice = problems_of(std::string(good_row) + std::string(good_row));
    CHECK(twice.size() == 2);
}
