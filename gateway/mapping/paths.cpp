// Walking and making paths.
#include "gateway/mapping/paths.hpp"

#include <algorithm>
#include <charconv>

namespace gw::mapping {
namespace {
using core::Document;

std::optional<PathStep> parse_step(std::string_view text) {
    PathStep step;
    const std::size_t open = text.find('[');
    step.name = text.substr(0, open);
    if (step.name.empty()) return std::nullopt;
    if (open != std::string_view::npos) {
        const std::size_t equals = text.find('=', open);
        if (equals == std::string_view::npos || text.back() != ']') return std::nullopt;
        step.select_name = text.substr(open + 1, equals - open - 1);
        step.select_value = text.substr(equals + 1, text.size() - equals - 2);
        if (step.select_name.empty() || step.select_value.empty()) return std::nullopt;
        return step;
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error == std::errc() && end == text.data() + text.size()) step.index = index;
    return step;
}

const Document* selected(const PathStep& step, const Document& list) {
    for (const Document& item : list.items())
        if (item.text_of(step.select_name) == step.select_value) return &item;
    return nullptr;
}

const Document* follow(const PathStep& step, const Document& from) {
    if (step.index && from.is_list())
        return *step.index < from.items().size() ? &from.items()[*step.index] : nullptr;
    const Document* member = from.find(step.name);
    return member != nullptr && !step.select_name.empty() ? selected(step, *member) : member;
}

Document* make_selected(const PathStep& step, Document& list) {
    if (list.is_null()) list = Document::list();
    if (!list.is_list()) return nullptr;
    for (Document& item : list.items())
        if (item.text_of(step.select_name) == step.select_value) return &item;
    Document item = Document::object();
    item.set(step.select_name, Document::text(step.select_value));
    list.push(std::move(item));
    return &list.items().back();
}

Document* make(const PathStep& step, Document& from) {
    if (step.index && !from.is_object()) {
        if (from.is_null()) from = Document::list();
        if (!from.is_list() || *step.index > from.items().size()) return nullptr;
        if (*step.index == from.items().size()) from.push(Document::null());
        return &from.items()[*step.index];
    }
    if (!from.is_object() && !from.is_null()) return nullptr;
    Document* member = from.find(step.name);
    if (member == nullptr) {
        from.set(step.name, Document::null());
        member = from.find(step.name);
    }
    return step.select_name.empty() ? member : make_selected(step, *member);
}
}  // namespace

std::optional<Path> parse_path(std::string_view text) {
    Path path;
    path.text = text;
    constexpr std::string_view root = "root:";
    if (text.starts_with(root)) {
        path.from_root = true;
        text.remove_prefix(root.size());
    }
    while (!text.empty()) {
        if (text.front() != '/') return std::nullopt;
        text.remove_prefix(1);
        const std::size_t end = std::min(text.find('/'), text.size());
        auto step = parse_step(text.substr(0, end));
        if (!step) return std::nullopt;
        path.steps.push_back(std::move(*step));
        text.remove_prefix(end);
    }
    return path;
}

const Document* walk(const Path& path, const Document& from) {
    const Document* at = &from;
    for (const PathStep& step : path.steps) {
        at = follow(step, *at);
        if (at == nullptr) return nullptr;
    }
    return at;
}

bool place(const Path& path, Document& into, Document value) {
    Document* at = &into;
    for (const PathStep& step : path.steps) {
        at = make(step, *at);
        if (at == nullptr) return false;
    }
    *at = std::move(value);
    return true;
}

Path raw_path(Path path) {
    path.text += "_raw";
    if (!path.steps.empty()) path.steps.back().name += "_raw";
    return path;
}

}  // namespace gw::mapping
