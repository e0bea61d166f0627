// What is wrong with a request: stable codes with their HTTP status and the sentence a clerk can
// act on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::core {

struct ProblemText {
    std::string_view code;
    int http;                     // 422 for codes that stand in errors[]
    std::string_view title;       // English
    std::string_view message_vi;  // may hold «name» places, filled in order of appearance
};
/// nullptr when the code is not in the catalogue.
const ProblemText* problem_text(std::string_view code);
/// All, in the order of the contract (one-stop contract 4.1 to 4.3).
const std::vector<ProblemText>& problem_catalogue();
/// message_vi with its «places» replaced by `values` in order; places without a value keep their
/// name.
std::string fill(std::string_view message_vi, const std::vector<std::string>& values);

/// One fault of one field.
struct Finding {
    Finding() = default;
    Finding(std::string p, std::string c, std::vector<std::string> v = {})
        : pointer(std::move(p)), code(std::move(c)), values(std::move(v)) {}
    std::string pointer, code;        // RFC 6901, catalogue code
    std::vector<std::string> values;  // for the sentence; no personal data of others
    bool warning = false;
    std::vector<std::string> allowed;  // possible values, when there are few
};
/// Why a command was refused.
struct Problem {
    Problem() = default;
    explicit Problem(std::string c, std::string d = "")
        : code(std::move(c)), detail(std::move(d)) {}
    std::string code, detail;  // detail: English, for programs' logs
    std::vector<Finding> findings;
    std::vector<std::string> values;  // for the sentence
    std::vector<std::pair<std::string, std::string>>
        extra;  // further members: "current_version" -> "3"
};

}  // namespace gw::core
