// Writes compact JSON piece by piece, so that answers keep the order in which they were written.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace sim::kit {

/// A JSON string literal with its quotes. Bytes above 0x7f are passed on.
std::string json_quote(std::string_view text);

class JsonWriter {
public:
    JsonWriter& object() { return open('{'); }
    JsonWriter& array() { return open('['); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text) { return raw(json_quote(text)); }
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    template <std::integral T>
    JsonWriter& value(T number) {
        if constexpr (std::same_as<T, bool>)
            return raw(number ? "true" : "false");
        else
            return raw(std::to_string(number));
    }
    JsonWriter& value(double number);
    JsonWriter& null() { return raw("null"); }
    /// Text that already is JSON.
    JsonWriter& raw(std::string_view json);
    template <class T>
    JsonWriter& field(std::string_view name, const T& v) {
        return key(name).value(v);
    }
    const std::string& text() const { return out_; }
    std::string take() { return std::move(out_); }

private:
    JsonWriter& open(char c);
    JsonWriter& close(char c);
    void separate();
    std::string out_;
    bool first_ = true, after_key_ = false;
};

}  // namespace sim::kit
