// The partner of `./dev bench B1` to `B8`: takes dossier packets, fails as told, says whether all
// were mapped alike.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_now() {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

// What the bench may set while the mock runs: GET /set?delay_us=2000&once=100.
struct Settings {
    long delay_us = 0;
    long once = 0;          // of a thousand dossiers: the first send is answered 503
    long never = 0;         // of a thousand dossiers: every send is answered 503
    long ceiling = 0;       // packets a second above which it collapses for 5 s; 0 = none
    long refuse_below = 0;  // dossiers with a lower number are refused for good
    long down = 0;          // 1: nobody listens

    long* find(std::string_view name) {
        if (name == "delay_us") return &delay_us;
        if (name == "once") return &once;
        if (name == "never") return &never;
        if (name == "ceiling") return &ceiling;
        if (name == "refuse_below") return &refuse_below;
        return name == "down" ? &down : nullptr;
    }
};

struct Counts {
    long sends = 0, effects = 0, distinct = 0, duplicates = 0, unavailable = 0, collapses = 0;
    long refused = 0, enquiries = 0, others = 0, unreadable = 0;
    double first_effect = 0, last_effect = 0;
};

struct Seen {
    unsigned char sends = 0, effects = 0;
    bool refused = false;
    float first = 0;  // seconds after the start
};

constexpr const char* done =
    R"({"result":"","error_code":"0","message":"Đồng bộ hồ sơ thành công"})";
constexpr const char* wrong = R"({"result":"","error_code":"-1","message":"Mã không hợp lệ"})";
constexpr const char* nothing = R"({"result":[],"error_code":"0","message":"Thành công"})";

// "H56.14-260302-0000001" behind `name` in the body; empty when there is none.
std::string_view code_in(std::string_view body, std::string_view name) {
    auto at = body.find(name);
    if (at == body.npos) return {};
    at = body.find('"', at + name.size() + 1);
    if (at == body.npos) return {};
    const auto end = body.find('"', at + 1);
    return end == body.npos ? std::string_view() : body.substr(at + 1, end - at - 1);
}

// A line of progress has no key at the portal: sent twice, it is there twice.
constexpr std::string_view line = "\"CapNhatTienDoHoSoMC\"";

// What stands between the brackets of `data`.
std::string items_of(const std::string& body) {
    const auto at = body.find("\"data\":[");
    const auto end = body.rfind(']');
    return at == body.npos || end < at + 8 ? std::string() : body.substr(at + 8, end - at - 8);
}

constexpr std::size_t digits = 7;

long number_of(std::string_view code) {
    long number = -1;
    if (code.size() > digits)
        std::from_chars(code.data() + code.size() - digits, code.data() + code.size(), number);
    return number;
}

// Members by name, no white space, one way to escape: equal content has equal text.
void write_canonical(const rapidjson::Value& v, rapidjson::Writer<rapidjson::StringBuffer>& out) {
    if (v.IsObject()) {
        std::map<std::string_view, const rapidjson::Value*> members;
        for (const auto& m : v.GetObject()) members[m.name.GetString()] = &m.value;
        out.StartObject();
        for (const auto& [name, value] : members) {
            out.Key(name.data());
            write_canonical(*value, out);
        }
        out.EndObject();
    } else if (v.IsArray()) {
        out.StartArray();
        for (const auto& item : v.GetArray()) write_canonical(item, out);
        out.EndArray();
    } else {
        v.Accept(out);
    }
}

// The packet's `data` without the dossier's number; "" when it is no JSON.
std::string canonical(const std::string& body) {
    rapidjson::Document read;
    read.Parse(body.data(), body.size());
    if (read.HasParseError() || !read.IsObject() || !read.HasMember("data")) return {};
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
    write_canonical(read["data"], out);
    return {buffer.GetString(), buffer.GetSize()};
}

class Partner {
public:
    Settings settings;
    Counts counts;

