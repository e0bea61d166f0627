// Small helpers over RapidJSON for building requests and reading answers.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sim::onestop {

/// Builds one JSON object or array, member by member.
class Json {
public:
    Json() : writer_(buffer_) {}
    Json& begin() { return writer_.StartObject(), *this; }
    Json& end() { return writer_.EndObject(), *this; }
    Json& list() { return writer_.StartArray(), *this; }
    Json& end_list() { return writer_.EndArray(), *this; }
    Json& name(std::string_view n) { return writer_.Key(n.data(), size(n)), *this; }
    Json& value(std::string_view v) { return writer_.String(v.data(), size(v)), *this; }
    Json& value(std::int64_t v) { return writer_.Int64(v), *this; }
    Json& flag(bool v) { return writer_.Bool(v), *this; }
    Json& set(std::string_view n, std::string_view v) { return name(n).value(v); }
    Json& set(std::string_view n, std::int64_t v) { return name(n).value(v); }
    Json& set_flag(std::string_view n, bool v) { return name(n).flag(v); }
    std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

private:
    static rapidjson::SizeType size(std::string_view v) {
        return static_cast<rapidjson::SizeType>(v.size());
    }
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

/// Text of a member, or "" when it is missing or no text.
inline std::string text_of(const rapidjson::Value& object, const char* name) {
    if (!object.IsObject()) return {};
    const auto it = object.FindMember(name);
    if (it == object.MemberEnd() || !it->value.IsString()) return {};
    return {it->value.GetString(), it->value.GetStringLength()};
}

}  // namespace sim::onestop
