// Dated code lists from CSV.
#include "gateway/mapping/codes.hpp"

#include "gateway/core/text.hpp"
#include "gateway/formats/csv.hpp"

#include <algorithm>

namespace gw::mapping {
namespace {
bool valid_on(const CodeRow& row, core::Day day) {
    return (!row.from || *row.from <= day) && (!row.to || day <= *row.to);
}
bool overlap(const CodeRow& a, const CodeRow& b) {
    const bool a_ends_first = a.to && b.from && *a.to < *b.from;
    const bool b_ends_first = b.to && a.from && *b.to < *a.from;
    return !a_ends_first && !b_ends_first;
}
core::Error bad(std::string code, std::string_view file, int line, const std::string& what) {
    std::string place = std::string(file) + (line > 0 ? ":" + std::to_string(line) : "");
    return core::give_up(std::move(code), place + ": " + what);
}

/// Column numbers of a list in its file; -1 = not there.
struct Columns {
    int code = -1, value = -1, from = -1, to = -1;
    std::vector<std::pair<int, std::string>> where;
};

core::Result<Columns> columns_of(
    const formats::CsvTable& table, const CodeListSpec& spec, std::string_view file
) {
    Columns at;
    at.code = table.column(spec.code_column);
    at.value = spec.value_column.empty() ? at.code : table.column(spec.value_column);
    at.from = table.column(spec.from_column);
    at.to = table.column(spec.to_column);
    auto filters = spec.where;
    if (!spec.where_column.empty()) filters.emplace_back(spec.where_column, spec.where_value);
    if (at.code < 0) return bad("codes.columns", file, 1, "no column '" + spec.code_column + "'");
    if (at.value < 0) return bad("codes.columns", file, 1, "no column '" + spec.value_column + "'");
    for (const auto& [name, value] : filters) {
        at.where.emplace_back(table.column(name), value);
        if (at.where.back().first < 0)
            return bad("codes.columns", file, 1, "no column '" + name + "'");
    }
    return at;
}
}  // namespace

CodeList::CodeList(std::vector<CodeRow> rows) : rows_(std::move(rows)) {
    index();
}

void CodeList::index() {
    by_code_.clear();
    by_value_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (!rows_[i].out_only) by_code_.emplace(rows_[i].code, i);
        by_value_.emplace(rows_[i].value, i);
    }
}

void CodeList::put(CodeRow row) {
    std::erase_if(rows_, [&](const CodeRow& old) {
        const bool read = !old.out_only && !row.out_only;
        return old.value == row.value || (read && old.code == row.code);
    });
    rows_.push_back(std::move(row));
    index();
}

const CodeRow* CodeList::find(std::string_view code, core::Day day) const {
    const auto [first, last] = by_code_.equal_range(code);
    for (auto it = first; it != last; ++it)
        if (valid_on(rows_[it->second], day)) return &rows_[it->second];
    return nullptr;
}

const CodeRow* CodeList::find_value(std::string_view value, core::Day day) const {
    const CodeRow* found = nullptr;
    const auto [first, last] = by_value_.equal_range(value);
    for (auto it = first; it != last; ++it) {
        if (!valid_on(rows_[it->second], day)) continue;
        if (found != nullptr) return nullptr;
        found = &rows_[it->second];
    }
    return found;
}

core::Result<CodeList> load_code_list(
    std::string_view csv, const CodeListSpec& spec, std::string_view file
) {
    const auto table = formats::read_csv(csv);
    if (!table) return bad(table.error().code, file, 0, table.error().what);
    const auto at = columns_of(*table, spec, file);
    if (!at) return at.error();
    std::vector<CodeRow> rows;
    std::vector<int> lines;
    for (std::size_t r = 0; r < table->rows.size(); ++r) {
        const auto& cells = table->rows[r];
        const auto cell = [&](int column) { return cells[static_cast<std::size_t>(column)]; };
        const bool kept = std::all_of(at->where.begin(), at->where.end(), [&](const auto& filter) {
            return cell(filter.first) == filter.second;
        });
        if (!kept) continue;
        CodeRow row;
        row.code = cell(at->code);
        row.value = spec.lower ? core::to_lower(cell(at->value)) : cell(at->value);
        row.out_only = spec.out_only;
        for (const auto& [column, day] :
             {std::pair(at->from, &row.from), std::pair(at->to, &row.to)}) {
            if (column < 0 || cell(column).empty()) continue;
            *day = core::parse_iso_day(cell(column));
            if (!*day)
                return bad("codes.columns", file, table->lines[r], "not a day, write yyyy-MM-dd");
        }
        for (std::size_t c = 0; c < cells.size(); ++c)
            row.columns.emplace(table->columns[c], cells[c]);
        rows.push_back(std::move(row));
        lines.push_back(table->lines[r]);
    }
    // By code, so that only neighbours can overlap.
    std::multimap<std::string, std::size_t> seen;
    for (std::size_t r = 0; r < rows.size() && !spec.out_only; ++r) {
        const auto [first, last] = seen.equal_range(rows[r].code);
        for (auto it = first; it != last; ++it)
            if (overlap(rows[it->second], rows[r]))
                return bad(
                    "codes.overlap",
                    file,
                    lines[r],
                    "the code of line " + std::to_string(lines[it->second]) +
                        " again on the same days; give one of them other dates"
                );
        seen.emplace(rows[r].code, r);
    }
    return CodeList(std::move(rows));
}

}  // namespace gw::mapping
