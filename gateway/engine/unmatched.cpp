// How a fact about nothing we know is kept.
#include "gateway/engine/unmatched.hpp"

#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

namespace gw::engine {

std::string unmatched_id(const core::Fact& fact) {
    const auto words = fact.kind + "\n" + fact.ref + "\n" + formats::write_json(fact.says);
    return "unm_" + crypto::to_hex(crypto::sha256(words)).substr(0, 24);
}

core::ObjectWrite unmatched_write(
    const core::Fact& fact, const core::Envelope& message, core::Instant now
) {
    using core::Document;
    core::ObjectWrite write;  // expected_version 0: nobody wrote it meanwhile
    auto& object = write.object;
    object.kind = unmatched_kind;
    object.agency = message.agency;
    object.id = unmatched_id(fact);
    object.state = "open";
    object.ref = core::first_bytes(fact.ref, 100);
    object.created_at = object.updated_at = now;
    auto body = Document::object();
    body.set("about", Document::text(fact.kind));
    body.set("reference", Document::text(object.ref));
    body.set("partner", Document::text(message.partner));
    body.set("says", fact.says);
    object.body = formats::write_json(body);
    return write;
}

}  // namespace gw::engine
