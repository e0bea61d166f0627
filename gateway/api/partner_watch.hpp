// Remembers when a partner was down, why and for how long: the answer to "who caused the delay"
// (contract 3.11).
#pragma once

#include "gateway/api/parts.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gw::api {

/// Kind of the objects it keeps for each tenant: ref = partner, state "open" or "closed".
inline constexpr std::string_view outage_kind = "partner_outage";

/// An outage lasts from the first look at which a partner was not up to the first at which it was
/// again; probes in between change nothing. Each beginning, worsening and end is a
/// `partner.state_changed` event.
class PartnerWatch : public ports::Job {
public:
    using Partners = std::function<std::vector<PartnerInfo>()>;
    PartnerWatch(
        ports::Store& store,
        ports::Intake& intake,
        Partners partners,
        std::vector<std::string> agencies
    );
    std::string_view name() const override { return "partners.watch"; }
    core::Duration every() const override { return core::Duration(10'000); }
    ports::Async<void> run(core::Instant now) override;

private:
    using Open = std::map<std::string, core::Object>;  // by partner
    ports::Async<void> look(std::string agency, core::Instant now);
    ports::Async<Open> open_outages(std::string agency);

    ports::Store& store_;
    ports::Intake& intake_;
    Partners partners_;
    std::vector<std::string> agencies_;
};

}  // namespace gw::api
