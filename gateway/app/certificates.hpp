// The certificates that the configuration names, and when they end.
#pragma once

#include "gateway/app/config.hpp"

#include <string>
#include <vector>

namespace gw::app {

struct CertificateEnd {
    CertificateEnd() = default;
    std::string option;  // "server.certificate"
    core::Instant at{};  // of a chain its first certificate; of authorities the last that ends
};
std::vector<CertificateEnd> certificate_ends(const Config& config);

/// What somebody must renew: `over` has ended, `soon` ends within 30 days.
struct CertificateWarnings {
    CertificateWarnings() = default;
    std::vector<std::string> over, soon;
};
CertificateWarnings certificate_warnings(
    const std::vector<CertificateEnd>& ends, core::Instant now
);

/// Appends Prometheus text.
void write_certificate_metrics(const std::vector<CertificateEnd>& ends, std::string& out);

}  // namespace gw::app
