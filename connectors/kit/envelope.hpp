// Unwraps the envelopes that portals and provincial buses put around an answer (NP-3, TR-6). Pure.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::connector_kit {

/// transports.md 5.2. direct: the provider's body. dual: JSON as text in `message`. nested: in
/// `response`. data: {code, message, data}.
enum class Envelope : std::uint8_t { direct, dual, nested, data };
std::optional<Envelope> envelope_from_word(std::string_view word
);  // "direct", "double", "nested", "data"

struct Layer {
    Layer() = default;
    std::string code, text;
    bool is_error = false;  // its code is none of the success words of its layer
};
struct Unwrapped {
    Unwrapped() = default;
    std::vector<Layer> layers;  // outermost first, at most 4
    std::string code, text;     // of the deciding layer, code normalised (NP-8)
    core::Document result;      // innermost content; null when none
    std::string correlation;    // correlationId of a bus
    bool proxy_error = false;   // the bus's own proxy failed: nobody knows what happened
};

/// At most four layers. The innermost layer decides; an outer error without an inner body is
/// decided by the outer one. Codes that mean success on a bus ("200", "SUCCESSFUL") become "0" on
/// that layer only. Errors: give_up "envelope.too_deep"; "envelope.shape" when this is no object.
core::Result<Unwrapped> unwrap(const core::Document& body, Envelope envelope);

/// The answer as evidence: parsed members that repeat the request ("inputSend") or hold a session
/// are taken out.
std::string evidence(std::string_view body);

}  // namespace gw::connector_kit
