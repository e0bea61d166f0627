// How notices begin: asked for by a one-stop or caused by an event; and what the clock makes of
// those that wait (notifications.md 3 to 6). Pure.
#pragma once

#include "gateway/core/notice.hpp"
#include "gateway/core/notice_template.hpp"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace gw::core {

/// How a province wants notices.
struct NoticeSettings {
    NoticeSettings() = default;
    bool enabled = false;                          // of the notices that events cause
    std::map<std::string, std::string> providers;  // "sms" -> partner id; missing = no such channel
    NoticeTemplates templates;
    QuietHours quiet_p1{22 * 60, 6 * 60}, quiet{21 * 60, 7 * 60};
    Duration quiet_spread{30 * 60'000};
    Duration wait_p1{20'000}, wait{120'000};  // for what belongs together (NT-12)
    std::vector<std::string> test_prefixes{"84100"};
    std::vector<std::string> mandatory_events{
        "supplement_requested", "due_changed", "result_ready"};
    int per_hour = 5, per_day = 12;
    int parts_max = 2;
};

/// What is known about a phone: marks (`contact_mark`), and what went there lately.
struct Contact {
    Contact() = default;
    std::vector<Document> marks;  // bodies
    /// Body of the object "contact": {"recent": [{"at", "text"}], "owners": [{"at", "who"}]}.
    Document recent;
};
/// NT-8: more than 20 owners were told there in 30 days: an agent's phone, or one of a counter.
bool is_shared(const Contact& contact, Instant now);
/// {"phone", "opt_outs": [{"channel", "category"}], "consents": […], "bad": bool,
/// "shared_phone": bool}.
Document preferences_of(const std::string& phone, const Contact& contact, Instant now);
/// The marks that say what `request` (ContactPreferences) says, for every channel and category.
std::vector<ObjectDraft> preference_marks(
    const std::string& phone, const Document& request, Instant now
);
/// NT-6: said no, or never said yes where a yes is needed.
bool opted_out(const Contact& contact, std::string_view channel, std::string_view category);

using NoticeDecision = std::variant<ObjectChange, Problem>;
/// POST /v1/notifications: a notice that waits for its moment, with all it may send rendered.
/// `request`: checked NotificationRequest. `contact`: of the phone it will go to. Errors:
/// phone.invalid; notification.template_unknown, .param_missing, .opted_out.
NoticeDecision request_notice(
    const Document& dossier,
    const Document& request,
    const Contact& contact,
    const NoticeSettings& settings,
    const CommandContext& context
);
/// The phone a request goes to: its own, else that of the dossier; "" = none.
std::string notice_phone(const Document& dossier, const Document& request);
/// NT-9: the key of a request or of the event behind it.
std::string dedupe_key(
    const std::string& agency,
    const std::string& event,
    const std::string& dossier,
    const std::string& phone,
    const std::string& entry
);

/// The notice that an event with this snapshot causes; null when none, also when it is history, or
/// nobody could be reached.
Document notice_of_event(
    std::string_view kind,
    const Document& snapshot,
    Instant occurred_at,
    const NoticeSettings& settings,
    const CommandContext& context
);

/// What the clock makes of a waiting notice.
struct NoticeStep {
    NoticeStep() = default;
    ObjectChange change;              // body unset = nothing to do yet
    std::optional<Instant> wait_for;  // when to look again; set when nothing is to do yet
    std::optional<Document> recent;   // new body of the object "contact"
    bool claims_key = false;          // the key of section 5 becomes this notice's
};
/// `others`: the other notices of the dossier. `key_holder`: the notice that holds the same key
/// since less than seven days; "" = none.
NoticeStep step_notice(
    const Document& notice,
    const std::vector<Document>& others,
    const Contact& contact,
    const std::string& key_holder,
    const NoticeSettings& settings,
    Instant now
);

}  // namespace gw::core
