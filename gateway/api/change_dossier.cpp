// One command on a stored dossier: read, decide, commit, again when somebody was faster.
#include "gateway/api/effects.hpp"
#include "gateway/api/payment_calls.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

namespace gw::api {

namespace {

constexpr int tries_max = 3;

/// Why fees cannot become what `after` says: somebody is paying them as they are.
asio::awaitable<core::Result<std::optional<core::Problem>>> refuse_paying(
    Context& context, std::string tenant, const core::Document& before, const core::Document& after
) {
    const auto touched = core::touched_fees(before, after);
    if (touched.empty()) co_return std::optional<core::Problem>();
    auto slots = co_await read_slots(context, std::move(tenant), touched);
    if (!slots) co_return slots.error();
    co_return core::refuse_occupied(*slots, false);
}

}  // namespace

Reply version_conflict(const Call& call, std::int64_t version) {
    core::Problem problem("version.conflict");
    problem.extra.emplace_back("current_version", std::to_string(version));
    return refuse(call, problem);
}

std::optional<Reply> check_match(const Call& call, std::int64_t version, bool& named) {
    const auto rule = call.route->match;
    if (rule == MatchRule::none) return std::nullopt;
    const auto given = ports::header(call.request.headers, "If-Match");
    if (given.empty()) {
        if (rule == MatchRule::needed) return refuse(call, "version.required");
        return std::nullopt;
    }
    const auto wanted = parse_etag(given);
    if (!wanted) return refuse(call, "request.malformed", "If-Match is not \"VERSION\"");
    if (*wanted == -1) return std::nullopt;
    named = true;
    if (*wanted != version) return version_conflict(call, version);
    return std::nullopt;
}

core::ObjectWrite object_write(
    const Call& call,
    std::string kind,
    std::string id,
    const core::Document& body,
    std::int64_t expected
) {
    core::ObjectWrite write;
    write.expected_version = expected;
    write.object.kind = std::move(kind);
    write.object.agency = call.who.tenant;
    write.object.id = std::move(id);
    write.object.state = body.text_of("state");
    write.object.dossier = body.text_of("dossier_code");
    write.object.body = formats::write_json(body);
    write.object.created_at = write.object.updated_at = call.now;
    return write;
}

asio::awaitable<core::Result<Stored>> read_object(
    Context& context, std::string kind, std::string tenant, std::string id
) {
    Stored stored;
    auto found =
        co_await context.parts.store->object(std::move(kind), std::move(tenant), std::move(id));
    if (!found) co_return found.error();
    if (!*found) co_return stored;
    stored.found = true;
    stored.object = std::move(**found);
    auto body = formats::read_stored(stored.object.body);
    if (!body) co_return body.error();
    stored.body = std::move(*body);
    co_return stored;
}

asio::awaitable<Reply> change_dossier(
    Context& context, Call& call, Command command, int status, Location location, Addition addition
) {
    auto attachments = co_await attachments_of(context, call.who.tenant, call.body);
    if (!attachments) co_return refuse(call, attachments.error());
    auto named_now = co_await know_procedure(context, call, call.body);
    if (!named_now) co_return refuse(call, named_now.error());
    const auto command_with = command_context(context, call, *attachments);
    std::int64_t latest = 0;
    for (int tries = 0; tries < tries_max; ++tries) {
        auto dossier = co_await read_object(context, "dossier", call.who.tenant, call.path[0]);
        if (!dossier) co_return refuse(call, dossier.error());
        if (!dossier->found) co_return refuse(call, "not_found");
        auto known = co_await know_procedure(context, call, dossier->body);
        if (!known) co_return refuse(call, known.error());
        bool named = false;
        if (auto refusal = check_match(call, dossier->object.version, named); refusal)
            co_return std::move(*refusal);
        auto decision = command(dossier->body, command_with);
        if (const auto* problem = std::get_if<core::Problem>(&decision); problem != nullptr)
            co_return refuse(call, *problem);
        auto& change = std::get<core::Change>(decision);
        auto paying =
            co_await refuse_paying(context, call.who.tenant, dossier->body, change.dossier);
        if (!paying) co_return refuse(call, paying.error());
        if (*paying) co_return refuse(call, **paying);
        auto body = formats::write_json(change.dossier);
        Reply reply(status, answer_body(change, body));
        reply.with("ETag", etag(dossier->object.version + 1));
        if (location) reply.with("Location", location(change.answer));
        auto acceptance = acceptance_of(context, call, change, std::move(body), *attachments);
        if (addition) addition(change, acceptance);
        auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
        if (!done.race) co_return std::move(done.reply);
        latest = done.version;
        if (named) co_return version_conflict(call, latest);
    }
    co_return version_conflict(call, latest);
}

}  // namespace gw::api
