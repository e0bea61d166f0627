// The store in SQLite: hands each verb to the writer or the reader.
#include "gateway/store/sqlite/sqlite_store.hpp"

#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/backup.hpp"
#include "gateway/store/sqlite/files.hpp"
#include "gateway/store/sqlite/opening.hpp"
#include "gateway/store/sqlite/preparing_mark.hpp"
#include "gateway/store/sqlite/retention.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

#include <stdexcept>

namespace gw::store {
namespace {

using ports::Async;
using sqlite::Reader;
using sqlite::Rotator;
using sqlite::Writer;
namespace asio = boost::asio;

/// Makes the folder before anything in it is opened.
const SqliteOptions& prepared(const SqliteOptions& options) {
    if (!sqlite::make_folders(options.folder + "/segments"))
        throw std::runtime_error(
            "cannot make the folder " + options.folder +
            "; make it and give this user the right to write there"
        );
    sqlite::release_ballast_for_start(
        options.folder, options.disk_probe ? options.disk_probe() : sqlite::space_of(options.folder)
    );
    return options;
}

sqlite::Space::Limits limits_of(const SqliteOptions& options) {
    sqlite::Space::Limits limits;
    limits.shed_share = options.disk_shed_share;
    limits.urgent_share = options.disk_urgent_share;
    limits.refuse_share = options.disk_refuse_share;
    limits.free_min = options.disk_free_min;
    limits.ballast = options.ballast_bytes;
    return limits;
}

sqlite::WriterOptions writer_options(const SqliteOptions& options) {
    sqlite::WriterOptions w;
    w.lane_depth_max = options.lane_depth_max;
    w.flush_delay = options.flush_delay;
    w.keys_in_memory = options.keys_in_memory;
    w.folder = options.folder;
    w.wal_path = sqlite::database_path(options.folder) + "-wal";
    return w;
}

WorkerLimits worker_limits(const SqliteOptions& options, std::size_t batch) {
    WorkerLimits limits;
    limits.requests = options.queue_max;
    limits.bytes = options.queue_bytes_max;
    limits.batch = batch;
    return limits;
}

std::size_t size_of(const ports::Acceptance& a) {
    std::size_t bytes = 512 + a.message.body->size();
    for (const auto& e : a.events) bytes += 256 + e.snapshot->size();
    for (const auto& o : a.objects) bytes += 256 + o.object.body.size();
    for (const auto& f : a.feed) bytes += 256 + f.data.size();
    if (a.answer) bytes += a.answer->body.size();
    return bytes + 512 * a.legs.size() + 256 * a.audit.size();
}

/// Waits for something that another thread finishes.
struct Ticket {
    explicit Ticket(const asio::any_io_executor& ex) : changed(ex) {}
    asio::steady_timer changed;
    std::optional<core::Result<void>> result;
};

class SqliteStore final : public ports::Store {
public:
    SqliteStore(asio::any_io_executor ex, const SqliteOptions& options, core::Instant now)
        : ex_(ex),
          folder_(prepared(options).folder),
          lock_(options.folder),
          preparing_(options.folder),
          opened_(sqlite::open_database(options)),
          space_(options.folder, limits_of(options), options.disk_probe),
          writer_session_(
              *opened_.writer, space_, writer_options(options), opened_.key, opened_.epoch
          ),
          recovered_(writer_session_.recover(now, opened_.restored, preparing_.left())),
          rotator_session_(options.folder, opened_.key),
          reader_session_(
              sqlite::database_path(options.folder),
              opened_.key,
              writer_session_.keys(),
              options.read_max
          ),
          writer_(ex, writer_session_, worker_limits(options, options.batch_max), options.on_stop),
          reader_(ex, reader_session_, worker_limits(options, 1), options.on_stop),
          rotator_(ex, rotator_session_, worker_limits(options, 1), options.on_stop),
          retention_(rotator_, writer_, reader_) {
        preparing_.set(core::LegId{});
        ports::log::info("store.recovered", {{"legs", recovered_}});
    }
    ~SqliteStore() override {
        rotator_.stop();
        writer_.stop();
        reader_.stop();
        if (proof_.joinable()) proof_.join();
        if (!writer_.is_dead()) sqlite::note_clean_stop(*opened_.writer);
    }

