// RapidJSON behind a few functions.
#include "simulators/kit/json_reader.hpp"

#include "simulators/kit/text.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

namespace sim::kit {
namespace {

std::string_view view(const Json& text) {
    return {text.GetString(), text.GetStringLength()};
}

/// Nesting is checked on the text, because a deep tree is costly even to throw away.
bool shallow(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > 64) return false;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return true;
}

}  // namespace

bool parse_json(JsonDocument& into, std::string_view text) {
    if (!shallow(text) || !is_utf8(text)) return false;
    into.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
        text.data(), text.size()
    );
    return !into.HasParseError();
}

const Json* member(const Json& object, std::string_view name) {
    if (!object.IsObject()) return nullptr;
    const Json* found = nullptr;
    for (const auto& m : object.GetObject()) {
        if (view(m.name) == name) return &m.value;
        if (!found && same_ignoring_case(view(m.name), name)) found = &m.value;
    }
    return found;
}

std::string text_of(const Json* value) {
    if (!value) return {};
    if (value->IsString()) return std::string(view(*value));
    if (value->IsNumber() || value->IsBool()) return json_text(*value);
    return {};
}

std::string text_at(const Json& object, std::string_view name) {
    return text_of(member(object, name));
}

std::string json_text(const Json& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string json_pretty(const Json& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    writer.SetIndent(' ', 2);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

std::map<std::string, std::string> texts_of(const Json& object) {
    std::map<std::string, std::string> out;
    if (!object.IsObject()) return out;
    for (const auto& m : object.GetObject())
        if (m.value.IsString() || m.value.IsNumber() || m.value.IsBool())
            out.emplace(view(m.name), text_of(&m.value));
    return out;
}

}  // namespace sim::kit
