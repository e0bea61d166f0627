// Writes log events as logfmt lines.
#include "gateway/ports/log.hpp"

#include "gateway/ports/http.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace gw::ports {

std::string_view header(const Headers& headers, std::string_view name) {
    auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    };
    for (const auto& h : headers)
        if (std::equal(h.name.begin(), h.name.end(), name.begin(), name.end(), same))
            return h.value;
    return {};
}

namespace log {
namespace {
Level lowest = Level::info;
constexpr std::string_view names[] = {"debug", "info", "warning", "error"};
}  // namespace

void set_level(Level level) {
    lowest = level;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (level < lowest) return;
    std::string line = "level=";
    line += names[static_cast<int>(level)];
    line += " event=";
    line += event;
    for (const auto& f : fields) {
        line += ' ';
        line += f.key;
        line += '=';
        const bool quote = f.value.text.find_first_of(" \"=\n") != std::string::npos;
        if (quote) line += '"';
        for (char c : f.value.text) line += (c == '"' || c == '\n') ? '\'' : c;
        if (quote) line += '"';
    }
    line += '\n';
    [[maybe_unused]] auto n =
        ::write(STDERR_FILENO, line.data(), line.size());  // one write: lines never mix
}
}  // namespace log
}  // namespace gw::ports
