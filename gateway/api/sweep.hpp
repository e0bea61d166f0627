// OC-11: files that nobody ever referred to are deleted after seven days.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/ports/connector.hpp"

#include <set>
#include <string>
#include <vector>

namespace gw::api {

/// States of attachment objects beside those of the contract, which stand in the body.
/// loose: uploaded, and nobody refers to it yet.
/// erased: purged, and its bytes are gone.
inline constexpr std::string_view loose_state = "loose", erased_state = "erased";

struct SweepOptions {
    SweepOptions() = default;
    core::Duration period{3'600'000};
    core::Duration unreferenced_max{7 * 86'400'000LL};
    /// Between the purge and the end of the bytes: who was about to refer to the file while it was
    /// purged has won by then.
    core::Duration bytes_kept{86'400'000};
    int files_max = 500;  // in one run and tenant
};

/// Two steps, a day apart. First: a loose file past its time, whose id no object names, is purged.
/// Then: its bytes are removed when no other file shares them. A file somebody refers to stops
/// being loose in the same commit (see effects.hpp), so files of messages, events and legs are
/// never looked at.
class Sweep : public ports::Job {
public:
    Sweep(
        ports::Store& store,
        ports::BlobStore& blobs,
        std::vector<std::string> agencies,
        SweepOptions options
    );
    std::string_view name() const override { return "files.sweep"; }
    core::Duration every() const override { return options_.period; }
    ports::Async<void> run(core::Instant now) override;

    struct Counts {
        std::uint64_t purged = 0, erased = 0, kept = 0;
    };
    const Counts& counts() const { return counts_; }

private:
    ports::Async<std::vector<core::Object>> older(
        std::string agency, std::string state, core::Instant than
    );
    ports::Async<std::set<std::string>> named(std::string agency, std::vector<core::Object> files);
    ports::Async<void> purge(std::string agency, core::Instant now);
    ports::Async<void> erase(std::string agency, core::Instant now);
    ports::Async<bool> shared(std::string ref);
    ports::Async<bool> write(core::Object file, std::string state, core::Instant now);

    ports::Store& store_;
    ports::BlobStore& blobs_;
    std::vector<std::string> agencies_;
    SweepOptions options_;
    Counts counts_;
};

}  // namespace gw::api
