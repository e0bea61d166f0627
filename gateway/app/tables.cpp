// Reads the mappings folder.
#include "gateway/app/tables.hpp"

#include "gateway/formats/csv.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace gw::app {
namespace {
namespace fs = std::filesystem;

core::Result<std::string> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return core::give_up("file.unreadable", "cannot read " + path.string());
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Cell of a row by column name; "" when the column is missing.
std::string cell(
    const formats::CsvTable& table, const std::vector<std::string>& row, std::string_view column
) {
    const int at = table.column(column);
    return at < 0 ? std::string() : row[static_cast<std::size_t>(at)];
}

const formats::CsvTable& table(
    const Tables& tables, std::string_view name, std::vector<mapping::Problem>& problems
) {
    static const formats::CsvTable none;
    const auto it = tables.codes.find(name);
    if (it != tables.codes.end()) return it->second;
    problems.push_back(
        {"codes/" + std::string(name) + ".csv",
         1,
         1,
         "the file is missing; it belongs to the package"}
    );
    return none;
}

void read_codes(const fs::path& folder, Tables& tables, std::vector<mapping::Problem>& problems) {
    if (!fs::is_directory(folder)) {
        problems.push_back(
            {folder.string(),
             1,
             1,
             "the folder is missing. Set mappings.folder to the package's mappings."}
        );
        return;
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".csv") continue;
        const auto text = read_file(entry.path());
        const auto parsed =
            text ? formats::read_csv(*text) : core::Result<formats::CsvTable>(text.error());
        if (!parsed)
            problems.push_back({entry.path().string(), 1, 1, parsed.error().what});
        else
            tables.codes[entry.path().stem().string()] = *parsed;
    }
}

core::Transitions read_transitions(const formats::CsvTable& csv) {
    std::vector<core::Transition> rows;
    for (const auto& row : csv.rows) {
        const auto from = static_cast<core::Status>(std::stoi(cell(csv, row, "from")));
        const auto to = static_cast<core::Status>(std::stoi(cell(csv, row, "to")));
        const auto word = cell(csv, row, "rule");
        const auto rule = from == to             ? core::StepRule::same
                          : word == "allow"      ? core::StepRule::allow
                          : word == "expand"     ? core::StepRule::expand
                          : word == "correction" ? core::StepRule::correction
                                                 : core::StepRule::refused;
        rows.push_back({from, to, rule});
    }
    return core::Transitions(rows);
}

core::Calendar read_calendar(
    const formats::CsvTable& csv, std::vector<mapping::Problem>& problems
) {
    std::map<core::Day, core::DayKind> days;
    for (const auto& row : csv.rows) {
        if (cell(csv, row, "active") != "1") continue;
        const auto day = core::parse_iso_day(cell(csv, row, "date"));
        const auto kind = cell(csv, row, "kind");
        if (!day) {
            problems.push_back(
                {"codes/calendar-days.csv", 1, 1, "not a date: " + cell(csv, row, "date")}
            );
            continue;
        }
        days[*day] = kind == "HOLIDAY"            ? core::DayKind::holiday
                     : kind == "COMPENSATORY_OFF" ? core::DayKind::compensatory_off
                     : kind == "SWAPPED_OFF"      ? core::DayKind::swapped_off
                                                  : core::DayKind::makeup_workday;
    }
    return core::Calendar(std::move(days));
}

void read_mappings(
    const fs::path& folder, Tables& tables, std::vector<mapping::Problem>& problems
) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto name = fs::relative(entry.path(), folder).generic_string();
        const auto extension = entry.path().extension();
        const bool table = extension == ".toml" && entry.path().filename() != "answers.toml" &&
                           entry.path().filename() != "routes.toml" &&
                           entry.path().filename() != "templates.toml";
        if (entry.is_regular_file() && name.find("/cases/") == std::string::npos &&
            (table || extension == ".csv"))
            files.push_back(name);
    }
    std::sort(files.begin(), files.end());
    auto library = mapping::Library::load(
        files, [&](const std::string& name) { return read_file(folder / name); }, &problems
    );
    if (library) tables.library = *library;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto answers = entry.path() / "answers.toml", routes = entry.path() / "routes.toml";
        const std::string connector = entry.path().filename().string();
        if (fs::exists(answers)) {
            const auto text = read_file(answers);
            auto loaded = text ? mapping::Answers::load(*text, answers.string(), &problems)
                               : core::Result<mapping::Answers>(text.error());
            if (loaded) tables.answers[connector] = std::move(*loaded);
        }
        if (fs::exists(routes)) {
            const auto text = read_file(routes);
            if (text) tables.routes[connector] = {routes.string(), *text};
        }
    }
}
}  // namespace

Tables load_tables(const std::string& folder, std::vector<mapping::Problem>& problems) {
    Tables tables;
    read_codes(fs::path(folder) / "codes", tables, problems);
    if (!problems.empty()) return tables;
    tables.transitions = read_transitions(table(tables, "dossier-status-transitions", problems));
    tables.calendar = read_calendar(table(tables, "calendar-days", problems), problems);
    const auto& places = table(tables, "citizen-number-place-codes", problems);
    for (const auto& row : places.rows) tables.known_places.push_back(cell(places, row, "code"));
    const auto& merge = table(tables, "province-merge", problems);
    for (const auto& row : merge.rows)
        if (cell(merge, row, "old_code_changed_owner") == "1")
            tables.reused_province_codes.push_back(cell(merge, row, "old_code"));
    read_mappings(folder, tables, problems);
    return tables;
}

}  // namespace gw::app
