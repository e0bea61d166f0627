// The oracle: joins what the producer was promised, what the partners saw and what the store says.
#pragma once

#include "gateway/core/model.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gw::test {

/// One leg as the producer meant it. `oracle` is carried in the content, so that a changed effect
/// key cannot hide a second effect.
struct Meant {
    Meant() = default;
    std::string oracle, partner, dossier, operation;
    core::Effect effect = core::Effect::once;
    bool repeat_unknown_once = false;
    bool accepted = false;  // the gateway said yes
};

/// Append-only, outside the gateway. Order is order of time.
class Journal {
public:
    enum class Kind {
        accepted,
        received,
        effect,
        answered,
        refused,
        held,
        enquired,
        crash,
        settled
    };
    struct Entry {
        core::Instant at{};
        Kind kind{};
        std::string partner, oracle, word;
    };
    void add(
        core::Instant at, Kind kind, std::string partner, std::string oracle, std::string word = ""
    );
    const std::vector<Entry>& entries() const { return entries_; }
    /// FNV-1a over everything (I10).
    std::uint64_t hash() const { return hash_; }

private:
    void mix(const std::string& text);
    void mix(std::int64_t number);
    std::vector<Entry> entries_;
    std::uint64_t hash_ = 1469598103934665603ULL;
};

/// How a leg stands in the store at the end.
struct Held {
    Held() = default;
    std::string oracle;
    core::LegState state{};
    std::string reason, flag;
    std::int64_t id = 0;
};

struct Verdict {
    std::vector<std::string> faults;  // "I2 toy d3/4/Step: 2 effects"
    int effects = 0, delivered = 0, resting = 0;
};

/// I1 nothing is lost and nothing is called delivered that is not; I2 at most one effect; I3 order
/// of first effects is the order of acceptance; I6 everything drained. `meant` in order of
/// acceptance.
Verdict check(
    const std::vector<Meant>& meant, const Journal& journal, const std::vector<Held>& held
);

}  // namespace gw::test
