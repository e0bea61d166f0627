// Commands on objects that have their own life beside the dossier.
#include "gateway/api/objects.hpp"

#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {
constexpr int races_max = 5;
}

asio::awaitable<Commit> commit_change(
    Context& context, const Call& call, core::Object before, core::ObjectChange change, Reply reply
) {
    engine::ChangeNote note;
    note.agency = call.who.tenant;
    note.actor = call.who.actor();
    note.now = call.now;
    note.plan = &context.parts.plan;
    note.notice = &context.parts.notice;
    ports::Acceptance acceptance;
    engine::add_change(acceptance, before, std::move(change), note);
    acceptance.audit.push_back(audit_row(call, before.kind + "/" + before.id));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    co_return done;
}

asio::awaitable<Reply> change_object(
    Context& context,
    Call& call,
    std::string kind,
    ObjectCommand command,
    int status,
    core::Document (*shown)(const core::Document&)
) {
    for (int race = 0; race < races_max; ++race) {
        auto stored = co_await read_object(context, kind, call.who.tenant, call.path[0]);
        if (!stored) co_return refuse(call, stored.error());
        if (!stored->found) co_return refuse(call, "not_found");
        const Attachments none;
        const auto with = command_context(context, call, none);
        auto decision = command(stored->body, with);
        if (auto* problem = std::get_if<core::Problem>(&decision)) co_return refuse(call, *problem);
        auto& change = std::get<core::ObjectChange>(decision);
        const core::Document& after = change.body ? *change.body : stored->body;
        Reply reply(status, formats::write_json(shown(after)));
        auto done = co_await commit_change(
            context, call, std::move(stored->object), std::move(change), std::move(reply)
        );
        if (!done.race) co_return std::move(done.reply);
    }
    co_return refuse(call, "overloaded");
}

asio::awaitable<Reply> show_object(
    Context& context, Call& call, std::string kind, core::Document (*shown)(const core::Document&)
) {
    auto stored = co_await read_object(context, std::move(kind), call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    Reply reply(200, formats::write_json(shown(stored->body)));
    reply.with("ETag", etag(stored->object.version));
    co_return reply;
}

}  // namespace gw::api
