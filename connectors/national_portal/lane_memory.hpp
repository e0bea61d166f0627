// What the connector remembers of one dossier at the portal, in Claim::lane_note. The one place of
// these words.
#pragma once

#include "gateway/core/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::national_portal {

/// Written as words with blanks between: "known=yes status=4 update=17".
///
/// | word             | meaning |
/// |------------------|----------------------------------------------------------------------------------------|
/// | known=yes        | the portal has the dossier: it acknowledged, said "đã tồn tại", or a
/// look-up showed it  | | known=no         | a look-up after "không tồn tại" was empty: the next
/// packet creates                      | | status=N         | national status of the last
/// acknowledged packet                                        | | update=LEG       | this leg was
/// switched from create to update (NP-33, 4)                                  | | create=LEG | this
/// leg was switched from update to create (NP-33, 5)                                  | |
/// unreadable=LEG:N | N answers to this leg were HTML or empty (NP 2.3) | | lines=LEG:N      | the
/// first N progress lines of this leg are acknowledged (NP-23)                         |
///
/// Unknown words are dropped: an older gateway may read a newer note.
struct LaneMemory {
    std::optional<bool> known;
    int status = 0;  // 0 = none acknowledged
    std::int64_t update_leg = 0, create_leg = 0;
    std::int64_t unreadable_leg = 0, lines_leg = 0;
    int unreadable = 0, lines = 0;

    int unreadable_of(core::LegId leg) const {
        return unreadable_leg == core::raw(leg) ? unreadable : 0;
    }
    int lines_of(core::LegId leg) const { return lines_leg == core::raw(leg) ? lines : 0; }
};
LaneMemory read_memory(std::string_view note);
std::string write_memory(const LaneMemory& memory);

}  // namespace gw::national_portal
