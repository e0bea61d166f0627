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
/// Writes into `body` the page of `items` that limit and cursor ask for, all of them when neither
/// is given: for lists that are read whole. The refusal, or nullopt.
std::optional<Reply> cut_page(const Call& call, core::Document items, std::string& body);
/// The same as an answer.
Reply page_reply(const Call& call, core::Document items);
/// Fills limit and place of a filter from the query; the refusal, or nullopt.
std::optional<Reply> read_page(const Call& call, ports::ObjectFilter& filter);

}  // namespace gw::api
