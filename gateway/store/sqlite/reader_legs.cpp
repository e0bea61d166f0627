// Questions about legs, attempts and queues.
#include "gateway/store/sqlite/reader.hpp"

#include <algorithm>

namespace gw::store::sqlite {
namespace {

using core::LegState;

std::string select_legs(const char* of_event, const std::string& rest) {
    return std::string("SELECT ") + lane_columns + ", " + leg_columns + ", " + of_event +
           " FROM leg " + rest;
}
constexpr char with_lane_and_event[] =
    " JOIN lane ON lane.id = leg.lane_id JOIN event ON event.id = leg.event_id ";

std::int64_t& count_of(ports::QueueStats& q, LegState state, std::int64_t& others) {
    switch (state) {
        case LegState::ready:
            return q.ready;
        case LegState::sending:
            return q.sending;
        case LegState::retry:
            return q.retry;
        case LegState::unknown:
            return q.unknown;
        case LegState::blocked:
            return q.blocked;
        case LegState::dead:
            return q.dead;
        case LegState::delivered:
            return q.delivered;
        default:
            return others;
    }
}

}  // namespace

/// The kind of the event has no sum of its own: where one leg or dossier is shown, the whole event
/// is read.
std::vector<ports::LegView> Reader::views(Rows& rows) {
    constexpr int event_at = lane_column_count + leg_column_count;
    std::vector<ports::LegView> found;
    while (rows.next()) {
        const LaneRow lane = read_lane(rows, 0, key_);
        const LegRow leg = read_leg(rows, lane_column_count, lane, key_);
        found.push_back(view_of(leg, read_event(rows, event_at, key_).kind));
    }
    return found;
}

core::Result<std::vector<ports::LegView>> Reader::legs_of(
    const std::string& agency, const std::string& dossier
) {
    if (dossier.empty()) return std::vector<ports::LegView>();
    Rows rows =
        statement(select_legs(
                      event_columns,
                      std::string(with_lane_and_event) +
                          "WHERE lane.dossier_id = (SELECT id FROM dossier WHERE agency = ?1 "
                          "AND code = ?2) ORDER BY leg.id"
                  ))
            .query(agency, dossier);
    std::vector<ports::LegView> found = views(rows);
    for (const ports::LegView& v : found)
        check_is_about(
            v.leg.agency == agency && v.leg.dossier == dossier, "leg", core::raw(v.leg.id)
        );
    add_moved_legs(found, agency, dossier);
    return found;
}

core::Result<std::optional<ports::LegView>> Reader::leg(core::LegId id) {
    Rows rows =
        statement(select_legs(event_columns, std::string(with_lane_and_event) + "WHERE leg.id = ?1")
        )
            .query(core::raw(id));
    std::vector<ports::LegView> found = views(rows);
    if (found.empty()) return moved_leg(id);
    return std::optional(std::move(found.front()));
}

core::Result<std::vector<ports::LegView>> Reader::legs_in(
    const std::string& partner, LegState state, int limit, const std::string& agency
) {
    // Delivered legs are the many: no index is paid for them, they are found in the order of their
    // ids.
    const bool scan = state == LegState::delivered;
    const std::string from = scan ? "NOT INDEXED" : "INDEXED BY leg_state";
    const std::string what = scan ? "WHERE leg.partner = ?1 AND leg.state = ?2"
                                  : "WHERE leg.partner = ?1 AND leg.state = ?2 AND leg.state <> 5";
    const std::string of_agency =
        agency.empty() ? " AND ?4 = ''"
                       : " AND (SELECT agency FROM lane WHERE lane.id = leg.lane_id) = ?4";
    // The legs are picked before the join, so that the join cannot change the order of the search.
    Rows rows = statement(select_legs(
                              "event.kind",
                              with_lane_and_event +
                                  std::string("WHERE leg.id IN (SELECT id FROM leg ") + from + " " +
                                  what + of_agency + " ORDER BY leg.id LIMIT ?3) ORDER BY leg.id"
                          ))
                    .query(partner, state, limit, agency);
    std::vector<ports::LegView> found;
    while (rows.next()) {
        const LaneRow lane = read_lane(rows, 0, key_);
        const LegRow leg = read_leg(rows, lane_column_count, lane, key_);
        found.push_back(view_of(leg, rows.text(lane_column_count + leg_column_count)));
    }
    return found;
}

namespace {

constexpr char select_attempts[] =
    "SELECT n, enquiry, began, ended, outcome, code, what, answer, bytes FROM attempt WHERE leg_id "
    "= ?1 ORDER BY n";

std::vector<ports::AttemptView> attempts(Rows rows) {
    std::vector<ports::AttemptView> found;
    while (rows.next()) {
        ports::AttemptView a;
        a.n = rows.small(0);
        a.enquiry = rows.integer(1) != 0;
        a.began = rows.instant(2);
        a.ended = rows.maybe_instant(3);
        if (!rows.is_null(4)) a.outcome = static_cast<core::Outcome>(rows.integer(4));
        a.code = rows.view(5);
        a.what = rows.view(6);
        a.answer = rows.view(7);
        a.bytes = rows.digest(8);
        found.push_back(std::move(a));
    }
    return found;
}

}  // namespace

core::Result<std::vector<ports::AttemptView>> Reader::attempts_of(core::LegId id) {
    auto found = attempts(statement(select_attempts).query(core::raw(id)));
    if (!found.empty()) return found;
    for (const SegmentRef& at : moved_.of_leg(core::raw(id))) {
        segments_.in(at, [&](SegmentReader::File& file) {
            found = attempts(file.statement(select_attempts).query(core::raw(id)));
        });
        if (!found.empty()) break;
    }
    return found;
}

core::Result<std::optional<core::Claim>> Reader::claim_view(core::LegId id) {
    static const std::string sql = std::string("SELECT ") + lane_columns + ", " + leg_columns +
                                   ", " + event_columns + " FROM leg" + with_lane_and_event +
                                   "WHERE leg.id = ?1";
    Rows rows = statement(sql).query(core::raw(id));
    if (!rows.next()) return moved_claim(id);
    const LaneRow lane = read_lane(rows, 0, key_);
    const LegRow leg = read_leg(rows, lane_column_count, lane, key_);
    const auto event = read_event(rows, lane_column_count + leg_column_count, key_);
    return std::optional(claim_of(lane, leg, event));
}

core::Result<std::vector<ports::QueueStats>> Reader::stats() {
    std::vector<ports::QueueStats> all;
    std::int64_t others = 0;
    {
        Rows rows =
            statement("SELECT partner, state, n, last_at FROM leg_count ORDER BY partner, state")
                .query();
        while (rows.next()) {
            if (all.empty() || all.back().partner != rows.view(0)) {
                all.emplace_back();
                all.back().partner = rows.view(0);
            }
            const auto state = static_cast<LegState>(rows.integer(1));
            count_of(all.back(), state, others) = rows.integer(2);
            if (state == LegState::delivered && rows.integer(2) > 0)
                all.back().last_delivered = rows.instant(3);
        }
    }
    for (ports::QueueStats& q : all) q.oldest_waiting = oldest_waiting(q.partner);
    return all;
}

std::optional<core::Instant> Reader::oldest_waiting(const std::string& partner) {
    std::optional<core::Instant> oldest;
    for (int state = 0; state < 5; ++state) {
        Rows rows = statement(
                        "SELECT enqueued_at FROM leg INDEXED BY leg_state WHERE partner = ?1 AND "
                        "state = ?2 AND state <> 5 ORDER BY id LIMIT 1"
        )
                        .query(partner, state);
        if (!rows.next()) continue;
        if (!oldest || rows.instant(0) < *oldest) oldest = rows.instant(0);
    }
    return oldest;
}

}  // namespace gw::store::sqlite
