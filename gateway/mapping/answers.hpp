// answers.toml: ordered rows that say what a partner's answer means (TR-12). Data, tried first to
// last.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/mapping/mapping.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

/// Words of transports.md 9.2.
enum class ReplyClass : std::uint8_t {
    ok,
    already,
    not_found,
    reauth,
    throttled,
    retry,
    reject,
    dead,
    unknown_outcome,
    hold
};
std::string_view to_word(ReplyClass);
std::optional<ReplyClass> reply_class(std::string_view word);  // "OK", "UNKNOWN_OUTCOME"

struct AnswerRow {
    int priority = 0;
    std::string service = "*";       // operation's short name or *
    std::vector<std::string> codes;  // normalised; empty = any
    bool any_code = false;           // every code that is there at all
    std::string pattern;             // normalised text that must be contained; "" = any
    ReplyClass meaning = ReplyClass::hold;
    std::string flag, field, sentence_vi, sentence_en,
        name;  // name: stable code "national_portal.already_exists"
};
struct Meaning {
    ReplyClass meaning = ReplyClass::unknown_outcome;
    const AnswerRow* row = nullptr;  // nullptr: no row matched
    bool text_unrecognised = false;
};
/// NFC, lower case (Vietnamese), runs of white space to one blank, trimmed, final punctuation
/// stripped.
std::string normalise_text(std::string_view text);
/// NP-8: "00", "0", 0 -> "0"; "-3" -> "-3"; text stays.
std::string normalise_code(std::string_view code);

class Answers {
public:
    /// Errors: give_up with all problems in `problems` (file, line, remedy).
    static core::Result<Answers> load(
        std::string_view toml, std::string_view file, std::vector<Problem>* problems
    );
    /// First row that matches. None: code "0" -> ok with text_unrecognised; else unknown_outcome.
    Meaning classify(std::string_view service, std::string_view code, std::string_view text) const;
    const std::vector<AnswerRow>& rows() const { return rows_; }

private:
    std::vector<AnswerRow> rows_;
};

}  // namespace gw::mapping
