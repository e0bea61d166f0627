// What is done leaves the hot tables, what is old enough goes; who is on hold stays.
#pragma once

#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <string>
#include <vector>

namespace gw::api {

/// Objects of this kind: one a dossier, state "held" or "released", its code the id.
inline constexpr const char* hold_kind = "legal_hold";

struct RetentionOptions {
    RetentionOptions() = default;
    core::Duration hot{}, online{}, every{};
    std::vector<std::string> payment_partners;  // whose message keys are kept for ever
};

/// Dossiers on hold, and those whose last comparison with a partner differs.
ports::Async<std::vector<ports::KeptDossier>> kept_dossiers(ports::Store& store, core::Instant now);

class RetentionJob : public ports::Job {
public:
    RetentionJob(ports::Store& store, RetentionOptions options)
        : store_(store), options_(std::move(options)) {}
    std::string_view name() const override { return "retention"; }
    core::Duration every() const override { return options_.every; }
    /// In small steps, while the store has little else to do.
    ports::Async<void> run(core::Instant now) override;
    /// Prometheus text.
    void write_metrics(std::string& out) const;

private:
    ports::Store& store_;
    RetentionOptions options_;
    std::int64_t messages_ = 0, rows_ = 0, removed_ = 0;
    std::int64_t segments_ = 0, bytes_ = 0, kept_ = 0;
    std::optional<core::Instant> last_run_;

    bool is_any_over(const std::vector<ports::SegmentView>& segments, core::Instant now) const;
    ports::Async<void> count(core::Instant now, std::vector<ports::KeptDossier> kept);
};

}  // namespace gw::api
