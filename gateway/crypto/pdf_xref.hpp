// Classic cross-reference tables of a PDF. Used by pdf_*.cpp only; streams of them are not read.
#pragma once

#include "gateway/crypto/pdf_syntax.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace gw::crypto::pdf {

/// One table with its trailer.
struct Section {
    Section() = default;
    std::map<std::uint64_t, std::uint64_t> objects;  // number -> offset; 0 = freed
    Dictionary trailer;
    std::size_t end = 0;  // after the trailer
};
/// nullopt: no table begins at `at`, or it is odd.
std::optional<Section> read_section(std::string_view file, std::size_t at);
/// A number alone.
std::optional<std::uint64_t> read_number(std::string_view value);
/// "12 0 R" -> 12.
std::optional<std::uint64_t> read_reference(std::string_view value);
/// "[12 0 R 13 0 R]".
std::optional<std::vector<std::uint64_t>> read_references(std::string_view value);

/// One "N 0 obj … endobj".
struct Object {
    Object() = default;
    std::uint64_t number = 0;
    std::string_view value;
    bool stream = false;
    std::size_t end = 0;
};
/// nullopt: no such object begins at `at`, or its stream has no length of its own.
std::optional<Object> read_object(std::string_view file, std::size_t at);

/// The tables of a file from its last one back.
class History {
public:
    /// nullopt: one of them cannot be read.
    static std::optional<History> read(std::string_view file);
    const Section& last() const { return sections_.front(); }
    std::uint64_t last_at() const { return last_at_; }
    /// nullopt: the file has no such object.
    std::optional<Object> object(std::uint64_t number) const;
    bool knows(std::uint64_t number) const;

private:
    std::string_view file_;
    std::vector<Section> sections_;  // newest first
    std::uint64_t last_at_ = 0;
};

}  // namespace gw::crypto::pdf
