// Carries bulk replays on.
#include "gateway/api/replay_run.hpp"

#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;
using core::Instant;
using core::LegState;

constexpr int looks_max = 256;               // at single legs in one step
constexpr core::Duration p0_recent(10'000);  // so long a late p0 leg counts

/// It waits because of us, not because the partner failed: our process ended, or something of ours
/// (a catalogue, a session) was not there yet.
bool is_ours(const ports::LegView& view) {
    if (view.state == LegState::unknown)
        return view.reason == "store.process_ended" || view.reason == "store.restored";
    return view.attempts_message == 0 && view.attempts_partner == 0;
}

bool is_open(ReplayOutcome outcome) {
    return outcome == ReplayOutcome::open || outcome == ReplayOutcome::again ||
           outcome == ReplayOutcome::behind;
}

std::optional<Instant> time_of(const Document& body, std::string_view name) {
    return core::parse_rfc3339(body.text_of(name));
}

Document time_text(Instant at) {
    return Document::text(core::to_rfc3339(at));
}

/// The audit row of a leg that is sent back: names the job, so that it is known afterwards.
core::AuditRow row_of(const ReplayCourse& course, std::int64_t leg, Instant now) {
    auto detail = Document::object();
    detail.set("job", Document::text(course.job.id));
    detail.set("reason_vi", Document::text(course.body.text_of("reason_vi")));
    core::AuditRow row;
    row.at = now;
    row.agency = course.job.agency;
    row.actor = course.body.text_of("requested_by");
    row.action = "sync.replay";
    row.subject = "leg/" + std::to_string(leg);
    row.detail = formats::write_json(detail);
    return row;
}

/// A list that is not the frozen one is not sent.
ports::Acceptance stopped(core::Object job, Instant now) {
    auto body = Document::object();
    if (auto read = formats::read_stored(job.body)) body = std::move(*read);
    body.set("state", Document::text("stopped"));
    body.set("pause_reason", Document::text("replay.damaged"));
    ports::Acceptance acceptance;
    acceptance.message.partner = acceptance.message.kind = "replays";
    acceptance.message.agency = job.agency;
    acceptance.message.received_at = now;
    acceptance.message.body = std::make_shared<const std::string>("{}");
    core::ObjectWrite write;
    write.expected_version = job.version;
    write.object = std::move(job);
    write.object.state = "stopped";
    write.object.body = formats::write_json(body);
    write.object.updated_at = now;
    acceptance.objects.push_back(std::move(write));
    return acceptance;
}

}  // namespace

ports::Async<void> Replays::run(Instant now) {
    ports::ObjectFilter filter;
    filter.kind = "job";
    filter.state = std::string(replay_active);
    auto page = co_await store_.objects(std::move(filter));
    if (!page) co_return page.error();
    infos_ = partners_();
    // Whoever paused or stopped one has written it: what was known of it is of no use any more.
    std::erase_if(active_, [&](const auto& entry) {
        return std::none_of(page->items.begin(), page->items.end(), [&](const core::Object& job) {
            return job.id == entry.first && job.version == entry.second.course.job.version;
        });
    });
    for (const core::Object& job : page->items) {
        if (!active_.contains(job.id)) {
            auto taken = co_await take_up(job);
            if (!taken) co_return taken.error();
        }
        const auto found = active_.find(job.id);
        if (found == active_.end()) continue;
        auto stepped = co_await step(found->second, now);
        if (stepped) continue;
        active_.erase(job.id);
        if (stepped.error().advice != core::Advice::give_up) co_return stepped.error();
    }
    counts_.active = static_cast<int>(page->items.size());
    co_return core::Result<void>();
}

ports::Async<void> Replays::take_up(core::Object job) {
    ports::ObjectFilter filter;
    filter.kind = std::string(replay_part_kind);
    filter.agency = job.agency;
    filter.ids = ReplayCourse::part_ids(job);
    ports::ObjectPage parts;
    if (!filter.ids.empty()) {
        auto page = co_await store_.objects(std::move(filter));
        if (!page) co_return page.error();
        parts = std::move(*page);
    }
    auto course = ReplayCourse::read(job, parts.items);
    if (!course) {
        ports::log::error("replay.damaged", {{"job", ports::log::Word(job.id)}});
        auto acceptance = stopped(job, job.updated_at);
        auto written = co_await intake_.accept(std::move(acceptance));
        if (!written) co_return written.error();
        co_return core::Result<void>();
    }
    Active active;
    active.course = std::move(*course);
    active_.insert_or_assign(job.id, std::move(active));
    co_return core::Result<void>();
}

