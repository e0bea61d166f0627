// JSON in and out of core::Document: RapidJSON's iterative parser behind a handler that counts.
#include "gateway/formats/json.hpp"

#include "gateway/formats/utf8.hpp"

// A namespace of its own: others include RapidJSON without these instructions.
#define RAPIDJSON_NAMESPACE gw_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace gw_rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <unordered_set>
#include <utility>
#include <vector>

namespace gw::formats {
namespace {
using core::Document;
namespace rapidjson = ::gw_rapidjson;

/// Builds the tree; every limit is checked before anything is stored. Finished values of containers
/// that are still open lie in one row, so that a container is made once, in its final size.
class Builder {
public:
    /// `proven`: the whole text is good UTF-8 and holds no escape that could spoil it.
    Builder(const JsonLimits& limits, bool proven) : limits_(limits), proven_(proven) {
        values_.reserve(64);
    }

    bool Null() { return put(Document::null()); }
    bool Bool(bool value) { return put(Document::boolean(value)); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
        return put(Document::number_text(std::string(text, size)));
    }
    bool String(const char* text, rapidjson::SizeType size, bool) {
        if (!is_good({text, size})) return fail("json.encoding");
        return put(Document::text(std::string(text, size)));
    }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        if (!is_good({text, size})) return fail("json.encoding");
        if (!is_new_name(open_.back(), {text, size})) return fail("json.duplicate_name");
        // The value that follows takes this place.
        values_.push_back({std::string(text, size), Document()});
        return true;
    }
    bool StartObject() { return open(false); }
    bool StartArray() { return open(true); }
    bool EndObject(rapidjson::SizeType) {
        Document value = Document::object();
        const auto first = values_.begin() + static_cast<std::ptrdiff_t>(open_.back().first);
        if (first != values_.end())
            value.members().assign(std::move_iterator(first), std::move_iterator(values_.end()));
        return close(std::move(value));
    }
    bool EndArray(rapidjson::SizeType) {
        Document value = Document::list();
        const std::size_t first = open_.back().first;
        if (first < values_.size()) {
            auto& items = value.items();
            items.reserve(values_.size() - first);
            for (std::size_t i = first; i < values_.size(); ++i)
                items.push_back(std::move(values_[i].value));
        }
        return close(std::move(value));
    }
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
    struct Open {
        Open(bool list, std::size_t at) : is_list(list), first(at) {}
        bool is_list;
        std::size_t first;                      // where its values begin
        std::unordered_set<std::string> names;  // only once an object has grown past a few members
    };

    bool fail(const char* code) {
        failure_ = code;
        return false;
    }
    bool is_good(std::string_view text) const {
        return proven_ || first_bad_byte(text) == std::string_view::npos;
    }
    bool is_new_name(Open& object, std::string_view name) {
        constexpr std::size_t few = 32;
        const auto first = values_.begin() + static_cast<std::ptrdiff_t>(object.first);
        if (values_.size() - object.first < few)
            return std::none_of(first, values_.end(), [&](const core::Member& member) {
                return member.name == name;
            });
        if (object.names.empty())
            std::for_each(first, values_.end(), [&](const core::Member& member) {
                object.names.insert(member.name);
            });
        return object.names.emplace(name).second;
    }
    bool put(Document value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return true;
        }
        const Open& top = open_.back();
        const std::size_t named = top.is_list ? 0 : 1;  // the place that its name has taken
        if (values_.size() - top.first - named >= limits_.items_max) return fail("json.too_many");
        if (top.is_list)
            values_.push_back({std::string(), std::move(value)});
        else
            values_.back().value = std::move(value);
        return true;
    }
    bool open(bool is_list) {
        if (static_cast<int>(open_.size()) >= limits_.depth_max) return fail("json.too_deep");
        open_.emplace_back(is_list, values_.size());
        return true;
    }
    bool close(Document value) {
        values_.erase(
            values_.begin() + static_cast<std::ptrdiff_t>(open_.back().first), values_.end()
        );
        open_.pop_back();
        return put(std::move(value));
    }

    JsonLimits limits_;
    bool proven_;
    std::vector<core::Member> values_;
    std::vector<Open> open_;
    Document root_;
    const char* failure_ = nullptr;
};

core::Error refused(const char* code, std::size_t offset) {
    return core::give_up(code, "JSON refused at byte " + std::to_string(offset));
}

