// What waits for a partner, leg by leg, those first that only a person can help.
#include "gateway/api/handlers.hpp"
#include "gateway/api/leg_json.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;
using core::LegState;

/// The word of the query; all that are not finished when it is "".
std::optional<std::vector<LegState>> states_of(std::string_view word) {
    static const std::vector<LegState> waiting = {
        LegState::blocked,
        LegState::dead,
        LegState::unknown,
        LegState::retry,
        LegState::sending,
        LegState::ready};
    if (word.empty()) return waiting;
    for (const LegState state : waiting)
        if (core::to_word(state) == word) return std::vector<LegState>{state};
    return std::nullopt;
}

bool is_partner(const Context& context, const std::string& name) {
    if (!context.parts.partners) return false;
    const auto partners = context.parts.partners();
    return std::any_of(partners.begin(), partners.end(), [&](const PartnerInfo& p) {
        return p.partner == name;
    });
}

}  // namespace

asio::awaitable<Reply> admin_queue(Context& context, Call& call) {
    const auto partner = call.path[0];
    if (!is_partner(context, partner)) co_return refuse(call, "not_found");
    const auto states = states_of(value_of(call.query, "state"));
    const auto limit = limit_of(call.query);
    if (!states || !limit)
        co_return refuse(
            call,
            "request.parameter",
            "state is blocked, dead, unknown, retry, sending or ready; limit is 1 to 500"
        );
    auto list = Document::list();
    for (const LegState state : *states) {
        const int left = *limit - static_cast<int>(list.size());
        if (left <= 0) break;
        auto legs = co_await context.parts.store->legs_in(partner, state, left);
        if (!legs) co_return refuse(call, legs.error());
        for (const auto& view : *legs) list.push(leg_json(view));
    }
    auto body = Document::object();
    body.set("partner", Document::text(partner));
    body.set("items", std::move(list));
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
