// What the store keeps beside messages, events and legs: objects of the contract, feed, answers,
// audit.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/time.hpp"

#include <cstdint>
#include <string>

namespace gw::core {

/// A typed object of the one-stop contract other than messages, events and legs: dossier,
/// attachment, inbox item, webhook endpoint, upload, job. `body` is its JSON.
struct Object {
    Object() = default;
    std::string kind, agency, id;
    std::int64_t version = 0;  // 1 after the first write
    std::string state;         // searchable word: status of a dossier, state of an inbox item
    std::string dossier;       // dossier code it belongs to; ""
    std::string ref;   // second key: digest of an attachment, partner_ref of an inbox item; ""
    std::string body;  // JSON
    Instant created_at{}, updated_at{};
};

/// A write of an object. expected_version 0 = must not exist yet; -1 = whatever is there.
struct ObjectWrite {
    ObjectWrite() = default;
    Object object;
    std::int64_t expected_version = 0;
    bool remove = false;
    Document document;  // `body` as it was before it became text; null: nobody kept it
};

/// One item of the event stream a one-stop reads; seq, id and dossier_seq are given by the store.
struct FeedItem {
    FeedItem() = default;
    std::int64_t seq = 0;
    std::string id;  // "evt_…"
    std::string agency, type, dossier, actor;
    std::int64_t dossier_seq = 0;
    Instant timestamp{};
    std::string data;  // JSON object, no personal data
};

/// The answer kept for a repeated request (OC-2).
struct StoredAnswer {
    StoredAnswer() = default;
    int status = 0;
    std::string headers;  // "ETag: \"1\"\nLocation: /v1/…", may be empty
    std::string body;
};

/// Who did what, in the same commit as the effect.
struct AuditRow {
    AuditRow() = default;
    Instant at{};
    std::string agency, actor, action, subject,
        detail;  // detail: JSON without personal data, may be ""
    std::int64_t id = 0;
};

}  // namespace gw::core
