// Feedback: questions and petitions of citizens, and the answers that officers give. Pure.
#pragma once

#include "gateway/core/fact.hpp"
#include "gateway/core/problem.hpp"

#include <variant>

namespace gw::core {

/// An officer answers ("FeedbackAnswer"); a second answer replaces the first everywhere. Event:
/// feedback.answered, {"key", "feedback", "answer", "publish"}.
std::variant<ObjectChange, Problem> answer_feedback(
    const Document& current, const Document& request, const CommandContext& context
);
/// What a one-stop sees: the sender masked, "due_at" while nobody has answered (15 working days).
Document shown_feedback(const Document& feedback, const Calendar* calendar);

}  // namespace gw::core
