// The job of retention, and what keeps a day.
#include "gateway/api/retention.hpp"

#include "gateway/core/status.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>
#include <map>

namespace gw::api {

namespace {

using core::Document;
using core::Object;

constexpr int steps_max = 500, pages_max = 100, page_size = 500;
constexpr std::int64_t queue_max = 64;  // more waits for the writer: it has better things to do
constexpr int disk_full = 3;
constexpr core::Duration kept_at_least{90 * 86'400'000LL};      // the least of store.online_days
constexpr const char* open_states[] = {"matched", "matching"};  // of a payment provider's day

ports::Async<std::vector<Object>> all_of(ports::Store& store, ports::ObjectFilter filter) {
    std::vector<Object> all;
    filter.limit = page_size;
    for (int i = 0; i < pages_max; ++i) {
        auto page = co_await store.objects(filter);
        if (!page) co_return page.error();
        for (auto& object : page->items) all.push_back(std::move(object));
        if (page->next.empty()) co_return all;
        filter.after = std::move(page->next);
    }
    // Half of what keeps days is no reason to remove one.
    co_return core::Error(
        core::Advice::hold,
        core::Blame::ours,
        "retention.too_many_kept",
        "more than 50,000 " + filter.kind + " keep days: nothing is removed"
    );
}

ports::ObjectFilter reports(const char* state) {
    ports::ObjectFilter filter;
    filter.kind = "reconciliation";
    filter.state = state;
    return filter;
}

/// The last report of each partner that names dossiers; rows are "CODE CLASS".
ports::Async<void> add_drift(
    ports::Store& store, core::Instant now, std::vector<ports::KeptDossier>& kept
) {
    ports::ObjectFilter filter;
    filter.kind = "reconciliation";
    filter.updated_after = now - std::chrono::hours(24 * 60);
    auto found = co_await all_of(store, std::move(filter));
    if (!found) co_return found.error();
    std::map<std::string, const Object*> last;
    for (const Object& report : *found)
        last[report.agency + " " + report.id.substr(0, report.id.rfind(':'))] = &report;
    for (const auto& [partner, report] : last) {
        if (report->state != "different") continue;
        const auto body = formats::read_stored(report->body);
        if (!body) continue;
        const Document* rows = body->find("differences");
        if (rows == nullptr) continue;
        for (const Document& row : rows->items()) {
            const std::string text = row.as_text();
            kept.emplace_back(report->agency, text.substr(0, text.rfind(' ')), "reconciliation");
        }
    }
    co_return core::Result<void>();
}

/// Days of a payment provider that are not closed: the dossiers of the payments in question.
ports::Async<void> add_open_days(
    ports::Store& store, const char* state, std::vector<ports::KeptDossier>& kept
) {
    auto found = co_await all_of(store, reports(state));
    if (!found) co_return found.error();
    for (const Object& report : *found) {
        const auto body = formats::read_stored(report.body);
        if (!body) continue;
        const Document* rows = body->find("exceptions");
        if (rows == nullptr) continue;
        for (const Document& row : rows->items()) {
            const std::string id = row.text_of("payment_id");
            if (id.empty()) continue;
            auto payment = co_await store.object("payment", report.agency, id);
            if (!payment) co_return payment.error();
            if (!*payment || (*payment)->dossier.empty()) continue;
            kept.emplace_back(report.agency, (*payment)->dossier, "reconciliation");
        }
    }
    co_return core::Result<void>();
}

/// Old dossiers that are still open: their history is in use.
ports::Async<void> add_open_dossiers(
    ports::Store& store, core::Instant before, std::vector<ports::KeptDossier>& kept
) {
    const int last = static_cast<int>(core::Status::returned);
    for (int i = static_cast<int>(core::Status::registered); i <= last; ++i) {
        const auto status = static_cast<core::Status>(i);
        if (core::is_final(status)) continue;
        ports::ObjectFilter filter;
        filter.kind = "dossier";
        filter.state = std::string(core::to_word(status));
        auto found = co_await all_of(store, std::move(filter));
        if (!found) co_return found.error();
        for (const Object& dossier : *found)
            if (dossier.created_at < before)
                kept.emplace_back(dossier.agency, dossier.id, "open_dossier");
    }
    co_return core::Result<void>();
}

void gauge(std::string& out, const char* name, const char* type, const char* help, std::int64_t n) {
    const std::string full = std::string("lienthong_retention_") + name;
    out += "# HELP " + full + " " + help + "\n# TYPE " + full + " " + type + "\n";
    out += full + " " + std::to_string(n) + "\n";
}

}  // namespace

ports::Async<std::vector<ports::KeptDossier>> kept_dossiers(
    ports::Store& store, core::Instant now
) {
    std::vector<ports::KeptDossier> kept;
    ports::ObjectFilter held;
    held.kind = hold_kind;
    held.state = "held";
    auto holds = co_await all_of(store, std::move(held));
    if (!holds) co_return holds.error();
    for (const Object& hold : *holds) kept.emplace_back(hold.agency, hold.id, "legal_hold");
    auto drift = co_await add_drift(store, now, kept);
    if (!drift) co_return drift.error();
    for (const char* state : open_states) {
        auto days = co_await add_open_days(store, state, kept);
        if (!days) co_return days.error();
    }
    auto open = co_await add_open_dossiers(store, now - kept_at_least, kept);
    if (!open) co_return open.error();
    co_return kept;
}

bool RetentionJob::is_any_over(const std::vector<ports::SegmentView>& segments, core::Instant now)
    const {
    return std::any_of(segments.begin(), segments.end(), [&](const ports::SegmentView& segment) {
        return segment.ended + options_.online <= now;
    });
}

ports::Async<void> RetentionJob::run(core::Instant now) {
    std::vector<ports::KeptDossier> nobody;
    auto there = co_await store_.segments(std::move(nobody));
    if (!there) co_return there.error();
    // What keeps a day is looked for when the time of one is over.
    core::Result<std::vector<ports::KeptDossier>> kept{std::vector<ports::KeptDossier>()};
    const bool any = is_any_over(*there, now);
    if (any) kept = co_await kept_dossiers(store_, now);
    if (!kept) co_return kept.error();
    ports::RotationWish wish;
    wish.now = now;
    wish.hot = options_.hot;
    wish.online = options_.online;
    wish.kept = *kept;
    wish.keeps_key = [partners = options_.payment_partners](const core::Envelope& message) {
        const auto is = [&](std::string_view word) {
            return message.kind.find(word) != std::string::npos;
        };
        return is("payment") || is("refund") ||
               std::find(partners.begin(), partners.end(), message.partner) != partners.end();
    };
    for (int i = 0; i < steps_max; ++i) {
        const auto health = store_.health();
        if (health.queue > queue_max) break;
        wish.may_move = health.disk_level < disk_full;  // a copy needs room before it gives any
        auto step = co_await store_.rotate(wish);
        if (!step) co_return step.error();
        messages_ += step->messages;
        rows_ += step->rows;
        removed_ += step->removed;
        if (!step->more) break;
    }
    auto counted = co_await count(now, std::move(*kept));
    co_return counted;
}

ports::Async<void> RetentionJob::count(core::Instant now, std::vector<ports::KeptDossier> kept) {
    auto segments = co_await store_.segments(std::move(kept));
    if (!segments) co_return segments.error();
    segments_ = static_cast<std::int64_t>(segments->size());
    bytes_ = kept_ = 0;
    for (const auto& segment : *segments) {
        bytes_ += segment.bytes;
        const bool over = segment.ended + options_.online <= now;
        if (over && !segment.kept_by.empty()) ++kept_;
    }
    last_run_ = now;
    co_return core::Result<void>();
}

void RetentionJob::write_metrics(std::string& out) const {
    gauge(out, "messages_moved_total", "counter", "Messages moved to segments", messages_);
    gauge(out, "rows_moved_total", "counter", "Rows moved to segments", rows_);
    gauge(out, "segments_removed_total", "counter", "Segments removed", removed_);
    gauge(out, "segments", "gauge", "Segments on line", segments_);
    gauge(out, "segment_bytes", "gauge", "Size of all segments", bytes_);
    gauge(out, "segments_kept", "gauge", "Segments past their time that are kept", kept_);
    const std::int64_t last = last_run_ ? core::to_ms(*last_run_) / 1'000 : 0;
    gauge(out, "last_run_seconds", "gauge", "When retention last ran to its end", last);
}

}  // namespace gw::api
