// The one-stop's webhook endpoint: verifies, deduplicates, answers - sometimes badly. No sockets.
#pragma once

#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/onestop/event_feed.hpp"
#include "simulators/onestop/ledger.hpp"
#include "simulators/onestop/webhook_check.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sim::onestop {

/// What the endpoint knows of one event.
struct Received {
    Received() = default;
    std::string body, type;
    int taken = 0;      // times it was taken in; over 1 = repeated
    int refused = 0;    // tries refused on purpose
    bool lost = false;  // taken once without an answer: it will come again
    core::Instant last{};
};

class Receiver {
public:
    Receiver(kit::Faults& mistakes, Ledger& ledger) : mistakes_(mistakes), ledger_(ledger) {}
    static constexpr const char* path = "/webhooks/lienthong";

    /// A secret of the endpoint; older ones stay valid as during a rotation.
    void trust(std::string secret) { secrets_.push_back(std::move(secret)); }
    /// Told of every event when it is taken for the first time.
    void set_on_event(std::function<void(const FeedEvent&)> f) { on_event_ = std::move(f); }
    kit::Answer handle(const kit::Call& call, core::Instant now);

    /// Every call: what came, what was done with it, what was answered.
    kit::Journal& journal() { return journal_; }
    const std::map<std::string, Received>& all() const { return all_; }
    std::uint64_t received() const { return received_; }  // distinct events
    std::uint64_t repeated() const { return repeated_; }
    std::uint64_t unproven() const { return unproven_; }  // failed verification, not on purpose
    std::uint64_t tests() const { return tests_; }        // events webhook.test
    /// Events that were refused on purpose and have not come again yet.
    std::uint64_t waiting() const;

private:
    bool refuse(
        const kit::Call& call, const FeedEvent& event, Received& known, kit::Answer& answer
    );
    void verify_with_wrong_key(const kit::Call& call);
    const char* take(const FeedEvent& event, Received& known);
    void answer_badly(const FeedEvent& event, Received& known, kit::Answer& answer);
    void note(const FeedEvent& event, const char* effect, const kit::Answer& answer);
    const kit::Fault* strikes(const char* name, const FeedEvent& event);

    kit::Faults& mistakes_;
    Ledger& ledger_;
    std::vector<std::string> secrets_;
    std::function<void(const FeedEvent&)> on_event_;
    std::map<std::string, Received> all_;
    core::Instant now_{};
    std::string struck_;  // switch that struck in the call at hand
    kit::Journal journal_{2'000};
    std::uint64_t received_ = 0, repeated_ = 0, unproven_ = 0, tests_ = 0;
};

}  // namespace sim::onestop
