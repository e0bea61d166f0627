// Dossiers and their steps for the simulation with the real connector, and what the portal must
// hold in the end.
#pragma once

#include "gateway/core/dossier.hpp"
#include "gateway/core/plan.hpp"
#include "gateway/ports/store.hpp"
#include "tests/kit/checker.hpp"
#include "tests/kit/dossier_kit.hpp"
#include "tests/kit/sim_clock.hpp"

#include <string>
#include <vector>

namespace gw::sim_test {

/// One dossier: asks the core for the next step, like the API does for a clerk.
class Story {
public:
    Story(int number, test::SimRandom& random, core::Instant start);
    bool finished() const { return step_ >= steps_.size(); }
    /// The next step as an acceptance. `meant`: its legs are added.
    ports::Acceptance next(
        core::Instant now,
        const std::vector<core::Route>& routes,
        const std::function<const core::Operation*(std::string_view)>& operation_of,
        std::vector<test::Meant>& meant
    );
    /// Steps taken so far.
    std::size_t taken() const { return step_; }
    const std::string& code() const { return code_; }
    const core::Document& dossier() const { return dossier_; }
    /// National statuses of the packets, equal neighbours once, and of the progress lines, in
    /// order.
    const std::vector<int>& statuses() const { return statuses_; }
    const std::vector<int>& lines() const { return lines_; }

private:
    core::Decision decide(core::Instant now);
    test::DossierKit kit_;
    std::string code_;
    core::Document dossier_;
    std::vector<std::string> steps_;
    std::size_t step_ = 0;
    std::vector<int> statuses_, lines_;
};

}  // namespace gw::sim_test
