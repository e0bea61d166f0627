// Monthly satisfaction totals: counted from dossiers, sent once a day through the queue (NP-53,
// NP-54).
#pragma once

#include "gateway/core/calendar.hpp"
#include "gateway/core/document.hpp"
#include "gateway/ports/connector.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gw::national_portal {

class Portal;

/// Whole percentages that sum to 100 (largest remainder); all zero when there is nothing.
std::vector<int> percentages(const std::vector<int>& counts);

/// Ratings of one month by (unit code, unit name).
class SurveyCounts {
public:
    explicit SurveyCounts(std::string month) : month_(std::move(month)) {}  // "2026-03"
    /// Counts a dossier's rating when it was given in this month.
    void add(const core::Document& dossier);
    /// One snapshot {"key", "survey": {…}} a unit with at least one rating; no dossier code in it.
    std::vector<core::Document> snapshots() const;

private:
    std::string month_;
    std::map<std::pair<std::string, std::string>, std::vector<int>> units_;
};

/// From the third working day of a month on the month before is final.
core::Day final_day(const core::Calendar& calendar, core::Day in_month);

/// Once a day for the running month, and once on the third working day for the month before; later
/// in the month when the gateway stood still on that day.
class SurveyJob : public ports::Job {
public:
    explicit SurveyJob(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view name() const override { return "national_portal.survey"; }
    core::Duration every() const override { return std::chrono::hours(24); }
    ports::Async<void> run(core::Instant now) override;

private:
    /// `key`: of the message; what was queued under it once is not queued again.
    ports::Async<void> queue(
        std::vector<core::Document> snapshots, std::string key, core::Instant now
    );
    std::set<std::string> finals_;  // keys of finals that are queued
    std::shared_ptr<Portal> portal_;
};

}  // namespace gw::national_portal
