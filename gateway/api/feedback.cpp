// Questions of citizens, and what officers answer (contract 2.8, 3.2).
#include "gateway/core/feedback.hpp"

#include "gateway/api/handlers.hpp"
#include "gateway/api/objects.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

using core::Document;

const std::string kind = "feedback";

Document shown(const Document& feedback) {
    return core::shown_feedback(feedback, nullptr);
}

}  // namespace

asio::awaitable<Reply> list_feedback(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = kind;
    filter.agency = call.who.tenant;
    const auto state = value_of(call.query, "state");
    if (!state.empty()) filter.state = state;
    if (auto refusal = read_page(call, filter); refusal) co_return std::move(*refusal);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    auto items = Document::list();
    for (const auto& object : page->items) {
        const auto body = formats::read_json(object.body);
        if (body) items.push(core::shown_feedback(*body, context.parts.calendar));
    }
    co_return Reply(200, page_json(std::move(items), page->next));
}

asio::awaitable<Reply> answer_feedback(Context& context, Call& call) {
    if (auto refusal = check_body(call, call.body, "FeedbackAnswer")) co_return std::move(*refusal);
    ObjectCommand command = [&call](const Document& current, const core::CommandContext& with) {
        return core::answer_feedback(current, call.body, with);
    };
    auto reply = co_await change_object(context, call, kind, std::move(command), 200, shown);
    co_return reply;
}

}  // namespace gw::api
