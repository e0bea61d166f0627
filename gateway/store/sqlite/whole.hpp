// Reading past a damaged row.
#pragma once

#include "gateway/store/sqlite/tables.hpp"

#include <optional>

namespace gw::store::sqlite {

/// What `read` gives, or nothing when its row is damaged: one damaged row stops its own lane and
/// nothing else.
template <class Read>
auto whole(Read read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Broken& broken) {
        if (broken.kind != Broken::Kind::request || broken.error.code != damaged_code) throw;
        return std::nullopt;
    }
}

}  // namespace gw::store::sqlite
