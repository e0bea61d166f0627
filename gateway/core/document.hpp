// A tree of values that can hold any JSON or XML message exactly: order, repeats, namespaces, nil,
// empty and missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::core {

struct Member;

/// One value. JSON: as expected; numbers keep their text. XML: an element with children or
/// attributes is an `object` whose members keep document order and may repeat; names are in Clark
/// notation "{namespace}local", attributes "@name" or "@{namespace}name", mixed text "#text"; an
/// element with text alone is `text`; xsi:nil is `null`. Missing is the absence of a member.
class Document {
public:
    enum class Kind : std::uint8_t { null, boolean, number, text, list, object };

    // Defined below: Member is not complete here.
    Document();
    ~Document();
    Document(const Document& other);
    Document(Document&& other) noexcept;
    Document& operator=(const Document& other);
    Document& operator=(Document&& other) noexcept;
    static Document null();
    static Document boolean(bool value);
    static Document number(std::int64_t value);
    /// `digits`: a JSON number as written.
    static Document number_text(std::string digits);
    static Document text(std::string value);
    static Document list();
    static Document object();

    /// A second handle on the same content, without a copy; whichever changes first gets a copy of
    /// its own. References to members and items of either are not to be used after this.
    Document shared() const;
    /// True when both are handles on one content.
    bool shares(const Document& other) const {
        return content_ != nullptr && content_ == other.content_;
    }

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }
    bool is_text() const { return kind_ == Kind::text; }
    bool is_list() const { return kind_ == Kind::list; }
    bool is_object() const { return kind_ == Kind::object; }
    bool is_boolean() const { return kind_ == Kind::boolean; }
    bool is_number() const { return kind_ == Kind::number; }

    /// Text of a text, number ("12") or boolean ("true"); empty for the others.
    const std::string& as_text() const { return text_; }
    bool as_boolean() const { return kind_ == Kind::boolean && text_ == "true"; }
    /// nullopt: not a whole number in range. Text that holds digits is not a number.
    std::optional<std::int64_t> as_integer() const;

    /// First member with this name; nullptr when this is no object or has none.
    const Document* find(std::string_view name) const;
    Document* find(std::string_view name);
    /// As find, ignoring ASCII case (NP-10: reading is case-insensitive).
    const Document* find_ignoring_case(std::string_view name) const;
    /// Text of a member, or `otherwise` when it is missing, null or no scalar.
    std::string text_of(std::string_view name, std::string_view otherwise = "") const;
    /// By RFC 6901 pointer ("/owner/identities/0/number"); nullptr when any step is missing. "" is
    /// this.
    const Document* at(std::string_view pointer) const;

    /// Replaces the first member of this name or appends one; this becomes an object if it was
    /// null.
    Document& set(std::string name, Document value);
    /// Appends a member even if the name is there (XML repeats).
    Document& add(std::string name, Document value);
    bool remove(std::string_view name);
    /// Appends an item; this becomes a list if it was null.
    Document& push(Document value);

    // Not of a value that ends with the statement.
    const std::vector<Member>& members() const&;
    std::vector<Member>& members() &;
    const std::vector<Member>& members() && = delete;
    const std::vector<Document>& items() const&;
    std::vector<Document>& items() &;
    const std::vector<Document>& items() && = delete;
    /// Items of a list, members of an object.
    std::size_t size() const;

    friend bool operator==(const Document& a, const Document& b);

private:
    struct Content;
    static const Content& nothing();
    const Content& content() const {
        return content_ == nullptr ? nothing() : std::as_const(*content_);
    }
    /// The content to change: of this handle alone.
    Content& own();

    Kind kind_ = Kind::null;
    std::string text_;
    std::shared_ptr<Content> content_;  // null: no items and no members
};

struct Member {
    std::string name;
    Document value;
};

struct Document::Content {
    std::vector<Document> items;
    std::vector<Member> members;
};

inline Document::Document() = default;
inline Document::~Document() = default;
inline Document::Document(Document&& other) noexcept = default;
inline Document& Document::operator=(Document&& other) noexcept = default;
inline Document Document::null() {
    return {};
}
inline std::size_t Document::size() const {
    return kind_ == Kind::list ? content().items.size() : content().members.size();
}
inline const std::vector<Member>& Document::members() const& {
    return content().members;
}
inline std::vector<Member>& Document::members() & {
    return own().members;
}
inline const std::vector<Document>& Document::items() const& {
    return content().items;
}
inline std::vector<Document>& Document::items() & {
    return own().items;
}

}  // namespace gw::core
