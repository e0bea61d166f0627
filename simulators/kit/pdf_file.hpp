// A small PDF that readers open, signed by incremental updates as signing tools do.
#pragma once

#include "simulators/kit/signing_authority.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sim::kit {

class PdfFile {
public:
    /// One page that says `text` (ASCII, no parentheses); padded to about `bytes` by a stream that
    /// depends on `seed`.
    PdfFile(const std::string& text, std::size_t bytes, std::uint64_t seed);
    /// Adds a revision with a signature over everything.
    void sign(const SignatureWish& wish, const std::string& sub_filter = "adbe.pkcs7.detached");
    /// Adds a revision that replaces what the page says.
    void rewrite(const std::string& text);
    /// Adds a revision with these objects; a number that was there is replaced.
    struct Object {
        int number = 0;
        std::string content;
    };
    void append(const std::vector<Object>& objects);
    int last_object() const { return objects_; }
    const std::string& bytes() const { return bytes_; }
    /// Where the last signature's hex digits stand.
    std::size_t hole_begin() const { return hole_begin_; }
    std::size_t hole_end() const { return hole_end_; }

private:
    std::string page() const;

    std::string bytes_;
    std::size_t xref_ = 0, hole_begin_ = 0, hole_end_ = 0;
    int objects_ = 0;
    std::vector<int> fields_;
};

}  // namespace sim::kit
