// The lane's note, read and written.
#include "connectors/national_portal/lane_memory.hpp"

#include <charconv>

namespace gw::national_portal {
namespace {

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

void read_word(LaneMemory& memory, std::string_view word) {
    const auto equals = word.find('=');
    if (equals == word.npos) return;
    const auto name = word.substr(0, equals), value = word.substr(equals + 1);
    const auto colon = value.find(':');
    const auto second = colon == value.npos ? 0 : static_cast<int>(number(value.substr(colon + 1)));
    if (name == "known") memory.known = value == "yes";
    if (name == "status") memory.status = static_cast<int>(number(value));
    if (name == "update") memory.update_leg = number(value);
    if (name == "create") memory.create_leg = number(value);
    if (name == "unreadable") {
        memory.unreadable_leg = number(value);
        memory.unreadable = second;
    }
    if (name == "lines") {
        memory.lines_leg = number(value);
        memory.lines = second;
    }
}

void add(std::string& note, std::string_view name, const std::string& value) {
    if (!note.empty()) note += ' ';
    note.append(name).append("=").append(value);
}

}  // namespace

LaneMemory read_memory(std::string_view note) {
    LaneMemory memory;
    while (!note.empty()) {
        const auto blank = std::min(note.find(' '), note.size());
        read_word(memory, note.substr(0, blank));
        note.remove_prefix(std::min(blank + 1, note.size()));
    }
    return memory;
}

std::string write_memory(const LaneMemory& m) {
    std::string note;
    if (m.known) add(note, "known", *m.known ? "yes" : "no");
    if (m.status != 0) add(note, "status", std::to_string(m.status));
    if (m.update_leg != 0) add(note, "update", std::to_string(m.update_leg));
    if (m.create_leg != 0) add(note, "create", std::to_string(m.create_leg));
    if (m.unreadable > 0)
        add(note,
            "unreadable",
            std::to_string(m.unreadable_leg) + ":" + std::to_string(m.unreadable));
    if (m.lines > 0)
        add(note, "lines", std::to_string(m.lines_leg) + ":" + std::to_string(m.lines));
    return note;
}

}  // namespace gw::national_portal
