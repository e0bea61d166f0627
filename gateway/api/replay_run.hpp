// Carries bulk replays on: a canary first, then step by step, with an eye on the partner and on
// those who wait for it.
#pragma once

#include "gateway/api/parts.hpp"
#include "gateway/api/replay_course.hpp"
#include "gateway/core/replay.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gw::api {

/// State of a job that this carries on.
inline constexpr std::string_view replay_active = "active";

/// Each run is one step of every active replay. A step sends legs back under their own keys and
/// then writes down which; whoever comes after a death in between finds in the audit trail what was
/// sent back and goes on behind it.
class Replays : public ports::Job {
public:
    using Partners = std::function<std::vector<PartnerInfo>()>;
    /// The references outlive this.
    Replays(
        ports::Store& store, ports::Intake& intake, Partners partners, core::ReplayPolicy policy
    )
        : store_(store),
          intake_(intake),
          partners_(std::move(partners)),
          policy_(std::move(policy)) {}
    std::string_view name() const override { return "replays"; }
    core::Duration every() const override { return core::Duration(1'000); }
    ports::Async<void> run(core::Instant now) override;

    struct Counts {
        std::uint64_t sent_back = 0, delivered = 0, failed = 0, pauses = 0;
        int active = 0;
    };
    const Counts& counts() const { return counts_; }
    /// Appends them as Prometheus text.
    void write_metrics(std::string& out) const;

private:
    /// What is known of an active replay beside what is kept.
    struct Active {
        ReplayCourse course;
        bool checking = true;  // somebody before us may have sent back more than was written
        double budget = 0;
        core::Instant last{};
        std::size_t next_look = 0;
        std::map<std::size_t, core::Instant> sent_at;
    };
    ports::Async<void> take_up(core::Object job);
    ports::Async<void> step(Active& active, core::Instant now);
    ports::Async<void> look(Active& active, core::Instant now);
    ports::Async<void> send_back(Active& active, int most, core::Instant now);
    ports::Async<ReplayOutcome> redrive(Active& active, std::size_t i, core::Instant now);
    ports::Async<bool> was_ours(const Active& active, std::int64_t leg);
    void judge(Active& active, std::size_t i, const ports::LegView& view, core::Instant now);
    std::string why_pause(const Active& active, core::Instant now) const;
    int room(Active& active, core::Instant now) const;
    void end_if_over(Active& active, core::Instant now) const;
    const PartnerInfo* info_of(const Active& active) const;
    bool is_closed(const Active& active) const;

    ports::Store& store_;
    ports::Intake& intake_;
    Partners partners_;
    core::ReplayPolicy policy_;
    std::vector<PartnerInfo> infos_;
    std::map<std::string, Active> active_;
    Counts counts_;
};

}  // namespace gw::api
