// Lists with cursors (contract 1.4).
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/ports/store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::api {

/// limit 1 to 500, 100 when missing; nullopt when it is something else.
std::optional<int> limit_of(const Query& query);
/// The store's place as clients see it, and back. "" = from the start; nullopt: not one of ours.
std::string to_cursor(std::string_view place);
std::optional<std::string> from_cursor(std::string_view cursor);
/// {"items": […], "next_cursor": …}
std::string page_json(core::Document items, std::string_view next_place);
/// Fills limit and place of a filter from the query; the refusal, or nullopt.
std::optional<Reply> read_page(const Call& call, ports::ObjectFilter& filter);

}  // namespace gw::api
