// `lienthong serve`: start, signals, stop.
#include "gateway/app/certificates.hpp"
#include "gateway/app/check.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/ports/log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>

namespace gw::app {
namespace {
namespace log = ports::log;

/// Tells systemd; nothing happens without NOTIFY_SOCKET.
void notify(const char* text) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || std::strlen(path) >= sizeof(sockaddr_un::sun_path)) return;
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path);
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
    ::sendto(
        fd, text, std::strlen(text), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size
    );
    ::close(fd);
}

void set_log_level(const std::string& word) {
    log::set_level(
        word == "debug"     ? log::Level::debug
        : word == "warning" ? log::Level::warning
        : word == "error"   ? log::Level::error
                            : log::Level::info
    );
}

/// What a start goes on with all the same: without it nothing would be delivered either.
void tell_warnings(const Config& config) {
    const auto now = core::from_ms(static_cast<std::int64_t>(::time(nullptr)) * 1'000);
    const auto certificates = certificate_warnings(certificate_ends(config), now);
    for (const auto& what : certificates.over) std::cerr << "warning: " << what << "\n";
    for (const auto& what : certificates.soon) std::cerr << "warning: " << what << "\n";
    for (const auto& what : unread_tenants(config)) std::cerr << "warning: " << what << "\n";
}

/// First signal: drain. Second: at once.
class Signals {
public:
    Signals(boost::asio::io_context& io, Gateway& gateway, core::Duration drain)
        : set_(io, SIGTERM, SIGINT), gateway_(gateway), drain_(drain) {
        wait();
    }

private:
    void wait() {
        set_.async_wait([this](boost::system::error_code ec, int) {
            if (ec) return;
            if (++seen_ > 1)
                std::_Exit(1);  // nothing is saved at exit, so a crash is an ordinary stop
            notify("STOPPING=1");
            log::info("gateway.stopping");
            gateway_.stop(drain_);
            wait_again();
        });
    }
    void wait_again() {
        set_.async_wait([](boost::system::error_code ec, int) {
            if (!ec) std::_Exit(1);
        });
    }
    boost::asio::signal_set set_;
    Gateway& gateway_;
    core::Duration drain_;
    int seen_ = 0;

public:
    void cancel() { set_.cancel(); }
};
}  // namespace

int serve(const CommandOptions& options) {
    std::signal(SIGPIPE, SIG_IGN);
    ::umask(077);
    std::vector<ConfigProblem> found;
    const auto config = load_config(options.config, connector_options, found);
    std::vector<std::string> problems;
    for (const auto& p : found) problems.push_back(to_text(p));
    if (config) problems = check_everything(*config);
    if (!problems.empty()) {
        for (const auto& p : problems) std::cerr << p << "\n";
        std::cerr << problems.size()
                  << " problems; nothing was started. Check again with: lienthong check --config "
                  << options.config << "\n";
        return 2;
    }
    set_log_level(config->text("log.level"));
    tell_warnings(*config);
    boost::asio::io_context io(1);
    Gateway gateway(io, *config);
    gateway.start();
    Signals signals(io, gateway, config->duration("server.drain"));
    notify("READY=1");
    log::info("gateway.started", {{"port", gateway.port()}, {"epoch", gateway.epoch()}});
    while (!io.stopped() && !gateway.broken()) {
        io.run_one();
        if (gateway.idle()) break;
    }
    if (gateway.broken()) std::_Exit(1);  // no write may follow; systemd starts us again
    log::info("gateway.stopped");
    return 0;
}

}  // namespace gw::app
