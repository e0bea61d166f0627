// Calls the played portal and lets its answers take their time, or not arrive.
#include "tests/sim/portal_http.hpp"

#include "simulators/kit/text.hpp"

namespace gw::sim_test {
namespace {

using core::Duration;

sim::kit::Call call_of(const ports::HttpRequest& request) {
    sim::kit::Call call;
    call.method = request.method;
    const auto host = request.url.find("://");
    const auto path = request.url.find('/', host + 3);
    const auto query = request.url.find('?');
    call.path = sim::kit::url_decode(request.url.substr(path, query - path));
    if (query != std::string::npos) call.query = request.url.substr(query + 1);
    for (const auto& h : request.headers) call.headers.emplace_back(h.name, h.value);
    call.body = request.body;
    call.remote = "127.0.0.1";
    return call;
}

ports::HttpResult cut(bool bytes_left, const char* what) {
    ports::HttpResult r;
    r.failure.bytes_left = bytes_left;
    r.failure.what = what;
    return r;
}

}  // namespace

boost::asio::awaitable<ports::HttpResult> PortalHttp::send(ports::HttpRequest request) {
    const core::Instant began = clock_.now();
    const Duration way = random_.duration(Duration(5), Duration(300));
    if (!reachable_()) {
        co_await clock_.sleep_until(began + way);
        co_return cut(false, "connection refused");
    }
    const auto call = call_of(request);
    auto answer = portal_.handle(call, began);
    const bool lost = answer.fate == sim::kit::Fate::hang || answer.delay > request.total_max;
    if (lost) {
        co_await clock_.sleep_until(began + request.total_max);
        co_return cut(true, "no answer in time");
    }
    co_await clock_.sleep_until(began + way + answer.delay);
    if (answer.fate != sim::kit::Fate::answer) co_return cut(true, "the connection was cut");
    ports::HttpResult r;
    r.ok = true;
    r.response.status = answer.status;
    for (auto& [name, value] : answer.headers) r.response.headers.emplace_back(name, value);
    r.response.body = std::move(answer.body);
    r.took = clock_.now() - began;
    co_return r;
}

boost::asio::awaitable<ports::HttpResult> PortalHttp::download(
    ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
) {
    auto r = co_await send(std::move(request));
    if (r.ok && !on_piece(r.response.body)) {
        r.ok = false;
        r.failure.too_large = true;
    }
    co_return r;
}

}  // namespace gw::sim_test
