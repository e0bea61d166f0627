// The listening half of the one-stop: registers its endpoint, walks the feed, reads it once more at
// the end.
#pragma once

#include "simulators/kit/faults.hpp"
#include "simulators/onestop/client.hpp"
#include "simulators/onestop/event_feed.hpp"
#include "simulators/onestop/receiver.hpp"

#include <functional>
#include <string>

namespace sim::onestop {

class Listener {
public:
    Listener(
        Client& client,
        Receiver& receiver,
        EventJournal& journal,
        kit::Faults& mistakes,
        Ledger& ledger,
        ports::Clock& clock,
        ports::Random& random
    );
    /// Told of every event that the feed shows for the first time.
    void set_on_event(std::function<void(const FeedEvent&)> f) { on_event_ = std::move(f); }
    /// Registers `url` for all events, keeps the secret, has a test sent.
    asio::awaitable<bool> begin(std::string url);
    /// A new secret; the receiver trusts both from now on.
    asio::awaitable<void> rotate();
    /// Walks the feed with long polls until stop().
    asio::awaitable<void> walk();
    void stop() { stopped_ = true; }
    /// Reads what the feed still has, without waiting; false when it cannot be reached.
    asio::awaitable<bool> catch_up();
    /// Reads the whole feed from its beginning and compares it with the journal.
    asio::awaitable<bool> read_again();

private:
    asio::awaitable<bool> test();
    asio::awaitable<bool> read(std::string cursor, int wait, FeedPage& page);
    void take(const FeedPage& page);

    Client& client_;
    Receiver& receiver_;
    EventJournal& journal_;
    kit::Faults& mistakes_;
    Ledger& ledger_;
    ports::Clock& clock_;
    ports::Random& random_;
    std::function<void(const FeedEvent&)> on_event_;
    std::string endpoint_;
    bool stopped_ = false;
};

}  // namespace sim::onestop
