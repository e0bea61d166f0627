// A small HTTP/1.1 server for simulators: plain or TLS, keep-alive, and every Fate carried out on
// the wire for real.
#pragma once

#include "simulators/kit/call.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace sim::kit {

namespace asio = boost::asio;

struct Certificate {
    Certificate() = default;
    std::string certificate_pem, private_key_pem;  // the chain in the first, leaf first
};

struct ServerOptions {
    ServerOptions() = default;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;   // 0 = any free one
    Certificate certificate;  // empty = plain HTTP
    std::map<std::string, Certificate>
        other_certificates;  // "tls_expired", "tls_unknown_ca", "tls_wrong_host", …
    /// Asked for each new TLS connection: name in other_certificates, "" = the good one.
    std::function<std::string()> choose_certificate;
    std::uint64_t body_bytes_max = 160ULL << 20;
    int connections_max = 1'024;      // one more is closed at once
    core::Duration idle_max{60'000};  // between requests, and for reading one
};

/// Everything runs on the given executor, which must be one thread's; stop() and the destructor
/// too.
class Server {
public:
    using Handler = std::function<Answer(const Call&)>;
    /// Listens at once. Throws std::runtime_error when the address or a certificate cannot be had.
    /// A handler that throws becomes a 500.
    Server(asio::any_io_executor ex, ServerOptions options, Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    std::uint16_t port() const;
    /// Closes the listener and every connection.
    void stop();
    int connections() const;

    struct Core;

private:
    std::shared_ptr<Core> core_;
};

}  // namespace sim::kit
