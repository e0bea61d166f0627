// What becomes durable of payments and parcels must never go back.
#include "gateway/core/parcel.hpp"
#include "gateway/core/payment.hpp"
#include "tests/town/gateway.hpp"

#include <algorithm>

namespace gw::town_test {

bool StateWatch::may(const core::Object& object, const std::string& before) {
    if (before == object.state) return true;
    if (object.kind == "payment") {
        const auto from = core::payment_state_from_word(before);
        const auto to = core::payment_state_from_word(object.state);
        return from && to && core::payment_rule(*from, *to) != 0;
    }
    const auto from = core::parcel_state(before), to = core::parcel_state(object.state);
    return from && to && core::may_follow(*from, *to);
}

void StateWatch::begin(const core::ObjectWrite& write) {
    const core::Object& o = write.object;
    if (o.kind != "payment" && o.kind != "delivery") return;
    auto& before = states[o.kind + " " + o.id];
    const bool good = before.empty() || std::any_of(before.begin(), before.end(), [&](auto& was) {
                          return may(o, was);
                      });
    if (!good)
        faults.push_back("I4 " + o.kind + " went from " + *before.begin() + " to " + o.state);
    before.insert(o.state);
}

void StateWatch::done(const core::ObjectWrite& write, bool written) {
    const core::Object& o = write.object;
    const auto found = states.find(o.kind + " " + o.id);
    if (found == states.end()) return;
    // Refused: another write may have been first, so nothing is taken away.
    if (written) found->second = {o.state};
}

}  // namespace gw::town_test
