// Reads the trust folder of the province.
#include "gateway/app/trust_folder.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/mapping/trust_manifest.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace gw::app {
namespace {
namespace fs = std::filesystem;

constexpr std::uintmax_t file_bytes_max = 32 << 20;

/// nullopt: not a file, too large, or not readable.
std::optional<std::string> content_of(const fs::path& path) {
    std::error_code ec;
    if (fs::file_size(path, ec) > file_bytes_max || ec) return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

crypto::Anchor anchor_of(const mapping::TrustedFile& row) {
    crypto::Anchor anchor;
    anchor.purpose = row.purpose == "timestamp" ? crypto::TrustPurpose::timestamp
                     : row.purpose == "tls"     ? crypto::TrustPurpose::tls
                                                : crypto::TrustPurpose::document;
    anchor.from = row.from;
    anchor.to = row.to;
    anchor.note = row.note;
    anchor.fingerprint = row.sha256;
    return anchor;
}

std::vector<fs::path> revocation_files(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec))
        if (entry.path().extension() == ".crl") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

void read_anchors(const fs::path& folder, crypto::TrustList& trust, std::string& mistakes) {
    const auto manifest = folder / "manifest.toml";
    std::error_code ec;
    if (!fs::exists(manifest, ec)) return;
    const auto text = content_of(manifest);
    if (!text) {
        mistakes += manifest.string() + ": cannot be read\n";
        return;
    }
    std::vector<mapping::Problem> problems;
    const auto rows = mapping::load_trust_manifest(*text, manifest.string(), &problems);
    for (const auto& p : problems)
        mistakes += p.file + ":" + std::to_string(p.line) + ": " + p.what + "\n";
    if (!rows) return;
    for (const auto& row : *rows) {
        const auto pem = content_of(folder / row.file);
        auto added = pem ? trust.add_anchor(*pem, anchor_of(row))
                         : core::Result<void>(core::give_up("trust.unreadable", "cannot be read"));
        if (!added) mistakes += (folder / row.file).string() + ": " + added.error().what + "\n";
    }
}

ports::Acceptance change_of(
    const crypto::TrustList& trust, const std::string& agency, core::Instant now
) {
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = "trust.reload";
    message.agency = agency;
    message.kind = "trust.changed";
    message.received_at = now;
    message.body = std::make_shared<const std::string>("{}");
    message.digest = crypto::sha256(*message.body);
    core::AuditRow row;
    row.at = now;
    row.agency = agency;
    row.actor = "system:trust.reload";
    row.action = "trust.changed";
    row.subject = "trust/" + trust.version();
    std::string list;
    for (const auto& anchor : trust.anchors())
        list += (list.empty() ? "\"" : ",\"") + anchor.fingerprint + "\"";
    row.detail = "{\"anchors\":[" + list + "]}";
    acceptance.audit.push_back(std::move(row));
    return acceptance;
}

api::SignatureOptions signature_options(const Config& config) {
    api::SignatureOptions options;
    options.policy.send_indeterminate = config.text("trust.send_indeterminate") == "send";
    options.policy.hold = config.duration("trust.hold");
    options.recheck = config.duration("trust.recheck");
    return options;
}

}  // namespace

std::shared_ptr<const crypto::TrustList> read_trust(const std::string& folder) {
    auto trust = std::make_shared<crypto::TrustList>();
    std::string mistakes;
    read_anchors(folder, *trust, mistakes);
    for (const auto& file : revocation_files(folder)) {
        const auto bytes = content_of(file);
        auto added = bytes
                         ? trust->add_revocations(*bytes)
                         : core::Result<void>(core::give_up("trust.unreadable", "cannot be read"));
        if (!added) mistakes += file.string() + ": " + added.error().what + "\n";
    }
    if (!mistakes.empty()) throw std::runtime_error(mistakes);
    return trust;
}

TrustFolder::TrustFolder(
    const Config& config, ports::Intake& intake, std::vector<std::string> agencies
)
    : folder_(config.text("trust.folder")),
      reload_(config.duration("trust.reload")),
      intake_(intake),
      agencies_(std::move(agencies)),
      trust_(read_trust(folder_)),
      desk_([this] { return trust_; }, signature_options(config)) {}

ports::Async<void> TrustFolder::run(core::Instant now) {
    std::shared_ptr<const crypto::TrustList> found;
    try {
        found = read_trust(folder_);
    } catch (const std::exception&) {
        // `lienthong check` says what is wrong; until it is mended the old anchors stay.
        ports::log::warning("trust.not_reloaded");
        co_return core::Result<void>();
    }
    const bool changed = found->version() != trust_->version();
    trust_ = std::move(found);
    if (!changed) co_return core::Result<void>();
    for (const auto& agency : agencies_) {
        auto acceptance = change_of(*trust_, agency, now);
        auto done = co_await intake_.accept(std::move(acceptance));
        if (!done) co_return done.error();
    }
    co_return core::Result<void>();
}

}  // namespace gw::app
