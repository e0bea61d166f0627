// A certification authority for document signatures, made at start: issues signers and lists of
// revoked ones. For tests and played days only.
#pragma once

#include "simulators/kit/server.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sim::kit {

/// Seconds since 1970.
using UnixTime = std::int64_t;

struct SignerWish {
    SignerWish() = default;
    std::string name = "Lãnh đạo Mẫu";
    UnixTime from = 0, to = 0;
    std::string usage = "critical,digitalSignature,nonRepudiation";
    std::string extended;    // "serverAuth"
    bool authority = false;  // may issue others
    int rsa_bits = 0;        // 0 = P-256
    std::string signed_with = "SHA256";
};

class SigningAuthority {
public:
    /// A root. Throws std::runtime_error when OpenSSL fails.
    SigningAuthority(const std::string& name, UnixTime from, UnixTime to);
    /// One that was issued with `authority`.
    explicit SigningAuthority(Certificate own) : own_(std::move(own)) {}
    const Certificate& certificate() const { return own_; }
    Certificate issue(const SignerWish& wish) const;
    /// PEM; each revoked certificate with its time.
    std::string revocations(
        UnixTime from,
        UnixTime to,
        const std::vector<std::pair<Certificate, UnixTime>>& revoked = {}
    ) const;

private:
    Certificate own_;
};

/// How one signature is made.
struct SignatureWish {
    SignatureWish() = default;
    Certificate signer;
    std::vector<std::string> chain_pem;        // further certificates that go along
    std::vector<std::string> revocations_pem;  // lists that go along
    UnixTime at = 0;
    std::string digest = "SHA256";
    bool names_certificate = true;  // the attribute signingCertificateV2
};
/// Detached CMS in DER over `content`. Throws std::runtime_error.
std::string sign_detached(const std::string& content, const SignatureWish& wish);

}  // namespace sim::kit
