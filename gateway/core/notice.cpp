// States of notices and what the reports of providers make of them.
#include "gateway/core/notice.hpp"

#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/text.hpp"

#include <algorithm>
#include <array>

namespace gw::core {

namespace {

using dossier_parts::list_in;
using dossier_parts::time_of;
using enum DispatchState;

constexpr std::array<std::string_view, 7> words{
    "queued", "submitted", "delivered", "read", "failed", "unknown", "suppressed"};
constexpr std::size_t text_max = 500;
constexpr int minutes_a_day = 24 * 60;

Document text(std::string_view value) {
    return Document::text(std::string(value));
}

/// The dispatch a report is about: by its id; a bare notice id means the channel's latest.
Document* dispatch_of(Document& notice, const Document& says) {
    Document* all = notice.find("dispatches");
    if (all == nullptr) return nullptr;
    const std::string id = says.text_of("dispatch"), channel = says.text_of("channel");
    for (Document& d : all->items())
        if (!id.empty() && d.text_of("id") == id) return &d;
    if (id != notice.text_of("id")) return nullptr;
    for (auto d = all->items().rbegin(); d != all->items().rend(); ++d)
        if (channel.empty() || d->text_of("channel") == channel) return &*d;
    return nullptr;
}

/// NT-13: another channel only when nothing can have reached the person and nothing still may.
bool may_try_next(const Document& notice) {
    const Document* all = notice.find("dispatches");
    if (all == nullptr) return false;
    return std::all_of(all->items().begin(), all->items().end(), [](const Document& d) {
        const auto state = dispatch_state(d.text_of("state"));
        return state == failed || state == suppressed;
    });
}

void tell(
    ObjectChange& change, const Document& notice, const Document& dispatch, std::string_view type
) {
    FeedDraft feed;
    feed.type = type;
    feed.data = Document::object();
    feed.data.set("notification_id", text(notice.text_of("id")));
    feed.data.set("channel", text(dispatch.text_of("channel")));
    if (const std::string reason = dispatch.text_of("reason"); !reason.empty())
        feed.data.set("reason", text(reason));
    change.feed.push_back(std::move(feed));
}

/// What a failure says about the phone, for later notices.
void mark_phone(
    ObjectChange& change, const Document& notice, const Document& dispatch, Instant now
) {
    const std::string phone = notice.text_of("phone"), reason = dispatch.text_of("reason"),
                      channel = dispatch.text_of("channel");
    if (phone.empty()) return;
    if (reason == "phone_invalid")  // NT-7
        change.more.push_back(contact_mark(phone, "failed/" + dispatch.text_of("id"), "failed", now)
        );
    if (reason == "not_on_channel")  // NT-15
        change.more.push_back(contact_mark(phone, "absent/" + channel, "absent", now));
    if (reason == "opted_out")  // NT-6
        for (const std::string_view category : {"transactional", "survey", "news"})
            change.more.push_back(
                contact_mark(phone, "choice/" + channel + "/" + std::string(category), "out", now)
            );
}

void take_report(Document& dispatch, const Document& says, DispatchState to, Instant now) {
    dispatch.set("state", text(to_word(to)));
    dispatch.set("state_at", text(to_rfc3339(time_of(says, "at").value_or(now))));
    if (to == submitted) dispatch.set("submitted_at", text(to_rfc3339(now)));
    for (const std::string_view name : {"provider_id", "code", "reason"})
        if (const std::string value = says.text_of(name); !value.empty())
            dispatch.set(std::string(name), text(value));
    if (const std::string said = says.text_of("text"); !said.empty())
        dispatch.set("text", text(truncate_marked(said, text_max)));
}

/// After a definite failure of the last try.
void fall_back(ObjectChange& change, Document& notice, const Document& dispatch, Instant now) {
    const auto expires = time_of(notice, "expires_at");
    const bool over = (expires && *expires <= now) || dispatch.text_of("reason") == "expired";
    const auto quiet = quiet_hours_of(notice);
    const auto until = quiet && !over ? quiet_until(*quiet, now) : std::nullopt;
    const Document* plans = notice.find("plans");
    const bool left = plans != nullptr && plans->size() > 0;
    if (!over && left && until && (!expires || *until < *expires)) {
        notice.set("state", text("scheduled"));
        notice.set("not_before", text(to_rfc3339(*until)));
        return;
    }
    if (!over && !until && begin_next(change, notice, now)) return;
    notice.set("state", text(over ? "expired" : "failed"));
    tell(change, notice, dispatch, "notification.failed");
}

bool same_report(const Document& dispatch, const Document& says) {
    const std::string id = says.text_of("provider_id");
    return id.empty() || dispatch.text_of("provider_id") == id;
}

}  // namespace

std::string_view to_word(DispatchState s) {
    return words[static_cast<std::size_t>(s)];
}
std::optional<DispatchState> dispatch_state(std::string_view word) {
    const auto it = std::find(words.begin(), words.end(), word);
    if (it == words.end()) return std::nullopt;
    return static_cast<DispatchState>(it - words.begin());
}

bool may_follow(DispatchState from, DispatchState to) {
    switch (from) {
        case queued:
            return to != queued && to != suppressed;
        case submitted:
            return to == delivered || to == read || to == failed;
        case delivered:
            return to == read;
        case failed:  // a late report that it arrived all the same is believed (NT-2)
            return to == delivered || to == read;
        case unknown:
            return to == submitted || to == delivered || to == read || to == failed;
        case read:
        case suppressed:
            return false;
    }
    return false;
}

std::string best_state(const Document& notice) {
    constexpr std::array<DispatchState, 7> order{
        read, delivered, submitted, queued, unknown, failed, suppressed};
    constexpr std::array<std::string_view, 7> names{
        "read", "delivered", "sent", "sending", "unknown", "failed", "suppressed"};
    const Document* all = notice.find("dispatches");
    if (all != nullptr)
        for (std::size_t i = 0; i < order.size(); ++i)
            for (const Document& d : all->items())
                if (d.text_of("state") == to_word(order[i])) return std::string(names[i]);
    return notice.text_of("state");
}

std::string dispatch_id(std::string_view notice, std::size_t n) {
    return std::string(notice) + "-" + std::to_string(n);
}
std::string_view notice_of_dispatch(std::string_view dispatch) {
    return dispatch.substr(0, dispatch.find('-'));
}

std::optional<Instant> quiet_until(const QuietHours& hours, Instant at) {
    if (hours.from == hours.to) return std::nullopt;
    const Day today = local_day(at);
    const auto minute = std::chrono::duration_cast<std::chrono::minutes>(at - at_local(today));
    const int m = static_cast<int>(minute.count());
    const bool over_midnight = hours.from > hours.to;
    const bool quiet =
        over_midnight ? m >= hours.from || m < hours.to : m >= hours.from && m < hours.to;
    if (!quiet) return std::nullopt;
    const bool tomorrow = over_midnight && m >= hours.from;
    const int to = hours.to + (tomorrow ? minutes_a_day : 0);
    return at_local(today, std::chrono::minutes(to));
}

std::optional<Instant> next_quiet(const QuietHours& hours, Instant at) {
    if (hours.from == hours.to) return std::nullopt;
    const Instant today = at_local(local_day(at), std::chrono::minutes(hours.from));
    return today > at ? today : today + std::chrono::minutes(minutes_a_day);
}

std::optional<QuietHours> quiet_hours_of(const Document& notice) {
    const Document* quiet = notice.find("quiet");
    if (quiet == nullptr) return std::nullopt;
    return QuietHours(
        static_cast<int>(dossier_parts::integer_of(*quiet, "from")),
        static_cast<int>(dossier_parts::integer_of(*quiet, "to"))
    );
}

bool begin_next(ObjectChange& change, Document& notice, Instant now) {
    Document* plans = notice.find("plans");
    if (plans == nullptr || plans->size() == 0) return false;
    const Document plan = plans->items().front();
    plans->items().erase(plans->items().begin());
    Document& dispatches = list_in(notice, "dispatches");
    const std::string id = dispatch_id(notice.text_of("id"), dispatches.size() + 1);
    Document dispatch = Document::object();
    dispatch.set("id", text(id));
    for (const std::string_view name : {"channel", "provider"})
        dispatch.set(std::string(name), text(plan.text_of(name)));
    dispatch.set("at", text(to_rfc3339(now)));
    dispatch.set("state", text("queued"));
    dispatches.push(std::move(dispatch));
    notice.set("state", text("sending"));

    Document asked = Document::object();
    asked.set("id", text(notice.text_of("id")));
    asked.set("dispatch", text(id));
    for (const std::string_view name : {"channel", "provider"})
        asked.set(std::string(name), text(plan.text_of(name)));
    for (const std::string_view name : {"phone", "priority", "expires_at", "event"})
        asked.set(std::string(name), text(notice.text_of(name)));
    if (const Document* message = plan.find("message")) asked.set("message", *message);
    if (const Document* quiet = notice.find("quiet")) asked.set("quiet", *quiet);
    EventDraft event;
    event.kind = "notice.requested";
    event.occurred_at = now;
    event.snapshot = Document::object();
    event.snapshot.set("key", text(id));
    event.snapshot.set("notice", std::move(asked));
    change.events.push_back(std::move(event));
    return true;
}

ObjectChange reduce_notification(
    const Document& before,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
) {
    static_cast<void>(dossier);
    ObjectChange change;
    Document notice = before;
    Document* dispatch = dispatch_of(notice, says);
    if (dispatch == nullptr) {
        change.verdict = Verdict::impossible;
        change.why = "no_such_dispatch";
        return change;
    }
    const auto from = dispatch_state(dispatch->text_of("state"));
    if (says.text_of("state") == "waiting") {
        dispatch->set("asked_at", text(to_rfc3339(context.now)));
        change.verdict = Verdict::applied;
        change.body = std::move(notice);
        return change;
    }
    const auto to = dispatch_state(says.text_of("state"));
    if (!from || !to) {
        change.verdict = Verdict::impossible;
        change.why = "no_such_state";
        return change;
    }
    if (!may_follow(*from, *to)) {
        // The number of a message whose report was faster than its answer.
        const std::string id = says.text_of("provider_id");
        if (id.empty() || !dispatch->text_of("provider_id").empty() || same_report(*dispatch, says))
            return change;
        dispatch->set("provider_id", text(id));
        change.verdict = Verdict::applied;
        change.body = std::move(notice);
        return change;
    }
    take_report(*dispatch, says, *to, context.now);
    change.verdict = Verdict::applied;
    const Document after = *dispatch;  // begin_next may move the list
    const bool was_over = notice.text_of("state") == "expired";
    if (*to == failed) mark_phone(change, notice, after, context.now);
    if (*to == failed && may_try_next(notice) && !was_over)
        fall_back(change, notice, after, context.now);
    else if (*to != failed || !was_over)
        notice.set("state", text(best_state(notice)));
    const bool news = *to == delivered || (*to == read && *from != delivered);
    if (news) tell(change, notice, after, "notification.delivered");
    notice.set("updated_at", text(to_rfc3339(context.now)));
    change.body = std::move(notice);
    return change;
}

ObjectDraft contact_mark(
    const std::string& phone, std::string_view what, std::string_view state, Instant at
) {
    ObjectDraft mark;
    mark.kind = "contact_mark";
    mark.id = phone + "/" + std::string(what);
    mark.state = state;
    mark.ref = phone;
    mark.body = Document::object();
    mark.body.set("what", text(what));
    mark.body.set("state", text(state));
    mark.body.set("at", text(to_rfc3339(at)));
    mark.expected_version = -1;
    return mark;
}

}  // namespace gw::core
