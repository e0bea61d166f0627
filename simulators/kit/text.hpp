// Small text helpers that every simulator needs: URL, HTML, hex, base64, digests, dates of a
// journal.
#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::kit {

namespace core = gw::core;

bool same_ignoring_case(std::string_view a, std::string_view b);  // ASCII only
std::string lower_ascii(std::string_view text);
/// Percent-decoding; '+' becomes a blank. A broken escape is kept as it is.
std::string url_decode(std::string_view text);
/// Percent-encoding of everything but unreserved characters.
std::string url_encode(std::string_view text);
/// Safe inside an element and inside a quoted attribute.
std::string html_escape(std::string_view text);
std::vector<std::string> split(std::string_view text, char by);

std::string hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
std::string base64(std::string_view bytes);
/// Line breaks and the URL-safe alphabet are accepted; nullopt: not base64.
std::optional<std::string> from_base64(std::string_view text);
/// Constant in time for equal lengths.
bool same_secret(std::string_view a, std::string_view b);

bool is_utf8(std::string_view text);
/// Code points of valid UTF-8.
std::size_t code_points(std::string_view text);

/// "2026-03-02T09:00:00.000+07:00".
std::string rfc3339(core::Instant t);
/// Reads RFC 3339 with any offset; nullopt: not that form.
std::optional<core::Instant> from_rfc3339(std::string_view text);
/// "20260302090000" in Vietnam time.
std::string compact_time(core::Instant t);
/// Exactly 14 digits that name a real time, in Vietnam time.
std::optional<core::Instant> from_compact_time(std::string_view text);
/// "260302" in Vietnam time.
std::string short_day(core::Instant t);
/// "02/03/2026 09:00:00" in Vietnam time.
std::string readable_time(core::Instant t);

/// SplitMix64: the same seed gives the same sequence on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed = 0) : state_(seed) {}
    std::uint64_t next();
    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    /// Uniform in [0, n); n > 0.
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }

private:
    std::uint64_t state_;
};
/// A 64-bit number that depends on every byte (FNV-1a): for seeds of parts.
std::uint64_t mix(std::uint64_t seed, std::string_view name);

}  // namespace sim::kit
