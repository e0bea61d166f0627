// One session or token for everybody: fetched by a single flight, trusted for a time, dropped when
// refused.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/ports/clock.hpp"
#include "gateway/ports/store.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <list>
#include <optional>
#include <string>

namespace gw::connector_kit {

struct Session {
    Session() = default;
    std::string value;
    core::Instant trusted_until{};
    std::uint64_t generation = 0;  // rises with every log-in
};

/// The rules, without waiting. NP-2, NP-5, NP-7, TR-5.
class SessionState {
public:
    /// pause: after refused credentials nobody tries again before that time (no storm of log-ins).
    explicit SessionState(core::Duration pause) : pause_(pause) {}
    enum class Step : std::uint8_t { use, fetch, wait, refuse };
    Step ask(core::Instant now) const;
    /// What `use` may use.
    const Session& session() const { return session_; }
    /// Why `refuse` refuses.
    const core::Error& refusal() const { return refusal_; }

    void fetch_began();
    void fetched(std::string value, core::Instant trusted_until);
    /// The flight failed. Blame ours = the credential was refused: pause.
    void failed(core::Error error, core::Instant now);
    /// The flight was cancelled: the next one who asks flies.
    void abandoned();
    /// A call was answered REAUTH. Only the session of that generation is dropped: a newer one is
    /// as good as before.
    void refused(std::uint64_t generation);

private:
    core::Duration pause_;
    Session session_;
    bool valid_ = false, flying_ = false;
    core::Error refusal_;
    std::optional<core::Instant> paused_until_;
};

/// Fetches a session; given by the connector.
class SessionSource {
public:
    virtual ~SessionSource() = default;
    /// Errors: retry/partner when it cannot be reached; retry/ours "…credential" when it refuses
    /// us.
    virtual ports::Async<Session> log_in() = 0;
};

/// The waiting part. One thread; outlives every coroutine that uses it.
class SessionCache {
public:
    SessionCache(ports::Clock& clock, SessionSource& source, core::Duration pause)
        : clock_(clock), source_(source), state_(pause) {}
    /// A trusted session. Everybody who asks during a flight shares its result, also its failure.
    ports::Async<Session> get();
    void refused(std::uint64_t generation) { state_.refused(generation); }

private:
    struct Waiter {
        explicit Waiter(boost::asio::any_io_executor ex) : timer(ex) {}
        boost::asio::steady_timer timer;
        bool woken = false;
        std::optional<core::Error> error;
    };
    ports::Async<Session> fly();
    ports::Async<Session> wait();
    void wake(const std::optional<core::Error>& error);

    ports::Clock& clock_;
    SessionSource& source_;
    SessionState state_;
    std::list<Waiter*> waiting_;
};

}  // namespace gw::connector_kit
