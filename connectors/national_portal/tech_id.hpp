// The portal account of whoever handed a dossier in, where the portal did not say it.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/ports/connector.hpp"

#include <memory>
#include <set>
#include <string>

namespace gw::national_portal {

class Portal;

/// The number to ask TraCuuTechID for; "": nothing to ask. Only dossiers filed online have an
/// account.
std::string number_to_ask(const core::Document& item);
/// TECHNICALID of an answer; "": nobody has this number.
std::string read_tech_id(const core::Document& result);

/// Every minute: ready dossiers of the inbox without account are looked up by the owner's number
/// (national-portal.md 9), so that MaDoiTuong can be sent with what follows. Claimed items are the
/// clerk's and stay as they are.
class TechIdJob : public ports::Job {
public:
    explicit TechIdJob(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view name() const override { return "national_portal.tech_id"; }
    core::Duration every() const override { return std::chrono::minutes(1); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> ask(std::string id, std::string number, core::Instant now);
    ports::Async<void> write(std::string id, std::string tech_id, core::Instant now);
    std::shared_ptr<Portal> portal_;
    std::set<std::string> asked_;  // items that were looked up
};

}  // namespace gw::national_portal
