// The portal at work: one exchange, look-ups, pulls, and the sink. What waits is here and in source
// and jobs.
#pragma once

#include "connectors/kit/parts.hpp"
#include "connectors/kit/session_cache.hpp"
#include "connectors/national_portal/catalogue.hpp"
#include "connectors/national_portal/classify.hpp"
#include "connectors/national_portal/operations.hpp"
#include "connectors/national_portal/options.hpp"

#include <memory>
#include <span>
#include <string>

namespace gw::national_portal {

namespace asio = boost::asio;

/// What sink, source and jobs of one configured portal share.
class Portal : private connector_kit::SessionSource {
public:
    Portal(connector_kit::Parts parts, Options options);

    /// One call with its log-in: REAUTH renews the session once and repeats once (NP-5).
    /// An error means that no session could be had; everything the portal said is in the reading.
    ports::Async<Reading> exchange(
        Call call, std::string bytes, core::Duration total_max, std::string issue
    );
    /// TraCuuHoSo. `found` is only given when the portal does not say yes to everything (F-72).
    /// Errors: as the exchange ended, advice retry.
    ports::Async<LookUp> look_up(std::string code);
    /// Any service of `pull_services`. A null document: the portal has nothing of that name.
    /// Errors: as the answer says; give_up "national_portal.operation" for an unknown service.
    ports::Async<core::Document> pull(std::string service, core::Document arguments);

    const Options& options() const { return options_; }
    const connector_kit::Parts& parts() const { return parts_; }
    Catalogue& catalogue() { return catalogue_; }

private:
    ports::Async<connector_kit::Session> log_in() override;
    /// True when the portal denied having a code that cannot exist within the last hour.
    ports::Async<bool> look_ups_are_honest();
    ports::Async<LookUp> ask(std::string code);
    ports::Async<Reading> asked(std::string code);
    std::string attempt_id();

    connector_kit::Parts parts_;
    Options options_;
    Catalogue catalogue_;
    connector_kit::SessionCache sessions_;
    std::optional<core::Instant> honest_until_;
};

class PortalSink : public ports::Sink {
public:
    explicit PortalSink(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::span<const core::Operation> operations() const override {
        return national_portal::operations;
    }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override;
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    core::Result<Push> push_of(const core::Claim& about, Said* said) const;
    std::shared_ptr<Portal> portal_;
};

/// Errors: stop "options.invalid".
core::Result<connector_kit::Built> build(connector_kit::Parts parts);

}  // namespace gw::national_portal
