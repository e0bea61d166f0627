// Parts of the pages: frame, badges, tables. Everything that comes from outside is escaped here.
#pragma once

#include "simulators/national_portal/world.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_portal::parts {

/// The whole page with the frame "MÔ PHỎNG". `inside` is HTML. `at`: "/", "/journal".
std::string framed(std::string_view title, std::string_view at, const std::string& inside);
std::string escaped(std::string_view text);
/// A coloured word for a status.
std::string badge(int status);
/// Rows of HTML cells under headings; `empty` is said when there is none.
std::string table(
    std::initializer_list<const char*> heads,
    const std::vector<std::vector<std::string>>& rows,
    const char* empty
);
std::string section(std::string_view title, const std::string& inside);
/// "20260302090000" as "02/03/2026 09:00:00"; other text unchanged.
std::string date_shown(const std::string& value);
/// "<time>02/03/2026 09:00:00</time>"
std::string moment(core::Instant t);
/// Vietnamese label of a wire name; the name itself when unknown.
std::string_view label(std::string_view name);

}  // namespace sim::national_portal::parts
