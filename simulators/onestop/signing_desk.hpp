// Where the played leaders sign: an authority made at start, a leader's key, result papers as
// signed PDFs.
#pragma once

#include "simulators/kit/signing_authority.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace sim::onestop {

class SigningDesk {
public:
    /// `now`: seconds since 1970; everything is valid for a year around it.
    explicit SigningDesk(kit::UnixTime now);
    /// The authority's certificate, for those who want to trust it.
    const std::string& anchor_pem() const { return authority_.certificate().certificate_pem; }
    /// A paper of about `bytes` bytes, signed at `now`.
    std::string signed_paper(std::size_t bytes, std::uint64_t seed, kit::UnixTime now) const;

private:
    kit::SigningAuthority authority_;
    kit::Certificate leader_;
    std::string revocations_;
};

/// The same paper with one byte of its content changed after it was signed.
std::string forged(std::string paper);

}  // namespace sim::onestop
