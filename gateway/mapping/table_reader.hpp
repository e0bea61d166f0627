// Reads the keys of one TOML table and reports everything that is wrong with it, unknown keys
// included.
#pragma once

#include "gateway/core/time.hpp"
#include "gateway/mapping/toml_tree.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

class TableReader {
public:
    TableReader(const Node& table, std::string_view file, std::vector<Problem>& problems)
        : table_(table), file_(file), problems_(problems) {}

    /// The value of a key, or nullptr. Asking makes the key known.
    const Node* get(std::string_view key);
    bool has(std::string_view key) { return get(key) != nullptr; }
    /// The text of a key, or `otherwise`; a wrong type is a problem.
    std::string text(std::string_view key, std::string_view otherwise = "");
    /// As `text`; its absence is a problem.
    std::string needed(std::string_view key);
    /// One of `words`, or `otherwise` when the key is missing.
    std::string word(
        std::string_view key, const std::vector<std::string_view>& words, std::string_view otherwise
    );
    long long integer(std::string_view key, long long otherwise);
    bool boolean(std::string_view key, bool otherwise);
    std::optional<core::Day> day(std::string_view key);
    /// A text or a list of texts.
    std::vector<std::string> texts(std::string_view key);
    /// The tables of an array of tables.
    std::vector<const Node*> tables(std::string_view key);

    void problem(std::string what) { problem(table_, std::move(what)); }
    void problem(const Node& at, std::string what);
    /// To be called last: names every key that nobody asked for, with the nearest known one.
    void finish();

private:
    void wrong_type(const Node& at, std::string_view key, std::string_view wanted);

    const Node& table_;
    std::string file_;
    std::vector<Problem>& problems_;
    std::set<std::string, std::less<>> known_;
};

/// The nearest of `words` for "did you mean", or "" when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

}  // namespace gw::mapping
