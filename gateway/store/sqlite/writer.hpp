// The writing session: every verb that changes the store, on its one thread and connection.
#pragma once

#include "gateway/store/sqlite/dossier_codes.hpp"
#include "gateway/store/sqlite/ledger.hpp"
#include "gateway/store/sqlite/segment.hpp"
#include "gateway/store/sqlite/space.hpp"
#include "gateway/store/sqlite/writer_sql.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace gw::store::sqlite {

class BackupRun;
/// What the caller's thread may look at while the writer works.
struct WriterHealth {
    std::atomic<std::int64_t> wal_bytes = 0, database_bytes = 0, commits = 0, writes = 0;
    std::atomic<bool> full = false;  // the last try to take new work met a full disk
};

struct WriterOptions {
    WriterOptions() = default;
    int lane_depth_max = 1'000;
    core::Duration flush_delay{0};
    std::string folder, wal_path;
    std::size_t keys_in_memory = 16'384;
};

class Writer {
public:
    /// The database is migrated and this process holds its epoch.
    Writer(Database& db, Space& space, WriterOptions options, SumKey key, std::int64_t epoch);
    ~Writer();

    // What the worker calls.
    void begin();
    void open_request(bool alone);
    bool close_request(bool keep);
    void commit();
    void rollback();
    void make_room();
    bool between_batches();
    core::Error full_error() const { return disk_nearly_full(); }
    // The verbs.
    core::Result<ports::Accepted> accept(const ports::Acceptance& a);
    core::Result<ports::Claims> claim(const ports::ClaimWish& wish);
    core::Result<void> release_claim(const core::Claim& claim, core::Instant due);
    core::Result<std::int64_t> intend(
        const core::Claim& claim, const core::Digest& bytes, core::Instant now
    );
    core::Result<void> settle(
        core::LaneId lane,
        std::int64_t fence,
        const core::Settlement& settlement,
        const std::vector<core::FeedItem>& feed
    );
    core::Result<void> act(core::LegId leg, ports::LegAction action, const core::AuditRow& why);
    using Tell = std::function<core::FeedItem(const ports::LegalAlarm&)>;
    core::Result<std::vector<ports::LegalAlarm>> legal_alarms(
        core::Instant now, int most, const Tell& tell
    );
    core::Result<int> forget_feed(core::Instant before, int max);
    core::Result<void> start_backup(std::unique_ptr<BackupRun> run);

