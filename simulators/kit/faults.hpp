// The table of fault switches: what may go wrong, how often, for whom; the same seed gives the same
// sequence.
#pragma once

#include "simulators/kit/text.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::kit {

/// A switch that somebody turned on (faults-in-the-field table, section 1.2 of the domain
/// description).
struct Fault {
    Fault() = default;
    explicit Fault(std::string name) : switch_name(std::move(name)) {}
    std::uint64_t id = 0;                 // given by the table
    std::string switch_name;              // "national_portal.code_types", "*.hang", "hang"
    double probability = 1.0;             // drawn anew at every occasion that matches
    std::uint64_t count = 0;              // fires at most so often; 0 = until cleared
    std::uint64_t after = 0;              // lets so many matching occasions pass first
    std::string service, dossier, field;  // "" = any; a trailing * matches any rest
    std::map<std::string, std::string> params;
    std::uint64_t matched = 0, fired = 0;

    std::string param(std::string_view name, std::string_view otherwise = {}) const;
    /// Whole number of a parameter; `otherwise` when missing or no number.
    std::int64_t number(std::string_view name, std::int64_t otherwise) const;
};

/// What is going on when a simulator asks whether a fault strikes.
struct Occasion {
    Occasion() = default;
    std::string service, dossier, field;
    core::Instant now{};
};

class Faults {
public:
    /// `partners`: the names this simulator goes by ("national_portal", "lgsp"). `known`: bare
    /// switch names.
    Faults(std::uint64_t seed, std::vector<std::string> partners, std::vector<std::string> known);

    /// nullopt: the switch is unknown here or the probability is not within 0 to 1.
    std::optional<std::uint64_t> set(Fault fault);
    /// The fault that strikes now under this bare name, or null. Draws and counts.
    const Fault* strikes(std::string_view name, const Occasion& occasion);
    /// As strikes, without drawing or counting: is such a switch on at all?
    const Fault* on(std::string_view name) const;
    /// Removes all with this id; all with this switch name; all. Returns how many went.
    std::size_t clear(std::uint64_t id);
    std::size_t clear(std::string_view switch_name);
    void clear();
    /// Clears and starts the random sequence again.
    void reset(std::uint64_t seed);

    const std::list<Fault>& all() const { return faults_; }
    const std::vector<std::string>& known() const { return known_; }
    /// Rises with every change of the table.
    std::uint64_t revision() const { return revision_; }
    /// JSON array of everything that is on.
    std::string list_json() const;

private:
    std::string bare_name(std::string_view switch_name) const;  // "" when unknown
    struct Row {
        std::string bare;
        Random random{0};
    };
    std::uint64_t seed_, next_id_ = 1, revision_ = 0;
    std::vector<std::string> partners_, known_;
    std::list<Fault> faults_;
    std::map<std::uint64_t, Row> rows_;
};

}  // namespace sim::kit
