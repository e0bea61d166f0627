// A notice to a citizen: its dispatches on channels, and what becomes of it when providers speak
// (notifications.md 1 and 6). Pure.
#pragma once

#include "gateway/core/fact.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

/// Of one dispatch: a try on one channel.
enum class DispatchState : std::uint8_t {
    queued,
    submitted,  // the provider took it; nobody says that it arrived (NT-1)
    delivered,
    read,
    failed,   // definitely not
    unknown,  // may have been sent
    suppressed
};
std::string_view to_word(DispatchState);
std::optional<DispatchState> dispatch_state(std::string_view word);
/// What a later report may still change. A state never follows itself.
bool may_follow(DispatchState from, DispatchState to);

/// Of the notice = the best of its dispatches: "sending", "sent", "delivered", "read", "failed",
/// "suppressed", "unknown"; "scheduled" and "expired" are set by the clock.
std::string best_state(const Document& notice);

/// "ntf_01K…-2": the second dispatch of a notice; Object::ref of a notice is the part before "-".
std::string dispatch_id(std::string_view notice, std::size_t n);
std::string_view notice_of_dispatch(std::string_view dispatch);

/// Night of one priority, minutes of the day in Vietnam; from == to = none (section 4).
struct QuietHours {
    QuietHours() = default;
    QuietHours(int f, int t) : from(f), to(t) {}
    int from = 21 * 60, to = 7 * 60;
};
/// The end of the quiet time that holds `at`; nullopt: it is not quiet.
std::optional<Instant> quiet_until(const QuietHours& hours, Instant at);
/// The next moment it becomes quiet, after `at`.
std::optional<Instant> next_quiet(const QuietHours& hours, Instant at);
/// The hours as the notice keeps them ("quiet": {"from", "to"} in minutes).
std::optional<QuietHours> quiet_hours_of(const Document& notice);

/// Begins the next planned channel: a dispatch and the event "notice.requested" whose snapshot is
/// {"key": dispatch, "notice": {"id", "dispatch", "channel", "provider", "phone", "priority",
/// "expires_at", "message", "quiet"…}}. False: no channel is left.
bool begin_next(ObjectChange& change, Document& notice, Instant now);

/// Fact.says: {"dispatch", "channel", "provider", "state":
/// "submitted"|"delivered"|"read"|"failed"|"unknown"|"waiting", "provider_id", "code", "text",
/// "reason", "at"}. "waiting": the provider was asked and has not delivered yet. A definite failure
/// begins the next channel in the same commit (NT-13); reasons "expired" and "opted_out" of the
/// whole person do not. Marks about the phone are further objects of kind "contact_mark".
ObjectChange reduce_notification(
    const Document& notice,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
);

/// A note about a phone, written whoever wrote before: kind "contact_mark", ref = phone.
ObjectDraft contact_mark(
    const std::string& phone, std::string_view what, std::string_view state, Instant at
);

}  // namespace gw::core
