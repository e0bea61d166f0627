// Whose turn it is among partners that share a number of slots: deficit round robin, and a few
// slots of its own for each. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace gw::core {

/// A partner whose answers are slow holds its slots long, and a dead one until its calls time out:
/// no round can take them back. So each partner has some slots that nobody else gets, half of all
/// at most; the others are common. While another partner waits for those, a partner gets no more
/// than `quantum` of them in a round.
class Turns {
public:
    explicit Turns(int most, int quantum = 8);
    /// A partner that may ask later: its own slots are kept for it from now on.
    void join(const std::string& partner);
    /// Slots that are the partner's from now on, at most `wanted`. 0 wanted: it can use none now,
    /// because nothing waits or its breaker or contract admits nothing, and stands in nobody's way.
    int take(const std::string& partner, int wanted);
    void give_back(const std::string& partner, int slots);
    /// Partners that got less than they wanted and would get something now.
    std::vector<std::string> next() const;

    int most() const { return most_; }
    int taken() const { return most_ - free_; }
    /// What each partner has for itself.
    int own() const;

private:
    struct Partner {
        Partner() = default;
        int held = 0;
        int left = 0;  // of this round
        bool waits = false;
    };
    int kept_for_others(const Partner& partner) const;
    bool others_wait(const Partner& partner) const;
    bool round_is_over() const;

    int most_, quantum_, free_;
    std::map<std::string, Partner> partners_;
};

}  // namespace gw::core
