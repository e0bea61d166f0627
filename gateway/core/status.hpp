// Status of a dossier and the steps that are allowed. The table is data (NP-29).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::core {

/// Numbers are the national codes.
enum class Status : std::uint8_t {
    registered = 1,
    received,
    refused,
    processing,
    supplement_wanted,
    financial_obligation,
    withdrawn,
    stopped,
    finished,
    returned
};
/// "supplement_wanted".
std::string_view to_word(Status status);
std::optional<Status> status_from_word(std::string_view word);
std::string_view label_vi(Status status);
bool is_final(Status status);

enum class StepRule : std::uint8_t { refused, same, allow, expand, correction };
struct Transition {
    Status from, to;
    StepRule rule;
};
class Transitions {
public:
    Transitions() = default;
    explicit Transitions(const std::vector<Transition>& rows);
    StepRule rule(Status from, Status to) const;
    /// Statuses that may follow with rule allow or expand, ascending.
    std::vector<Status> next(Status from) const;

private:
    StepRule table_[11][11] = {};
};

}  // namespace gw::core
