// How much memory the bodies of all connections of a server may take together.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace gw::net {

struct BodyBudget {
    explicit BodyBudget(std::uint64_t m) : max(m) {}
    const std::uint64_t max;
    std::uint64_t used = 0, refused = 0;
};

/// The part of one body; given back at the latest with its connection.
class BodyShare {
public:
    /// Every body may have so much: the number of connections is its limit.
    static constexpr std::uint64_t free_bytes = 64 << 10;

    explicit BodyShare(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
    ~BodyShare() { give_back(); }
    BodyShare(const BodyShare&) = delete;
    BodyShare& operator=(const BodyShare&) = delete;
    /// The body has so many bytes now. False: there is no room for them.
    bool hold(std::uint64_t size) {
        const auto wanted = size > free_bytes ? size - free_bytes : 0;
        if (wanted <= taken_) return true;
        if (wanted - taken_ > budget_->max - budget_->used) {
            ++budget_->refused;
            return false;
        }
        budget_->used += wanted - taken_;
        taken_ = wanted;
        return true;
    }
    void give_back() {
        budget_->used -= taken_;
        taken_ = 0;
    }

private:
    std::shared_ptr<BodyBudget> budget_;
    std::uint64_t taken_ = 0;
};

}  // namespace gw::net
