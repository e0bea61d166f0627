// Digests, HMAC, encodings and constant-time comparison (OpenSSL).
#pragma once

#include "gateway/core/model.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gw::crypto {

core::Digest sha256(std::string_view bytes);
/// Raw MAC, 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);
/// Raw MAC, 64 bytes.
std::string hmac_sha512(std::string_view key, std::string_view message);
/// Running SHA-256.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(std::string_view bytes);
    core::Digest finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Lower-case hex.
std::string to_hex(std::string_view bytes);
std::string to_hex(const core::Digest& digest);
std::optional<std::string> from_hex(std::string_view hex);
std::optional<core::Digest> digest_from_hex(std::string_view hex);

std::string to_base64(std::string_view bytes);
/// Tolerant on input (NP-48): line breaks and blanks skipped, URL-safe letters and missing padding
/// accepted.
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64url(std::string_view bytes);  // no padding

/// Time depends only on the lengths.
bool equal_constant_time(std::string_view a, std::string_view b);

/// Cryptographically random bytes (start-up, tokens, secrets; not for the engine).
std::string random_bytes(std::size_t count);

/// "att_" + ULID (prefix "att" or "att_"; "" = the bare ULID): 48 bits of `now` and 80 bits taken
/// from `high` (16) and `low` (64), Crockford base 32.
std::string make_id(
    std::string_view prefix, core::Instant now, std::uint64_t high, std::uint64_t low
);

}  // namespace gw::crypto
