// Tests of the watch on certificates.
#include "gateway/app/certificates.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::app;

namespace {

/// gateway.test, ended 2025-01-01.
const std::string ended = R"(-----BEGIN CERTIFICATE-----
MIIBGTCBwaADAgECAgEBMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDGdhdGV3YXku
dGVzdDAeFw0yNDAxMDEwMDAwMDBaFw0yNTAxMDEwMDAwMDBaMBcxFTATBgNVBAMM
DGdhdGV3YXkudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCjdbBmhIiOz
I/cfC1a/m6lcy5EHl3jGkxMOXiHgX62YuMG9WkmSNTfQMdDxMOYuG98L+yk4p5l+
426flrKKsj4wCgYIKoZIzj0EAwIDRwAwRAIgT9V+ojPeKzbfvATAqMBi9ONNkJMK
FpJifE/yzd2cS2kCIEbX9CljQ8mO8K4yITBmB4DTlMATEyaoxGxkAEeKbUBX
-----END CERTIFICATE-----
)";
/// gateway.test, until 2035-01-01.
const std::string good = R"(-----BEGIN CERTIFICATE-----
MIIBGzCBwaADAgECAgECMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDGdhdGV3YXku
dGVzdDAeFw0yNDAxMDEwMDAwMDBaFw0zNTAxMDEwMDAwMDBaMBcxFTATBgNVBAMM
DGdhdGV3YXkudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCjdbBmhIiOz
I/cfC1a/m6lcy5EHl3jGkxMOXiHgX62YuMG9WkmSNTfQMdDxMOYuG98L+yk4p5l+
426flrKKsj4wCgYIKoZIzj0EAwIDSQAwRgIhAKqpDxme7xYT4BUPGjQSMt2SdHIS
IddJQlTaaPAcuQ1gAiEA06OSksekxBbt+ZTUOSGLzCVEQ7QGya5LKmcyYuYKGaU=
-----END CERTIFICATE-----
)";

core::Instant at(const char* time) {
    return *core::parse_rfc3339(time);
}

Config with(const std::string& option, const std::string& pem) {
    Config config;
    config.values[option] = pem;
    config.secret[option] = true;
    return config;
}

}  // namespace

TEST_CASE("certificates: one that has ended and one that ends soon are told apart") {
    const auto ends = certificate_ends(with("server.certificate", ended));
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].option == "server.certificate");
    CHECK(ends[0].at == at("2025-01-01T00:00:00Z"));
    const auto now = certificate_warnings(ends, at("2025-01-01T00:00:00Z"));
    REQUIRE(now.over.size() == 1);
    CHECK(now.over[0].find("ended on 2025-01-01") != std::string::npos);
    CHECK(now.soon.empty());
    const auto before = certificate_warnings(ends, at("2024-12-03T00:00:00Z"));
    CHECK(before.over.empty());
    CHECK(before.soon.size() == 1);
    const auto long_before = certificate_warnings(ends, at("2024-11-30T00:00:00Z"));
    CHECK(long_before.soon.empty());
    std::string out;
    write_certificate_metrics(ends, out);
    CHECK(
        out.find("lienthong_certificate_expires_seconds{name=\"server.certificate\"} 1735689600\n"
        ) != out.npos
    );
}

TEST_CASE("certificates: a chain ends with its own, authorities with the last of them") {
    const auto chain = certificate_ends(with("partner.x.client_certificate", ended + good));
    REQUIRE(chain.size() == 1);
    CHECK(chain[0].at == at("2025-01-01T00:00:00Z"));
    const auto trusted = certificate_ends(with("partner.x.authorities", ended + good));
    REQUIRE(trusted.size() == 1);
    CHECK(trusted[0].at == at("2035-01-01T00:00:00Z"));
    CHECK(certificate_ends(with("partner.x.password", good)).empty());
    CHECK(certificate_ends(with("server.certificate", "no PEM")).empty());
}
