// States of a delivery and what tracking makes of them.
#include "gateway/core/parcel.hpp"

#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/parcel_money.hpp"
#include "gateway/core/parcel_watch.hpp"

#include <algorithm>
#include <array>

namespace gw::core {

namespace {

using dossier_parts::time_of;
using enum ParcelState;

constexpr std::size_t count = 14;
constexpr std::array<std::string_view, count> words{
    "requested",
    "booked",
    "awaiting_pickup",
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "delivery_failed",
    "delivered",
    "returning",
    "returned",
    "cancelled",
    "rejected",
    "lost",
    "exception"};

/// One row a state: the states that may follow it.
constexpr std::uint16_t bit(ParcelState s) {
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(s));
}
template <class... States>
constexpr std::uint16_t set_of(States... states) {
    return static_cast<std::uint16_t>((0u | ... | bit(states)));
}
constexpr std::uint16_t on_the_way = set_of(
    in_transit, out_for_delivery, delivery_failed, delivered, returning, returned, exception
);
constexpr std::array<std::uint16_t, count> followers{
    static_cast<std::uint16_t>(
        on_the_way | set_of(booked, awaiting_pickup, picked_up, cancelled, rejected)
    ),
    static_cast<std::uint16_t>(
        on_the_way | set_of(awaiting_pickup, picked_up, cancelled, rejected, lost)
    ),
    static_cast<std::uint16_t>(on_the_way | set_of(picked_up, cancelled, lost)),
    static_cast<std::uint16_t>(on_the_way | set_of(lost)),
    set_of(out_for_delivery, delivery_failed, delivered, returning, returned, lost, exception),
    set_of(in_transit, delivery_failed, delivered, returning, returned, lost, exception),
    set_of(in_transit, out_for_delivery, delivered, returning, returned, lost, exception),
    set_of(exception),
    set_of(delivered, returned, lost, exception),
    set_of(exception),
    set_of(exception),
    set_of(),
    set_of(exception),
    static_cast<std::uint16_t>(
        (on_the_way & static_cast<std::uint16_t>(~bit(exception))) |
        set_of(booked, awaiting_pickup, picked_up, cancelled, lost)
    )};
constexpr std::array<int, count> ranks{0, 1, 2, 3, 4, 5, 5, 7, 6, 7, 7, 7, 7, 7};

constexpr Duration future_tolerance{10 * 60'000};  // PO-25
constexpr std::size_t events_max = 500;            // more is a feed gone mad, not a parcel

void add_flag(Document& delivery, std::string_view flag) {
    Document& flags = dossier_parts::list_in(delivery, "flags");
    for (const Document& there : flags.items())
        if (there.as_text() == flag) return;
    flags.push(Document::text(std::string(flag)));
}

/// The event as it is kept: only what was stated.
Document kept_event(const Document& says, Instant at, std::string_view state) {
    Document event = Document::object();
    event.set("at", Document::text(to_rfc3339(at)));
    for (const std::string_view name : {"code", "text", "place", "source_id"})
        if (const std::string value = says.text_of(name); !value.empty())
            event.set(std::string(name), Document::text(value));
    if (!state.empty()) event.set("state", Document::text(std::string(state)));
    return event;
}

/// PO-9.
bool known_event(const Document& delivery, const Document& says, Instant at) {
    const Document* events = delivery.find("events");
    if (events == nullptr) return false;
    const std::string id = says.text_of("source_id"), code = says.text_of("code");
    return std::any_of(events->items().begin(), events->items().end(), [&](const Document& e) {
        if (!id.empty() && e.text_of("source_id") == id) return true;
        return e.text_of("code") == code && time_of(e, "at") == at;
    });
}

/// Before the first later one: events stand in the order of their times, then of their ids (PO-20).
void insert_event(Document& delivery, Document event) {
    auto& events = dossier_parts::list_in(delivery, "events").items();
    const auto at = time_of(event, "at");
    const std::string id = event.text_of("source_id");
    const auto place = std::find_if(events.begin(), events.end(), [&](const Document& e) {
        const auto other = time_of(e, "at");
        return other > at || (other == at && e.text_of("source_id") > id);
    });
    events.insert(place, std::move(event));
}

void tell(ObjectChange& change, const Document& delivery, std::string_view from, ParcelState to) {
    FeedDraft feed;
    feed.type = "delivery.state_changed";
    feed.data = Document::object();
    feed.data.set("delivery_id", Document::text(delivery.text_of("id")));
    feed.data.set("from", Document::text(std::string(from)));
    feed.data.set("state", Document::text(std::string(to_word(to))));
    if (const std::string waybill = delivery.text_of("waybill"); !waybill.empty())
        feed.data.set("waybill", Document::text(waybill));
    change.feed.push_back(std::move(feed));
}

/// Sets the state and tells it; the event "delivery.changed" lets notices follow (PO-27).
void enter(
    ObjectChange& change,
    Document& delivery,
    const Document* dossier,
    ParcelState to,
    Instant at,
    Instant now
) {
    const std::string from = delivery.text_of("state");
    delivery.set("state", Document::text(std::string(to_word(to))));
    delivery.set("state_at", Document::text(to_rfc3339(at)));
    delivery.set("updated_at", Document::text(to_rfc3339(now)));
    tell(change, delivery, from, to);
    EventDraft event;
    event.kind = "delivery.changed";
    event.occurred_at = at;
    event.snapshot = Document::object();
    event.snapshot.set(
        "key",
        Document::text(
            delivery.text_of("id") + ":" + std::string(to_word(to)) + ":" + to_rfc3339(at)
        )
    );
    event.snapshot.set("delivery", delivery);
    if (dossier != nullptr) event.snapshot.set("dossier", *dossier);
    change.events.push_back(std::move(event));
    if (auto money = money_fact(delivery, to, at)) change.facts.push_back(std::move(*money));
    change.verdict = Verdict::applied;
}

/// A number that the post gave rests for a year like any other (PO-16).
void take_waybill(ObjectChange& change, Document& delivery, const Document& says) {
    const std::string waybill = says.text_of("waybill");
    if (waybill.empty() || waybill == delivery.text_of("waybill")) return;
    if (delivery.text_of("waybill").empty()) {
        delivery.set("waybill", Document::text(waybill));
        change.more.push_back(waybill_draft(waybill, "seen", delivery.text_of("id"), "", -1));
        if (check_s10(waybill) == false) add_flag(delivery, "waybill_check_digit");
    } else {
        add_flag(delivery, "waybill_differs");
    }
}

/// What became of a number of the stock.
void end_waybill(ObjectChange& change, const Document& delivery, const char* state) {
    const std::string stock = delivery.text_of("waybill_stock"),
                      number = delivery.text_of("waybill");
    const bool free = state == std::string_view("free");  // nobody's
    const std::string holder = free ? "" : delivery.text_of("id");
    if (!stock.empty() && !number.empty())
        change.more.push_back(waybill_draft(number, state, holder, stock, -1));
}

/// PO-13: the number is void; another one is tried once.
bool try_next_waybill(ObjectChange& change, Document& delivery, Instant now) {
    end_waybill(change, delivery, "void");
    if (delivery.text_of("waybill_stock").empty() || delivery.find("waybill_tried") != nullptr)
        return false;
    delivery.remove("waybill");
    delivery.set("waybill_tried", Document::boolean(true));
    delivery.set("waybill_wanted", Document::boolean(true));
    delivery.set("updated_at", Document::text(to_rfc3339(now)));
    add_flag(delivery, "waybill_used");
    return true;
}

ObjectChange reduce_order(
    Document delivery, const Document* dossier, const Document& says, const CommandContext& context
) {
    ObjectChange change;
    const auto now_is = parcel_state(delivery.text_of("state"));
    auto to = parcel_state(says.text_of("state"));
    const std::string before = delivery.text_of("waybill");
    if (now_is == requested && says.text_of("state") == "waybill_used") {
        if (try_next_waybill(change, delivery, context.now)) {
            change.verdict = Verdict::applied;
            change.body = std::move(delivery);
            return change;
        }
        to = rejected;
    }
    take_waybill(change, delivery, says);
    if (to && now_is == requested && may_follow(*now_is, *to)) {
        if (*to == booked) end_waybill(change, delivery, "used");
        // Refused for another reason, or never sent: the label is still blank.
        if (says.text_of("state") == "rejected") end_waybill(change, delivery, "free");
        if (const std::string reason = says.text_of("reason"); !reason.empty())
            delivery.set("state_reason", Document::text(reason));
        delivery.remove("waybill_wanted");
        enter(change, delivery, dossier, *to, context.now, context.now);
        change.body = std::move(delivery);
    } else if (delivery.text_of("waybill") != before) {
        change.verdict = Verdict::applied;
        change.body = std::move(delivery);
    }
    return change;
}

ObjectChange reduce_cancel(
    Document delivery, const Document* dossier, const Document& says, const CommandContext& context
) {
    ObjectChange change;
    const auto now_is = parcel_state(delivery.text_of("state"));
    if (says.text_of("state") == "cancelled" && now_is && may_follow(*now_is, cancelled)) {
        enter(change, delivery, dossier, cancelled, context.now, context.now);
        end_waybill(change, delivery, "void");  // PO-15: the paper may exist
        // What happened before it is history, whenever the feed tells it (PO-20, PO-22).
        delivery.set("last_event_at", Document::text(to_rfc3339(context.now)));
        delivery.set("last_event_id", Document::text(""));
        change.body = std::move(delivery);
        return change;
    }
    const std::string reason = says.text_of("reason");
    if (reason.empty()) return change;
    delivery.set("cancel_refused", Document::text(reason));
    change.verdict = Verdict::applied;
    change.body = std::move(delivery);
    return change;
}

void note_last(Document& delivery, Instant at, const Document& says) {
    delivery.set("last_event_at", Document::text(to_rfc3339(at)));
    delivery.set("last_event_id", Document::text(says.text_of("source_id")));
}

/// Before the event that made the present state: by time, then rank, then id, so that the state
/// does not depend on the order of arrival (PO-20, PO-22, PO-24).
bool older_than_last(const Document& delivery, ParcelState to, Instant at, const std::string& id) {
    const auto last = time_of(delivery, "last_event_at");
    if (!last || at > *last) return false;
    if (at < *last) return true;
    const int was = rank_of(parcel_state(delivery.text_of("state")).value_or(requested));
    if (rank_of(to) != was) return rank_of(to) < was;
    return id < delivery.text_of("last_event_id");
}

/// What one tracking event makes of the state, after it was put in its place.
void follow(
    ObjectChange& change,
    Document& delivery,
    const Document* dossier,
    ParcelState to,
    Instant at,
    const Document& says,
    const CommandContext& context
) {
    const auto from = parcel_state(delivery.text_of("state")).value_or(requested);
    if (older_than_last(delivery, to, at, says.text_of("source_id"))) return;  // history
    if (to == from) return note_last(delivery, at, says);
    if (may_follow(from, to)) {
        note_last(delivery, at, says);
        enter(change, delivery, dossier, to, at, context.now);
        return;
    }
    // Later, and not a step that can be: after an end a person looks (PO-22, PO-23), else the feed
    // went back (PO-21).
    if (is_final(from) && may_follow(from, exception)) {
        note_last(delivery, at, says);
        change.why = "after_end";
        enter(change, delivery, dossier, exception, at, context.now);
        change.verdict = Verdict::disputed;
        return;
    }
    add_flag(delivery, "went_back");
    change.why = "went_back";
}

ObjectChange reduce_tracking(
    Document delivery, const Document* dossier, const Document& says, const CommandContext& context
) {
    ObjectChange change;
    Instant at = time_of(says, "at").value_or(context.now);
    if (at > context.now + future_tolerance) {
        at = context.now;
        add_flag(delivery, "time_in_future");
    }
    if (known_event(delivery, says, at)) return change;
    change.verdict = Verdict::applied;
    const std::string word = says.text_of("state");
    const Document* kept = delivery.find("events");
    if (kept != nullptr && kept->size() >= events_max)
        add_flag(delivery, "events_left_out");  // the messages as they came still hold them
    else
        insert_event(delivery, kept_event(says, at, word));
    take_waybill(change, delivery, says);
    end_silence(delivery);
    if (const auto to = parcel_state(word); to)
        follow(change, delivery, dossier, *to, at, says, context);
    else
        add_flag(delivery, "status_unmapped");  // PO-11
    change.body = std::move(delivery);
    return change;
}

}  // namespace

std::string_view to_word(ParcelState s) {
    return words[static_cast<std::size_t>(s)];
}
std::optional<ParcelState> parcel_state(std::string_view word) {
    const auto it = std::find(words.begin(), words.end(), word);
    if (it == words.end()) return std::nullopt;
    return static_cast<ParcelState>(it - words.begin());
}
bool may_follow(ParcelState from, ParcelState to) {
    return (followers[static_cast<std::size_t>(from)] & bit(to)) != 0;
}
int rank_of(ParcelState s) {
    return ranks[static_cast<std::size_t>(s)];
}
bool is_final(ParcelState s) {
    return (set_of(delivered, returned, cancelled, rejected, lost) & bit(s)) != 0;
}

std::optional<bool> check_s10(std::string_view waybill) {
    const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (waybill.size() != 13 || !letter(waybill[0]) || !letter(waybill[1]) ||
        !letter(waybill[11]) || !letter(waybill[12]) ||
        !std::all_of(waybill.begin() + 2, waybill.begin() + 11, digit))
        return std::nullopt;
    constexpr std::array<int, 8> weights{8, 6, 4, 2, 3, 5, 9, 7};
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (waybill[2 + i] - '0');
    int check = 11 - sum % 11;
    check = check == 10 ? 0 : check == 11 ? 5 : check;
    return check == waybill[10] - '0';
}

ObjectChange reduce_delivery(
    const Document& delivery,
    const Document* dossier,
    const Document& says,
    const CommandContext& context
) {
    const std::string source = says.text_of("source");
    if (source == "order") return reduce_order(delivery, dossier, says, context);
    if (source == "cancel") return reduce_cancel(delivery, dossier, says, context);
    return reduce_tracking(delivery, dossier, says, context);
}

}  // namespace gw::core
