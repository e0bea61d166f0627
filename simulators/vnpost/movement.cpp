// Parcels along their scripts, and what of it the feed says: the truth, or what a fault makes of
// it.
#include "simulators/vnpost/journeys.hpp"
#include "simulators/vnpost/world.hpp"

#include <algorithm>

namespace sim::vnpost {
namespace {

bool fits(const std::string& pattern, const std::string& text) {
    if (pattern.empty()) return true;
    if (pattern.back() == '*') return text.starts_with(pattern.substr(0, pattern.size() - 1));
    return pattern == text;
}

core::Duration paced(core::Duration pause, double pace) {
    return core::Duration(
        static_cast<core::Duration::rep>(static_cast<double>(pause.count()) * pace)
    );
}

/// The receiver's post office: its province, where the sender's has the same form.
std::string office_of(const Parcel& p, const Options& o, bool far) {
    auto province = p.field("ReceiverProvince");
    return far && !province.empty() ? province + "0010" : o.post_office;
}

}  // namespace

std::string World::choose_journey(const Parcel& p) {
    auto o = occasion("journey", p.order, p.created);
    if (switches.strikes("return_to_sender", o)) return "returned";
    if (switches.strikes("lost", o)) return "lost";
    for (const auto& plan : plans)
        if (fits(plan.pattern, p.order)) return plan.journey;
    int all = 0;
    for (const auto& [name, weight] : options.mix) all += std::max(weight, 0);
    if (all == 0) return "normal";
    // By the order's own name, so that no other order changes what this one meets.
    kit::Random random(kit::mix(seed, p.order));
    auto drawn = static_cast<int>(random.below(static_cast<std::size_t>(all)));
    for (const auto& [name, weight] : options.mix) {
        drawn -= std::max(weight, 0);
        if (drawn < 0) return name;
    }
    return "normal";
}

void World::schedule(Parcel& p, core::Instant before) {
    stop(p);
    const auto& steps = journey(p.journey);
    if (p.next_step >= steps.size()) return;
    p.next_at = before + paced(steps[p.next_step].after, options.pace);
    Moment moment(*p.next_at, next_moment_++);
    due_[moment] = &p;
    where_[&p] = moment;
}

void World::stop(Parcel& p) {
    p.next_at.reset();
    if (auto it = where_.find(&p); it != where_.end()) {
        due_.erase(it->second);
        where_.erase(it);
    }
}

void World::begin(Parcel& p, core::Instant now) {
    p.journey = choose_journey(p);
    p.next_step = 0;
    schedule(p, now);
    advance(now);
}

void World::set_journey(Parcel& p, const std::string& name, core::Instant now) {
    p.journey = name;
    // Steps that lie behind by their code are not done again.
    const auto& steps = journey(name);
    p.next_step = 0;
    for (const auto& h : p.history)
        if (p.next_step < steps.size() && steps[p.next_step].code == h.code) ++p.next_step;
    schedule(p, now);
}

void World::step(Parcel& p) {
    auto at = *p.next_at;
    const auto& now_due = journey(p.journey)[p.next_step++];
    schedule(p, at);
    happen(p, now_due.code, at, now_due.note, now_due.far);
}

void World::happen(Parcel& p, int code, core::Instant at, const std::string& note, bool far) {
    Happened what;
    what.code = code;
    what.at = at;
    what.note = note;
    what.office = office_of(p, options, far);
    p.history.push_back(what);
    auto o = occasion("event", p.order, at);
    o.field = std::to_string(code);
    if (code == delivered && p.cod > 0 && !p.collected) {
        Collected money;
        money.amount = p.cod;
        money.at = at;
        money.receipt_no = "BL" + std::to_string(1'000'000 + next_receipt_++);
        p.collected = money;
        settlements.add(p, at);
    }
    if (code == returned && p.cod > 0 && !p.collected && switches.strikes("fee_returned", o))
        settlements.add(p, at);
    publish(p, what);
    if (code != delivered) return;
    if (const auto* f = switches.strikes("delivered_then_returning", o)) {
        auto later = at + core::Duration(f->number("ms", 3'600'000));
        p.journey = "returned";
        const auto& steps = journey(p.journey);
        p.next_step = steps.size() - 2;
        schedule(p, later - paced(steps[p.next_step].after, options.pace));
    }
}

void World::publish(const Parcel& p, const Happened& what) {
    auto o = occasion("event", p.order, what.at);
    o.field = std::to_string(what.code);
    if (switches.strikes("event_missing", o)) return;
    Event e;
    e.at = what.at;
    e.code = what.code;
    e.parcel = &p;
    e.note = words_.keep(what.note);
    e.office = words_.keep(what.office);
    if (const auto* f = switches.strikes("future_event", o))
        e.at += core::Duration(f->number("ms", 7'200'000));
    if (const auto* f = switches.on("clock_skew"))
        e.at += core::Duration(f->number("s", 600) * 1'000);
    if (const auto* f = switches.strikes("unknown_status", o)) {
        e.code = static_cast<int>(f->number("code", 77));
        if (const auto text = f->param("text"); !text.empty()) e.code_text = words_.keep(text);
    }
    auto created = what.at;
    if (const auto* f = switches.strikes("oid_not_growing", o))
        created -= core::Duration(f->number("ms", 3'600'000));
    if (p.next_at && switches.strikes("out_of_order", o)) {
        held_back_[Moment(*p.next_at + core::Duration(1'000), next_moment_++)] = e;
        return;
    }
    enter(e, p.customer, created);
    if (switches.strikes("duplicate_event", o)) enter(e, p.customer, created);
    strange_ones(e, p, created);
}

/// Events that speak of somebody else's parcel, or of none.
void World::strange_ones(const Event& like, const Parcel& p, core::Instant created) {
    auto o = occasion("event", p.order, like.at);
    o.field = std::to_string(like.code);
    for (const char* name : {"unknown_order", "foreign_customer"}) {
        const auto* f = switches.strikes(name, o);
        if (!f) continue;
        Parcel stranger;
        stranger.order = f->param("order", "X99.99-000000-" + std::to_string(next_oid_));
        stranger.customer = name == std::string_view("unknown_order") ? p.customer : "KH9999999";
        strangers_.push_back(std::move(stranger));
        auto e = like;
        e.parcel = &strangers_.back();
        enter(e, p.customer, created);
    }
}

void World::enter(Event e, const std::string& customer, core::Instant created) {
    auto second = std::chrono::floor<std::chrono::seconds>(created).time_since_epoch().count();
    e.oid = Oid(static_cast<std::uint32_t>(second), next_oid_++);
    feeds[customer].add(e);
}

void World::advance(core::Instant now) {
    while (true) {
        bool moves = !due_.empty() && due_.begin()->first.first <= now;
        bool late = !held_back_.empty() && held_back_.begin()->first.first <= now;
        if (!moves && !late) break;
        if (moves && (!late || due_.begin()->first <= held_back_.begin()->first)) {
            step(*due_.begin()->second);
            continue;
        }
        auto node = held_back_.extract(held_back_.begin());
        enter(node.mapped(), node.mapped().parcel->customer, node.key().first);
    }
    settlements.make_due(options, switches, now);
}

std::optional<core::Instant> World::next_event() const {
    std::optional<core::Instant> next = settlements.next_due();
    if (!due_.empty() && (!next || due_.begin()->first.first < *next))
        next = due_.begin()->first.first;
    if (!held_back_.empty() && (!next || held_back_.begin()->first.first < *next))
        next = held_back_.begin()->first.first;
    return next;
}

}  // namespace sim::vnpost
