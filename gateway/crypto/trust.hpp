// Whom signatures are trusted from: the anchors and revocation lists that the province keeps
// (DS-29). Nothing is built in.
#pragma once

#include "gateway/core/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::crypto {

enum class TrustPurpose : std::uint8_t { document, timestamp, tls };

/// One certificate that chains may end at.
struct Anchor {
    Anchor() = default;
    TrustPurpose purpose = TrustPurpose::document;
    std::optional<core::Day> from, to;  // signatures made on these days
    std::string note;
    std::string fingerprint;  // SHA-256, lower-case hex
};

class TrustList {
public:
    TrustList();
    /// `pem`: one certificate. Errors: give_up "trust.unreadable", "trust.fingerprint" when
    /// `anchor.fingerprint` is stated and is another.
    core::Result<void> add_anchor(std::string_view pem, Anchor anchor);
    /// PEM or DER. Errors: give_up "trust.unreadable".
    core::Result<void> add_revocations(std::string_view bytes);
    const std::vector<Anchor>& anchors() const { return anchors_; }
    std::size_t revocation_lists() const;
    /// Changes with every anchor, not with the revocation lists.
    std::string version() const;

    struct Impl;
    const Impl& impl() const { return *impl_; }

private:
    std::vector<Anchor> anchors_;
    std::shared_ptr<Impl> impl_;
};

}  // namespace gw::crypto
