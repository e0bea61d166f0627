// Legs and attempts as the administration shows them.
#include "gateway/api/leg_json.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/text.hpp"

namespace gw::api {

using core::Document;

namespace {

constexpr std::size_t answer_bytes_max = 2'000;

void set_text(Document& body, const char* name, const std::string& text) {
    if (!text.empty()) body.set(name, Document::text(text));
}

void set_time(Document& body, const char* name, const std::optional<core::Instant>& at) {
    if (at) body.set(name, Document::text(core::to_rfc3339(*at)));
}

}  // namespace

std::string without_numbers(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
        const auto digits = text.substr(i, end - i);
        if (digits.empty())
            out += text[end++];
        else
            out += digits.size() >= 9 && digits.size() <= 12 ? core::mask_number(digits) : digits;
        i = end;
    }
    return out;
}

Document leg_json(const ports::LegView& view) {
    auto body = Document::object();
    body.set("id", Document::number(core::raw(view.leg.id)));
    body.set("partner", Document::text(view.leg.partner));
    body.set("operation", Document::text(view.leg.operation));
    body.set("state", Document::text(std::string(core::to_word(view.state))));
    set_text(body, "reason", view.reason);
    set_text(body, "what", view.what);
    set_text(body, "flag", view.flag);
    set_text(body, "reference", view.reference);
    set_text(body, "agency", view.leg.agency);
    set_text(body, "dossier", view.leg.dossier);
    set_text(body, "event", view.event_kind);
    body.set("event_id", Document::number(core::raw(view.leg.event)));
    body.set("effect_key", Document::text(view.leg.effect_key));
    body.set("effect", Document::text(std::string(core::to_word(view.leg.effect))));
    body.set("urgency", Document::text(std::string(core::to_word(view.leg.urgency))));
    body.set("attempts_message", Document::number(view.attempts_message));
    body.set("attempts_partner", Document::number(view.attempts_partner));
    body.set("enqueued_at", Document::text(core::to_rfc3339(view.enqueued_at)));
    set_time(body, "next_attempt_at", view.next_attempt_at);
    set_time(body, "ended_at", view.ended_at);
    set_time(body, "legal_deadline", view.leg.legal_deadline);
    return body;
}

Document attempt_json(const ports::AttemptView& attempt) {
    auto body = Document::object();
    body.set("n", Document::number(attempt.n));
    body.set("enquiry", Document::boolean(attempt.enquiry));
    body.set("began", Document::text(core::to_rfc3339(attempt.began)));
    set_time(body, "ended", attempt.ended);
    if (attempt.outcome)
        body.set("outcome", Document::text(std::string(core::to_word(*attempt.outcome))));
    set_text(body, "code", attempt.code);
    set_text(body, "what", attempt.what);
    const auto answer = core::first_bytes(attempt.answer, answer_bytes_max);
    set_text(
        body, "answer", without_numbers(core::to_nfc(answer) ? answer : core::without_marks(answer))
    );
    return body;
}

}  // namespace gw::api
