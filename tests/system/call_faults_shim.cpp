// Preloaded into the gateway: its n-th call at a partner fails.
//
// Counted are connect, send and receive on sockets that the process itself connected over TCP,
// while the file SHIM_ARMED exists. SHIM_FAIL_CALL=n: the n-th fails. SHIM_FAIL_EVER=1: so do all
// after it. The file SHIM_TOLD appears when one has failed.
#include "tests/system/shim.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

namespace {

using preload::real;
using preload::setting;

struct Shim {
    std::string armed = setting("SHIM_ARMED"), told = setting("SHIM_TOLD");
    long fail_at = std::atol(setting("SHIM_FAIL_CALL").c_str());
    bool ever = setting("SHIM_FAIL_EVER") == "1";
    std::atomic<long> calls{0};
    std::array<std::atomic<bool>, 65536> ours{};  // by number of the socket
};
Shim& shim() {
    static Shim* one = new Shim;  // used until the very end of the process
    return *one;
}

bool is_ours(int socket) {
    return socket >= 0 && socket < 65536 && shim().ours[static_cast<std::size_t>(socket)];
}

bool fails() {
    Shim& s = shim();
    if (::access(s.armed.c_str(), F_OK) != 0) return false;
    const long number = ++s.calls;
    if (number < s.fail_at || (number > s.fail_at && !s.ever)) return false;
    const int file = ::open(s.told.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
    return true;
}

bool breaks(int socket) {
    if (!is_ours(socket) || !fails()) return false;
    errno = ECONNRESET;
    return true;
}

}  // namespace

extern "C" {

int connect(int socket, const sockaddr* to, socklen_t size) {
    static const auto next = real<int (*)(int, const sockaddr*, socklen_t)>("connect");
    const bool tcp = to->sa_family == AF_INET || to->sa_family == AF_INET6;
    if (tcp && socket >= 0 && socket < 65536) {
        if (fails()) {
            errno = ECONNREFUSED;
            return -1;
        }
        shim().ours[static_cast<std::size_t>(socket)] = true;
    }
    return next(socket, to, size);
}
int close(int file) {
    static const auto next = real<int (*)(int)>("close");
    if (file >= 0 && file < 65536) shim().ours[static_cast<std::size_t>(file)] = false;
    return next(file);
}
ssize_t send(int file, const void* bytes, std::size_t n, int flags) {
    static const auto next = real<ssize_t (*)(int, const void*, std::size_t, int)>("send");
    return breaks(file) ? -1 : next(file, bytes, n, flags);
}
ssize_t recv(int file, void* bytes, std::size_t n, int flags) {
    static const auto next = real<ssize_t (*)(int, void*, std::size_t, int)>("recv");
    return breaks(file) ? -1 : next(file, bytes, n, flags);
}
ssize_t write(int file, const void* bytes, std::size_t n) {
    static const auto next = real<ssize_t (*)(int, const void*, std::size_t)>("write");
    return breaks(file) ? -1 : next(file, bytes, n);
}
ssize_t read(int file, void* bytes, std::size_t n) {
    static const auto next = real<ssize_t (*)(int, void*, std::size_t)>("read");
    return breaks(file) ? -1 : next(file, bytes, n);
}
}
