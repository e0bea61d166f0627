// Lists with cursors (contract 1.4).
#include "gateway/api/pages.hpp"

#include "gateway/api/problem_answer.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

constexpr std::string_view mark = "c1:";

}  // namespace

std::optional<int> limit_of(const Query& query) {
    const auto text = value_of(query, "limit");
    if (text.empty()) return 100;
    const auto number = to_number(text);
    if (!number || *number < 1 || *number > 500) return std::nullopt;
    return static_cast<int>(*number);
}

std::string to_cursor(std::string_view place) {
    return crypto::to_base64url(std::string(mark) + std::string(place));
}

std::optional<std::string> from_cursor(std::string_view cursor) {
    if (cursor.empty()) return std::string();
    const auto text = crypto::from_base64(cursor);
    if (!text || !text->starts_with(mark)) return std::nullopt;
    return text->substr(mark.size());
}

std::string page_json(core::Document items, std::string_view next_place) {
    auto body = core::Document::object();
    body.set("items", std::move(items));
    body.set(
        "next_cursor",
        next_place.empty() ? core::Document::null() : core::Document::text(to_cursor(next_place))
    );
    return formats::write_json(body);
}

std::optional<Reply> cut_page(const Call& call, core::Document items, std::string& body) {
    const auto limit = limit_of(call.query);
    if (!limit) return refuse(call, "request.parameter", "limit is 1 to 500");
    const auto cursor = value_of(call.query, "cursor");
    const auto place = from_cursor(cursor);
    std::optional<std::uint64_t> first;
    if (place) first = place->empty() ? std::optional<std::uint64_t>(0) : to_number(*place);
    if (!first || *first > items.size()) return refuse(call, "request.parameter", "cursor");
    const bool whole = cursor.empty() && value_of(call.query, "limit").empty();
    const auto from = static_cast<std::size_t>(*first);
    const auto left = items.size() - from;
    const auto count = whole ? left : std::min(left, static_cast<std::size_t>(*limit));
    auto page = core::Document::list();
    for (auto i = from; i < from + count; ++i) page.push(std::move(items.items()[i]));
    body = page_json(std::move(page), count == left ? "" : std::to_string(from + count));
    return std::nullopt;
}

Reply page_reply(const Call& call, core::Document items) {
    std::string body;
    if (auto refusal = cut_page(call, std::move(items), body)) return std::move(*refusal);
    return Reply(200, std::move(body));
}

std::optional<Reply> read_page(const Call& call, ports::ObjectFilter& filter) {
    const auto limit = limit_of(call.query);
    if (!limit) return refuse(call, "request.parameter", "limit is 1 to 500");
    auto place = from_cursor(value_of(call.query, "cursor"));
    if (!place) return refuse(call, "request.parameter", "cursor");
    filter.limit = *limit;
    filter.after = std::move(*place);
    return std::nullopt;
}

}  // namespace gw::api
