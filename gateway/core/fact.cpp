// The reducers, one row a kind of object.
#include "gateway/core/fact.hpp"

#include "gateway/core/notice.hpp"
#include "gateway/core/parcel.hpp"
#include "gateway/core/payment.hpp"
#include "gateway/core/payment_match.hpp"

#include <array>

namespace gw::core {

std::string_view to_word(Verdict v) {
    constexpr std::array<std::string_view, 5> words{
        "applied", "unchanged", "unknown", "disputed", "impossible"};
    return words[static_cast<std::size_t>(v)];
}

Reducer reducer_of(std::string_view kind) {
    struct Row {
        std::string_view kind;
        Reducer reduce;
    };
    static constexpr Row rows[] = {
        {"delivery", reduce_delivery},
        {"notification", reduce_notification},
        {"payment", reduce_payment},
        {"reconciliation", reduce_reconciliation},
    };
    for (const Row& row : rows)
        if (row.kind == kind) return row.reduce;
    return nullptr;
}

}  // namespace gw::core