    void reset() {
        counts = Counts();
        seen_.clear();
        forms_.clear();
        raw_.clear();
        lines_.clear();
        window_.clear();
        collapsed_until_ = 0;
    }
    // What a request is answered; `*effect`: the dossier it changes when the answer leaves, or -1.
    std::string answer(const std::string& body, long* effect, int* status) {
        *effect = -1;
        *status = 200;
        if (body.find("\"DongBoHoSoMC\"") == body.npos && body.find(line) == body.npos)
            return other(body);
        return packet(body, effect, status);
    }
    void carry_out(long number) {
        Seen& s = at(number);
        const double now = seconds_now();
        ++counts.effects;
        if (s.effects == 0) {
            ++counts.distinct;
            s.first = static_cast<float>(now - begin_);
        } else {
            ++counts.duplicates;
        }
        if (s.effects < 255) ++s.effects;
        if (counts.first_effect == 0) counts.first_effect = now;
        counts.last_effect = now;
    }
    std::string stats() const {
        char out[1024];
        std::snprintf(
            out,
            sizeof out,
            "{\"sends\":%ld,\"effects\":%ld,\"distinct\":%ld,\"duplicates\":%ld,\"unavailable\":%"
            "ld,\"collapses\":%ld,\"refused\":%ld,\"enquiries\":%ld,\"others\":%ld,\"unreadable\":"
            "%ld,\"forms\":%zu,\"first_effect\":%.6f,\"last_effect\":%.6f}",
            counts.sends,
            counts.effects,
            counts.distinct,
            counts.duplicates,
            counts.unavailable,
            counts.collapses,
            counts.refused,
            counts.enquiries,
            counts.others,
            counts.unreadable,
            forms_.size(),
            counts.first_effect,
            counts.last_effect
        );
        return out;
    }
    // One canonical form a line.
    std::string forms() const {
        std::string out;
        for (const auto& form : forms_) out += form + "\n";
        return out;
    }
    // number, effects, when the first one was: one dossier a line.
    std::string effects() const {
        std::string out;
        for (std::size_t i = 0; i < seen_.size(); ++i)
            if (seen_[i].effects > 0)
                out += std::to_string(i) + " " + std::to_string(seen_[i].effects) + " " +
                       std::to_string(begin_ + seen_[i].first) + "\n";
        return out;
    }

private:
    Seen& at(long number) {
        const auto i = static_cast<std::size_t>(number);
        if (i >= seen_.size()) seen_.resize(std::max(i + 1, seen_.size() * 2));
        return seen_[i];
    }
    bool chosen(long number, long share) const {
        return static_cast<long>((static_cast<unsigned long>(number) * 2654435761UL >> 12) % 1000) <
               share;
    }
    bool collapsed() {
        if (settings.ceiling == 0) return false;
        const double now = seconds_now();
        if (now < collapsed_until_) return true;
        window_.push_back(now);
        while (window_.front() < now - 1) window_.pop_front();
        if (static_cast<long>(window_.size()) <= settings.ceiling) return false;
        collapsed_until_ = now + 5;
        ++counts.collapses;
        window_.clear();
        return true;
    }
    std::string packet(const std::string& body, long* effect, int* status) {
        const std::string_view code = code_in(body, "\"MaHoSo\"");
        const long number = number_of(code);
        ++counts.sends;
        if (number < 0) {
            ++counts.unreadable;
            return wrong;
        }
        Seen& s = at(number);
        if (s.sends < 255) ++s.sends;
        const bool fails = chosen(number, settings.never) ||
                           (s.sends == 1 && chosen(number, settings.once)) || collapsed();
        if (fails) {
            ++counts.unavailable;
            *status = 503;
            return "{}";
        }
        if (number < settings.refuse_below) {
            counts.refused += s.refused ? 0 : 1;
            s.refused = true;
            return wrong;
        }
        if (body.find(line) == body.npos)
            note_form(body, std::string(code));
        else
            lines_[number] = items_of(body);
        *effect = number;
        return done;
    }
    // Parses only what differs from all before by more than the number.
    void note_form(std::string body, const std::string& code) {
        const std::string blank = code.substr(0, code.size() - digits) + "0000000";
        for (auto at = body.find(code); at != body.npos; at = body.find(code, at + code.size()))
            body.replace(at, code.size(), blank);
        if (!raw_.insert(std::hash<std::string>()(body)).second) return;
        std::string form = canonical(body);
        if (form.empty())
            ++counts.unreadable;
        else
            forms_.insert(std::move(form));
    }
    std::string other(const std::string& body) {
        if (body.find("\"username\"") != body.npos)
            return R"({"session":"bench-session","error_code":"0","message":"Thành công"})";
        if (body.find("TraCuuHoSo") == body.npos) {
            ++counts.others;
            return nothing;
        }
        ++counts.enquiries;
        const std::string_view code = code_in(body, "\"mahoso\"");
        const long number = number_of(code);
        const bool known = number >= 0 && static_cast<std::size_t>(number) < seen_.size() &&
                           at(number).effects > 0;
        if (!known) return nothing;
        return R"({"result":[{"MaHoSo":")" + std::string(code) +
               R"(","TrangThaiHoSo":"2","DanhSachTienDo":[)" + lines_[number] +
               R"(]}],"error_code":"0","message":"Thành công"})";
    }

    const double begin_ = seconds_now();
    std::vector<Seen> seen_;
    std::unordered_set<std::string> forms_;
    std::unordered_set<std::size_t> raw_;
    std::map<long, std::string> lines_;
    std::deque<double> window_;
    double collapsed_until_ = 0;
};

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
        std::size_t length = 0;
        for (const char* name : {"Content-Length: ", "content-length: "})
            if (const auto at = c.in.find(name); at < head)
                std::from_chars(c.in.data() + at + 16, c.in.data() + head, length);
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
