// The one-stop API v1 and the administration API as one request handler, free of sockets.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/api/metrics.hpp"
#include "gateway/api/router.hpp"
#include "gateway/ports/http.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace gw::api {

class Api : public ports::InHandler {
public:
    explicit Api(Parts parts);
    ports::BodyPlan body_plan(const ports::InRequest& head) override;
    asio::awaitable<ports::InAnswer> handle(ports::InRequest request) override;
    ports::InAnswer refuse(int status, std::string_view why) override;

    /// Does the jobs that calls left behind (imports, replays), also those of an earlier process,
    /// until drain() or cancelled. One at a time.
    asio::awaitable<void> run();
    /// Long polls answer at once, /readyz says no. For the time before the server stops.
    void drain() { context_.draining = true; }
    const Router& router() const { return router_; }

private:
    ports::Source* source_of(std::string_view path) const;
    asio::awaitable<Reply> answer(Call& call);
    asio::awaitable<Reply> dispatch(Call& call);
    asio::awaitable<Reply> once(Call& call);
    std::optional<Reply> prepare(Call& call);
    ports::InAnswer finish(const Call& call, Reply reply);

    Context context_;
    Router router_;
    Metrics metrics_;
    std::set<std::string> running_;  // kept keys of calls that are under way (OC-2)
};

}  // namespace gw::api
