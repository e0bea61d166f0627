// Serves the simulated portal on a loopback port and drives its outbox.
#include "simulators/app/serve.hpp"

#include "gateway/net/curl_client.hpp"
#include "gateway/net/system_clock.hpp"
#include "simulators/app/scene.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/national_portal/portal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <iostream>
#include <memory>

namespace sim::app {
namespace {
namespace asio = boost::asio;
namespace core = gw::core;

/// Makes the calls that the portal's outbox wants made.
class Outbox {
public:
    Outbox(
        asio::io_context& io,
        national_portal::Portal& portal,
        kit::Clock& clock,
        const ServeOptions& options
    )
        : real_(io.get_executor()), portal_(portal), clock_(clock), base_(options.inbound_url) {
        gw::net::ClientTls tls;
        if (!options.authorities_file.empty())
            tls.authorities_pem = read_file(options.authorities_file);
        http_ = std::make_unique<gw::net::CurlClient>(io.get_executor(), tls);
    }
    asio::awaitable<void> run() {
        while (true) {
            for (auto& call : portal_.sender().due(clock_.now())) co_await make(std::move(call));
            co_await real_.sleep_until(real_.now() + core::Duration(200));
        }
    }

private:
    asio::awaitable<void> make(national_portal::OutCall call) {
        gw::ports::HttpRequest request;
        request.method = call.method;
        request.url = base_ + call.path;
        request.body = call.body;
        for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
        const auto result = co_await http_->send(std::move(request));
        const int status = result.ok ? static_cast<int>(result.response.status) : 0;
        portal_.sender().answered(call.id, status, result.response.body, clock_.now());
    }
    gw::net::SystemClock real_;
    national_portal::Portal& portal_;
    kit::Clock& clock_;
    std::string base_;
    std::unique_ptr<gw::net::CurlClient> http_;
};
}  // namespace

int serve(const ServeOptions& options) {
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context io(1);
    kit::Clock clock;
    national_portal::Portal portal(national_portal::Options(), options.seed);
    portal.set_clock(&clock);
    std::unique_ptr<kit::JournalFile> file;
    if (!options.journal_file.empty()) {
        file = std::make_unique<kit::JournalFile>(options.journal_file);
        portal.journal().set_sink([&](std::string_view line) { (*file)(line); });
    }
    kit::ServerOptions server_options;
    const bool tls = !options.tls_folder.empty();
    if (tls) {
        const auto root = options.root.empty() ? project_root() : options.root;
        server_options = tls_server(make_authority(root, options.tls_folder));
        server_options.choose_certificate = [&] { return portal.certificate_name(clock.now()); };
    }
    server_options.port = static_cast<std::uint16_t>(options.port);
    kit::Server server(io.get_executor(), server_options, [&](const kit::Call& call) {
        return portal.handle(call, clock.now());
    });
    const std::string address =
        (tls ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(server.port());
    portal.set_public_url(address);
    std::cout << "MÔ PHỎNG Cổng Dịch vụ công quốc gia: " << address << "/\n"
              << "  adapter:        " << address << "/XrdAdapter/RestService/forward\n"
              << "  administration: " << address
              << "/sim/faults, /sim/state, /sim/journal, /sim/clock, /sim/send\n"
              << (tls ? "  authority:      " + options.tls_folder + "/certs/authority.pem\n" : "")
              << "Ctrl-C ends it.\n"
              << std::flush;
    Outbox outbox(io, portal, clock, options);
    if (!options.inbound_url.empty())
        asio::co_spawn(io, outbox.run(), [](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
    io.run();
    if (file) file->flush();
    return 0;
}

}  // namespace sim::app
