// The canonical model as declared tables: one row a field. Validation, normalisation and OpenAPI
// come from them.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gw::core {

enum class FieldType : std::uint8_t {
    id,
    dossier_code,
    timestamp,
    date,
    partial_date,
    money,
    integer,
    boolean,
    sha256,
    phone,
    text,
    line,
    word,
    object,
    list,
    free_object,  // carried, never interpreted (<= 16 KiB as JSON)
    digits        // text of exactly length_max digits (administrative codes)
};
enum class Need : std::uint8_t { optional, required, read_only };
struct Schema;
struct Field {
    std::string_view name;
    FieldType type;
    Need need = Need::optional;
    std::size_t length_max = 0;                    // code points; 0 = type's own
    std::span<const std::string_view> words = {};  // for word: the allowed values
    const Schema* schema = nullptr;  // of an object, or of a list's items (nullptr: list of text)
    std::string_view label_vi = {};  // name of the field in sentences
    std::int64_t min = 0, max = 1'000'000'000;  // of an integer
};
struct Schema {
    std::string_view name;
    std::span<const Field> fields;
};
/// The declared shapes, by name: what is kept and answered ("Dossier", "Applicant", "Address",
/// "Document", "Supplement", "Progress", "Fee", "Result", "Survey", "Attachment", "InboxItem",
/// "WebhookEndpoint", …) and the forms of calls that differ ("ProgressRequest",
/// "SupplementRequest", "SupplementReceipt", "WithdrawRequest", "RevokeRequest", "UploadRequest",
/// "InboxAck", "InboxRefusal", "ReplayRequest"). nullptr when unknown.
const Schema* schema(std::string_view name);
const std::vector<const Schema*>& all_schemas();

enum class Completeness { whole, patch };  // patch: required fields may be missing, null clears
/// Checks `value` and writes the normalised form into it: NFC text, phones as 84…, times as +07:00.
/// Unknown members: finding "request.unknown_field". Read-only members are refused likewise. At
/// most 50 findings.
/// Required text must not be empty; words, ids, dates and codes are never empty.
std::vector<Finding> check(const Schema& schema, Document& value, Completeness completeness);

}  // namespace gw::core
