// Faults of the transport that every simulated partner can play: answers that are not what its
// service said.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/faults.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::kit {

/// Asks a table of faults under several spellings, so that one table serves a program part that
/// plays two partners: prefixes {"zalo.", ""} find "zalo.hang" and "hang" (which "*.hang" becomes).
class Switches {
public:
    Switches(Faults& table, std::vector<std::string> prefixes)
        : table_(table), prefixes_(std::move(prefixes)) {}
    const Fault* strikes(std::string_view name, const Occasion& occasion);
    const Fault* on(std::string_view name) const;
    /// A switch that is a setting: on unless its param `on` is false; `otherwise` when not set.
    bool setting(std::string_view name, bool otherwise) const;

private:
    Faults& table_;
    std::vector<std::string> prefixes_;
};

/// Bare names: html_200, empty_200, bad_gateway, http_error, redirect, down, hang, reset, close,
/// cut_before_processing, cut_after_processing, slow, throttle_silent, truncated, bom, bad_utf8,
/// fail_n, always_fail, suspend_after, tls_expired, tls_unknown_ca, tls_wrong_host.
const std::vector<std::string>& transport_switches();

/// An answer that comes instead of the service's own.
struct Instead {
    Instead() = default;
    std::string fault;
    Answer answer;
    bool processed = false;  // the service runs all the same, and its answer is thrown away
};

class TransportFaults {
public:
    TransportFaults(Switches switches, std::uint64_t seed)
        : switches_(std::move(switches)), random_(mix(seed, "transport")) {}
    /// Asked before the service runs.
    std::optional<Instead> instead(const Occasion& occasion);
    /// Laid over the service's answer. Returns the switch that struck, "" = none.
    std::string about(const Occasion& occasion, Answer& answer);
    /// "tls_expired", "tls_unknown_ca" or "tls_wrong_host" when such a switch strikes, else "".
    std::string certificate_name(core::Instant now);
    void reset(std::uint64_t seed);

private:
    std::optional<Instead> plain(const Occasion& occasion);
    std::optional<Instead> fail_first(const Occasion& occasion);
    bool throttle(const Occasion& occasion, Answer& answer);
    Switches switches_;
    Random random_;
    std::map<std::string, std::int64_t> failed_;  // fault and dossier -> how often
    std::deque<core::Instant> recent_;            // calls of the last second
};

}  // namespace sim::kit
