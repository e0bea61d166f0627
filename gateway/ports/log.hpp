// Logging of events with typed values; there is no way to log a body, a name or a number of a
// person.
#pragma once

#include "gateway/core/model.hpp"

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace gw::ports::log {

/// A word from configuration or from the code: partner, operation, error code, state. Never text
/// from a message.
struct Word {
    explicit Word(std::string_view w) : value(w) {}
    std::string_view value;
};
struct Value {
    Value(std::integral auto n) : text(std::to_string(n)) {}
    Value(double n) : text(std::to_string(n)) {}
    Value(core::Duration d) : text(std::to_string(d.count()) + "ms") {}
    Value(Word w) : text(w.value) {}
    template <class Id>
    requires std::is_enum_v<Id> Value(Id id) : text(std::to_string(core::raw(id))) {}
    std::string text;
};
struct Field {
    std::string_view key;
    Value value;
};
enum class Level { debug, info, warning, error };
/// Lowest level that is written; info at start.
void set_level(Level level);
/// One logfmt line to stderr.
void write(Level level, std::string_view event, std::initializer_list<Field> fields);
inline void debug(std::string_view e, std::initializer_list<Field> f = {}) {
    write(Level::debug, e, f);
}
inline void info(std::string_view e, std::initializer_list<Field> f = {}) {
    write(Level::info, e, f);
}
inline void warning(std::string_view e, std::initializer_list<Field> f = {}) {
    write(Level::warning, e, f);
}
inline void error(std::string_view e, std::initializer_list<Field> f = {}) {
    write(Level::error, e, f);
}

}  // namespace gw::ports::log
