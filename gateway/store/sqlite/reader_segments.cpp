// Answers about what has moved to segments: as they were before it moved.
#include "gateway/store/sqlite/reader.hpp"

#include <algorithm>
#include <set>

namespace gw::store::sqlite {
namespace {

std::string select_legs(const std::string& where) {
    return std::string("SELECT ") + leg_columns + ", " + event_columns +
           " FROM leg JOIN event ON event.id = leg.event_id WHERE " + where;
}

/// In the order of ids; what was there already stays.
template <class T, class Id>
void lay_together(std::vector<T>& found, std::vector<T> moved, Id id) {
    std::set<std::int64_t> known;
    for (const T& one : found) known.insert(id(one));
    for (T& one : moved)
        if (known.insert(id(one)).second) found.push_back(std::move(one));
    std::sort(found.begin(), found.end(), [&](const T& a, const T& b) { return id(a) < id(b); });
}

}  // namespace

std::optional<ports::MessageView> Reader::moved_message(std::int64_t id) {
    static const std::string sql =
        std::string("SELECT ") + message_columns + " FROM message WHERE id = ?1";
    std::optional<ports::MessageView> found;
    for (const SegmentRef& at : moved_.of_message(id)) {
        segments_.in(at, [&](SegmentReader::File& file) {
            Rows rows = file.statement(sql).query(id);
            if (!rows.next()) return;
            found = read_message(rows, 0, key_);
            if (found->events.empty()) return;
            Rows first = file.statement("SELECT trace FROM event WHERE id = ?1")
                             .query(core::raw(found->events.front()));
            if (first.next()) found->trace = first.view(0);
        });
        if (found) break;
    }
    return found;
}

void Reader::add_moved_events(
    std::vector<core::Event>& found,
    const std::string& agency,
    const std::string& dossier,
    const std::string& kind
) {
    const auto days = moved_.of_dossier(agency, dossier);
    if (days.empty()) return;
    static const std::string sql =
        std::string("SELECT ") + event_columns +
        " FROM event WHERE dossier_id = ?1 AND (?2 = '' OR kind = ?2) ORDER BY id";
    std::int64_t number = 0;
    {
        Rows rows = statement("SELECT id FROM dossier WHERE agency = ?1 AND code = ?2")
                        .query(agency, dossier);
        if (rows.next()) number = rows.integer(0);
    }
    std::vector<core::Event> moved;
    for (const SegmentRef& at : days)
        segments_.in(at, [&](SegmentReader::File& file) {
            Rows rows = file.statement(sql).query(number, kind);
            while (rows.next()) {
                core::Event& e = moved.emplace_back(read_event(rows, 0, key_));
                const bool same = e.agency == agency && e.dossier == dossier;
                check_is_about(same, "event", core::raw(e.id));
            }
        });
    lay_together(found, std::move(moved), [](const core::Event& e) { return core::raw(e.id); });
}

void Reader::add_moved_legs(
    std::vector<ports::LegView>& found, const std::string& agency, const std::string& dossier
) {
    const auto days = moved_.of_dossier(agency, dossier);
    if (days.empty()) return;
    static const std::string lanes_sql =
        std::string("SELECT ") + lane_columns +
        " FROM lane WHERE dossier_id = (SELECT id FROM dossier WHERE agency = ?1 AND code = ?2)";
    static const std::string sql = select_legs("leg.lane_id = ?1");
    std::vector<LaneRow> lanes;
    {
        Rows rows = statement(lanes_sql).query(agency, dossier);
        while (rows.next()) lanes.push_back(read_lane(rows, 0, key_));
    }
    std::vector<ports::LegView> moved;
    for (const SegmentRef& at : days)
        segments_.in(at, [&](SegmentReader::File& file) {
            for (const LaneRow& lane : lanes) {
                Rows rows = file.statement(sql).query(core::raw(lane.id));
                while (rows.next())
                    moved.push_back(view_of(
                        read_leg(rows, 0, lane, key_), read_event(rows, leg_column_count, key_).kind
                    ));
            }
        });
    const auto id = [](const ports::LegView& v) { return core::raw(v.leg.id); };
    lay_together(found, std::move(moved), id);
}

/// Lanes of dossiers stay in the tables; the lane of a leg without one went with it.
LaneRow Reader::lane_of_moved(SegmentReader::File& file, std::int64_t id) {
    static const std::string sql =
        std::string("SELECT ") + lane_columns + " FROM lane WHERE lane.id = ?1";
    {
        Rows rows = statement(sql).query(id);
        if (rows.next()) return read_lane(rows, 0, key_);
    }
    Rows rows = file.statement(sql).query(id);
    const bool there = rows.next();
    check_is_about(there, "lane", id);
    return read_lane(rows, 0, key_);
}

std::optional<ports::LegView> Reader::moved_leg(core::LegId id) {
    static const std::string sql = select_legs("leg.id = ?1");
    std::optional<ports::LegView> found;
    for (const SegmentRef& at : moved_.of_leg(core::raw(id))) {
        segments_.in(at, [&](SegmentReader::File& file) {
            Rows rows = file.statement(sql).query(core::raw(id));
            if (!rows.next()) return;
            const LaneRow lane = lane_of_moved(file, rows.integer(2));
            found = view_of(
                read_leg(rows, 0, lane, key_), read_event(rows, leg_column_count, key_).kind
            );
        });
        if (found) break;
    }
    return found;
}

std::optional<core::Claim> Reader::moved_claim(core::LegId id) {
    static const std::string sql = select_legs("leg.id = ?1");
    std::optional<core::Claim> found;
    for (const SegmentRef& at : moved_.of_leg(core::raw(id))) {
        segments_.in(at, [&](SegmentReader::File& file) {
            Rows rows = file.statement(sql).query(core::raw(id));
            if (!rows.next()) return;
            const LaneRow lane = lane_of_moved(file, rows.integer(2));
            const LegRow leg = read_leg(rows, 0, lane, key_);
            found = claim_of(lane, leg, read_event(rows, leg_column_count, key_));
        });
        if (found) break;
    }
    return found;
}

core::Result<std::vector<ports::SegmentView>> Reader::segment_views(
    const std::vector<ports::KeptDossier>& kept
) {
    std::map<std::int64_t, std::set<std::string>> reasons;
    for (const ports::KeptDossier& one : kept)
        for (const SegmentRef& at : moved_.of_dossier(one.agency, one.dossier))
            reasons[at.day].insert(one.reason);
    Rows rows =
        statement("SELECT day, messages, row_count, bytes, removing FROM segment ORDER BY day")
            .query();
    std::vector<ports::SegmentView> found;
    while (rows.next()) {
        ports::SegmentView& v = found.emplace_back();
        const std::int64_t day = rows.integer(0);
        v.day = name_of_day(day);
        v.ended = end_of_day(day);
        v.messages = rows.integer(1);
        v.rows = rows.integer(2);
        v.bytes = rows.integer(3);
        v.removing = rows.integer(4) != 0;
        v.kept_by.assign(reasons[day].begin(), reasons[day].end());
    }
    return found;
}

}  // namespace gw::store::sqlite
