// Reads the code lists and vectors that core's tests need, without the formats module. Tests run
// from the repository.
#pragma once

#include "gateway/core/calendar.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/status.hpp"

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace gw::test {

using CsvRow = std::map<std::string, std::string>;

inline std::vector<std::string> split_csv_line(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else if (c != '\r')
            cells.back().push_back(c);
    }
    return cells;
}

/// Rows by the names in the first line. Cells hold no quotes and no line breaks.
inline std::vector<CsvRow> read_csv(const std::string& path) {
    std::ifstream file(path);
    GW_ASSERT(file.good());
    std::string line;
    std::getline(file, line);
    const auto names = split_csv_line(line);
    std::vector<CsvRow> rows;
    while (std::getline(file, line)) {
        if (line.empty()) continue;
        const auto cells = split_csv_line(line);
        CsvRow row;
        for (std::size_t i = 0; i < names.size(); ++i)
            row[names[i]] = i < cells.size() ? cells[i] : "";
        rows.push_back(std::move(row));
    }
    return rows;
}

inline core::Calendar read_calendar() {
    std::map<core::Day, core::DayKind> days;
    for (auto& row : read_csv("mappings/codes/calendar-days.csv")) {
        if (row["active"] != "1") continue;
        const std::string& kind = row["kind"];
        days[*core::parse_iso_day(row["date"])] =
            kind == "MAKEUP_WORKDAY"     ? core::DayKind::makeup_workday
            : kind == "COMPENSATORY_OFF" ? core::DayKind::compensatory_off
            : kind == "SWAPPED_OFF"      ? core::DayKind::swapped_off
                                         : core::DayKind::holiday;
    }
    return core::Calendar(std::move(days));
}

inline core::Transitions read_transitions() {
    std::vector<core::Transition> rows;
    for (auto& row : read_csv("mappings/codes/dossier-status-transitions.csv")) {
        const std::string& rule = row["rule"];
        rows.push_back(
            {static_cast<core::Status>(std::stoi(row["from"])),
             static_cast<core::Status>(std::stoi(row["to"])),
             rule == "allow"    ? core::StepRule::allow
             : rule == "expand" ? core::StepRule::expand
                                : core::StepRule::correction}
        );
    }
    return core::Transitions(rows);
}

inline std::vector<std::string> read_places() {
    std::vector<std::string> out;
    for (auto& row : read_csv("mappings/codes/citizen-number-place-codes.csv"))
        out.push_back(row["code"]);
    return out;
}

}  // namespace gw::test
