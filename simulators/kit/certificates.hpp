// Makes throw-away self-signed certificates for tests and for partners with a bad certificate.
#pragma once

#include "simulators/kit/server.hpp"

namespace sim::kit {

/// P-256, subject and DNS name `host`, also valid for 127.0.0.1; valid from `from` to `to` (seconds
/// from now, may be negative). Throws std::runtime_error when OpenSSL fails.
Certificate self_signed(const std::string& host, long from, long to);

}  // namespace sim::kit
