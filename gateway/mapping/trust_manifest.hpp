// trust/manifest.toml: the certificates a province trusts, for what and when (DS-29).
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/time.hpp"
#include "gateway/mapping/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::mapping {

struct TrustedFile {
    TrustedFile() = default;
    std::string file;  // beside the manifest
    std::string purpose = "document";
    std::optional<core::Day> from, to;
    std::string note, sha256;  // sha256: lower-case hex without colons, or ""
};

/// Errors: give_up "trust.invalid" with all problems in `problems` (file, line, remedy).
core::Result<std::vector<TrustedFile>> load_trust_manifest(
    std::string_view toml, std::string_view file, std::vector<Problem>* problems
);

}  // namespace gw::mapping
