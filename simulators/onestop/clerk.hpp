// Plays the lives of a day against the gateway, as clerks at their counters would.
#pragma once

#include "simulators/kit/faults.hpp"
#include "simulators/onestop/client.hpp"
#include "simulators/onestop/day.hpp"
#include "simulators/onestop/event_feed.hpp"
#include "simulators/onestop/ledger.hpp"
#include "simulators/onestop/services.hpp"
#include "simulators/onestop/signing_desk.hpp"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace sim::onestop {

namespace kit = sim::kit;

/// A paper of a dossier whose file the gateway holds.
struct Paper {
    Paper() = default;
    std::string component, name, attachment, sha256;
    bool digitised = false;
};
/// What came through the inbox, claimed and with its files fetched.
struct InboxItem {
    InboxItem() = default;
    std::string id, kind, dossier;
    std::string procedure, owner, owner_number;  // of a dossier
    std::vector<Paper> papers;
};

class Clerk {
public:
    Clerk(
        Client& client,
        Ledger& ledger,
        ports::Clock& clock,
        ports::Random& random,
        kit::Faults& mistakes
    );
    /// Told after the creation (`step` null) and after each step that was played.
    /// Identity checks, payments and parcels; not null.
    void set_services(Services* services) { services_ = services; }
    /// Results are signed there; null = they are plain papers.
    void set_signing(const SigningDesk* desk) { signing_ = desk; }
    void set_after_step(std::function<void(const Life&, const Step* step)> f) {
        after_step_ = std::move(f);
    }
    /// Plays one life; `when` tells when a moment of the day comes in real time.
    /// For a life that was filed on the portal, waits until its inbox item was claimed.
    asio::awaitable<void> play(Life life, std::function<core::Instant(core::Instant)> when);
    /// An event of feed or webhook: inbox items are noted, to be worked on later.
    void hear(const FeedEvent& event);
    /// Claims, checks and acknowledges inbox items until cancelled. Now and then it looks into the
    /// inbox itself: an event is a hint, the inbox is the truth.
    asio::awaitable<void> work_inbox();
    /// Nothing noted waits, nothing is being worked on.
    bool inbox_idle() const { return to_claim_.empty() && !working_; }
    /// Items in the inbox that are not acknowledged; -1 when it cannot be read.
    asio::awaitable<int> inbox_left();
    int playing() const { return playing_; }

private:
    bool errs(const char* mistake, const std::string& service, const std::string& dossier);

    asio::awaitable<bool> create(const Life& life, Promise& promise);
    asio::awaitable<bool> papers_of(const Life& life, std::vector<Paper>& papers);
    asio::awaitable<bool> step(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> progress(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> supplement(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> receive(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> result(const Life& life, const Step& step, Promise& promise);
    asio::awaitable<bool> patch(const Step& step, Promise& promise);
    /// Reads the dossier's version anew. true: the note stands there already.
    asio::awaitable<bool> look_again(Promise& promise, const std::string& note);
    asio::awaitable<bool> survey(const Step& step, Promise& promise);
    asio::awaitable<bool> simple(std::string path, std::string body, Promise& promise);
    asio::awaitable<void> out_of_order(Promise& promise, core::Instant at);
    /// Sends a POST, sometimes twice; notes answers that the contract does not allow.
    asio::awaitable<Reply> post(Request request, int wanted);

    asio::awaitable<std::string> upload(std::size_t bytes, std::uint64_t seed, std::string name);
    asio::awaitable<std::string> upload_content(std::string content, std::string name);
    std::string paper_of_result(const Life& life, const Step& step);
    std::string body_of_result(const Step& step, const std::string& file) const;
    asio::awaitable<void> post_forged(const Life& life, const Step& step, std::string paper);
    asio::awaitable<void> upload_wrongly(Request request, std::string digest);
    asio::awaitable<std::string> upload_in_chunks(const std::string& content, std::string name);

    asio::awaitable<bool> wait_for_item(const Life& life);
    asio::awaitable<bool> take_item(std::string id);
    asio::awaitable<bool> fetch(const Paper& paper);
    asio::awaitable<bool> acknowledge(std::string id, std::string code, std::string outcome);
    asio::awaitable<bool> refuse(std::string id);
    asio::awaitable<void> look_into_inbox();

    Client& client_;
    Ledger& ledger_;
    ports::Clock& clock_;
    ports::Random& random_;
    kit::Faults& mistakes_;
    Services* services_ = nullptr;
    const SigningDesk* signing_ = nullptr;
    std::function<void(const Life&, const Step*)> after_step_;
    std::map<std::string, InboxItem> arrived_;       // dossiers filed on the portal, by code
    std::map<std::string, std::string> supplement_;  // dossier code -> open supplement
    std::set<std::string> heard_;                    // inbox ids
    std::deque<std::string> to_claim_;
    bool working_ = false;
    int playing_ = 0;
};

}  // namespace sim::onestop
