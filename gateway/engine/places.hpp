// Lanes that a dispatcher may claim, of what all partners share.
#pragma once

#include "gateway/core/error.hpp"
#include "gateway/core/turns.hpp"

#include <memory>
#include <string>
#include <utility>

namespace gw::engine {

/// Taken from the turns of all partners; what is left goes back when this is dropped, also with a
/// coroutine that is.
class Places {
public:
    /// No turns: nothing is shared.
    Places(std::shared_ptr<core::Turns> turns, std::string partner, int wanted)
        : turns_(std::move(turns)), partner_(std::move(partner)), count_(wanted) {
        if (turns_) count_ = turns_->take(partner_, wanted);
    }
    Places(Places&& other) noexcept
        : turns_(std::move(other.turns_)),
          partner_(std::move(other.partner_)),
          count_(std::exchange(other.count_, 0)) {}
    Places& operator=(Places&&) = delete;
    ~Places() { give_back(); }
    int count() const { return count_; }
    Places one() {
        GW_ASSERT(count_ > 0);
        Places place(nullptr, partner_, 1);
        place.turns_ = turns_;
        --count_;
        return place;
    }
    void give_back() {
        if (turns_ && count_ > 0) turns_->give_back(partner_, count_);
        count_ = 0;
    }

private:
    std::shared_ptr<core::Turns> turns_;
    std::string partner_;
    int count_;
};

}  // namespace gw::engine
