// The words of the scripts.
#include "tests/crash/play.hpp"

#include "gateway/store/sqlite/opening.hpp"

#include <boost/asio/co_spawn.hpp>

#include <stdexcept>

namespace gw::test {
namespace {

namespace asio = boost::asio;

template <class T>
T good(core::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().code + ": " + result.error().what);
    return std::move(*result);
}
void good(const core::Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().code + ": " + result.error().what);
}

std::string message_is_there(const std::string& key) {
    return "SELECT count(*) FROM message WHERE message_key = '" + key + "'";
}

asio::awaitable<void> accept_one(Play& play, ports::Acceptance a) {
    const std::string key = a.message.message_key;
    const auto done = co_await play.store().accept(std::move(a));
    if (done) play.know(message_is_there(key));
}

}  // namespace

std::string database_of(const std::string& folder) {
    return store::sqlite::database_path(folder);
}

std::unique_ptr<ports::Store> open_store(
    asio::io_context& io,
    const std::string& folder,
    core::Instant now,
    std::function<void(const core::Error&)> on_stop
) {
    store::SqliteOptions options;
    options.folder = folder;
    options.keys_in_memory = 8;
    options.lane_depth_max = 20;
    options.ballast_bytes = 0;
    options.disk_free_min = 0;
    options.disk_refuse_share = 1;
    options.on_stop = std::move(on_stop);
    return store::open_sqlite_store(io.get_executor(), options, now);
}

Play::Play(const Image& image, const std::string& their_folder) : Play() {
    Image ours;
    for (const auto& [path, content] : image)
        ours[folder_.path() + path.substr(their_folder.size())] = content;
    disk_.lay(ours);
}

void Play::start(core::Instant now) {
    store_ =
        open_store(io_, folder_.path(), now, [this](const core::Error&) { told_to_stop_ = true; });
}

void Play::know(std::string sql) {
    disk_.ack(static_cast<std::int64_t>(facts_.size()));
    facts_.push_back(std::move(sql));
}

ports::Acceptance full(const std::string& key, const std::string& dossier, std::size_t bytes) {
    ports::Acceptance a = acceptance(key, std::string(bytes, 'x'));
    with_leg(a, dossier);
    a.feed.push_back(feed_item(dossier));
    a.audit.push_back(audit_row(key));
    a.answer.emplace();
    a.answer->status = 201;
    a.answer->body = "{\"key\":\"" + key + "\"}";
    return a;
}

void Play::accept(ports::Acceptance a) {
    const std::string key = a.message.message_key;
    good(await(store_->accept(std::move(a))));
    if (!key.empty()) know(message_is_there(key));
}

void Play::accept(const std::string& key, const std::string& dossier) {
    accept(full(key, dossier.empty() ? "D-" + key : dossier));
}

void Play::accept_together(int count, const std::string& prefix) {
    for (int i = 0; i < count; ++i) {
        auto a = full(prefix + std::to_string(i), "D-" + prefix + std::to_string(i / 2));
        asio::co_spawn(io_, accept_one(*this, std::move(a)), [](std::exception_ptr) {});
    }
    // What comes after them in the queue of the writer ends after them.
    accept(prefix + "last");
}

std::vector<core::Claim> Play::claim(int most, core::Instant now, const std::string& partner) {
    return good(await(store_->claim(partner, most, now))).claims;
}

std::int64_t Play::intend(const core::Claim& claim, core::Instant now) {
    const auto bytes = digest_of("bytes" + std::to_string(++attempts_));
    const std::int64_t fence = good(await(store_->intend(claim, bytes, now)));
    const std::string leg = std::to_string(core::raw(claim.leg.id));
    know("SELECT count(*) FROM attempt WHERE leg_id = " + leg);
    know("SELECT count(*) FROM effect WHERE effect_key = '" + claim.leg.effect_key + "'");
    return fence;
}

void Play::settle(
    const core::Claim& claim,
    std::int64_t fence,
    LegState state,
    core::Instant now,
    std::vector<core::FeedItem> feed
) {
    const Outcome outcome = state == LegState::delivered ? Outcome::delivered
                            : state == LegState::unknown ? Outcome::unknown
                                                         : Outcome::refused;
    core::Settlement s = settlement(state, outcome, now);
    s.reason = "settled-" + std::to_string(++attempts_);
    s.answer = "answer";
    s.was_enquiry = claim.state == LegState::unknown;
    if (state == LegState::retry || state == LegState::unknown)
        s.due_at = now + std::chrono::minutes(1);
    const std::string reason = s.reason;
    good(await(store_->settle(claim.lane, fence, std::move(s), std::move(feed))));
    know("SELECT count(*) FROM attempt WHERE code = '" + reason + "'");
}

void Play::send_all(LegState state, core::Instant now) {
    for (const core::Claim& c : claim(10, now)) {
        // What may have arrived is enquired after, not sent.
        const bool is_enquiry = c.state == LegState::unknown;
        settle(c, is_enquiry ? c.fence : intend(c, now), state, now);
    }
}

void Play::act(core::LegId leg, ports::LegAction action) {
    const std::string subject = "act" + std::to_string(++attempts_);
    good(await(store_->act(leg, action, audit_row(subject))));
    know("SELECT count(*) FROM audit WHERE subject = '" + subject + "'");
}

void Play::release(const core::Claim& claim, core::Instant due) {
    good(await(store_->release(claim, due)));
}

void Play::write_object(const std::string& id, std::int64_t expected, bool remove) {
    ports::Acceptance a = acceptance("object" + std::to_string(++attempts_));
    a.objects.push_back(object_write(id, expected));
    a.objects.back().object.body = std::string(700 + 40U * static_cast<unsigned>(attempts_), 'o');
    a.objects.back().remove = remove;
    accept(std::move(a));
}

void Play::forget_feed(int max) {
    good(await(store_->forget_feed(day_two, max)));
}

std::string rotate_all(asio::io_context& io, ports::Store& store, core::Instant now) {
    ports::RotationWish wish;
    wish.now = now;
    wish.online = std::chrono::hours(24 * 180);
    for (;;) {
        const auto step = run(io, store.rotate(wish));
        if (!step) return step.error().code;
        if (!step->more) return "";
    }
}

void Play::rotate(core::Instant now) {
    const std::string code = rotate_all(io_, *store_, now);
    if (!code.empty()) throw std::runtime_error(code);
}

void Play::checkpoint() {
    store::sqlite::Database db(database_of(folder_.path()), store::sqlite::Database::Mode::write);
    db.word("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace gw::test
