// Typed reading of TOML tables.
#include "gateway/mapping/table_reader.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace gw::mapping {
namespace {
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}
}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
    std::string best;
    std::size_t least = word.size() / 3 + 2;
    for (const auto& candidate : words) {
        const std::size_t d = distance(word, candidate);
        if (d >= least) continue;
        least = d;
        best = candidate;
    }
    return best;
}

void TableReader::problem(const Node& at, std::string what) {
    problems_.push_back({file_, at.line, at.column, std::move(what)});
}

void TableReader::wrong_type(const Node& at, std::string_view key, std::string_view wanted) {
    problem(at, "'" + std::string(key) + "' must be " + std::string(wanted));
}

const Node* TableReader::get(std::string_view key) {
    known_.emplace(key);
    return table_.find(key);
}

std::string TableReader::text(std::string_view key, std::string_view otherwise) {
    const Node* node = get(key);
    if (node == nullptr) return std::string(otherwise);
    if (node->kind == Node::Kind::text) return node->text;
    wrong_type(*node, key, "a text in quotes");
    return std::string(otherwise);
}

std::string TableReader::needed(std::string_view key) {
    if (!has(key))
        problem("'" + std::string(key) + "' is missing; add " + std::string(key) + " = \"…\"");
    std::string value = text(key);
    if (has(key) && value.empty() && get(key)->kind == Node::Kind::text)
        problem(*get(key), "'" + std::string(key) + "' is empty; fill it in");
    return value;
}

std::string TableReader::word(
    std::string_view key, const std::vector<std::string_view>& words, std::string_view otherwise
) {
    std::string value = text(key, otherwise);
    if (std::find(words.begin(), words.end(), value) != words.end()) return value;
    std::string allowed;
    for (const auto word : words) allowed += (allowed.empty() ? "" : ", ") + std::string(word);
    const Node* node = get(key);
    problem(
        node != nullptr ? *node : table_,
        "'" + std::string(key) + "' is \"" + value + "\"; use one of: " + allowed
    );
    return std::string(otherwise);
}

long long TableReader::integer(std::string_view key, long long otherwise) {
    const Node* node = get(key);
    if (node == nullptr) return otherwise;
    if (node->kind != Node::Kind::integer) {
        wrong_type(*node, key, "a whole number without quotes");
        return otherwise;
    }
    long long value = otherwise;
    std::from_chars(node->text.data(), node->text.data() + node->text.size(), value);
    return value;
}

bool TableReader::boolean(std::string_view key, bool otherwise) {
    const Node* node = get(key);
    if (node == nullptr) return otherwise;
    if (node->kind != Node::Kind::boolean) wrong_type(*node, key, "true or false without quotes");
    return node->kind == Node::Kind::boolean ? node->text == "true" : otherwise;
}

std::optional<core::Day> TableReader::day(std::string_view key) {
    const Node* node = get(key);
    if (node == nullptr) return std::nullopt;
    const auto value = core::parse_iso_day(node->text);
    if (!value) wrong_type(*node, key, "a day such as \"2025-07-01\"");
    return value;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
    std::vector<std::string> out;
    const Node* node = get(key);
    if (node == nullptr) return out;
    if (node->kind == Node::Kind::text) return {node->text};
    if (node->kind != Node::Kind::array) wrong_type(*node, key, "a text or a list of texts");
    for (const Node& item : node->items) {
        if (item.kind == Node::Kind::text)
            out.push_back(item.text);
        else
            wrong_type(item, key, "a list of texts in quotes");
    }
    return out;
}

std::vector<const Node*> TableReader::tables(std::string_view key) {
    std::vector<const Node*> out;
    const Node* node = get(key);
    if (node == nullptr) return out;
    if (node->kind != Node::Kind::array)
        wrong_type(*node, key, "written as [[" + std::string(key) + "]]");
    for (const Node& item : node->items) {
        if (item.kind == Node::Kind::table)
            out.push_back(&item);
        else
            wrong_type(item, key, "a list of tables");
    }
    return out;
}

void TableReader::finish() {
    for (const auto& [key, value] : table_.members) {
        if (known_.count(key) != 0) continue;
        const std::string near = nearest(key, {known_.begin(), known_.end()});
        problem(
            value,
            "unknown key '" + key + "'" +
                (near.empty() ? "; remove it" : "; did you mean '" + near + "'?")
        );
    }
}

}  // namespace gw::mapping
