// What the partner of `./dev bench B1` to `B8` reads in a call: code, number, canonical form.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <map>
#include <string>
#include <string_view>

namespace bench {

// "H56.14-260302-0000001" behind `name` in the body; empty when there is none.
inline std::string_view code_in(std::string_view body, std::string_view name) {
    auto at = body.find(name);
    if (at == body.npos) return {};
    at = body.find('"', at + name.size() + 1);
    if (at == body.npos) return {};
    const auto end = body.find('"', at + 1);
    return end == body.npos ? std::string_view() : body.substr(at + 1, end - at - 1);
}

// A line of progress has no key at the portal: sent twice, it is there twice.
inline constexpr std::string_view line = "\"CapNhatTienDoHoSoMC\"";

// What stands between the brackets of `data`.
inline std::string items_of(const std::string& body) {
    const auto at = body.find("\"data\":[");
    const auto end = body.rfind(']');
    return at == body.npos || end < at + 8 ? std::string() : body.substr(at + 8, end - at - 8);
}

inline constexpr std::size_t digits = 7;

inline long number_of(std::string_view code) {
    long number = -1;
    if (code.size() > digits)
        std::from_chars(code.data() + code.size() - digits, code.data() + code.size(), number);
    return number;
}

// Members by name, no white space, one way to escape: equal content has equal text.
inline void write_canonical(
    const rapidjson::Value& v, rapidjson::Writer<rapidjson::StringBuffer>& out
) {
    if (v.IsObject()) {
        std::map<std::string_view, const rapidjson::Value*> members;
        for (const auto& m : v.GetObject()) members[m.name.GetString()] = &m.value;
        out.StartObject();
        for (const auto& [name, value] : members) {
            out.Key(name.data());
            write_canonical(*value, out);
        }
        out.EndObject();
    } else if (v.IsArray()) {
        out.StartArray();
        for (const auto& item : v.GetArray()) write_canonical(item, out);
        out.EndArray();
    } else {
        v.Accept(out);
    }
}

// The packet's `data` without the dossier's number; "" when it is no JSON.
inline std::string canonical(const std::string& body) {
    rapidjson::Document read;
    read.Parse(body.data(), body.size());
    if (read.HasParseError() || !read.IsObject() || !read.HasMember("data")) return {};
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
    write_canonical(read["data"], out);
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace bench
