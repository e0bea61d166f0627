// What the clock makes of waiting notices: night, repeats, too many, opt-outs, then the first
// channel.
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/notice_past.hpp"

#include <algorithm>

namespace gw::core {

namespace {

using dossier_parts::is_true;
using dossier_parts::time_of;

constexpr Duration hour{3'600'000}, day{24 * 3'600'000}, same_text_within{10 * 60'000};
constexpr Duration absent_for{30LL * 86'400'000};  // NT-15, and the memory of NT-8

Document text(std::string_view value) {
    return Document::text(std::string(value));
}

void end(NoticeStep& step, Document notice, std::string_view state, std::string_view reason) {
    notice.set("state", text(state));
    notice.set("reason", text(reason));
    FeedDraft feed;
    feed.type = "notification.failed";
    feed.data = Document::object();
    feed.data.set("notification_id", text(notice.text_of("id")));
    feed.data.set("channel", text("none"));
    feed.data.set("reason", text(reason));
    if (state == "expired") step.change.feed.push_back(std::move(feed));
    step.change.verdict = Verdict::applied;
    step.change.body = std::move(notice);
}

/// NT-12: another state of the dossier, told to the same phone, waits behind this one.
bool is_overtaken(const Document& notice, const std::vector<Document>& others) {
    if (!is_true(notice, "status") || is_true(notice, "action")) return false;
    const auto made = time_of(notice, "created_at");
    return std::any_of(others.begin(), others.end(), [&](const Document& other) {
        if (other.text_of("state") != "scheduled" || !is_true(other, "status") ||
            other.text_of("phone") != notice.text_of("phone"))
            return false;
        const auto later = time_of(other, "created_at");
        return later > made || (later == made && other.text_of("id") > notice.text_of("id"));
    });
}

bool owes(const Document& dossier) {
    const Document* fees = dossier.find("fees");
    if (fees == nullptr || fees->size() == 0) return true;  // not known here
    return std::any_of(fees->items().begin(), fees->items().end(), [](const Document& fee) {
        return fee.text_of("state", "unpaid") == "unpaid";
    });
}

std::string first_text(const Document& notice) {
    const Document* plans = notice.find("plans");
    std::string last;
    if (plans == nullptr) return last;
    for (const Document& plan : plans->items()) {
        const Document* message = plan.find("message");
        if (message != nullptr && !message->text_of("text").empty())
            last = message->text_of("text");
    }
    return last;
}

struct Recent {
    Recent() = default;
    bool same_text = false;
    std::optional<Instant> room_at;  // set when no more may go now (NT-11)
};

Recent look_back(
    const Document& notice, const Contact& contact, const NoticeSettings& settings, Instant now
) {
    Recent out;
    std::vector<Instant> sent;
    const Document* list = contact.recent.find("recent");
    const std::string words = first_text(notice);
    if (list != nullptr)
        for (const Document& one : list->items()) {
            const auto at = time_of(one, "at");
            if (!at || *at + day <= now) continue;
            sent.push_back(*at);
            const bool same = !words.empty() && one.text_of("text") == words;
            if (same && *at + same_text_within > now) out.same_text = true;
        }
    std::sort(sent.begin(), sent.end());
    const auto guard = [&](int most, Duration window) {
        const auto inside =
            std::count_if(sent.begin(), sent.end(), [&](Instant at) { return at + window > now; });
        if (most <= 0 || inside < most) return;
        const Instant oldest = sent[sent.size() - static_cast<std::size_t>(most)];
        out.room_at = std::max(out.room_at.value_or(oldest + window), oldest + window);
    };
    guard(settings.per_hour, hour);
    guard(settings.per_day, day);
    return out;
}

bool has_mark(
    const Contact& contact, const std::string& what, std::optional<Duration> life, Instant now
) {
    return std::any_of(contact.marks.begin(), contact.marks.end(), [&](const Document& mark) {
        const auto at = time_of(mark, "at");
        return mark.text_of("what") == what && at && (!life || *at + *life > now);
    });
}

/// Why this channel is not tried; "" = it is.
std::string_view skipped_because(
    const Document& notice, const Document& plan, const Contact& contact, Instant now
) {
    const std::string channel = plan.text_of("channel");
    if (opted_out(contact, channel, notice.text_of("category"))) return "opted_out";
    if (has_mark(contact, "absent/" + channel, absent_for, now)) return "not_on_channel";
    return {};
}

/// Takes the channels out that must not be used, and records them (NT-6, NT-15).
void choose_channels(
    Document& notice, const Contact& contact, const NoticeSettings& settings, Instant now
) {
    Document* plans = notice.find("plans");
    if (plans == nullptr) return;
    Document kept = Document::list(), skipped = Document::list();
    std::optional<Document> forced;
    for (Document& plan : plans->items()) {
        const std::string_view reason = skipped_because(notice, plan, contact, now);
        if (reason.empty()) {
            kept.push(std::move(plan));
            continue;
        }
        Document dispatch = Document::object();
        for (const std::string_view name : {"channel", "provider"})
            dispatch.set(std::string(name), text(plan.text_of(name)));
        dispatch.set("at", text(to_rfc3339(now)));
        dispatch.set("state", text("suppressed"));
        dispatch.set("reason", text(reason));
        if (plan.text_of("channel") == "sms") forced = std::move(plan);
        skipped.push(std::move(dispatch));
    }
    const auto& mandatory = settings.mandatory_events;
    const bool must =
        std::find(mandatory.begin(), mandatory.end(), notice.text_of("event")) != mandatory.end() &&
        notice.text_of("category") == "transactional";
    if (must && kept.size() == 0 && forced) {
        kept.push(std::move(*forced));
        std::erase_if(skipped.items(), [](const Document& d) {
            return d.text_of("channel") == "sms";
        });
    }
    Document& dispatches = dossier_parts::list_in(notice, "dispatches");
    for (Document& dispatch : skipped.items()) {
        const std::size_t n = dispatches.size() + 1;
        dispatch.set("id", text(dispatch_id(notice.text_of("id"), n)));
        dispatches.push(std::move(dispatch));
    }
    *plans = std::move(kept);
}

/// The same for everybody would be a wave at seven in the morning: spread by the notice's own id.
Duration spread_of(const Document& notice, Duration spread) {
    std::uint64_t sum = 1469598103934665603ULL;
    for (const char c : notice.text_of("id"))
        sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    const auto span = static_cast<std::uint64_t>(std::max<std::int64_t>(spread.count(), 1));
    return Duration(static_cast<std::int64_t>(sum % span));
}

/// Who was told on this phone in the last 30 days; more than 40 tell nothing new (NT-8).
Document owners_after(const Document& notice, const Contact& contact, Instant now) {
    constexpr std::size_t most = 40;
    const std::string who = notice.text_of("owner");
    Document owners = Document::list();
    if (const Document* list = contact.recent.find("owners"))
        for (const Document& one : list->items()) {
            const auto at = time_of(one, "at");
            if (at && *at + absent_for > now && one.text_of("who") != who) owners.push(one);
        }
    if (owners.size() >= most) owners.items().erase(owners.items().begin());
    Document mine = Document::object();
    mine.set("at", text(to_rfc3339(now)));
    mine.set("who", text(who));
    if (!who.empty()) owners.push(std::move(mine));
    return owners;
}

Document remembered(const Document& notice, const Contact& contact, Instant now) {
    Document kept = Document::list();
    if (const Document* list = contact.recent.find("recent"))
        for (const Document& one : list->items()) {
            const auto at = time_of(one, "at");
            if (at && *at + day > now) kept.push(one);
        }
    Document mine = Document::object();
    mine.set("at", text(to_rfc3339(now)));
    mine.set("text", text(first_text(notice)));
    kept.push(std::move(mine));
    Document body = Document::object();
    body.set("recent", std::move(kept));
    body.set("owners", owners_after(notice, contact, now));
    return body;
}

void postpone(NoticeStep& step, Document notice, Instant until) {
    notice.set("not_before", text(to_rfc3339(until)));
    step.change.verdict = Verdict::applied;
    step.change.body = std::move(notice);
    step.wait_for = until;
}

/// Why a notice that has not begun never will; "" = it may.
std::string_view never_because(
    const Document& notice,
    const std::vector<Document>& others,
    const Contact& contact,
    const std::string& key_holder,
    Instant now
) {
    if (is_overtaken(notice, others)) return "overtaken";
    if (!key_holder.empty() && key_holder != notice.text_of("id")) return "duplicate";
    const bool shared = notice.text_of("variant") == "discreet" && is_shared(contact, now);
    return shared ? "shared_phone" : "";
}

}  // namespace

bool is_past(const Document& notice, const Document* dossier) {
    if (dossier == nullptr) return false;
    if (is_true(notice, "owed")) return !owes(*dossier);
    const std::string tells = notice.text_of("tells"), is = dossier->text_of("status");
    const bool can_be = is_true(notice, "status") && !is_true(notice, "action") && !tells.empty();
    return can_be && is != tells && (is == "returned" || is == "withdrawn");
}

NoticeStep end_past(const Document& notice) {
    NoticeStep step;
    end(step, notice, "suppressed", "overtaken");
    return step;
}

NoticeStep step_queued(const Document& notice, Instant now) {
    NoticeStep step;
    const Document* all = notice.find("dispatches");
    const bool queued = all != nullptr && all->size() > 0 &&
                        all->items().back().text_of("state") == to_word(DispatchState::queued);
    if (notice.text_of("state") != "sending" || !queued) return step;
    const auto expires = time_of(notice, "expires_at");
    if (!expires) return step;
    if (*expires > now)
        step.wait_for = *expires;
    else
        end(step, notice, "expired", "too_late");
    return step;
}

NoticeStep step_notice(
    const Document& notice,
    const std::vector<Document>& others,
    const Contact& contact,
    const std::string& key_holder,
    const NoticeSettings& settings,
    Instant now
) {
    NoticeStep step;
    if (notice.text_of("state") != "scheduled") return step;
    const auto expires = time_of(notice, "expires_at"), from = time_of(notice, "not_before");
    if (expires && *expires <= now) {
        end(step, notice, "expired", "too_late");
        return step;
    }
    if (from && *from > now) {
        step.wait_for = *from;
        return step;
    }
    const Document* dispatches = notice.find("dispatches");
    const bool begun = dispatches != nullptr && dispatches->size() > 0;
    const std::string_view never =
        begun ? "" : never_because(notice, others, contact, key_holder, now);
    if (!never.empty()) {
        end(step, notice, "suppressed", never);
        return step;
    }
    if (const auto hours = quiet_hours_of(notice))
        if (const auto until = quiet_until(*hours, now)) {
            const Instant at = *until + spread_of(notice, settings.quiet_spread);
            if (expires && *expires <= *until)
                end(step, notice, "expired", "quiet_hours");
            else
                postpone(step, notice, expires ? std::min(at, *expires - Duration(1)) : at);
            return step;
        }
    Document next = notice;
    if (!begun) {
        const Recent recent = look_back(notice, contact, settings, now);
        if (recent.same_text) {
            end(step, notice, "suppressed", "same_text");
            return step;
        }
        if (recent.room_at) {
            postpone(step, notice, *recent.room_at);
            return step;
        }
        choose_channels(next, contact, settings, now);
        step.recent = remembered(notice, contact, now);
        step.claims_key = true;
    }
    if (!begin_next(step.change, next, now)) {
        step.recent.reset();
        step.claims_key = false;
        end(step, std::move(next), "suppressed", "no_channel_left");
        return step;
    }
    next.set("updated_at", text(to_rfc3339(now)));
    step.change.verdict = Verdict::applied;
    step.change.body = std::move(next);
    return step;
}

}  // namespace gw::core
