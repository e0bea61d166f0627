// The value tree: construction, look-up by name and pointer.
#include "gateway/core/document.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace gw::core {
namespace {
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}
std::string unescape(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size() &&
            (token[i + 1] == '0' || token[i + 1] == '1')) {
            out += token[i + 1] == '0' ? '~' : '/';
            ++i;
        } else {
            out += token[i];
        }
    }
    return out;
}
}  // namespace

Document::Document(const Document& other)
    : kind_(other.kind_),
      text_(other.text_),
      content_(other.content_ ? std::make_shared<Content>(*other.content_) : nullptr) {}

Document& Document::operator=(const Document& other) {
    *this = Document(other);
    return *this;
}

Document Document::shared() const {
    Document handle;
    handle.kind_ = kind_;
    handle.text_ = text_;
    handle.content_ = content_;
    return handle;
}

const Document::Content& Document::nothing() {
    static const Content empty;
    return empty;
}

Document::Content& Document::own() {
    if (!content_)
        content_ = std::make_shared<Content>();
    else if (content_.use_count() > 1)
        content_ = std::make_shared<Content>(*content_);
    return *content_;
}

Document Document::boolean(bool value) {
    Document d;
    d.kind_ = Kind::boolean;
    d.text_ = value ? "true" : "false";
    return d;
}
Document Document::number(std::int64_t value) {
    return number_text(std::to_string(value));
}
Document Document::number_text(std::string digits) {
    Document d;
    d.kind_ = Kind::number;
    d.text_ = std::move(digits);
    return d;
}
Document Document::text(std::string value) {
    Document d;
    d.kind_ = Kind::text;
    d.text_ = std::move(value);
    return d;
}
Document Document::list() {
    Document d;
    d.kind_ = Kind::list;
    return d;
}
Document Document::object() {
    Document d;
    d.kind_ = Kind::object;
    return d;
}

std::optional<std::int64_t> Document::as_integer() const {
    if (kind_ != Kind::number) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (ec != std::errc() || end != text_.data() + text_.size()) return std::nullopt;
    return value;
}

const Document* Document::find(std::string_view name) const {
    for (const auto& m : content().members)
        if (m.name == name) return &m.value;
    return nullptr;
}
Document* Document::find(std::string_view name) {
    if (!content_) return nullptr;
    for (auto& m : own().members)
        if (m.name == name) return &m.value;
    return nullptr;
}
const Document* Document::find_ignoring_case(std::string_view name) const {
    if (const auto* exact = find(name)) return exact;
    for (const auto& m : content().members)
        if (same_ignoring_case(m.name, name)) return &m.value;
    return nullptr;
}
std::string Document::text_of(std::string_view name, std::string_view otherwise) const {
    const auto* d = find(name);
    if (d == nullptr || d->kind_ == Kind::null || d->kind_ == Kind::list ||
        d->kind_ == Kind::object)
        return std::string(otherwise);
    return d->text_;
}
const Document* Document::at(std::string_view pointer) const {
    const Document* here = this;
    while (!pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        pointer.remove_prefix(1);
        const auto end = std::min(pointer.find('/'), pointer.size());
        const auto token = pointer.substr(0, end);
        pointer.remove_prefix(end);
        if (here->is_list()) {
            std::size_t index = 0;
            const auto [stop, ec] =
                std::from_chars(token.data(), token.data() + token.size(), index);
            if (ec != std::errc() || stop != token.data() + token.size() ||
                index >= here->items().size())
                return nullptr;
            here = &here->items()[index];
        } else {
            here = token.find('~') == std::string_view::npos ? here->find(token)
                                                             : here->find(unescape(token));
            if (here == nullptr) return nullptr;
        }
    }
    return here;
}

Document& Document::set(std::string name, Document value) {
    if (auto* there = find(name)) {
        *there = std::move(value);
        return *there;
    }
    return add(std::move(name), std::move(value));
}
Document& Document::add(std::string name, Document value) {
    if (kind_ == Kind::null) kind_ = Kind::object;
    auto& members = own().members;
    if (members.empty()) members.reserve(4);
    members.push_back({std::move(name), std::move(value)});
    return members.back().value;
}
bool Document::remove(std::string_view name) {
    if (!content_) return false;
    auto& members = own().members;
    const auto it = std::find_if(members.begin(), members.end(), [&](const Member& m) {
        return m.name == name;
    });
    if (it == members.end()) return false;
    members.erase(it);
    return true;
}
Document& Document::push(Document value) {
    if (kind_ == Kind::null) kind_ = Kind::list;
    auto& items = own().items;
    items.push_back(std::move(value));
    return items.back();
}

bool operator==(const Document& a, const Document& b) {
    if (a.kind_ != b.kind_ || a.text_ != b.text_) return false;
    if (a.content_ == b.content_) return true;
    const auto& x = a.members();
    const auto& y = b.members();
    return a.items() == b.items() &&
           std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const Member& m, const Member& n) {
               return m.name == n.name && m.value == n.value;
           });
}

}  // namespace gw::core
