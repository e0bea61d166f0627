// Serves the simulated partners on loopback ports and makes the calls they want to make.
#include "simulators/app/serve.hpp"

#include "gateway/net/curl_client.hpp"
#include "gateway/net/system_clock.hpp"
#include "simulators/app/players.hpp"
#include "simulators/app/scene.hpp"
#include "simulators/kit/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <iostream>
#include <memory>
#include <optional>

namespace sim::app {
namespace {
namespace asio = boost::asio;

/// One of them with its door and its journal on disk.
struct Served {
    Served() = default;
    Player player;
    std::unique_ptr<kit::JournalFile> file;
    std::unique_ptr<kit::Server> server;
    std::string address;
};

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

/// Time passes for all of them; what they want to say goes to the gateway, when there is one.
class Outbox {
public:
    Outbox(asio::io_context& io, const std::vector<Served>& all, const ServeOptions& options)
        : io_(io), real_(io.get_executor()), all_(all), base_(options.inbound_url) {
        gw::net::ClientTls tls;
        if (!options.authorities_file.empty())
            tls.authorities_pem = read_file(options.authorities_file);
        http_ = std::make_unique<gw::net::CurlClient>(io.get_executor(), tls);
    }
    asio::awaitable<void> run() {
        while (true) {
            for (const auto& one : all_) look(one.player);
            co_await real_.sleep_until(real_.now() + core::Duration(200));
        }
    }

private:
    void look(const Player& player) {
        // Without an address their calls wait in their outboxes, to be looked at there.
        if (base_.empty() && player.name != "vnpost") return;
        for (auto& call : player.due()) asio::co_spawn(io_, make(std::move(call)), rethrow);
    }
    asio::awaitable<void> make(Outgoing call) {
        call.request.url = base_ + call.request.url;
        const auto result = co_await http_->send(std::move(call.request));
        const int status = result.ok ? static_cast<int>(result.response.status) : 0;
        call.answered(status, result.response.body);
    }
    asio::io_context& io_;
    gw::net::SystemClock real_;
    const std::vector<Served>& all_;
    std::string base_;
    std::unique_ptr<gw::net::CurlClient> http_;
};

/// The portal's journal has the file's own name; "portal.jsonl.vnpay" is VNPAY's.
void keep_journal(Served& one, const std::string& path) {
    const bool portal = one.player.name == "national_portal";
    one.file = std::make_unique<kit::JournalFile>(portal ? path : path + "." + one.player.name);
    one.player.set_journal([file = one.file.get()](std::string_view line) { (*file)(line); });
}

std::vector<Served> open(asio::io_context& io, kit::Clock& clock, const ServeOptions& options) {
    std::optional<kit::Certificate> authority;
    if (!options.tls_folder.empty())
        authority = make_authority(
            options.root.empty() ? project_root() : options.root, options.tls_folder
        );
    PlayerChoice choice;
    choice.seed = options.seed;
    choice.names = options.names;
    choice.pace = options.pace;
    std::vector<Served> all;
    int port = options.port;
    for (auto& player : chosen_players(clock, choice)) {
        Served one;
        one.player = std::move(player);
        if (!options.journal_file.empty()) keep_journal(one, options.journal_file);
        auto server = authority ? tls_server(*authority) : kit::ServerOptions();
        if (authority) server.choose_certificate = one.player.certificate;
        server.port = static_cast<std::uint16_t>(port);
        if (port != 0) ++port;
        one.server =
            std::make_unique<kit::Server>(io.get_executor(), std::move(server), one.player.handle);
        one.address = (authority ? "https://localhost:" : "http://127.0.0.1:") +
                      std::to_string(one.server->port());
        one.player.reached(one.address);
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace

int serve(const ServeOptions& options) {
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context io(1);
    kit::Clock clock;
    const auto all = open(io, clock, options);
    for (const auto& one : all)
        std::cout << "MÔ PHỎNG " << one.player.name_vi << " (" << one.player.name
                  << "): " << one.address << "/\n";
    std::cout << "Each has a page at / and its administration below /sim/ (faults, state, journal, "
                 "clock, reset).\n";
    if (!options.tls_folder.empty())
        std::cout << "Authority: " << options.tls_folder << "/certs/authority.pem\n";
    std::cout << "Ctrl-C ends them.\n" << std::flush;
    Outbox outbox(io, all, options);
    asio::co_spawn(io, outbox.run(), rethrow);
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
    io.run();
    for (const auto& one : all)
        if (one.file) one.file->flush();
    return 0;
}

}  // namespace sim::app
