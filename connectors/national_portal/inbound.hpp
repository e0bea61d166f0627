// What the portal sends us: who may, what it is, which inbox items it makes, how we answer (NP-42
// to NP-52). Pure.
#pragma once

#include "connectors/national_portal/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/http.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::national_portal {

enum class Inbound : std::uint8_t {
    dossier,
    promotion,
    promotion_supplement,
    tax_notice,
    tax_receipt
};
/// By path ("nhanhsdvcqg", …), else by the shape of the body; nullopt: neither tells.
std::optional<Inbound> inbound_service(std::string_view path_name, const core::Document& body);
std::string_view service_name(Inbound service);

// ---- who may (NP-42) ----

/// Headers of the HMAC form: the MAC is lower-case hex of HMAC-SHA256(secret, timestamp "." nonce
/// "." raw body).
inline constexpr std::string_view header_timestamp = "X-Portal-Timestamp",
                                  header_nonce = "X-Portal-Nonce",
                                  header_signature = "X-Portal-Signature";
struct Admission {
    Admission() = default;
    bool admitted = false;
    std::string_view
        why;  // a word for the log: "no_credentials", "signature", "clock", "network", …
    std::string nonce;  // to be remembered for twice the tolerance; "" without HMAC
};
/// The strongest configured proof that the call carries is the one that decides.
Admission admit(const Options& options, const ports::InRequest& request, core::Instant now);
/// The raw body without its SecurityKey: what may be stored.
std::string without_security_key(const Options& options, std::string body);

// ---- what it says ----

/// A file of the manifest: bytes at hand (base64), or a place to fetch it from.
struct InboundFile {
    InboundFile() = default;
    std::string name, component_code;
    std::optional<std::string> bytes;  // decoded
    core::Document source;  // for the collector: "https://…" or {"url", "method", "body", …}
    bool broken = false;    // base64 that cannot be read (F-60)
    std::string pointer;  // where the file stands in the payload's documents: "0", "" = no document
};
struct InboundItem {
    InboundItem() = default;
    std::string kind;          // "dossier", "supplement", "tax_notice", "tax_receipt"
    std::string partner_ref;   // MaHoSo, or the key of a notice (NP-49)
    std::string dossier_code;  // "" = not known yet
    core::Document payload;
    std::vector<InboundFile> files;
    std::string tray;  // "coordination": nobody knows which unit it is for (NP-46)
};
struct Understood {
    Understood() = default;
    std::string code;  // MaHoSo of the call, for the answer
    std::vector<InboundItem> items;
    std::vector<std::string> unmapped;  // codes kept raw
};
/// Errors: give_up "inbound.undecodable" (the whole call), give_up and hold of the mapping.
core::Result<Understood> understand(
    const Options& options,
    const mapping::Library& library,
    Inbound service,
    const core::Document& body,
    core::Day day
);

/// Rows of a land-tax notice: XML inside base64, both spellings, any nesting (NP-50, F-61). One
/// item a notice.
core::Result<std::vector<InboundItem>> read_tax_notice(const core::Document& body);
InboundItem read_tax_receipt(const Options& options, const core::Document& body);
/// Tolerant (NP-48); nullopt: cannot be read.
std::optional<std::string> decode_file(std::string_view base64);

// ---- how we answer (NP-44) ----

enum class Told : std::uint8_t { created, updated, duplicate, error };
ports::InAnswer answer(Dialect dialect, Told told, std::string_view code, std::string_view text);
/// 401 in the partner's form; says nothing about why.
ports::InAnswer answer_unauthorised(Dialect dialect);

}  // namespace gw::national_portal