const PartnerInfo* Replays::info_of(const Active& active) const {
    const auto partner = active.course.body.text_of("partner");
    const auto found = std::find_if(infos_.begin(), infos_.end(), [&](const PartnerInfo& info) {
        return info.partner == partner;
    });
    return found == infos_.end() ? nullptr : &*found;
}

std::string Replays::why_pause(const Active& active, Instant now) const {
    const auto* info = info_of(active);
    if (info == nullptr) return "partner_unknown";
    if (info->state == "parked") return "partner_parked";
    if (info->state != "up") return "breaker_open";
    if (info->p0_late_at && now - *info->p0_late_at < p0_recent) return "p0_waits";
    const auto health = store_.health();
    if (!health.writable || health.disk_level > 0) return "disk";
    if (core::too_many_failed(policy_, active.course.body.text_of("verdicts"))) return "failures";
    return "";
}

ports::Async<void> Replays::step(Active& active, Instant now) {
    ReplayCourse& course = active.course;
    auto looked = co_await look(active, now);
    if (!looked) co_return looked.error();
    const auto why = why_pause(active, now);
    if (!why.empty()) {
        course.set("state", Document::text("paused"));
        course.set("pause_reason", Document::text(why));
        course.set("paused_at", time_text(now));
        ++counts_.pauses;
        ports::log::warning(
            "replay.paused",
            {{"job", ports::log::Word(course.job.id)}, {"code", ports::log::Word(why)}}
        );
    } else if (const int most = room(active, now); most > 0) {
        auto sent = co_await send_back(active, most, now);
        if (!sent) co_return sent.error();
    }
    if (why.empty()) end_if_over(active, now);
    active.last = now;
    if (!course.changed()) co_return core::Result<void>();
    auto acceptance = course.to_write(now);
    auto written = co_await intake_.accept(std::move(acceptance));
    if (!written) co_return written.error();
    course.written();
    co_return core::Result<void>();
}

/// What became of the legs that were sent back; the others of a large number at the next step.
ports::Async<void> Replays::look(Active& active, Instant now) {
    ReplayCourse& course = active.course;
    int looks = 0;
    for (std::size_t n = 0; n < course.size() && looks < looks_max; ++n) {
        const std::size_t i = active.next_look % course.size();
        ++active.next_look;
        if (!is_open(course.outcome(i))) continue;
        ++looks;
        const core::LegId id(static_cast<core::LegId>(course.leg(i)));
        auto view = co_await store_.leg(id);
        if (!view) co_return view.error();
        if (*view)
            judge(active, i, **view, now);
        else
            course.set(i, ReplayOutcome::moved);
    }
    co_return core::Result<void>();
}

void Replays::judge(Active& active, std::size_t i, const ports::LegView& view, Instant now) {
    ReplayCourse& course = active.course;
    const auto before = course.outcome(i);
    auto verdicts = course.body.text_of("verdicts");
    switch (view.state) {
        case LegState::delivered:
            course.set(i, ReplayOutcome::delivered);
            core::add_verdict(policy_, verdicts, true);
            ++counts_.delivered;
            break;
        case LegState::dead:
        case LegState::blocked:
            course.set(i, ReplayOutcome::failed);
            if (before != ReplayOutcome::again) core::add_verdict(policy_, verdicts, false);
            ++counts_.failed;
            break;
        case LegState::retry:
        case LegState::unknown:
            if (before == ReplayOutcome::again || is_ours(view)) return;
            course.set(i, ReplayOutcome::again);
            core::add_verdict(policy_, verdicts, false);
            break;
        case LegState::ready:
        case LegState::sending: {
            auto& sent = active.sent_at.try_emplace(i, now).first->second;
            if (is_closed(active)) sent = now;  // nothing is late where nothing may go
            if (before == ReplayOutcome::open && now - sent >= policy_.behind_after)
                course.set(i, ReplayOutcome::behind);
            return;
        }
        default:
            course.set(i, ReplayOutcome::moved);
            return;
    }
    course.set("verdicts", Document::text(std::move(verdicts)));
}

bool Replays::is_closed(const Active& active) const {
    const auto* info = info_of(active);
    return info != nullptr && info->closed;
}

