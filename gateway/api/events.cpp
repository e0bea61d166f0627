// The event feed with cursor and long poll (contract, section 7; OC-16).
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/feed_json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

constexpr std::string_view mark = "f1:";

std::string feed_cursor(std::int64_t seq) {
    return crypto::to_base64url(std::string(mark) + std::to_string(seq));
}

std::optional<std::int64_t> read_cursor(std::string_view cursor) {
    const auto text = crypto::from_base64(cursor);
    if (!text || !text->starts_with(mark)) return std::nullopt;
    const auto seq = to_number(std::string_view(*text).substr(mark.size()));
    if (!seq || *seq > 1ULL << 62) return std::nullopt;
    return static_cast<std::int64_t>(*seq);
}

struct Wanted {
    Wanted() = default;
    std::int64_t after = 0;
    bool from_now = false, from_begin = false;
    int limit = 100;
    std::vector<std::string> types;
    core::Instant until{};
};

std::optional<Reply> read_wanted(const Context& context, const Call& call, Wanted& wanted) {
    const auto after = value_of(call.query, "after");
    wanted.from_now = after.empty();
    wanted.from_begin = after == "begin";
    if (!wanted.from_now && !wanted.from_begin) {
        const auto seq = read_cursor(after);
        if (!seq) return refuse(call, "request.parameter", "after is not a cursor of this feed");
        wanted.after = *seq;
    }
    const auto limit = limit_of(call.query);
    if (!limit) return refuse(call, "request.parameter", "limit is 1 to 500");
    wanted.limit = *limit;
    wanted.types = split(value_of(call.query, "types"), ',');
    const auto wait = value_of(call.query, "wait");
    const auto seconds = wait.empty() ? std::optional<std::uint64_t>(0) : to_number(wait);
    if (!seconds) return refuse(call, "request.parameter", "wait is a number of seconds");
    const auto most = context.options().long_poll_max;
    const auto asked =
        core::Duration(static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds, 3'600)) * 1'000);
    wanted.until = call.now + std::min(most, asked);
    return std::nullopt;
}

/// `{"items":[…],"next":"…","has_more":false}`; items are the webhook bodies byte by byte.
std::string feed_body(const ports::FeedPage& page, std::int64_t next) {
    std::string body = "{\"items\":[";
    bool first = true;
    for (const auto& item : page.items) {
        if (!first) body += ',';
        first = false;
        body += engine::event_json(item);
    }
    body.append("],\"next\":\"").append(feed_cursor(next)).append("\",\"has_more\":");
    body.append(page.has_more ? "true" : "false").append("}");
    return body;
}

Reply gone(const Call& call, std::int64_t oldest) {
    core::Problem problem("gone");
    problem.extra.emplace_back("oldest_cursor", feed_cursor(std::max<std::int64_t>(oldest - 1, 0)));
    return refuse(call, problem);
}

/// Of this feed no answer ever named it: the gateway was put back to an older state.
asio::awaitable<core::Result<bool>> is_ahead(
    Context& context, const Call& call, const ports::FeedPage& page, std::int64_t after
) {
    if (after == 0 || !page.items.empty() || page.next > after) co_return false;
    auto end = co_await context.parts.store->feed_end(call.who.tenant);
    if (!end) co_return end.error();
    co_return after > *end;
}

}  // namespace

asio::awaitable<Reply> list_events(Context& context, Call& call) {
    Wanted wanted;
    if (auto refusal = read_wanted(context, call, wanted); refusal) co_return std::move(*refusal);
    auto& store = *context.parts.store;
    if (wanted.from_now) {
        auto end = co_await store.feed_end(call.who.tenant);
        if (!end) co_return refuse(call, end.error());
        wanted.after = *end;
    }
    bool first_look = !wanted.from_now;
    while (true) {
        auto page = co_await store.feed(call.who.tenant, wanted.after, wanted.limit, wanted.types);
        if (!page) co_return refuse(call, page.error());
        // 0 is the cursor of an empty feed: nothing can be missing before it.
        const bool too_old = wanted.after > 0 && page->oldest > wanted.after + 1;
        if (too_old) co_return gone(call, page->oldest);
        if (first_look) {
            auto ahead = co_await is_ahead(context, call, *page, wanted.after);
            if (!ahead) co_return refuse(call, ahead.error());
            if (*ahead) co_return gone(call, page->oldest);
        }
        first_look = false;
        wanted.after = std::max(wanted.after, page->next);
        const bool answer_now = !page->items.empty() || page->has_more || context.draining;
        if (answer_now || context.now() >= wanted.until)
            co_return Reply(200, feed_body(*page, wanted.after));
        const auto next_look = std::min(wanted.until, context.now() + context.options().poll_step);
        co_await context.parts.clock->sleep_until(next_look);
    }
}

}  // namespace gw::api
