// Tests of the problem catalogue.
#include "gateway/core/problem.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace gw::core;

TEST_CASE("problem: every code once, with a title, a status and a sentence") {
    std::set<std::string_view> codes;
    for (const ProblemText& row : problem_catalogue()) {
        CAPTURE(row.code);
        CHECK(codes.insert(row.code).second);
        CHECK_FALSE(row.title.empty());
        CHECK(row.message_vi.back() == '.');
        CHECK(row.http >= 202);
        CHECK(row.http < 600);
        CHECK(problem_text(row.code) == &row);
    }
    CHECK(codes.size() >= 100);
}

TEST_CASE("problem: statuses of the contract") {
    CHECK(problem_text("request.unknown_field")->http == 400);
    CHECK(problem_text("version.conflict")->http == 412);
    CHECK(problem_text("version.required")->http == 428);
    CHECK(problem_text("dossier.exists")->http == 409);
    CHECK(problem_text("validation.failed")->http == 422);
    CHECK(problem_text("overloaded")->http == 503);
    CHECK(problem_text("partner.outcome_unknown")->http == 202);
    CHECK(problem_text("replay.too_many")->http == 403);
    CHECK(problem_text("no.such_code") == nullptr);
}

TEST_CASE("problem: places are filled in order, and keep their name without a value") {
    const auto text = problem_text("field.too_long")->message_vi;
    CHECK(
        fill(text, {"Trích yếu", "1000"}) ==
        "«Trích yếu» dài quá «1000» ký tự. Hãy rút gọn; hệ thống không tự cắt bớt."
    );
    CHECK(
        fill(text, {"Trích yếu"}) ==
        "«Trích yếu» dài quá «n» ký tự. Hãy rút gọn; hệ thống không tự cắt bớt."
    );
    CHECK(fill("không có chỗ", {"x"}) == "không có chỗ");
    CHECK(fill("hở «x", {"y"}) == "hở «x");
    CHECK(fill("«a»", {"«b»"}) == "««b»»");
}
