// What was written into a PDF after it was signed (V2).
#include "gateway/crypto/pdf_signatures.hpp"
#include "gateway/crypto/pdf_syntax.hpp"

#include <algorithm>

namespace gw::crypto {

PdfUpdate update_between(std::string_view pdf, std::uint64_t end, std::uint64_t next) {
    const auto update = pdf.substr(end, next - end);
    if (update.empty()) return PdfUpdate::none;
    constexpr std::string_view pages[] = {"/Page", "/Kids", "/Contents", "/XObject", "/Resources"};
    const bool touched = std::any_of(std::begin(pages), std::end(pages), [&](auto name) {
        return update.find(name) != std::string_view::npos;
    });
    const bool whole = update.find("startxref") != std::string_view::npos &&
                       update.rfind("%%EOF") != std::string_view::npos;
    return touched || !whole ? PdfUpdate::pages : PdfUpdate::unknown;
}

}  // namespace gw::crypto
