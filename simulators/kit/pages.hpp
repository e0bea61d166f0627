// The frame and the parts of the pages that simulators show to people; everything from outside is
// escaped here.
#pragma once

#include "simulators/kit/call.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::kit::pages {

/// What is the same on all pages of one simulator.
struct Frame {
    Frame() = default;
    std::string partner;                                     // "VNPost"
    std::string colour;                                      // of the head, e.g. "#8f1d1d"
    std::vector<std::pair<std::string, std::string>> links;  // path, text
    std::string more_style;                                  // CSS of this simulator's own
};

/// The whole page, marked "MÔ PHỎNG" so that nobody takes it for the partner's. `inside` is HTML.
std::string framed(
    const Frame& frame, std::string_view title, std::string_view at, const std::string& inside
);
/// 200 (or another status) with the headers that keep a page to itself: no script, no other hosts.
Answer answer(int status, std::string html);
/// 303: after a button was pressed.
Answer see(std::string path);

std::string escaped(std::string_view text);
/// `bad`: red when not zero.
std::string card(std::size_t number, std::string_view what, bool bad = false);
/// Rows of HTML cells under headings; `empty` is said when there is none.
std::string table(
    std::initializer_list<const char*> heads,
    const std::vector<std::vector<std::string>>& rows,
    const char* empty
);
std::string section(std::string_view title, const std::string& inside);
/// "<time>02/03/2026 09:00:00</time>"
std::string moment(core::Instant t);
/// A form with one button that posts hidden fields.
std::string button(
    std::string_view path,
    std::string_view text,
    std::initializer_list<std::pair<const char*, std::string>> fields
);
/// Decoded value of a field of a posted form; "" when missing.
std::string form_field(const Call& call, std::string_view name);

}  // namespace sim::kit::pages
