// Deficit round robin between partners.
#include "gateway/core/turns.hpp"

#include "gateway/core/error.hpp"

#include <algorithm>

namespace gw::core {

Turns::Turns(int most, int quantum) : most_(most), quantum_(quantum), free_(most) {
    GW_ASSERT(most > 0 && quantum > 0);
}

void Turns::join(const std::string& partner) {
    partners_.try_emplace(partner);
}

int Turns::own() const {
    const int partners = static_cast<int>(partners_.size());
    if (partners == 0 || most_ <= partners) return 0;
    return std::clamp(most_ / (2 * partners), 1, quantum_);
}

int Turns::kept_for_others(const Partner& partner) const {
    const int each = own();
    int kept = 0;
    for (const auto& [name, other] : partners_)
        if (&other != &partner) kept += std::max(0, each - other.held);
    return kept;
}

bool Turns::others_wait(const Partner& partner) const {
    return std::any_of(partners_.begin(), partners_.end(), [&](const auto& row) {
        return &row.second != &partner && row.second.waits;
    });
}

bool Turns::round_is_over() const {
    return std::none_of(partners_.begin(), partners_.end(), [](const auto& row) {
        return row.second.waits && row.second.left > 0;
    });
}

int Turns::take(const std::string& name, int wanted) {
    Partner& partner = partners_[name];
    partner.waits = wanted > 0;
    if (wanted <= 0) {
        partner.left = 0;
        return 0;
    }
    const int mine = std::min({wanted, std::max(0, own() - partner.held), free_});
    int common = std::min(wanted - mine, std::max(0, free_ - mine - kept_for_others(partner)));
    if (common > 0 && others_wait(partner)) {
        if (round_is_over())
            for (auto& [other, row] : partners_) row.left = row.waits ? quantum_ : 0;
        common = std::min(common, partner.left);
        partner.left -= common;
    }
    partner.held += mine + common;
    free_ -= mine + common;
    partner.waits = mine + common < wanted;
    if (!partner.waits) partner.left = 0;
    return mine + common;
}

void Turns::give_back(const std::string& name, int slots) {
    Partner& partner = partners_[name];
    GW_ASSERT(slots >= 0 && slots <= partner.held);
    partner.held -= slots;
    free_ += slots;
}

std::vector<std::string> Turns::next() const {
    std::vector<std::string> names;
    if (free_ == 0) return names;
    const bool over = round_is_over();
    for (const auto& [name, partner] : partners_) {
        if (!partner.waits) continue;
        const bool has_own = partner.held < own();
        const bool has_turn = over || partner.left > 0 || !others_wait(partner);
        if (has_own || (has_turn && free_ > kept_for_others(partner))) names.push_back(name);
    }
    return names;
}

}  // namespace gw::core
