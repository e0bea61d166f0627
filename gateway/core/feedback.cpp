// Feedback: questions and petitions of citizens, and the answers that officers give.
#include "gateway/core/feedback.hpp"

#include "gateway/core/calendar.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/core/identity_check.hpp"
#include "gateway/core/schema.hpp"

namespace gw::core {
namespace {

constexpr int answer_days = 15;

Document masked(const Document& sender) {
    Document out = Document::object();
    const std::string name = sender.text_of("name"), phone = sender.text_of("phone");
    if (!name.empty()) out.set("name", Document::text(mask_value("full_name", name)));
    if (!phone.empty()) out.set("phone", Document::text(mask_number(phone)));
    return out;
}

}  // namespace

std::variant<ObjectChange, Problem> answer_feedback(
    const Document& current, const Document& request, const CommandContext& context
) {
    if (current.text_of("state") == "refused")
        return Problem("inbox.not_claimed", "the question was refused");
    const Document* before = current.find("answers");
    const std::int64_t count = 1 + (before == nullptr ? 0 : before->as_integer().value_or(0));
    Document answer = Document::object();
    answer.set("text", Document::text(request.text_of("text")));
    if (const Document* officer = request.find("officer")) answer.set("officer", *officer);
    answer.set("at", Document::text(to_rfc3339(context.now)));
    ObjectChange change;
    change.verdict = Verdict::applied;
    Document after = current;
    after.set("state", Document::text("answered"));
    after.set("answer", answer);
    after.set("answers", Document::number(count));
    EventDraft event;
    event.kind = "feedback.answered";
    event.occurred_at = context.now;
    const Document* publish = request.find("publish");
    event.snapshot = Document::object();
    event.snapshot.set("key", Document::text(current.text_of("id") + ":v" + std::to_string(count)));
    event.snapshot.set("feedback", after);
    event.snapshot.set("answer", std::move(answer));
    event.snapshot.set("publish", Document::boolean(publish != nullptr && publish->as_boolean()));
    change.events.push_back(std::move(event));
    change.body = std::move(after);
    return change;
}

Document shown_feedback(const Document& feedback, const Calendar* calendar) {
    Document out = Document::object();
    for (const Field& field : schema("Feedback")->fields) {
        const Document* value = feedback.find(field.name);
        if (value == nullptr) continue;
        out.set(std::string(field.name), field.name == "sender" ? masked(*value) : *value);
    }
    const auto received = parse_rfc3339(feedback.text_of("received_at"));
    if (calendar != nullptr && received && feedback.text_of("state") == "new") {
        const Instant due =
            due_at(*calendar, DeadlineRules(), *received, answer_days, DeadlineUnit::working_day);
        out.set("due_at", Document::text(to_rfc3339(due)));
    }
    return out;
}

}  // namespace gw::core
