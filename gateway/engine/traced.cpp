// The trace of a call goes with everything that is done because of it.
#include "gateway/engine/traced.hpp"

#include "gateway/core/trace.hpp"

namespace gw::engine {

std::string trace_of(const asio::any_io_executor& ex) {
    const auto* traced = ex.target<TracedExecutor>();
    return traced == nullptr ? std::string() : traced->trace();
}

std::string TracedSink::trace_for(const core::Claim& about) {
    if (!about.trace.empty()) return about.trace;
    const auto high = random_.next(), low = random_.next();
    return core::make_trace(high, low);
}

ports::Async<core::Receipt> TracedSink::send(ports::Prepared prepared, const core::Claim& about) {
    auto work = sink_->send(std::move(prepared), about);
    auto trace = trace_for(about);
    auto op = in_trace(std::move(trace), std::move(work));
    co_return co_await std::move(op);
}

ports::Async<core::Enquiry> TracedSink::enquire(const core::Claim& about) {
    auto work = sink_->enquire(about);
    auto trace = trace_for(about);
    auto op = in_trace(std::move(trace), std::move(work));
    co_return co_await std::move(op);
}

void TracedHttp::mark(ports::HttpRequest& request, std::string trace) {
    if (trace.empty()) {
        const auto high = random_.next(), low = random_.next();
        trace = core::make_trace(high, low);
    }
    request.headers.emplace_back("traceparent", core::to_traceparent(trace, random_.next()));
}

asio::awaitable<ports::HttpResult> TracedHttp::send(ports::HttpRequest request) {
    auto ex = co_await asio::this_coro::executor;
    mark(request, trace_of(ex));
    auto op = client_.send(std::move(request));
    co_return co_await std::move(op);
}

asio::awaitable<ports::HttpResult> TracedHttp::download(
    ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
) {
    auto ex = co_await asio::this_coro::executor;
    mark(request, trace_of(ex));
    auto op = client_.download(std::move(request), std::move(on_piece));
    co_return co_await std::move(op);
}

}  // namespace gw::engine
