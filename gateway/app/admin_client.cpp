// One request over the admin socket.
#include "gateway/app/admin_client.hpp"

#include "gateway/engine/task_group.hpp"
#include "gateway/net/curl_client.hpp"

#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <ctime>

namespace gw::app {
namespace {
boost::asio::awaitable<void> ask(
    net::CurlClient& client, ports::HttpRequest request, AdminAnswer& answer
) {
    const auto result = co_await client.send(std::move(request));
    answer.reached = result.ok;
    answer.status = static_cast<int>(result.response.status);
    answer.body = result.response.body;
    answer.why = result.failure.what;
}
}  // namespace

AdminAnswer ask_admin(
    const std::string& socket,
    const std::string& method,
    const std::string& path,
    const std::string& body
) {
    boost::asio::io_context io(1);
    net::ClientTls tls;
    tls.unix_socket = socket;
    net::CurlClient client(io.get_executor(), tls);
    ports::HttpRequest request;
    request.method = method;
    request.url = "http://admin" + path;
    request.body = body;
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (method == "POST")
        request.headers.emplace_back(
            "Idempotency-Key",
            "cli-" + std::to_string(::getpid()) + "-" + std::to_string(::time(nullptr))
        );
    request.total_max = path == "/admin/backup" ? core::Duration(600'000) : core::Duration(60'000);
    request.answer_bytes_max = 64 << 20;
    AdminAnswer answer;
    engine::TaskGroup tasks(io.get_executor(), [&](std::exception_ptr) {
        answer.why = "internal error";
    });
    tasks.spawn(ask(client, std::move(request), answer));
    io.run();
    return answer;
}

}  // namespace gw::app
