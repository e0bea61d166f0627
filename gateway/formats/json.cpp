// JSON in and out of core::Document: RapidJSON's iterative parser behind a handler that counts.
#include "gateway/formats/json.hpp"

#include "gateway/formats/utf8.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace gw::formats {
namespace {
using core::Document;

/// Builds the tree; every limit is checked before anything is stored.
class Builder {
public:
    explicit Builder(const JsonLimits& limits) : limits_(limits) {}

    bool Null() { return put(Document::null()); }
    bool Bool(bool value) { return put(Document::boolean(value)); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
        return put(Document::number_text(std::string(text, size)));
    }
    bool String(const char* text, rapidjson::SizeType size, bool) {
        if (first_bad_byte({text, size}) != std::string_view::npos) return fail("json.encoding");
        return put(Document::text(std::string(text, size)));
    }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        if (first_bad_byte({text, size}) != std::string_view::npos) return fail("json.encoding");
        Frame& top = frames_.back();
        top.name.assign(text, size);
        return is_new_name(top) || fail("json.duplicate_name");
    }
    bool StartObject() { return open(Document::object()); }
    bool StartArray() { return open(Document::list()); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool EndArray(rapidjson::SizeType) { return close(); }
    // The numbers-as-strings flag is set, so these are never called; the parser wants them
    // declared.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    const char* failure() const { return failure_; }
    Document take() { return std::move(root_); }

private:
    struct Frame {
        Document value;
        std::string name;
        std::unordered_set<std::string> names;  // only once an object has grown past a few members
    };

    bool fail(const char* code) {
        failure_ = code;
        return false;
    }
    static bool is_new_name(Frame& frame) {
        const auto& members = frame.value.members();
        constexpr std::size_t few = 16;
        if (members.size() < few) return frame.value.find(frame.name) == nullptr;
        if (frame.names.empty())
            for (const auto& member : members) frame.names.insert(member.name);
        return frame.names.insert(frame.name).second;
    }
    bool put(Document value) {
        if (frames_.empty()) {
            root_ = std::move(value);
            return true;
        }
        Frame& top = frames_.back();
        if (top.value.size() >= limits_.items_max) return fail("json.too_many");
        if (top.value.is_list())
            top.value.push(std::move(value));
        else
            top.value.add(std::move(top.name), std::move(value));
        return true;
    }
    bool open(Document value) {
        if (static_cast<int>(frames_.size()) >= limits_.depth_max) return fail("json.too_deep");
        frames_.emplace_back();
        frames_.back().value = std::move(value);
        return true;
    }
    bool close() {
        Document value = std::move(frames_.back().value);
        frames_.pop_back();
        return put(std::move(value));
    }

    JsonLimits limits_;
    std::vector<Frame> frames_;
    Document root_;
    const char* failure_ = nullptr;
};

core::Error refused(const char* code, std::size_t offset) {
    return core::give_up(code, "JSON refused at byte " + std::to_string(offset));
}

void write_text(std::string& out, std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20U) {
                    out += "\\u00";
                    out += hex[(static_cast<unsigned char>(c) >> 4U) & 0xFU];
                    out += hex[static_cast<unsigned char>(c) & 0xFU];
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

enum class Order { as_is, by_name };

void write_value(std::string& out, const Document& value, Order order);

void write_members(std::string& out, const Document& value, Order order) {
    std::vector<const core::Member*> members;
    members.reserve(value.members().size());
    for (const auto& member : value.members()) members.push_back(&member);
    if (order == Order::by_name)
        std::stable_sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
            return a->name < b->name;
        });
    out += '{';
    bool first = true;
    for (const auto* member : members) {
        if (!first) out += ',';
        first = false;
        write_text(out, member->name);
        out += ':';
        write_value(out, member->value, order);
    }
    out += '}';
}

void write_value(std::string& out, const Document& value, Order order) {
    switch (value.kind()) {
        case Document::Kind::null:
            out += "null";
            return;
        case Document::Kind::boolean:
        case Document::Kind::number:
            out += value.as_text();
            return;
        case Document::Kind::text:
            write_text(out, value.as_text());
            return;
        case Document::Kind::object:
            write_members(out, value, order);
            return;
        case Document::Kind::list:
            break;
    }
    out += '[';
    bool first = true;
    for (const auto& item : value.items()) {
        if (!first) out += ',';
        first = false;
        write_value(out, item, order);
    }
    out += ']';
}
}  // namespace

core::Result<Document> read_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes_max) return refused("json.too_large", limits.bytes_max);
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    const std::size_t skipped = text.starts_with(mark) ? mark.size() : 0;
    text.remove_prefix(skipped);

    // Iterative: the recursive parser dies on a million brackets. Encoding is checked in the
    // handler too, because RapidJSON 1.1 lets an escaped low surrogate through.
    constexpr unsigned flags = rapidjson::kParseIterativeFlag |
                               rapidjson::kParseValidateEncodingFlag |
                               rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    Builder builder(limits);
    const rapidjson::ParseResult result = reader.Parse<flags>(stream, builder);
    if (!result) {
        const std::size_t offset = result.Offset() + skipped;
        if (builder.failure() != nullptr) return refused(builder.failure(), offset);
        const auto why = result.Code();
        const bool encoding = why == rapidjson::kParseErrorStringInvalidEncoding ||
                              why == rapidjson::kParseErrorStringUnicodeSurrogateInvalid;
        return refused(encoding ? "json.encoding" : "json.syntax", offset);
    }
    // The parser takes a NUL byte for the end of the text; what follows it would be ignored.
    if (stream.Tell() != text.size()) return refused("json.syntax", stream.Tell() + skipped);
    return builder.take();
}

std::string write_json(const Document& value) {
    std::string out;
    write_value(out, value, Order::as_is);
    return out;
}

std::string canonical_json(const Document& value) {
    std::string out;
    write_value(out, value, Order::by_name);
    return out;
}

}  // namespace gw::formats