    Async<ports::Accepted> accept(ports::Acceptance a) override {
        for (const auto& leg : a.legs) GW_ASSERT(leg.event_index < a.events.size());
        const std::size_t bytes = size_of(a);
        const Entry entry = a.needed ? Entry::needed : Entry::sheddable;
        const core::Urgency urgency = urgency_of(a);
        auto work = [request = std::move(a)](Writer& w) { return w.accept(request); };
        return writer_.submit<ports::Accepted>(std::move(work), bytes, entry, urgency);
    }
    Async<ports::Claims> claim(ports::ClaimWish wish) override {
        auto work = [w = std::move(wish)](Writer& writer) { return writer.claim(w); };
        return writer_.submit<ports::Claims>(std::move(work), 256, Entry::read);
    }
    Async<void> release(core::Claim claim, core::Instant due) override {
        auto work = [c = std::move(claim), due](Writer& w) { return w.release_claim(c, due); };
        return writer_.submit<void>(std::move(work), 256, Entry::needed);
    }
    void preparing(core::LegId leg) override { preparing_.set(leg); }
    Async<std::int64_t> intend(core::Claim claim, core::Digest bytes, core::Instant now) override {
        auto work = [c = std::move(claim), bytes, now](Writer& w) {
            return w.intend(c, bytes, now);
        };
        return writer_.submit<std::int64_t>(std::move(work), 512, Entry::needed);
    }
    Async<void> settle(
        core::LaneId lane,
        std::int64_t fence,
        core::Settlement settlement,
        std::vector<core::FeedItem> feed
    ) override {
        auto work = [lane, fence, s = std::move(settlement), f = std::move(feed)](Writer& w) {
            return w.settle(lane, fence, s, f);
        };
        return writer_.submit<void>(std::move(work), 8'192, Entry::needed);
    }
    Async<void> act(core::LegId leg, ports::LegAction action, core::AuditRow why) override {
        auto work = [leg, action, y = std::move(why)](Writer& w) { return w.act(leg, action, y); };
        return writer_.submit<void>(std::move(work), 512, Entry::needed);
    }

    Async<std::vector<ports::LegalAlarm>> legal_alarms(
        core::Instant now, int most, std::function<core::FeedItem(const ports::LegalAlarm&)> tell
    ) override {
        auto work = [now, most, t = std::move(tell)](Writer& w) {
            return w.legal_alarms(now, most, t);
        };
        return writer_.submit<std::vector<ports::LegalAlarm>>(std::move(work), 512, Entry::needed);
    }

    Async<std::optional<core::Object>> object(std::string kind, std::string agency, std::string id)
        override {
        return ask<std::optional<core::Object>>(
            [k = std::move(kind), a = std::move(agency), i = std::move(id)](Reader& r) {
                return r.object(k, a, i);
            }
        );
    }
    Async<ports::ObjectPage> objects(ports::ObjectFilter filter) override {
        return ask<ports::ObjectPage>([f = std::move(filter)](Reader& r) { return r.objects(f); });
    }
    Async<ports::Accepted> answer_of(
        std::string partner, std::string message_key, core::Digest digest
    ) override {
        return ask<ports::Accepted>([p = std::move(partner),
                                     k = std::move(message_key),
                                     digest](Reader& r) { return r.answer_of(p, k, digest); });
    }
    Async<std::vector<core::Event>> events_of(
        std::string agency, std::string dossier, std::string kind
    ) override {
        return ask<std::vector<core::Event>>(
            [a = std::move(agency), d = std::move(dossier), k = std::move(kind)](Reader& r) {
                return r.events_of(a, d, k);
            }
        );
    }
    Async<std::vector<ports::LegView>> legs_of(std::string agency, std::string dossier) override {
        return ask<std::vector<ports::LegView>>(
            [a = std::move(agency), d = std::move(dossier)](Reader& r) { return r.legs_of(a, d); }
        );
    }
    Async<std::optional<ports::LegView>> leg(core::LegId id) override {
        return ask<std::optional<ports::LegView>>([id](Reader& r) { return r.leg(id); });
    }
    Async<std::vector<ports::LegView>> legs_in(
        std::string partner, core::LegState state, int limit, std::string agency
    ) override {
        return ask<std::vector<ports::LegView>>(
            [p = std::move(partner), state, limit, a = std::move(agency)](Reader& r) {
                return r.legs_in(p, state, limit, a);
            }
        );
    }
    Async<std::vector<ports::AttemptView>> attempts_of(core::LegId id) override {
        return ask<std::vector<ports::AttemptView>>([id](Reader& r) { return r.attempts_of(id); });
    }
    Async<std::optional<core::Claim>> claim_view(core::LegId id) override {
        return ask<std::optional<core::Claim>>([id](Reader& r) { return r.claim_view(id); });
    }
    Async<std::optional<ports::MessageView>> message(core::MessageId id) override {
        return ask<std::optional<ports::MessageView>>([id](Reader& r) { return r.message(id); });
    }
    Async<ports::FeedPage> feed(
        std::string agency, std::int64_t after, int limit, std::vector<std::string> types
    ) override {
        return ask<ports::FeedPage>([a = std::move(agency), after, limit, t = std::move(types)](
                                        Reader& r
                                    ) { return r.feed(a, after, limit, t); });
    }
    Async<std::int64_t> feed_end(std::string agency) override {
        return ask<std::int64_t>([a = std::move(agency)](Reader& r) { return r.feed_end(a); });
    }
    Async<int> forget_feed(core::Instant before, int max) override {
        auto work = [before, max](Writer& w) { return w.forget_feed(before, max); };
        return writer_.submit<int>(std::move(work), 256, Entry::needed);
    }
    Async<std::vector<core::AuditRow>> audit_of(std::string agency, std::string subject) override {
        return ask<std::vector<core::AuditRow>>(
            [a = std::move(agency), s = std::move(subject)](Reader& r) { return r.audit_of(a, s); }
        );
    }
    Async<std::vector<ports::QueueStats>> stats() override {
        return ask<std::vector<ports::QueueStats>>([](Reader& r) { return r.stats(); });
    }

    Async<ports::RotationStep> rotate(ports::RotationWish wish) override {
        return retention_.step(std::move(wish));
    }
    Async<std::vector<ports::SegmentView>> segments(std::vector<ports::KeptDossier> kept) override {
        return ask<std::vector<ports::SegmentView>>([k = std::move(kept)](Reader& r) {
            return r.segment_views(k);
        });
    }
    Async<void> backup(std::string path) override;
    ports::StoreHealth health() override;

private:
    asio::any_io_executor ex_;
    std::string folder_;
    sqlite::FolderLock lock_;
    sqlite::PreparingMark preparing_;
    sqlite::Opened opened_;
    sqlite::Space space_;
    Writer writer_session_;
    int recovered_;
    Rotator rotator_session_;
    Reader reader_session_;
    std::thread proof_;
    std::atomic<bool> backing_up_ = false;
    Worker<Writer> writer_;
    Worker<Reader> reader_;
    Worker<Rotator> rotator_;
    sqlite::Retention retention_;

    template <class T, class Work>
    Async<T> ask(Work work) {
        return reader_.submit<T>(std::move(work), 512, Entry::read);
    }
    sqlite::BackupRun::OnCopied after_copy(std::string path, std::shared_ptr<Ticket> ticket);
    void tell(std::shared_ptr<Ticket> ticket, core::Result<void> result);
};

/// From any thread.
void SqliteStore::tell(std::shared_ptr<Ticket> ticket, core::Result<void> result) {
    backing_up_ = false;
    asio::post(ex_, [ticket = std::move(ticket), result = std::move(result)] {
        ticket->result = result;
        ticket->changed.cancel();
    });
}

/// The proof reads the whole copy: on a thread of its own, so that neither writer nor reader waits
/// for it.
sqlite::BackupRun::OnCopied SqliteStore::after_copy(
    std::string path, std::shared_ptr<Ticket> ticket
) {
    return [this, path = std::move(path), ticket](core::Result<sqlite::StoreFacts> copied) {
        if (!copied) return tell(ticket, copied.error());
        if (proof_.joinable()) proof_.join();  // the last one: it has told its result
        proof_ = std::thread([this, path, ticket, facts = *copied] {
            tell(ticket, sqlite::prove(path, facts));
        });
    };
}

Async<void> SqliteStore::backup(std::string path) {
    if (backing_up_.exchange(true))
        co_return core::Error(
            core::Advice::retry,
            core::Blame::ours,
            "store.backup_running",
            "a backup is running: wait until it has ended"
        );
    const sqlite::Retention::Stay stay(retention_);
    auto ticket = std::make_shared<Ticket>(ex_);
    auto on_copied = after_copy(path, ticket);
    auto work = [path, on_copied](Writer& w) {
        return w.start_backup(std::make_unique<sqlite::BackupRun>(path, on_copied));
    };
    auto started = co_await writer_.submit<void>(std::move(work), 512, Entry::read);
    if (!started) {
        backing_up_ = false;
        co_return started.error();
    }
    while (!ticket->result) {
        ticket->changed.expires_at(asio::steady_timer::time_point::max());
        auto [ec] = co_await ticket->changed.async_wait(asio::as_tuple(asio::use_awaitable));
        (void)ec;  // cancelled is the signal
    }
    if (!*ticket->result) co_return *ticket->result;
    // After the copy: a segment then holds whatever had left the tables by then.
    const std::string folder = sqlite::folder_of(path);
    auto beside = co_await retention_.back_up(folder);
    co_return beside;
}

ports::StoreHealth SqliteStore::health() {
    auto& w = writer_session_.health();
    ports::StoreHealth health;
    health.queue = writer_.queued();
    health.wal_bytes = w.wal_bytes;
    health.database_bytes = w.database_bytes;
    health.commits = w.commits;
    health.writes = w.writes;
    health.disk_used = space_.look().used_share;
    health.disk_level = static_cast<int>(space_.level());
    health.epoch = opened_.epoch;
    if (writer_.is_dead()) {
        health.writable = false;
        health.reason = "store.failed";
    } else if (!space_.has_room() || w.full) {
        health.writable = false;
        health.reason = "store.disk_nearly_full";
    }
    return health;
}

}  // namespace

std::unique_ptr<ports::Store> open_sqlite_store(
    asio::any_io_executor ex, SqliteOptions options, core::Instant now
) {
    try {
        return std::make_unique<SqliteStore>(std::move(ex), options, now);
    } catch (const Broken& broken) {
        throw std::runtime_error(
            "cannot open the store in " + options.folder + ": " + broken.error.what +
            "; check the disk, or restore the newest proven backup"
        );
    }
}

}  // namespace gw::store
