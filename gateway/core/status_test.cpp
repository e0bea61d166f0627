// Tests of statuses and the transition table.
#include "gateway/core/status.hpp"

#include "tests/kit/core_tables.hpp"

#include <doctest/doctest.h>

using namespace gw::core;

TEST_CASE("status: words, numbers and labels are those of the national list") {
    for (auto& row : gw::test::read_csv("mappings/codes/dossier-status-national-portal.csv")) {
        const auto status = static_cast<Status>(std::stoi(row["code"]));
        CAPTURE(row["code"]);
        CHECK(label_vi(status) == row["label_vi"]);
        CHECK(is_final(status) == (row["final"] == "1"));
        std::string word = row["canonical"];
        for (char& c : word) c = static_cast<char>(std::tolower(c));
        CHECK(to_word(status) == word);
        CHECK(status_from_word(word) == status);
    }
    CHECK_FALSE(status_from_word("RECEIVED"));
    CHECK_FALSE(status_from_word(""));
}

TEST_CASE("NP-29 transitions: the table of the domain page") {
    const Transitions table = gw::test::read_transitions();
    const char* rows[] = {
        "=aa.c.a...",
        ".=.aaaaaae",
        ".k=.......",
        "...=aaaaae",
        "caaa=.aa..",
        "...a.=aaae",
        "...k..=...",
        "...a...=ka",
        "...k....=a",
        "........k="};
    for (int from = 1; from <= 10; ++from) {
        for (int to = 1; to <= 10; ++to) {
            const char mark = rows[from - 1][to - 1];
            const StepRule wanted = mark == '='                  ? StepRule::same
                                    : mark == 'a' || mark == 'c' ? StepRule::allow
                                    : mark == 'e'                ? StepRule::expand
                                    : mark == 'k'                ? StepRule::correction
                                                                 : StepRule::refused;
            CAPTURE(from);
            CAPTURE(to);
            CHECK(table.rule(static_cast<Status>(from), static_cast<Status>(to)) == wanted);
        }
    }
}

TEST_CASE("transitions: next lists what may follow without a correction") {
    const Transitions table = gw::test::read_transitions();
    CHECK(table.next(Status::finished) == std::vector<Status>{Status::returned});
    CHECK(table.next(Status::withdrawn).empty());
    CHECK(Transitions().next(Status::received).empty());
    CHECK(Transitions().rule(Status::received, Status::received) == StepRule::refused);
}
