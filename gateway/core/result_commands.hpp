// Commands on the results of a dossier whose files may be signed (contract 3.2, DS-27). Pure.
#pragma once

#include "gateway/core/dossier.hpp"

#include <string>
#include <string_view>

namespace gw::core {

/// What the signatures of a result's file said.
struct SignatureFinding {
    SignatureFinding() = default;
    std::string outcome;  // "valid", "invalid", "indeterminate", "not_signed"; "" = not looked at
    std::string reason;   // the check that decided: "V4.digest"
};
struct ResultPolicy {
    ResultPolicy() = default;
    bool send_indeterminate = false;
    Duration hold{24 * 3'600'000};  // then the one-stop is asked
};

/// POST …/results. An invalid signature refuses the result unless the request overrides it with a
/// reason; an indeterminate one holds it back: it is stored, and partners do not hear of it.
/// Events: result.added when it is not held.
Decision add_result(
    const Document& current,
    Document request,
    const SignatureFinding& finding,
    const ResultPolicy& policy,
    const CommandContext& context
);
/// POST …/results/{id}/release: an officer sends a held result all the same.
Decision release_result(
    const Document& current, const std::string& id, Document request, const CommandContext& context
);
/// The file of a held result was looked at again. `ask`: its time of holding is over, and the
/// one-stop hears of it once more. Refuses with not_found what is held no longer.
Decision settle_result(
    const Document& current,
    const std::string& id,
    const SignatureFinding& finding,
    bool ask,
    const CommandContext& context
);

bool is_held(const Document& result);
/// Removes the results that partners must not hear of.
void drop_held_results(Document& dossier);
/// For the clerk: what a check found, in Vietnamese; "" for none.
std::string_view signature_sentence(const SignatureFinding& finding);

}  // namespace gw::core
