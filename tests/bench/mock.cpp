// The doors of the partner of `./dev bench B1` to `B8`: one for calls, one for the bench's
// questions.
#include "content_length.hpp"
#include "mock_partner.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>

namespace {

using bench::Partner;
using bench::seconds_now;

struct Connection {
    int file = -1;
    unsigned long id = 0;
    bool control = false;
    std::string in;
};

struct Late {
    double due = 0;
    int file = -1;
    unsigned long id = 0;
    long effect = -1;
    std::string reply;
};

int listen_at(int port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::bind(file, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(file, 1024) != 0) {
        std::perror("mock");
        std::exit(1);
    }
    return file;
}

int port_of(int file) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(file, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

std::string reply_of(int status, const std::string& body) {
    std::string out = status == 200 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 503 Busy\r\n";
    out += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size());
    return out + "\r\n\r\n" + body;
}

class Server {
public:
    Server() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), control_(listen_at(0)), door_(listen_at(0)) {
        port_ = port_of(door_);
        watch(control_);
        watch(door_);
        std::printf("%d %d\n", port_, port_of(control_));
        std::fflush(stdout);
    }
    void run() {
        epoll_event events[256];
        for (;;) {
            const int count = ::epoll_pwait2(epoll_, events, 256, wait_time(), nullptr);
            for (int i = 0; i < count; ++i) {
                const int file = events[i].data.fd;
                if (file == control_ || file == door_)
                    take(file);
                else
                    read(file);
            }
            send_late();
        }
    }

private:
    void watch(int file) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = file;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event);
    }
    const timespec* wait_time() {
        if (late_.empty()) return nullptr;
        const double left = std::max(0.0, late_.front().due - seconds_now());
        pause_.tv_sec = static_cast<time_t>(left);
        pause_.tv_nsec = static_cast<long>((left - static_cast<double>(pause_.tv_sec)) * 1e9);
        return &pause_;
    }
    void take(int listener) {
        for (;;) {
            const int file = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (file < 0) return;
            const int on = 1;
            ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            auto c = std::make_unique<Connection>();
            c->file = file;
            c->id = ++ids_;
            c->control = listener == control_;
            connections_[file] = std::move(c);
            watch(file);
        }
    }
    void close(int file) {
        connections_.erase(file);
        ::close(file);
    }
    void read(int file) {
        const auto found = connections_.find(file);
        if (found == connections_.end()) return;
        Connection& c = *found->second;
        char buffer[65536];
        const auto got = ::read(file, buffer, sizeof buffer);
        if (got <= 0) {
            if (got < 0 && errno == EAGAIN) return;
            return close(file);
        }
        c.in.append(buffer, static_cast<std::size_t>(got));
        const auto head = c.in.find("\r\n\r\n");
        if (head == c.in.npos) return;
        const std::size_t length = content_length(c.in, head);
        if (c.in.size() < head + 4 + length) return;
        const std::string target = c.in.substr(0, c.in.find("\r\n"));
        const std::string body = c.in.substr(head + 4, length);
        c.in.clear();
        if (c.control) return write(c, reply_of(200, command(target)));
        Late late;
        int status = 200;
        const std::string text = partner_.answer(body, &late.effect, &status);
        late.due = seconds_now() + static_cast<double>(partner_.settings.delay_us) / 1e6;
        late.file = file;
        late.id = c.id;
        late.reply = reply_of(status, text);
        late_.push_back(std::move(late));
    }
    // A caller that has died does not undo what it asked for.
    void send_late() {
        const double now = seconds_now();
        while (!late_.empty() && late_.front().due <= now) {
            const Late late = std::move(late_.front());
            late_.pop_front();
            if (late.effect >= 0) partner_.carry_out(late.effect);
            const auto found = connections_.find(late.file);
            if (found != connections_.end() && found->second->id == late.id)
                write(*found->second, late.reply);
        }
    }
    void write(const Connection& c, std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(c.file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EAGAIN) continue;  // only long lists at the control door
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    std::string command(const std::string& target) {
        const std::string path = target.substr(4, target.find(' ', 4) - 4);
        if (path == "/forms") return partner_.forms();
        if (path == "/effects") return partner_.effects();
        if (path == "/reset") partner_.reset();
        const auto query = path.find('?');
        if (query != path.npos) set(std::string_view(path).substr(query + 1));
        return partner_.stats();
    }
    void set(std::string_view query) {
        const long before = partner_.settings.down;
        while (!query.empty()) {
            const auto pair = query.substr(0, query.find('&'));
            query.remove_prefix(std::min(query.size(), pair.size() + 1));
            const auto equals = pair.find('=');
            long* value = partner_.settings.find(pair.substr(0, equals));
            if (value != nullptr && equals != pair.npos)
                std::from_chars(pair.data() + equals + 1, pair.data() + pair.size(), *value);
        }
        if (before == 0 && partner_.settings.down != 0) go_down();
        if (before != 0 && partner_.settings.down == 0) watch(door_ = listen_at(port_));
    }
    void go_down() {
        ::close(door_);
        door_ = -1;
        late_.clear();
        std::vector<int> callers;
        for (const auto& [file, c] : connections_)
            if (!c->control) callers.push_back(file);
        for (const int file : callers) close(file);
    }

    int epoll_, control_, door_, port_ = 0;
    unsigned long ids_ = 0;
    timespec pause_{};
    Partner partner_;
    std::map<int, std::unique_ptr<Connection>> connections_;
    std::deque<Late> late_;
};

}  // namespace

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    Server server;
    server.run();
}
