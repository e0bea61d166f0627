// Dated code lists and translations, loaded from CSV and checked as a whole (ID-21, ID-42).
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::mapping {

struct CodeRow {
    std::string code;
    std::string value;                           // label, or the other side's code
    std::optional<core::Day> from, to;           // inclusive; unset = open
    bool out_only = false;                       // canonical to wire only: never found by code
    bool added = false;                          // by a person while running, not by a file
    std::map<std::string, std::string> columns;  // the whole row
};
/// One list: rows by code, at most one valid on any day.
class CodeList {
public:
    CodeList() = default;
    explicit CodeList(std::vector<CodeRow> rows);
    /// nullptr when the code is unknown on that day.
    const CodeRow* find(std::string_view code, core::Day day) const;
    /// The other way: the row whose value is `value`; nullptr when none or several.
    const CodeRow* find_value(std::string_view value, core::Day day) const;
    const std::vector<CodeRow>& rows() const { return rows_; }
    /// Takes the place of the row with the same value, and of the one that is read from its code.
    void put(CodeRow row);

private:
    void index();
    std::vector<CodeRow> rows_;
    std::multimap<std::string, std::size_t, std::less<>> by_code_, by_value_;
};
/// How a CSV file becomes a list.
struct CodeListSpec {
    std::string code_column = "code", value_column;
    std::string where_column, where_value;  // keep only these rows; "" = all
    /// Further columns that must hold these values.
    std::vector<std::pair<std::string, std::string>> where;
    /// Values in lower case: constants of the lists are upper case, those of JSON lower.
    bool lower = false;
    /// Canonical to wire only: several values may share a code.
    bool out_only = false;
    /// Columns that are missing mean: always valid.
    std::string from_column = "valid_from", to_column = "valid_to";
};
/// Errors: give_up "codes.columns", "codes.overlap", "csv.syntax" with file name and line.
core::Result<CodeList> load_code_list(
    std::string_view csv, const CodeListSpec& spec, std::string_view file
);

}  // namespace gw::mapping
