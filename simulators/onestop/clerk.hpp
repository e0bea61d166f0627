// Plays the lives of a day against the gateway, as clerks at their counters would.
#pragma once

#include "simulators/onestop/client.hpp"
#include "simulators/onestop/day.hpp"
#include "simulators/onestop/ledger.hpp"

#include <functional>
#include <map>
#include <string>

namespace sim::onestop {

/// What a clerk does wrong, as shares of the calls. All zero on a calm day.
struct Mistakes {
    double repeat_same = 0.03;      // sends the same request again with the same key
    double repeat_changed = 0.01;   // the same key with another body
    double stale_version = 0.02;    // an old If-Match
    double wrong_digest = 0.01;     // an upload whose digest does not match
    double impossible_step = 0.02;  // a status that may not follow
};

class Clerk {
public:
    Clerk(
        Client& client,
        Ledger& ledger,
        ports::Clock& clock,
        ports::Random& random,
        Mistakes mistakes
    );
    /// Plays one life; `when` tells when a moment of the day comes in real time.
    /// For a life that was filed on the portal, waits until the inbox shows it.
    asio::awaitable<void> play(Life life, std::function<core::Instant(core::Instant)> when);
    /// Reads the inbox again and again until cancelled: claims items, so that their lives can go
    /// on.
    asio::awaitable<void> watch_inbox();
    int playing() const { return playing_; }

private:
    asio::awaitable<bool> create(const Life& life, Promise& promise, std::string inbox_id);
    asio::awaitable<std::string> upload(std::size_t bytes, std::uint64_t seed, std::string name);
    asio::awaitable<bool> step(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> progress(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> supplement(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> result(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> patch(const Step& step, Promise& promise);
    asio::awaitable<bool> simple(std::string path, std::string body, Promise& promise);
    asio::awaitable<void> impossible(Promise& promise, core::Instant at);
    /// Sends a POST, sometimes twice; notes answers that the contract does not allow. True when it
    /// was accepted.
    asio::awaitable<Reply> post(Request request, int wanted);
    asio::awaitable<bool> acknowledge(std::string inbox_id, std::string code);

    Client& client_;
    Ledger& ledger_;
    ports::Clock& clock_;
    ports::Random& random_;
    Mistakes mistakes_;
    std::map<std::string, std::string> inbox_;       // dossier code -> claimed item
    std::map<std::string, std::string> supplement_;  // dossier code -> open supplement
    int playing_ = 0;
};

}  // namespace sim::onestop
