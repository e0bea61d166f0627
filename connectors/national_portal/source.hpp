// Takes what the portal sends: admitted, kept as it came, understood, answered in the portal's own
// form.
#pragma once

#include "connectors/national_portal/inbound.hpp"
#include "connectors/national_portal/inbox.hpp"
#include "gateway/ports/connector.hpp"

#include <map>
#include <memory>
#include <string>

namespace gw::national_portal {

class Portal;

class PortalSource : public ports::Source {
public:
    explicit PortalSource(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view prefix() const override { return "/in/dvcqg/"; }
    std::uint64_t body_bytes_max() const override;
    ports::asio::awaitable<ports::InAnswer> receive(ports::InRequest request, ports::Intake& intake)
        override;

private:
    /// One call between admission and answer.
    struct Work {
        Work() = default;
        std::string path_name, service, raw, key;
        core::Document body;
        Understood said;
        core::Instant now{};
        ports::Acceptance acceptance;
        std::vector<std::string> unmatched, broken;
        bool known_before = false;
    };
    ports::asio::awaitable<ports::InAnswer> process(Work work, ports::Intake& intake);
    /// Content nobody can read: kept as it came, quarantined, refused in the portal's form.
    ports::asio::awaitable<ports::InAnswer> quarantine(
        Work work, core::Error why, ports::Intake& intake
    );
    ports::Async<bool> add_item(Work& work, const InboundItem& item);
    ports::Async<ItemFacts> facts_of(const Work& work, const InboundItem& item);
    core::Result<std::optional<StoredFile>> keep(const InboundFile& file, core::Instant now);
    ports::InAnswer answer_of(const Work& work) const;
    bool is_replay(const std::string& nonce, const std::string& mac, core::Instant now);
    bool is_open(std::string_view service, std::string_view path_name) const;
    std::string new_id(std::string_view prefix, core::Instant now);

    std::shared_ptr<Portal> portal_;
    struct Seen {
        core::Instant at{};
        std::string mac;
    };
    std::map<std::string, Seen> nonces_;  // of the last ten minutes
};

std::unique_ptr<ports::Source> make_source(std::shared_ptr<Portal> portal);

}  // namespace gw::national_portal
