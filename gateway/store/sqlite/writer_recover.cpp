// What a new process makes of the work that an older one left.
#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/whole.hpp"
#include "gateway/store/sqlite/writer.hpp"

namespace gw::store::sqlite {
namespace {

constexpr std::string_view no_text;
/// Numbers of the feed that the time after the backup may have used up; no cursor meets them again.
constexpr std::int64_t feed_skip = 1'000'000;

}  // namespace

/// A leg that is no longer there, or whose rows are damaged, is not prepared again.
void Writer::note_suspect(core::LegId id) {
    std::int64_t lane_id = 0;
    {
        Rows rows = sql_.lane_of_leg.query(core::raw(id));
        if (rows.next()) lane_id = rows.integer(0);
    }
    if (lane_id == 0) return;
    auto found = whole([&] { return leg(id, lane(core::LaneId(lane_id))); });
    if (!found || !store::note_suspect(*found)) return;
    save(*found);
    ports::log::warning("leg.process_died", {{"leg", id}, {"times", found->suspects}});
}

/// What a copy that was put back does not know was prepared after it.
int Writer::recover(core::Instant now, bool restored, core::LegId preparing) {
    std::vector<LaneRow> lanes;
    begin();
    if (!restored) note_suspect(preparing);
    {
        Rows rows = sql_.sending_lanes.query();
        while (rows.next())
            if (auto row = whole([&] { return read_lane(rows, 0, key_); })) lanes.push_back(*row);
    }
    int found = static_cast<int>(lanes.size());
    recover_sending(now, std::move(lanes));
    if (restored) found += recover_restored(now);
    commit();
    return found;
}

void Writer::recover_sending(core::Instant now, std::vector<LaneRow> lanes) {
    for (LaneRow& row : lanes) {
        auto found = whole([&] { return leg(row.head, row); });
        if (!found) continue;
        LegRow& head = *found;
        core::Instant began = now;
        {
            Rows rows = sql_.end_attempt.query(
                core::raw(head.leg.id),
                head.attempts,
                now,
                core::Outcome::unknown,
                process_ended_code,
                process_ended_what,
                Blob(no_text)
            );
            if (rows.next()) began = rows.instant(0);
            while (rows.next()) {
            }
        }
        count(head, -1);
        store::recover(head, began, now);
        count(head, +1);
        save(head);
        row.epoch = epoch_;
        place_head(row, &head, service_time(row.partner));
        save(row);
    }
}

/// The mark of `lienthong restore` goes in the same commit.
int Writer::recover_restored(core::Instant now) {
    std::vector<std::pair<core::LegId, core::LaneId>> legs;
    {
        Statement once(
            db_, "SELECT id, lane_id FROM leg WHERE effect = ?1 AND state IN (0, 2, 4) ORDER BY id"
        );
        Rows rows = once.query(core::Effect::once);
        while (rows.next())
            legs.emplace_back(core::LegId(rows.integer(0)), core::LaneId(rows.integer(1)));
    }
    int changed = 0;
    for (const auto& [id, lane_id] : legs) {
        auto row = whole([&] { return lane(lane_id); });
        if (!row) continue;
        auto found = whole([&] { return leg(id, *row); });
        if (!found) continue;
        const LegRow before = *found;
        if (!store::restored(*found, row->head == id, now)) continue;
        ++changed;
        count(before, -1);
        count(*found, +1);
        save(*found);
        if (row->head != id) continue;
        row->epoch = epoch_;
        place_head(*row, &*found, service_time(row->partner));
        save(*row);
    }
    ids_.feed += feed_skip;
    Statement from(db_, "INSERT OR REPLACE INTO meta (name, value) VALUES ('feed_from', ?1)");
    from.run(ids_.feed);
    db_.exec("DELETE FROM meta WHERE name = 'restored'");
    return changed;
}

}  // namespace gw::store::sqlite
