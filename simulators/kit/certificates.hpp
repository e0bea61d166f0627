// Makes throw-away certificates for tests, for simulated partners and for partners with a bad one.
#pragma once

#include "simulators/kit/server.hpp"

namespace sim::kit {

/// P-256, subject and DNS name `host`, also valid for 127.0.0.1; valid from `from` to `to` (seconds
/// from now, may be negative). Throws std::runtime_error when OpenSSL fails.
Certificate self_signed(const std::string& host, long from, long to);
/// As self_signed, signed by `authority` (its certificate and key) and valid for the DNS name only.
Certificate signed_by(const Certificate& authority, const std::string& host, long from, long to);
/// The names of switches by which a simulated partner shows a bad certificate: tls_expired,
/// tls_unknown_ca, tls_wrong_host. For ServerOptions::other_certificates.
std::map<std::string, Certificate> bad_certificates(
    const Certificate& authority, const std::string& host
);

}  // namespace sim::kit