    /// Once, first: what an older epoch left `sending` or was preparing, and of a copy that was put
    /// back what may be sent only once. Returns how many.
    int recover(core::Instant now, bool restored, core::LegId preparing);
    WriterHealth& health() { return health_; }
    const MessageKeys& keys() const { return keys_; }
    SegmentLedger& ledger() { return ledger_; }
    SegmentReader& segments() { return segments_; }

private:
    struct Ids {
        std::int64_t message = 0, event = 0, leg = 0, lane = 0, dossier = 0, feed = 0, audit = 0;
    };
    struct CountChange {
        CountChange(std::string p, core::LegState s, int n, core::Instant t)
            : partner(std::move(p)), state(s), by(n), at(t) {}
        std::string partner;
        core::LegState state;
        int by;
        core::Instant at;
    };
    /// What is kept in memory and must be undone with the transaction.
    struct Mark {
        Ids ids;
        core::Digest audit_head{};
        std::size_t counts = 0, held = 0, keys = 0;
    };
    /// What the rows of one request have in common: the JSON of its object, as it stands in the
    /// snapshot of the first event. It is written there and cut out of the others.
    struct Shared {
        std::int64_t event = 0;  // 0 = nothing
        std::size_t at = 0;
        std::string_view text;
    };
    static Shared shared_by(const ports::Acceptance& a, std::int64_t first_event);
    /// A lane while the legs of one request join it; written once.
    struct OpenLane {
        LaneRow row;
        std::optional<std::int64_t> dossier;
        bool fresh = false;
    };
    Mark mark() const;
    void restore(const Mark& mark);
    void recover_sending(core::Instant now, std::vector<LaneRow> lanes);
    int recover_restored(core::Instant now);
    void hold(core::LaneId lane, std::optional<Held> held);
    const Held* held_by(core::LaneId lane, std::int64_t fence) const;
    void add_message(const ports::Acceptance& a, core::MessageId id);
    void add_answer(
        const core::StoredAnswer& answer, core::MessageId message, const Shared& shared
    );
    void add_events(
        const std::vector<core::Event>& events, core::MessageId message, const Shared& shared
    );
    core::Result<void> write_object(const core::ObjectWrite& write);
    core::Result<void> add_legs(const ports::Acceptance& a);
    core::Result<void> add_leg(
        const ports::Acceptance& a, const core::PlannedLeg& planned, OpenLane& open
    );
    void supersede_older(const ports::Acceptance& a, const LegRow& by, LaneRow& lane);
    OpenLane& open_lane(const core::Leg& leg, std::deque<OpenLane>& open);
    std::int64_t add_feed(const std::vector<core::FeedItem>& items);
    void add_audit(core::AuditRow row);
    void add_lane(const LaneRow& lane, std::optional<std::int64_t> dossier);
    /// The number of a dossier, new or known; nothing for "".
    std::optional<std::int64_t> dossier_id(const std::string& agency, const std::string& code);
    void close_dossier();
    void save(const LaneRow& lane);
    void save(const LegRow& leg);
    void count(const LegRow& leg, int by);
    void flush_counts();
    LaneRow lane(core::LaneId id);
    LegRow leg(core::LegId id, const LaneRow& lane);
    core::Event event(core::EventId id);
    std::optional<core::StoredAnswer> answer_to(core::MessageId message);
    void add_claim(ports::Claims& claims, core::LaneId id);
    void promote(const std::string& partner, core::Instant now);
    void note_suspect(core::LegId leg);
    /// The first lane that may be given of each class and agency, and the one after it.
    struct Stream {
        core::Front front;
        std::int64_t lane = 0;
    };
    std::vector<Stream> fronts(const std::string& partner);
    bool advance(const std::string& partner, Stream& stream);
    bool is_free(std::int64_t lane) const {
        return !held_.contains(lane) && !damaged_.contains(lane);
    }
    core::Duration service_time(const std::string& partner) const;
    void record_attempt(const LegRow& leg, const core::Settlement& s, const Held& held);
    void replace(
        LaneRow& lane, const LegRow& before, const LegRow& after, std::optional<core::Instant> due
    );
    void put_first(LaneRow& lane, LegRow head);
    void checkpoint();
    Database& db_;
    WriterSql sql_;
    MessageKeys keys_;
    SegmentLedger ledger_;
    SegmentIndex moved_;
    SegmentReader segments_;
    Space& space_;
    WriterOptions options_;
    SumKey key_;
    std::int64_t epoch_;
    Ids ids_;
    core::Digest audit_head_{};
    std::unordered_map<std::int64_t, Held> held_;
    std::vector<std::pair<std::int64_t, std::optional<Held>>> held_undo_;
    std::vector<CountChange> counts_;
    Mark batch_, request_;
    /// The dossier that this request last named: events, legs and feed mostly speak of one.
    struct OpenDossier {
        std::string agency, code;
        std::int64_t id = 0, feed_seq = 0;  // id 0: none
        bool fresh = false, changed = false;
    };
    OpenDossier dossier_;
    DossierCodes dossier_codes_{sql_};
    std::set<std::int64_t> damaged_;                       // lanes that are not offered any more
    std::map<std::string, core::Duration> service_times_;  // by partner, as its dispatcher told
    std::vector<core::FeedItem> superseded_;               // of the present request
    int wal_pages_ = 0, wal_pages_done_ = 0;
    std::int64_t changes_before_ = 0, changes_at_request_ = 0;
    bool request_alone_ = false;
    DiskLevel level_ = DiskLevel::free;
    WriterHealth health_;
    std::unique_ptr<BackupRun> backup_;
};

}  // namespace gw::store::sqlite