/// How many may be sent back now.
int Replays::room(Active& active, Instant now) const {
    ReplayCourse& course = active.course;
    if (is_closed(active)) return 0;
    const auto canary = std::min(static_cast<std::size_t>(policy_.canary), course.size());
    const auto ramp_at = time_of(course.body, "ramp_at");
    if (!ramp_at) {
        int unsent = 0, without_verdict = 0, behind = 0;
        for (std::size_t i = 0; i < canary; ++i) {
            unsent += course.outcome(i) == ReplayOutcome::waiting ? 1 : 0;
            without_verdict += course.outcome(i) == ReplayOutcome::open ? 1 : 0;
            behind += course.outcome(i) == ReplayOutcome::behind ? 1 : 0;
        }
        const bool nothing_known = behind == static_cast<int>(canary);
        if (unsent > 0 || without_verdict > 0 || nothing_known) return unsent;
        course.set("phase", Document::text("ramp"));
        course.set("ramp_at", time_text(now));
        active.budget = 0;
        return 0;
    }
    const auto* info = info_of(active);
    const double rate = core::replay_rate(
        policy_, info == nullptr ? std::nullopt : info->capacity_per_s, now - *ramp_at
    );
    course.body.set("rate_per_s", Document::number(static_cast<std::int64_t>(rate + 0.5)));
    const double passed =
        active.last == Instant{} ? 0 : static_cast<double>((now - active.last).count()) / 1'000;
    active.budget = std::min(std::max(1.0, 2 * rate), active.budget + rate * passed);
    const auto open = course.count(ReplayOutcome::open) + course.count(ReplayOutcome::again) +
                      course.count(ReplayOutcome::behind);
    return std::min(static_cast<int>(active.budget), policy_.open_max - static_cast<int>(open));
}

ports::Async<void> Replays::send_back(Active& active, int most, Instant now) {
    ReplayCourse& course = active.course;
    for (std::size_t i = 0; i < course.size() && most > 0; ++i) {
        if (course.outcome(i) != ReplayOutcome::waiting) continue;
        auto became = co_await redrive(active, i, now);
        if (!became) {
            // What was sent back until here is written down first.
            if (became.error().advice == core::Advice::retry) break;
            co_return became.error();
        }
        course.set(i, *became);
        course.set("sent_at", time_text(now));
        if (*became != ReplayOutcome::open) continue;
        active.sent_at[i] = now;
        active.budget -= 1;
        --most;
    }
    co_return core::Result<void>();
}

ports::Async<ReplayOutcome> Replays::redrive(Active& active, std::size_t i, Instant now) {
    const std::int64_t leg = active.course.leg(i);
    if (active.checking) {
        auto ours = co_await was_ours(active, leg);
        if (!ours) co_return ours.error();
        if (*ours) co_return ReplayOutcome::open;
    }
    auto row = row_of(active.course, leg, now);
    const core::LegId id(static_cast<core::LegId>(leg));
    auto acted = co_await store_.act(id, ports::LegAction::redrive_bulk, std::move(row));
    // A leg that moved on by itself meanwhile needs no replay.
    if (!acted && acted.error().advice == core::Advice::give_up) co_return ReplayOutcome::moved;
    if (!acted) co_return acted.error();
    active.checking = false;  // legs are sent back in order: behind this one nobody was
    ++counts_.sent_back;
    co_return ReplayOutcome::open;
}

ports::Async<bool> Replays::was_ours(const Active& active, std::int64_t leg) {
    auto rows = co_await store_.audit_of(active.course.job.agency, "leg/" + std::to_string(leg));
    if (!rows) co_return rows.error();
    for (const core::AuditRow& row : *rows) {
        const auto detail = formats::read_json(row.detail);
        if (detail && detail->text_of("job") == active.course.job.id) co_return true;
    }
    co_return false;
}

void Replays::end_if_over(Active& active, Instant now) const {
    ReplayCourse& course = active.course;
    using enum ReplayOutcome;
    if (course.count(waiting) > 0) return;
    const auto without_verdict = course.count(open) + course.count(again) + course.count(behind);
    const auto sent_at = time_of(course.body, "sent_at");
    const bool soon = sent_at && now - *sent_at < policy_.verdict_wait;
    if (without_verdict > 0 && (soon || is_closed(active))) return;
    course.set("state", Document::text("done"));
    course.set("ended_at", time_text(now));
}

void Replays::write_metrics(std::string& out) const {
    const std::pair<const char*, std::uint64_t> totals[] = {
        {"sent_back", counts_.sent_back},
        {"delivered", counts_.delivered},
        {"failed", counts_.failed}};
    out +=
        "# HELP lienthong_replay_legs_total Legs of bulk replays by what became of them\n"
        "# TYPE lienthong_replay_legs_total counter\n";
    for (const auto& [what, number] : totals)
        out += "lienthong_replay_legs_total{outcome=\"" + std::string(what) + "\"} " +
               std::to_string(number) + "\n";
    out += "lienthong_replays_active " + std::to_string(counts_.active) + "\n";
    out += "lienthong_replay_pauses_total " + std::to_string(counts_.pauses) + "\n";
}

}  // namespace gw::api
