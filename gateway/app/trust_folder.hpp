// The trust folder of the province (DS-29): read at start and again while running.
#pragma once

#include "gateway/api/signatures.hpp"
#include "gateway/app/config.hpp"
#include "gateway/crypto/trust.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gw::app {

/// FOLDER/manifest.toml, the certificates it names, and every *.crl beside it. No folder or no
/// manifest: nobody is trusted. Throws std::runtime_error with every mistake.
std::shared_ptr<const crypto::TrustList> read_trust(const std::string& folder);

/// Reads the folder again every `trust.reload`: revocation lists are renewed all the time. A folder
/// with a mistake changes nothing. A change of the anchors is audited.
class TrustFolder : public ports::Job {
public:
    TrustFolder(const Config& config, ports::Intake& intake, std::vector<std::string> agencies);
    std::string_view name() const override { return "trust.reload"; }
    core::Duration every() const override { return reload_; }
    ports::Async<void> run(core::Instant now) override;
    api::SignatureDesk& desk() { return desk_; }

private:
    std::string folder_;
    core::Duration reload_;
    ports::Intake& intake_;
    std::vector<std::string> agencies_;
    std::shared_ptr<const crypto::TrustList> trust_;
    api::SignatureDesk desk_;
};

}  // namespace gw::app
