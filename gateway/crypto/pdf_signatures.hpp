// Signature dictionaries of a PDF: where they stand and which bytes they cover. Reads just that,
// and refuses what could be read in two ways.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::crypto {

/// One signature dictionary whose ByteRange is good (V1 of documents-and-signatures).
struct PdfSignature {
    PdfSignature() = default;
    /// Covered are [0, hole_begin) and [hole_end, end); the hole holds the hex string alone.
    std::uint64_t hole_begin = 0, hole_end = 0, end = 0;
    std::string sub_filter;                  // "adbe.pkcs7.detached"
    std::string cms;                         // bytes of the hole, with the zeros after the CMS
    std::optional<core::Instant> signed_at;  // what the dictionary claims (/M)
};
struct PdfSignatures {
    PdfSignatures() = default;
    bool is_pdf = false;
    /// Why the signatures cannot be relied on: "byte_range", "dictionary", "hole", "count",
    /// "revision"; "" when they can.
    std::string fault;
    std::vector<PdfSignature> found;  // by their end, shortest first
};

/// Time and memory are bounded by the size of `pdf`.
PdfSignatures find_signatures(std::string_view pdf);

/// What was written after the first `end` bytes of a PDF (V2).
enum class PdfUpdate : std::uint8_t {
    none,
    permitted,  // signatures, form fields and validation data only
    unknown,    // objects whose meaning is not looked at
    pages,      // what a reader sees may have changed, or the bytes are no update at all
};
/// `next`: where what was written ends; `signed_over`: that is the end of another signature.
PdfUpdate update_between(
    std::string_view pdf, std::uint64_t end, std::uint64_t next, bool signed_over
);

/// "D:20260105160500+07'00'"; nullopt when it is no such date or has no offset.
std::optional<core::Instant> parse_pdf_date(std::string_view text);

}  // namespace gw::crypto
