// The real SQLite store on a disk in memory, with short words for what a script does to it.
#pragma once

#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/crash/disk.hpp"
#include "tests/kit/temp_folder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gw::test {

/// A store in `folder`, with little kept in memory, so that small scripts reach every table.
std::unique_ptr<ports::Store> open_store(
    boost::asio::io_context& io,
    const std::string& folder,
    core::Instant now,
    std::function<void(const core::Error&)> on_stop = nullptr
);
std::string database_of(const std::string& folder);

class Play {
public:
    Play() : in_use_(folder_.path(), disk_) {}
    /// On a disk that another play has left; its store is not started yet.
    Play(const Image& image, const std::string& their_folder);
    ~Play() { stop(); }
    Play(const Play&) = delete;
    Play& operator=(const Play&) = delete;

    void start(core::Instant now = day_one);
    void stop() { store_.reset(); }
    Disk& disk() { return disk_; }
    const std::string& folder() const { return folder_.path(); }
    ports::Store& store() { return *store_; }
    boost::asio::io_context& io() { return io_; }
    const std::vector<std::string>& facts() const { return facts_; }
    bool was_told_to_stop() const { return told_to_stop_; }

    /// What was acknowledged now: a question that must be answered otherwise than 0 ever after.
    void know(std::string sql);

    /// Each of these notes what it was told. An error ends in an exception.
    void accept(ports::Acceptance a);
    void accept(const std::string& key, const std::string& dossier = "");
    void accept_together(int count, const std::string& prefix);
    std::vector<core::Claim> claim(
        int most = 10, core::Instant now = day_one, const std::string& partner = "national_portal"
    );
    std::int64_t intend(const core::Claim& claim, core::Instant now = day_one);
    void settle(
        const core::Claim& claim,
        std::int64_t fence,
        LegState state,
        core::Instant now = day_one,
        std::vector<core::FeedItem> feed = {}
    );
    /// Claims all that are due and settles each so.
    void send_all(LegState state, core::Instant now = day_one);
    void act(core::LegId leg, ports::LegAction action);
    void release(const core::Claim& claim, core::Instant due);
    void write_object(const std::string& id, std::int64_t expected, bool remove = false);
    void forget_feed(int max);
    /// Everything that rests moves to segments; with `now` late enough, these go too.
    void rotate(core::Instant now = day_two);
    /// By a second connection, as a checkpoint in the middle of the day.
    void checkpoint();

    template <class T>
    T await(boost::asio::awaitable<T> task) {
        return run(io_, std::move(task));
    }

private:
    boost::asio::io_context io_;
    TempFolder folder_;
    Disk disk_;
    DiskInUse in_use_;
    std::unique_ptr<ports::Store> store_;
    std::vector<std::string> facts_;
    bool told_to_stop_ = false;
    int attempts_ = 0;
};

/// Steps of retention until there is nothing more to do. The error, or "".
std::string rotate_all(boost::asio::io_context& io, ports::Store& store, core::Instant now);

/// A message with an answer, an event with a leg, an object, a feed item and an audit row.
ports::Acceptance full(const std::string& key, const std::string& dossier, std::size_t bytes = 300);

struct Script {
    std::string name;
    void (*play)(Play&);
};
const std::vector<Script>& scripts();

}  // namespace gw::test
