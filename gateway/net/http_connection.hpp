// One accepted connection: request after request, each under limits, none seen by another
// connection.
#pragma once

#include "gateway/net/body_budget.hpp"
#include "gateway/net/http_framing.hpp"
#include "gateway/net/transport.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace gw::net {

class HttpConnection {
public:
    using Clock = std::chrono::steady_clock;
    HttpConnection(
        std::unique_ptr<Transport> transport,
        std::shared_ptr<const ServerOptions> options,
        ports::InHandler& handler,
        std::string remote,
        std::shared_ptr<BodyBudget> bodies
    );

    /// Serves until either side ends.
    asio::awaitable<void> run();
    /// An idle connection ends now, a busy one after its answer.
    void stop();
    void abort();
    /// Ends what waits longer than it may.
    void check_time(Clock::time_point now);
    const std::string& remote() const { return remote_; }

private:
    class Body;
    struct BodyGuard;
    enum class Phase { opening, idle, head, body, handling, answering, closing };

    asio::awaitable<bool> exchange();
    asio::awaitable<std::size_t> read_head();
    asio::awaitable<IoResult> fill(std::size_t max);
    asio::awaitable<core::Result<std::string>> read_whole(std::shared_ptr<Body> body);
    asio::awaitable<ports::InAnswer> handle(ports::InRequest request);
    asio::awaitable<bool> write_answer(ports::InAnswer answer, bool keep, bool head_only);
    asio::awaitable<bool> write_pieces(std::string_view bytes);
    asio::awaitable<bool> write_stream(
        std::shared_ptr<ports::AnswerStream> stream, std::uint64_t size
    );
    asio::awaitable<void> refuse(int status, std::string_view why);
    asio::awaitable<void> linger();
    void enter(Phase phase, core::Duration time);
    ports::BodyPlan plan_for(const ports::InRequest& request);
    std::string_view unread() const { return std::string_view(in_).substr(from_); }

    std::unique_ptr<Transport> transport_;
    std::shared_ptr<const ServerOptions> options_;
    ports::InHandler& handler_;
    std::string remote_;
    BodyShare share_;  // of the body that is held whole
    std::string in_;   // bytes read; those before from_ are used up
    std::size_t from_ = 0;
    Phase phase_ = Phase::opening;
    Clock::time_point deadline_ = Clock::time_point::max();
    bool timed_out_ = false, stopping_ = false, answered_ = false;
};

}  // namespace gw::net
