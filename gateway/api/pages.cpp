// Lists with cursors (contract 1.4).
#include "gateway/api/pages.hpp"

#include "gateway/api/problem_answer.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

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