/// What a byte of a string becomes: 0 itself, 'u' four hex digits, else a backslash and this
/// letter.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
    table['"'] = '"';
    table['\\'] = '\\';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    table['\b'] = 'b';
    table['\f'] = 'f';
    return table;
}();

/// True when none of eight bytes needs an escape. May say false of some that do not.
bool are_plain(const char* bytes) {
    constexpr std::uint64_t ones = 0x0101010101010101U, tops = 0x8080808080808080U;
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes, sizeof eight);
    const std::uint64_t quote = eight ^ (ones * '"'), slash = eight ^ (ones * '\\');
    const std::uint64_t control = (eight - ones * 0x20U) & ~eight;
    return ((control | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops) == 0;
}

bool is_plain(std::string_view text) {
    constexpr std::size_t step = 8;
    if (text.size() < step)
        return std::none_of(text.begin(), text.end(), [](char c) {
            return escapes[static_cast<unsigned char>(c)] != 0;
        });
    for (std::size_t i = 0; i + step < text.size(); i += step)
        if (!are_plain(text.data() + i)) return false;
    return are_plain(text.data() + text.size() - step);
}

void write_escaped(std::string& out, std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    std::size_t plain = 0;  // where the run that needs no escape begins
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char letter = escapes[byte];
        if (letter == 0) continue;
        out.append(text.substr(plain, i - plain)).append(1, '\\').append(1, letter);
        if (letter == 'u') {
            out += "00";
            out += hex[byte >> 4U];
            out += hex[byte & 0xFU];
        }
        plain = i + 1;
    }
    out.append(text.substr(plain));
}

void write_text(std::string& out, std::string_view text) {
    out += '"';
    if (is_plain(text))
        out.append(text);
    else
        write_escaped(out, text);
    out += '"';
}

enum class Order { as_is, by_name };

void write_value(
    std::string& out, const Document& value, Order order, const Written* known = nullptr
);

void write_members(std::string& out, const Document& value, Order order, const Written* known) {
    bool first = true;
    const auto write = [&](const core::Member& member) {
        out += first ? '{' : ',';
        first = false;
        write_text(out, member.name);
        out += ':';
        write_value(out, member.value, order, known);
    };
    if (order == Order::as_is) {
        for (const auto& member : value.members()) write(member);
    } else {
        std::vector<const core::Member*> members;
        members.reserve(value.members().size());
        for (const auto& member : value.members()) members.push_back(&member);
        std::stable_sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
            return a->name < b->name;
        });
        for (const auto* member : members) write(*member);
    }
    out += first ? "{}" : "}";
}

void write_value(std::string& out, const Document& value, Order order, const Written* known) {
    if (known != nullptr && value.shares(known->value)) {
        out.append(known->text);
        return;
    }
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
            write_members(out, value, order, known);
            return;
        case Document::Kind::list:
            break;
    }
    out += '[';
    bool first = true;
    for (const auto& item : value.items()) {
        if (!first) out += ',';
        first = false;
        write_value(out, item, order, known);
    }
    out += ']';
}
}  // namespace

core::Result<Document> read_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes_max) return refused("json.too_large", limits.bytes_max);
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    const std::size_t skipped = text.starts_with(mark) ? mark.size() : 0;
    text.remove_prefix(skipped);

    // Iterative: the recursive parser dies on a million brackets. The handler checks the encoding
    // unless the whole text was found good: outside of strings every byte above ASCII is wrong
    // syntax anyway, and RapidJSON 1.1 lets an escaped low surrogate through.
    const bool proven = text.find("\\u") == std::string_view::npos &&
                        first_bad_byte(text) == std::string_view::npos;
    // The parser writes strings into its own copy, and reads up to 16 bytes past the end.
    constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag |
                               rapidjson::kParseNumbersAsStringsFlag;
    std::string copy;
    copy.reserve(text.size() + 16);
    copy.append(text).append(16, '\0');
    rapidjson::InsituStringStream stream(copy.data());
    rapidjson::Reader reader;
    Builder builder(limits, proven);
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
    out.reserve(512);
    write_value(out, value, Order::as_is);
    return out;
}

std::string write_json(const Document& value, const Written& known) {
    std::string out;
    out.reserve(512 + known.text.size());
    write_value(out, value, Order::as_is, &known);
    return out;
}

std::string canonical_json(const Document& value) {
    std::string out;
    write_value(out, value, Order::by_name);
    return out;
}

}  // namespace gw::formats
