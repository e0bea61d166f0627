// The load of `./dev bench B1` to `B8`: one request again and again over TLS, as fast as answered
// or at a constant rate.
#include "content_length.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

volatile std::sig_atomic_t stopped = 0, renewed = 0;

double now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// In the request file, "@@@@@@@" stands for the dossier's number.
constexpr std::string_view place = "@@@@@@@";

struct Options {
    int port = 0, connections = 64;
    double rate = 0, seconds = 0;  // rate 0: as fast as answered
    long count = 0, first = 1;     // count 0: until the time is over
    std::string file, request, acked;
};

std::string read_file(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Options read_options(int argc, char** argv) {
    std::map<std::string_view, std::string> given;
    for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
    Options o;
    o.port = std::atoi(given["--port"].c_str());
    if (given.contains("--connections")) o.connections = std::atoi(given["--connections"].c_str());
    o.rate = std::atof(given["--rate"].c_str());
    o.seconds = std::atof(given["--seconds"].c_str());
    o.count = std::atol(given["--count"].c_str());
    if (given.contains("--first")) o.first = std::atol(given["--first"].c_str());
    o.acked = given["--acked"];
    o.file = given["--request"];
    o.request = read_file(o.file);
    if (o.port == 0 || o.request.empty() || (o.seconds == 0 && o.count == 0)) {
        std::fputs("load: needs --port, --request and --seconds or --count\n", stderr);
        std::exit(2);
    }
    return o;
}

struct Connection {
    int file = -1;
    SSL* tls = nullptr;
    std::string in, out;
    bool blocked = false;
    long number = 0;    // 0: has nothing to do
    double wanted = 0;  // when its request should have left
};

class Load {
public:
    explicit Load(Options options)
        : o_(std::move(options)), epoll_(::epoll_create1(EPOLL_CLOEXEC)), context_(make_context()) {
        find_places();
        connections_.resize(static_cast<std::size_t>(o_.connections));
    }

    void run() {
        for (auto& c : connections_) connect(c);
        begin_ = now();
        next_ = o_.first;
        while (!over()) {
            give_work();
            wait();
        }
        end_ = now();
        // What is on its way may still be acknowledged.
        for (const double until = end_ + 5; working_ > 0 && now() < until;) wait();
    }

    void report() {
        std::sort(latencies_.begin(), latencies_.end());
        const auto ms = [this](double share) {
            if (latencies_.empty()) return 0.0;
            const double last = static_cast<double>(latencies_.size() - 1);
            return latencies_[static_cast<std::size_t>(share * last)] * 1000;
        };
        std::printf(
            "{\"sent\":%ld,\"accepted\":%zu,\"refused\":%ld,\"broken\":%ld,\"seconds\":%.3f,"
            "\"first\":%.6f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f}\n",
            next_ - o_.first,
            latencies_.size(),
            refused_,
            broken_,
            end_ - begin_,
            first_ack_,
            ms(0.5),
            ms(0.99),
            ms(0.999),
            ms(1)
        );
        if (o_.acked.empty()) return;
        std::ofstream out(o_.acked);
        out.precision(6);
        for (const auto& [number, when] : acked_)
            out << number << " " << std::fixed << when << "\n";
    }

private:
    static SSL_CTX* make_context() {
        SSL_CTX* context = SSL_CTX_new(TLS_client_method());
        // The tools of one measurement on one machine: nobody to be told apart.
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        return context;
    }
    void find_places() {
        places_.clear();
        for (auto at = o_.request.find(place); at != o_.request.npos;
             at = o_.request.find(place, at + place.size()))
            places_.push_back(at);
    }
    bool over() const {
        if (stopped != 0) return true;
        const bool all = o_.count > 0 && next_ >= o_.first + o_.count;
        if (all && working_ == 0 && due_.empty()) return true;
        if (o_.seconds <= 0) return false;
        const double passed = now() - begin_;
        // What should have left in time still leaves: left out, the longest waits would not count.
        return passed >= o_.seconds && (due_.empty() || passed >= o_.seconds + 60);
    }
    // A product that is not there is asked again after a moment.
    void connect(Connection& c) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(o_.port));
        c.file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{1, 0};
        ::setsockopt(c.file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const int on = 1;
        ::setsockopt(c.file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        c.tls = SSL_new(context_);
        SSL_set_fd(c.tls, c.file);
        SSL_set_tlsext_host_name(c.tls, "localhost");
        const bool reached =
            ::connect(c.file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
            SSL_connect(c.tls) == 1;
        if (!reached) return drop(c);
        ::fcntl(c.file, F_SETFL, ::fcntl(c.file, F_GETFL) | O_NONBLOCK);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &c;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.file, &event);
    }
    void drop(Connection& c) {
        if (c.number != 0) {
            ++broken_;
            --working_;
        }
        c.number = 0;
        c.in.clear();
        c.out.clear();
        c.blocked = false;
        SSL_free(c.tls);
        ::close(c.file);
        c.tls = nullptr;
        c.file = -1;
        retry_at_ = now() + 0.02;
    }
    void give_work() {
        const double t = now();
        if (renewed != 0) {
            renewed = 0;
            o_.request = read_file(o_.file);
            find_places();
        }
        if (o_.rate > 0) {
            const double passed = std::min(t - begin_, o_.seconds > 0 ? o_.seconds : 1e9);
            while (static_cast<double>(planned_) <= passed * o_.rate &&
                   (o_.count == 0 || planned_ < o_.count))
                due_.push_back(begin_ + static_cast<double>(planned_++) / o_.rate);
        }
        for (auto& c : connections_) {
            if (o_.rate > 0 && due_.empty()) return;
            if (o_.count > 0 && next_ >= o_.first + o_.count) return;
            if (c.number != 0) continue;
            if (c.file < 0 && t >= retry_at_) connect(c);
            if (c.file < 0) continue;
            c.wanted = t;
            if (o_.rate > 0) {
                c.wanted = due_.front();
                due_.pop_front();
            }
            send(c, next_++);
        }
    }
    void send(Connection& c, long number) {
        char text[16];
        std::snprintf(text, sizeof text, "%07ld", number);
        c.out = o_.request;
        for (const auto at : places_) std::memcpy(c.out.data() + at, text, place.size());
        c.number = number;
        ++working_;
        flush(c);
    }
    void flush(Connection& c) {
        const int sent = SSL_write(c.tls, c.out.data(), static_cast<int>(c.out.size()));
        epoll_event event{};
        event.data.ptr = &c;
        event.events = EPOLLIN;
        if (sent > 0) {
            c.out.clear();
            if (c.blocked) ::epoll_ctl(epoll_, EPOLL_CTL_MOD, c.file, &event);
            c.blocked = false;
            return;
        }
        if (SSL_get_error(c.tls, sent) != SSL_ERROR_WANT_WRITE) return drop(c);
        event.events = EPOLLIN | EPOLLOUT;
        c.blocked = true;
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, c.file, &event);
    }
    void wait() {
        epoll_event events[256];
        const int count = ::epoll_wait(epoll_, events, 256, 1);
        for (int i = 0; i < count; ++i) {
            auto& c = *static_cast<Connection*>(events[i].data.ptr);
            if (c.file >= 0 && !c.out.empty() && (events[i].events & EPOLLOUT) != 0) flush(c);
            if (c.file >= 0) read(c);
        }
    }
    void read(Connection& c) {
        char buffer[16384];
        for (;;) {
            const int got = SSL_read(c.tls, buffer, sizeof buffer);
            if (got <= 0) {
                if (SSL_get_error(c.tls, got) == SSL_ERROR_WANT_READ) break;
                return drop(c);
            }
            c.in.append(buffer, static_cast<std::size_t>(got));
        }
        const auto head = c.in.find("\r\n\r\n");
        if (head == c.in.npos) return;
        const std::size_t length = content_length(c.in, head);
        if (c.in.size() < head + 4 + length) return;
        answered(c);
    }
    void answered(Connection& c) {
        const double t = now();
        if (c.in[9] == '2') {
            if (latencies_.empty()) first_ack_ = t;
            latencies_.push_back(t - c.wanted);
            if (!o_.acked.empty()) acked_.emplace_back(c.number, t);
        } else if (++refused_ == 1 && o_.acked.empty()) {
            std::fprintf(stderr, "load: %s\n", c.in.substr(0, 600).c_str());
        }
        c.in.clear();
        c.number = 0;
        --working_;
    }

    Options o_;
    int epoll_;
    SSL_CTX* context_;
    std::vector<std::size_t> places_;
    std::vector<Connection> connections_;
    std::vector<double> latencies_;
    std::vector<std::pair<long, double>> acked_;
    std::deque<double> due_;
    long next_ = 0, planned_ = 0, refused_ = 0, broken_ = 0;
    int working_ = 0;
    double begin_ = 0, end_ = 0, retry_at_ = 0, first_ack_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGTERM, [](int) { stopped = 1; });
    std::signal(SIGUSR1, [](int) { renewed = 1; });  // the request file holds a new token
    Load load(read_options(argc, argv));
    load.run();
    load.report();
}
