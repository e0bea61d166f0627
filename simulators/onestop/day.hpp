// A working day of dossiers: who comes when, with what, and how each dossier goes on. Pure, from a
// seed.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sim::onestop {

namespace core = gw::core;

struct DayOptions {
    int dossiers = 500;
    std::uint64_t seed = 1;
    core::Day day{};  // the working day that is played
    std::string agency = "H56.14";
    double portal_share = 0.15;     // filed on the national portal
    double promotion_share = 0.15;  // of these: promotion notices of enterprises
};

enum class StepKind {
    create,      // one call makes the dossier in status received (or registered)
    progress,    // a progress entry
    patch_note,  // an officer writes a note on the dossier
    request_supplement,
    receive_supplement,
    add_result,
    withdraw,
    survey
};
struct Step {
    StepKind kind{};
    core::Instant at{};  // on the clock of the played day
    std::string status;  // after the step, for progress
    std::string text;
    std::size_t file_bytes = 0;
};
struct Person {
    std::string name, citizen_number, phone, sex;
    int birth_year = 0;
    // An enterprise has a tax code and no citizen number.
    std::string tax_code;
};
struct PaperFile {
    std::string component, name;
    std::size_t bytes = 0;
    bool digitised = false;
};
struct FeeLine {
    std::string code, name;
    std::int64_t unit_amount = 0;
    int quantity = 1;
};
/// One dossier from arrival to its end.
struct Life {
    std::string code, procedure, channel, summary, delivery, first_status;
    bool from_portal = false;
    bool promotion = false;  // a promotion notice of an enterprise, filed on the portal
    Person owner;
    core::Instant submitted_at{}, received_at{}, due_at{};
    std::vector<PaperFile> papers;
    std::vector<FeeLine> fees;
    std::vector<Step> steps;
    std::uint64_t seed = 0;
};

/// Text of the step after the money was paid.
inline constexpr const char* money_paid = "Đã hoàn thành nghĩa vụ tài chính";

/// Lives in order of arrival. Arrivals follow a day's curve: a peak before ten, a lower one before
/// four.
std::vector<Life> make_day(const DayOptions& options);
/// A paper of exactly `bytes` bytes that looks like a PDF; the same for the same seed.
std::string make_file(std::size_t bytes, std::uint64_t seed);
/// 24 hours of the day on the clock: `day` at hour:minute.
core::Instant at(core::Day day, double hour);

}  // namespace sim::onestop
