// What a calling program or its operator does about a problem. The clerk's remedy is in message_vi.
#include "gateway/api/errors_page.hpp"
#include "gateway/core/problem.hpp"

#include <map>

namespace gw::api {

namespace {

const std::map<std::string_view, std::string_view>& own() {
    // clang-format off
    static const std::map<std::string_view, std::string_view> rows = {
        {"request.malformed", "`detail` says where reading ended; mend the writer, send under a new key."},
        {"request.unknown_field", "`errors[].pointer` names the member; compare with `/v1/openapi.json`."},
        {"request.header_missing", "`detail` names the header."},
        {"request.too_large", "Split lists; send files of 8 MiB and more through `/v1/uploads`."},
        {"request.unsupported_media", "Send JSON as `application/json` without compression; files of an accepted type whose content is what Content-Type says."},
        {"request.method_not_allowed", "The path exists with another method."},
        {"request.parameter", "`detail` names the query parameter."},
        {"request.timeout", "Send the body without pauses; repeat."},
        {"auth.unauthenticated", "Ask for a new token at `/oauth2/token`, then repeat."},
        {"auth.forbidden", "`detail` names the scope; the gateway's administrator grants it."},
        {"auth.actor_missing", "Send `LT-Actor` or `LT-Actor-Token` of the officer."},
        {"auth.second_person_required", "Another officer makes the approving call."},
        {"idempotency.key_missing", "Send `Idempotency-Key` on every POST."},
        {"idempotency.conflict", "The key was used with another body: a bug of the caller. Use a new key."},
        {"idempotency.in_progress", "Repeat with the same key after `Retry-After`."},
        {"version.required", "Read the object, send its `ETag` as `If-Match`."},
        {"version.conflict", "Read the object again (`current_version`), apply the change to it, send again."},
        {"not_found", "Wrong code, or the object of another tenant."},
        {"gone", "Past its retention; for a cursor begin at `oldest_cursor`."},
        {"rate_limited", "Wait `Retry-After` seconds, repeat with the same key; spread the load."},
        {"overloaded", "Wait `Retry-After` seconds, repeat with the same key. `outcome: unknown`: the same key finds out."},
        {"maintenance", "Repeat with the same key later."},
        {"classified.content", "Never send it again; the paper way for classified documents."},
        {"internal", "Report `request_id`; a bug of the gateway. Repeating with the same key does no harm."},
        {"storage.full", "The administrator frees the disk; it resumes by itself. Repeat with the same key."},
        {"storage.segment", "The administrator brings the file that `detail` names back from a backup; everything else goes on."},
        {"validation.failed", "Show `errors[]` beside their fields; correct; send under a new key."},
        {"attachment.not_scanned", "A warning: the dossier is stored and leaves when the file is clean. When reading: repeat later."},
        {"attachment.infected", "Ask for another file."},
        {"attachment.digest_mismatch", "Upload the file again; the same key may be used."},
        {"attachment.cut_short", "Upload the file again; the same key may be used."},
        {"attachment.missing", "Upload the file first, then name its id."},
        {"upload.offset_conflict", "Go on at the `Upload-Offset` of the answer."},
        {"dossier.exists", "Change the dossier that is there; when it cannot be read, another agency has the code: use another one."},
        {"inbox.incomplete", "Wait for the missing files, or acknowledge with `accept_incomplete`."},
        {"inbox.claimed", "Another worker has the lease; it ends after ten minutes."},
        {"inbox.not_claimed", "Claim the item first."},
        {"payment.open_exists", "Use the payment named in the answer, or cancel it."},
        {"payment.outcome_unknown", "Do nothing: the gateway asks the provider. Watch `payment.*` events."},
        {"partner.outcome_unknown", "Do nothing: the gateway asks the partner. Never send again by hand."},
        {"partner.unavailable", "Nothing: it is stored and sent by itself."},
        {"partner.throttled", "Nothing: it waits in its lane."},
        {"partner.parked", "The administrator ends the pause."},
        {"partner.credential_expired", "The administrator renews the certificate or account of that partner."},
        {"partner.rejected", "Correct the dossier; the corrected version is sent by itself."},
        {"partner.not_mapped", "The administrator adds the code to the mapping, then replays."},
        {"partner.unknown_unresolved", "Ask the partner, then `lienthong leg done` or `leg redrive`."},
        {"mapping.value_missing", "Complete the dossier; the corrected version is sent by itself."},
        {"mapping.value_invalid", "Correct the dossier; the corrected version is sent by itself."},
        {"webhook.url_not_allowed", "https only, and an address that `webhooks.allowed_networks` admits."},
        {"replay.too_many", "Another officer approves at `/v1/sync/replays/{id}/approve`."},
        {"replay.state", "`detail` names the state; read the replay again."},
        {"leg.state", "`detail` names the state: only what waits, is blocked or dead is redriven or withdrawn, only blocked or unknown is settled by hand."},
        {"lane.passed", "Bring the change as a new message; `lienthong leg cancel` puts the old leg away."},
        {"backup.folder", "Make the folder and give it to the gateway's user: `install -d -o lienthong -m 0700 FOLDER`."},
        {"procedure.unknown", """Compare with `GET /v1/catalogue/procedures`; the national list is read every night."},
        {"procedure.not_mapped", "`PUT /v1/catalogue/mappings/national_portal/procedure/{local_code}` names the national code."},
        {"agency.not_mapped", "Give the unit its identifier of Decision 20/2020 (`H37.14`) in the one-stop."},
        {"component.missing", "Name the file in `documents[]`, the paper in `other_papers[]`, or a reason in `waived_components[]`."},
        {"component.unknown", "A warning: compare with `components[]` of the procedure."},
        {"fee.missing", "A warning: compare with `fees[]` of the procedure."},
        {"index.loss", "A warning: nothing needs doing for the dossier itself."},
        {"result.signature_invalid", "Sign again, upload the new file, post under a new key; or post with `signature_override.reason_vi` of an officer."},
        {"result.signature_indeterminate", "A warning: the result is stored and held, checked again by itself; an officer may release it."},
        {"result.not_held", "Read the result: it was sent, or somebody released or revoked it."},
    };
    // clang-format on
    return rows;
}

std::string_view by_status(int status) {
    switch (status) {
        case 202:
            return "Nothing: under way; watch the object or its events.";
        case 403:
            return "The administrator of the unit grants the right.";
        case 409:
            return "Read the object again and decide on its present state.";
        case 422:
            return "Correct what `pointer` names; send under a new key.";
        case 429:
            return "Wait; repeat later.";
        case 502:
        case 503:
            return "Repeat with the same key later, or choose another way.";
        default:
            return "Correct the request.";
    }
}

}  // namespace

std::string_view remedy(std::string_view code) {
    if (const auto found = own().find(code); found != own().end()) return found->second;
    const auto* text = core::problem_text(code);
    return text == nullptr ? std::string_view() : by_status(text->http);
}

}  // namespace gw::api
