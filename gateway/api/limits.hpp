// How often a client may call, and how often an address may fail to prove itself. Pure.
#pragma once

#include "gateway/core/time.hpp"
#include "gateway/engine/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gw::api {

/// A rate of 0 = no limit.
struct LimitOptions {
    LimitOptions() = default;
    double calls_per_s = 0, failures_per_min = 0;
    int calls_burst = 1'000;
    std::map<std::string, double, std::less<>> client_calls_per_s;  // where agreed otherwise
    bool warn_only = false;             // count who would be refused, refuse nobody
    std::size_t addresses_max = 4'096;  // remembered; further ones share one bucket
};

class Limits {
public:
    /// nullopt: go on. Else: refused, and how long until the next one passes.
    using Verdict = std::optional<core::Duration>;

    explicit Limits(LimitOptions options);
    /// A call of a proved client.
    Verdict call(const std::string& client, core::Instant now);
    /// A call from `address` that could not prove itself.
    Verdict failure(const std::string& address, core::Instant now);
    /// Before costly proof is looked at: has this address failed too often?
    Verdict trial(const std::string& address, core::Instant now);

    struct Counts {
        std::uint64_t client = 0, address = 0;  // refused, or in warn-only mode: would have been
    };
    const Counts& counts() const { return counts_; }

private:
    using Bucket = engine::RateLimit;
    Bucket* bucket_of(const std::string& address, core::Instant now, bool make);
    Verdict refuse(const Bucket& bucket, std::uint64_t& count, core::Instant now) const;

    LimitOptions options_;
    Counts counts_;
    std::map<std::string, Bucket, std::less<>> clients_, addresses_;
    Bucket others_;
};

}  // namespace gw::api
