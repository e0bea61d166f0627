// Catch-up after an outage: never above what the partner bears.
#include "gateway/core/pace.hpp"

#include <algorithm>

namespace gw::core {
namespace {

constexpr std::size_t samples_max = 2'000;

double seconds(Duration d) {
    return static_cast<double>(d.count()) / 1000.0;
}

}  // namespace

void Pace::catch_up(Instant now) {
    advance(now);
    if (mode_ == Mode::slow_start) return;
    const double agreed = policy_.contract > 0 ? policy_.contract : policy_.first;
    rate_ = limited(learned_.per_s > 0 ? learned_.per_s : std::max(agreed, seen_));
    mode_ = Mode::slow_start;
    since_ = busy_at_ = now;
    begin_step(now);
    last_saturated_ = false;
}

void Pace::started(Instant now) {
    advance(now);
    ++calls_;
}

void Pace::answered(Instant now, Duration took) {
    advance(now);
    if (times_.size() < samples_max) times_.push_back(took);
}

void Pace::overloaded(Instant now, bool said) {
    advance(now);
    ++(said ? bad_ : lost_);
    // While it holds back it goes on holding, unless hardly anything is borne any more.
    const bool enough = mode_ == Mode::hold ? is_far_too_much() : is_too_much();
    if (mode_ != Mode::free && enough && is_saturated(now)) retreat(now);
}

std::optional<double> Pace::rate(Instant now) {
    advance(now);
    if (mode_ == Mode::free) return std::nullopt;
    return current(now);
}

void Pace::restore(const LearnedCeiling& learned) {
    learned_ = learned;
    if (learned_.per_s <= 0) return;
    // A known ceiling stays the limit; it rises from there as far as the partner bears it.
    mode_ = Mode::ramp;
    rate_ = limited(learned_.per_s);
    last_good_ = rate_;
}

double Pace::limited(double rate) const {
    const double most = policy_.contract > 0 ? policy_.contract : 1e9;
    return std::clamp(rate, std::min(policy_.floor, most), most);
}

double Pace::current(Instant now) const {
    if (mode_ != Mode::slow_start) return rate_;
    const double part = seconds(now - since_) / seconds(policy_.slow_start);
    return limited(rate_ * (policy_.start_share + (1 - policy_.start_share) * part));
}

/// True when so much left that the partner's answer says something about this rate.
bool Pace::is_saturated(Instant now) const {
    const double allowed = current(now), past = seconds(now - step_);
    if (past < 1) return last_saturated_;
    return last_saturated_ || calls_ >= policy_.saturated * allowed * past;
}

Duration Pace::p99() {
    if (times_.size() < static_cast<std::size_t>(policy_.samples_min)) return Duration(0);
    const auto nth = times_.begin() + static_cast<std::ptrdiff_t>(times_.size() * 99 / 100);
    std::nth_element(times_.begin(), nth, times_.end());
    return *nth;
}

void Pace::advance(Instant now) {
    if (step_ == Instant{}) step_ = busy_at_ = now;
    if (mode_ == Mode::slow_start && now - since_ >= policy_.slow_start) {
        mode_ = Mode::ramp;
        last_good_ = rate_;
        last_saturated_ = is_saturated(now);
        begin_step(now);  // the whole rate is tried for a step before it rises
    }
    if (mode_ == Mode::hold && now >= hold_until_) mode_ = Mode::ramp;
    if (now - step_ < policy_.step) return;
    end_step(now);
    begin_step(now);
}

void Pace::begin_step(Instant now) {
    calls_ = bad_ = lost_ = 0;
    times_.clear();
    retreated_ = false;
    step_ = now;
}

void Pace::learn_quiet(Duration p) {
    if (p.count() == 0) return;
    const Duration before = learned_.quiet_p99;
    learned_.quiet_p99 = before.count() == 0 ? p : (before * 9 + p) / 10;
}

/// Looks at the step that ended at or before `now`.
void Pace::end_step(Instant now) {
    const double rate = calls_ / seconds(now - step_);
    const Duration p = p99();
    if (mode_ == Mode::free) {
        if (bad_ + lost_ > 0) return;
        seen_ = std::max(seen_ * 0.999, rate);
        learn_quiet(p);
        return;
    }
    last_saturated_ = rate >= policy_.saturated * current(now);
    if (last_saturated_) busy_at_ = now;
    const bool labours = learned_.quiet_p99.count() > 0 && p > 2 * learned_.quiet_p99;
    // What stays slow although less is sent is slow by nature.
    if ((!last_saturated_ || mode_ == Mode::hold) && !is_too_much()) learn_quiet(p);
    if (last_saturated_ && labours && mode_ != Mode::hold) retreat(now);
    if (mode_ != Mode::ramp) return;
    if (last_saturated_ && !is_too_much()) {
        last_good_ = rate_;
        rate_ = limited(rate_ * policy_.grow);
        // What is borne is known from now on, also when nobody finds the end of it.
        if (learned_.per_s > 0 && last_good_ > learned_.per_s) {
            learned_.per_s = last_good_;
            learned_.at = now;
        }
    } else if (now - busy_at_ >= policy_.quiet && learned_.per_s <= 0) {
        seen_ = std::max(seen_, last_good_);
        mode_ = Mode::free;  // caught up, and it never showed a limit
    }
}

/// It was too much: back to less than what went well, and stay there for a while.
void Pace::retreat(Instant now) {
    if (retreated_) return;
    retreated_ = true;
    const double good = mode_ == Mode::ramp ? last_good_ : current(now) / policy_.grow;
    learned_.per_s = limited(good);
    learned_.at = now;
    rate_ = limited(good * policy_.back);
    last_good_ = rate_;
    mode_ = Mode::hold;
    hold_until_ = now + policy_.hold;
    last_saturated_ = false;
}

}  // namespace gw::core
