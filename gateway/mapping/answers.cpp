// Classifies a partner's answers by ordered rows.
#include "gateway/mapping/answers.hpp"

#include "gateway/core/text.hpp"
#include "gateway/mapping/table_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gw::mapping {
namespace {
struct ClassWord {
    ReplyClass value;
    std::string_view word;
};
constexpr std::array<ClassWord, 10> class_words{{
    {ReplyClass::ok, "OK"},
    {ReplyClass::already, "ALREADY"},
    {ReplyClass::not_found, "NOT_FOUND"},
    {ReplyClass::reauth, "REAUTH"},
    {ReplyClass::throttled, "THROTTLED"},
    {ReplyClass::retry, "RETRY"},
    {ReplyClass::reject, "REJECT"},
    {ReplyClass::dead, "DEAD"},
    {ReplyClass::unknown_outcome, "UNKNOWN_OUTCOME"},
    {ReplyClass::hold, "HOLD"},
}};

/// Length of the white-space character at `at`, 0 when there is none.
std::size_t space_at(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    for (const std::string_view wide : {"\xC2\xA0", "\xE2\x80\x8B", "\xE3\x80\x80"})
        if (text.substr(at).starts_with(wide)) return wide.size();
    return 0;
}

bool matches(
    const AnswerRow& row, std::string_view service, std::string_view code, std::string_view text
) {
    if (row.service != "*" && row.service != service) return false;
    const auto& codes = row.codes;
    if (!codes.empty() && std::find(codes.begin(), codes.end(), code) == codes.end()) return false;
    // An answer without any code is none of "every other code".
    if (row.any_code && code.empty()) return false;
    return row.pattern.empty() || text.find(row.pattern) != std::string_view::npos;
}

AnswerRow read_row(TableReader& reader) {
    AnswerRow row;
    row.priority = static_cast<int>(reader.integer("priority", 0));
    if (row.priority <= 0) reader.problem("'priority' is missing; give a number above 0");
    row.service = reader.text("service", "*");
    for (const auto& code : reader.texts("codes")) row.codes.push_back(normalise_code(code));
    row.pattern = normalise_text(reader.text("contains"));
    const std::string word = reader.needed("class");
    if (const auto meaning = reply_class(word))
        row.meaning = *meaning;
    else
        reader.problem("unknown class \"" + word + "\"; see docs/mappings.md, \"Answers\"");
    row.flag = reader.text("flag");
    row.field = reader.text("field");
    row.name = reader.needed("name");
    row.sentence_vi = reader.needed("vi");
    row.sentence_en = reader.needed("en");
    row.any_code = reader.boolean("any_code", false);
    if (row.pattern.empty() && row.codes.empty() && !row.any_code)
        reader.problem("the row matches everything; add 'contains', 'codes' or any_code = true");
    reader.finish();
    return row;
}
}  // namespace

std::string_view to_word(ReplyClass value) {
    for (const auto& entry : class_words)
        if (entry.value == value) return entry.word;
    return "";
}

std::optional<ReplyClass> reply_class(std::string_view word) {
    for (const auto& entry : class_words)
        if (entry.word == word) return entry.value;
    return std::nullopt;
}

std::string normalise_text(std::string_view text) {
    const auto composed = core::to_nfc(text);
    const std::string lower = core::to_lower(composed ? std::string_view(*composed) : text);
    std::string out;
    for (std::size_t at = 0; at < lower.size();) {
        if (const std::size_t space = space_at(lower, at); space > 0) {
            if (!out.empty() && out.back() != ' ') out += ' ';
            at += space;
        } else {
            out += lower[at++];
        }
    }
    while (!out.empty() && std::string_view(" .,;:!?").find(out.back()) != std::string_view::npos)
        out.pop_back();
    return out;
}

std::string normalise_code(std::string_view code) {
    while (!code.empty() && space_at(code, 0) == 1) code.remove_prefix(1);
    while (!code.empty() && space_at(code, code.size() - 1) == 1) code.remove_suffix(1);
    std::string_view digits = code;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    long long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole && !digits.empty() ? std::to_string(value) : std::string(code);
}

core::Result<Answers> Answers::load(
    std::string_view toml, std::string_view file, std::vector<Problem>* problems
) {
    std::vector<Problem> own;
    std::vector<Problem>& found = problems != nullptr ? *problems : own;
    const std::size_t before = found.size();
    Answers answers;
    if (const auto root = read_toml(toml, file, found)) {
        TableReader reader(*root, file, found);
        for (const Node* node : reader.tables("answer")) {
            TableReader row(*node, file, found);
            answers.rows_.push_back(read_row(row));
            for (std::size_t i = 0; i + 1 < answers.rows_.size(); ++i) {
                if (answers.rows_[i].priority == answers.rows_.back().priority)
                    row.problem("priority is used twice; every row needs its own");
                if (answers.rows_[i].name == answers.rows_.back().name)
                    row.problem("name is used twice; every row needs its own");
            }
        }
        if (answers.rows_.empty()) reader.problem("no [[answer]] at all");
        reader.finish();
    }
    if (found.size() > before)
        return core::give_up(
            "answers.invalid",
            std::string(file) + ": " + std::to_string(found.size() - before) +
                " problems, first: " + found[before].what
        );
    std::sort(answers.rows_.begin(), answers.rows_.end(), [](const auto& a, const auto& b) {
        return a.priority < b.priority;
    });
    return answers;
}

Meaning Answers::classify(std::string_view service, std::string_view code, std::string_view text)
    const {
    const std::string plain_code = normalise_code(code);
    const std::string plain_text = normalise_text(text);
    Meaning meaning;
    for (const AnswerRow& row : rows_) {
        if (!matches(row, service, plain_code, plain_text)) continue;
        meaning.meaning = row.meaning;
        meaning.row = &row;
        return meaning;
    }
    meaning.text_unrecognised = !plain_text.empty();  // an empty text is nothing new to learn
    if (plain_code == "0") meaning.meaning = ReplyClass::ok;
    return meaning;
}

}  // namespace gw::mapping
