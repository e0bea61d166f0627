// CSV with a header line (RFC 4180).
#include "gateway/formats/csv.hpp"

#include "gateway/formats/utf8.hpp"

#include <algorithm>
#include <utility>

namespace gw::formats {
namespace {
core::Error bad_line(int line, const std::string& why) {
    return core::give_up("csv.syntax", "CSV line " + std::to_string(line) + ": " + why);
}

/// Reads one record after the other.
class CsvReader {
public:
    explicit CsvReader(std::string_view text) : text_(text) {}
    bool at_end() const { return at_ >= text_.size(); }
    int line() const { return line_; }

    /// "" = good, else what is wrong.
    std::string record(std::vector<std::string>& fields) {
        fields.clear();
        while (true) {
            std::string field;
            std::string wrong = !at_end() && text_[at_] == '"' ? quoted(field) : plain(field);
            if (!wrong.empty()) return wrong;
            fields.push_back(std::move(field));
            if (at_end()) return "";
            if (text_[at_] == ',') {
                ++at_;
                continue;
            }
            if (text_[at_] == '\r') ++at_;
            if (!at_end() && text_[at_] == '\n') {
                ++at_;
                ++line_;
                return "";
            }
            return "a carriage return without a line feed";
        }
    }

private:
    std::string plain(std::string& field) {
        while (!at_end() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') {
            if (text_[at_] == '"') return "a quote inside an unquoted field";
            field += text_[at_++];
        }
        return "";
    }
    std::string quoted(std::string& field) {
        ++at_;
        while (!at_end()) {
            const char c = text_[at_++];
            if (c == '\n') ++line_;
            if (c != '"') {
                field += c;
                continue;
            }
            if (!at_end() && text_[at_] == '"') {
                field += text_[at_++];
                continue;
            }
            if (at_end() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r')
                return "";
            return "text after a closing quote";
        }
        return "a closing quote is missing";
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
};
}  // namespace

int CsvTable::column(std::string_view name) const {
    const auto found = std::find(columns.begin(), columns.end(), name);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

core::Result<CsvTable> read_csv(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    const std::size_t bad = first_bad_byte(text);
    if (bad != std::string_view::npos) {
        const auto before = text.substr(0, bad);
        return bad_line(
            1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')), "not valid UTF-8"
        );
    }
    CsvTable table;
    CsvReader reader(text);
    if (reader.at_end()) return bad_line(1, "the header line is missing");
    if (auto wrong = reader.record(table.columns); !wrong.empty())
        return bad_line(reader.line(), wrong);
    std::vector<std::string> fields;
    while (!reader.at_end()) {
        const int line = reader.line();
        if (auto wrong = reader.record(fields); !wrong.empty()) return bad_line(line, wrong);
        if (fields.size() == 1 && fields[0].empty())
            continue;  // an empty line, as editors leave them
        if (fields.size() != table.columns.size())
            return bad_line(
                line,
                std::to_string(fields.size()) + " fields, the header has " +
                    std::to_string(table.columns.size())
            );
        table.rows.push_back(fields);
        table.lines.push_back(line);
    }
    return table;
}

}  // namespace gw::formats
