// The events of one webhook endpoint that are not delivered: `Pending` maps seq to {item, failures,
// due, busy}. One that waits for another try has no item: it is read again when it is due, so that
// it keeps no other waiting. Kept as {"cursor", "waiting": [[seq, failures, due in ms], …]}: every
// event up to the cursor is delivered, given up or in the list.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/time.hpp"

#include <algorithm>
#include <cstdint>

namespace gw::engine {

/// How many are held ready.
template <class Pending>
std::size_t held(const Pending& pending) {
    return static_cast<std::size_t>(std::count_if(
        pending.begin(), pending.end(), [](const auto& p) { return !p.second.item.id.empty(); }
    ));
}

/// Up to here nothing has to be read again: before the first that was never tried.
template <class Pending>
void set_cursor(const Pending& pending, std::int64_t read_to, std::int64_t& cursor) {
    const auto fresh = std::find_if(pending.begin(), pending.end(), [](const auto& p) {
        return p.second.failures == 0;
    });
    cursor = fresh == pending.end() ? read_to : std::min(read_to, fresh->first - 1);
}

template <class Pending>
core::Document waiting_list(const Pending& pending) {
    core::Document list = core::Document::list();
    for (const auto& [seq, d] : pending) {
        if (d.failures == 0) continue;
        core::Document one = core::Document::list();
        one.push(core::Document::number(seq));
        one.push(core::Document::number(d.failures));
        one.push(core::Document::number(core::to_ms(d.due)));
        list.push(std::move(one));
    }
    return list;
}

template <class Pending>
void take_waiting_list(Pending& pending, const core::Document* list) {
    if (list == nullptr) return;
    for (const core::Document& one : list->items()) {
        if (one.size() != 3) continue;
        const auto number = [&one](std::size_t i) {
            return one.items()[i].as_integer().value_or(0);
        };
        auto& d = pending[number(0)];
        d.failures = static_cast<int>(std::max<std::int64_t>(number(1), 1));
        d.due = core::from_ms(number(2));
    }
}

}  // namespace gw::engine
