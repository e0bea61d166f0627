// The words of delivery: urgency, effect, outcome, states.
#pragma once

#include <cstdint>
#include <string_view>

namespace gw::core {

/// How urgent. p0 payments and deadlines, p1 somebody waits, p2 normal, p3 bulk.
enum class Urgency : std::uint8_t { p0, p1, p2, p3 };
/// What a repeated send does at the partner: A the same, B can be compared and repeated, C a second
/// effect.
enum class Effect : std::uint8_t { idempotent, conditional, once };
/// What an attempt meant, as kept in its record.
enum class Outcome : std::uint8_t {
    delivered,
    already_there,
    retry,
    throttled,
    unknown,
    refused,
    dead
};
/// States of a leg; the numbers are those in the store.
enum class LegState : std::uint8_t {
    ready,
    sending,
    retry,
    unknown,
    blocked,
    delivered,
    superseded,
    expired,
    dead,
    cancelled
};
std::string_view to_word(Urgency);
std::string_view to_word(Effect);
std::string_view to_word(Outcome);
std::string_view to_word(LegState);
/// True for the states a leg rests in for good.
constexpr bool is_final(LegState s) {
    return s >= LegState::delivered;
}

/// Operations of a partner that fail together: each group has a circuit breaker of its own.
enum class Group : std::uint8_t { lookup, write, file };
/// What a leg that cannot go does to those behind it in its lane. strict: they wait. supersede: a
/// newer one of the same operation takes the place of older ones that were not sent. skip: after
/// some failures that are its own fault it is put aside and the lane goes on.
enum class HeadOfLine : std::uint8_t { strict, supersede, skip };

}  // namespace gw::core
