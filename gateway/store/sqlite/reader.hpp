// The reading session: every verb that changes nothing, on a read-only connection of its own.
#pragma once

#include "gateway/store/sqlite/message_keys.hpp"
#include "gateway/store/sqlite/segment.hpp"

#include <chrono>
#include <map>
#include <memory>

namespace gw::store::sqlite {

class Reader {
public:
    /// `question_max`: computing time of one question; it keeps the log of the writer from growing
    /// without end.
    Reader(
        const std::string& path,
        SumKey key,
        const MessageKeys& new_keys,
        core::Duration question_max
    );

    // What the worker calls: one question is one read transaction.
    void begin() { begin_.run(); }
    void open_request(bool /*alone*/) { start_clock(); }
    static bool close_request(bool /*keep*/) { return true; }
    void commit() { commit_.run(); }
    void rollback() { db_.rollback(); }
    void make_room() {}
    bool between_batches() { return false; }
    core::Error full_error() const { return disk_nearly_full(); }

    core::Result<std::optional<core::Object>> object(
        const std::string& kind, const std::string& agency, const std::string& id
    );
    core::Result<ports::ObjectPage> objects(const ports::ObjectFilter& filter);
    core::Result<ports::Accepted> answer_of(
        const std::string& partner, const std::string& message_key, const core::Digest& digest
    );
    core::Result<std::vector<core::Event>> events_of(
        const std::string& agency, const std::string& dossier, const std::string& kind
    );
    core::Result<std::vector<ports::LegView>> legs_of(
        const std::string& agency, const std::string& dossier
    );
    core::Result<std::optional<ports::LegView>> leg(core::LegId id);
    core::Result<std::vector<ports::LegView>> legs_in(
        const std::string& partner, core::LegState state, int limit, const std::string& agency
    );
    core::Result<std::vector<ports::AttemptView>> attempts_of(core::LegId id);
    core::Result<std::optional<core::Claim>> claim_view(core::LegId id);
    core::Result<std::optional<ports::MessageView>> message(core::MessageId id);
    core::Result<ports::FeedPage> feed(
        const std::string& agency,
        std::int64_t after,
        int limit,
        const std::vector<std::string>& types
    );
    core::Result<std::int64_t> feed_end(const std::string& agency);
    core::Result<std::vector<core::AuditRow>> audit_of(
        const std::string& agency, const std::string& subject
    );
    core::Result<std::vector<ports::QueueStats>> stats();
    core::Result<std::vector<ports::SegmentView>> segment_views(
        const std::vector<ports::KeptDossier>& kept
    );
    SegmentReader& segments() { return segments_; }

private:
    core::Result<ports::ObjectPage> first_of_each(ports::ObjectFilter filter);
    core::Result<ports::ObjectPage> of_each_agency(const ports::ObjectFilter& filter);
    core::Result<ports::ObjectPage> page_of(const ports::ObjectFilter& filter);
    Database db_;
    SumKey key_;
    const MessageKeys& new_keys_;
    SegmentIndex moved_;
    SegmentReader segments_;
    std::chrono::nanoseconds question_max_;
    std::chrono::nanoseconds stop_at_{};  // of this thread's computing time
    std::chrono::steady_clock::time_point stop_at_latest_{};
    Statement begin_, commit_;
    std::map<std::string, std::unique_ptr<Statement>> statements_;

    void start_clock();
    static int is_over(void* self);
    /// Prepared at first use, then kept.
    Statement& statement(const std::string& sql);
    std::vector<ports::LegView> views(Rows& rows);
    void watch_clock(Database& db);

    // What has moved; what is in the tables counts first.
    std::optional<ports::MessageView> moved_message(std::int64_t id);
    void add_moved_events(
        std::vector<core::Event>& found,
        const std::string& agency,
        const std::string& dossier,
        const std::string& kind
    );
    void add_moved_legs(
        std::vector<ports::LegView>& found, const std::string& agency, const std::string& dossier
    );
    std::optional<ports::LegView> moved_leg(core::LegId id);
    std::optional<core::Claim> moved_claim(core::LegId id);
    LaneRow lane_of_moved(SegmentReader::File& file, std::int64_t id);
    std::optional<core::Instant> oldest_waiting(const std::string& partner);
};

}  // namespace gw::store::sqlite
