// Receipts that the office numbers itself: which roll, what stands on one, the amount in words
// (payments, section 15). Pure.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

/// Numbers that a unit may give out; all of it is configuration (PY-17).
struct ReceiptRoll {
    ReceiptRoll() = default;
    std::vector<std::string> units;      // codes; empty = every unit
    std::vector<std::string> providers;  // payments by these get their receipts here
    std::string form, series;            // "01BLP0-001", "AA26E"
    std::int64_t first = 1, last = 0;
    std::string issuer_name, tax_code;

    std::int64_t size() const { return last - first + 1; }
    /// Fewer than 5 % are left when `next` is the next one.
    bool is_low(std::int64_t next) const { return (last - next + 1) * 20 < size(); }
};
/// The first roll for this payment: by its provider and the unit of its dossier; nullptr: none. A
/// payment whose receipt the post's clerk gave has none (PO-18).
const ReceiptRoll* roll_for(
    const std::vector<ReceiptRoll>& rolls, const Document& payment, const Document& dossier
);
/// Natures among its fees without a valid receipt, in the order of the fees (PY-15, PY-16).
std::vector<std::string> natures_without_receipt(const Document& payment);
/// "0000042"
std::string receipt_number(std::int64_t number);
/// What stands on the receipt for the fees of one nature, as a tree to be written (PY-20).
Document receipt_document(
    const Document& payment,
    const Document& dossier,
    std::string_view nature,
    const ReceiptRoll& roll,
    const std::string& number,
    Instant now
);
/// "Mười sáu nghìn đồng"; amount >= 0.
std::string money_in_words(std::int64_t amount);

}  // namespace gw::core
