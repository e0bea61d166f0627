// A partner double with a memory: it keeps what it was told and lies about it in every way the
// field knows.
#pragma once

#include "gateway/ports/connector.hpp"
#include "tests/kit/checker.hpp"
#include "tests/sim/plan.hpp"

#include <map>
#include <set>
#include <string>

namespace gw::sim_test {

/// What survives a crash of the gateway: the partner itself.
struct Partner {
    std::string name;
    Plan* plan = nullptr;
    Plant plant = Plant::none;
    test::SimClock* clock = nullptr;
    test::SimRandom* random = nullptr;
    test::Journal* journal = nullptr;
    bool healed = false;
    std::set<std::string> keys;                        // effects applied, by effect key
    std::map<std::string, std::string> last;           // dossier -> key applied last
    std::set<std::string> working_on;                  // applied later
    std::set<std::string> looked_at;                   // held once already
    std::vector<std::pair<Instant, Instant>> outages;  // unreachable

    bool is_down(Instant now) const;
    /// The request takes effect. Classes A and B recognise their key; class C does not.
    void apply(
        core::Effect effect,
        const std::string& key,
        const std::string& dossier,
        const std::string& oracle
    );
};

/// Operations: A Status, B Dossier, C Step (enquiry tells), C Line (enquiry cannot tell, repeated
/// once), C Note (nobody can be asked).
std::span<const core::Operation> toy_operations();
const core::Operation& toy_operation(std::string_view name);

/// The connector's shell in front of a Partner. Dies with the gateway.
class ToySink : public ports::Sink {
public:
    explicit ToySink(Partner& partner) : partner_(partner) {}
    std::span<const core::Operation> operations() const override { return toy_operations(); }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override;
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    core::Result<core::Receipt> answer(const std::string& key, const core::Claim& about);
    Duration latency();
    Partner& partner_;
};

}  // namespace gw::sim_test
