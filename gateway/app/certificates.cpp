// Looks for certificates in the configuration.
#include "gateway/app/certificates.hpp"

#include "gateway/crypto/certificate.hpp"

#include <algorithm>

namespace gw::app {
namespace {

constexpr std::chrono::hours soon{30 * 24};

bool is_authorities(std::string_view option) {
    return option.ends_with("authorities");
}

bool is_certificate(std::string_view option) {
    return option == "server.certificate" || option.ends_with(".client_certificate");
}

}  // namespace

std::vector<CertificateEnd> certificate_ends(const Config& config) {
    std::vector<CertificateEnd> ends;
    for (const auto& [option, secret] : config.secret) {
        if (!secret || (!is_certificate(option) && !is_authorities(option))) continue;
        const auto all = crypto::ends_of_certificates(config.text(option));
        if (all.empty()) continue;
        CertificateEnd end;
        end.option = option;
        end.at = is_authorities(option) ? *std::max_element(all.begin(), all.end()) : all.front();
        ends.push_back(std::move(end));
    }
    return ends;
}

CertificateWarnings certificate_warnings(
    const std::vector<CertificateEnd>& ends, core::Instant now
) {
    CertificateWarnings all;
    for (const auto& end : ends) {
        const auto day = core::to_iso_day(core::local_day(end.at));
        if (end.at <= now)
            all.over.push_back(
                end.option + ": the certificate ended on " + day +
                ". Put a new one into the secrets folder and restart."
            );
        else if (end.at - now < soon)
            all.soon.push_back(
                end.option + ": the certificate ends on " + day + ", in less than 30 days."
            );
    }
    return all;
}

void write_certificate_metrics(const std::vector<CertificateEnd>& ends, std::string& out) {
    out +=
        "# HELP lienthong_certificate_expires_seconds Unix time at which a certificate of the "
        "configuration ends\n# TYPE lienthong_certificate_expires_seconds gauge\n";
    for (const auto& end : ends)
        out += "lienthong_certificate_expires_seconds{name=\"" + end.option + "\"} " +
               std::to_string(core::to_ms(end.at) / 1'000) + "\n";
}

}  // namespace gw::app
