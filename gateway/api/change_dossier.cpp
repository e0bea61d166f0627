// One command on a stored dossier: read, decide, commit, again when somebody was faster.
#include "gateway/api/effects.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

constexpr int tries_max = 3;

Reply conflict(const Call& call, std::int64_t version) {
    core::Problem problem("version.conflict");
    problem.extra.emplace_back("current_version", std::to_string(version));
    return refuse(call, problem);
}

/// The refusal of If-Match, or nullopt. `named`: set when the caller named a version.
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
    if (*wanted != version) return conflict(call, version);
    return std::nullopt;
}

}  // namespace

asio::awaitable<core::Result<Dossier>> read_dossier(
    Context& context, std::string tenant, std::string code
) {
    Dossier dossier;
    auto found =
        co_await context.parts.store->object("dossier", std::move(tenant), std::move(code));
    if (!found) co_return found.error();
    if (!*found) co_return dossier;
    dossier.found = true;
    dossier.object = std::move(**found);
    // What is stored was within the limits of its call, and may have grown by later calls.
    formats::JsonLimits limits;
    limits.bytes_max = 64 << 20;
    limits.items_max = 100'000;
    auto body = formats::read_json(dossier.object.body, limits);
    if (!body) co_return body.error();
    dossier.body = std::move(*body);
    co_return dossier;
}

asio::awaitable<Reply> change_dossier(
    Context& context, Call& call, Command command, int status, Location location
) {
    auto attachments = co_await attachments_of(context, call.who.tenant, call.body);
    if (!attachments) co_return refuse(call, attachments.error());
    const auto command_with = command_context(context, call, *attachments);
    std::int64_t latest = 0;
    for (int tries = 0; tries < tries_max; ++tries) {
        auto dossier = co_await read_dossier(context, call.who.tenant, call.path[0]);
        if (!dossier) co_return refuse(call, dossier.error());
        if (!dossier->found) co_return refuse(call, "not_found");
        bool named = false;
        if (auto refusal = check_match(call, dossier->object.version, named); refusal)
            co_return std::move(*refusal);
        auto decision = command(dossier->body, command_with);
        if (const auto* problem = std::get_if<core::Problem>(&decision); problem != nullptr)
            co_return refuse(call, *problem);
        auto& change = std::get<core::Change>(decision);
        Reply reply(status, answer_body(change));
        reply.with("ETag", etag(dossier->object.version + 1));
        if (location) reply.with("Location", location(change.answer));
        auto body = formats::write_json(change.dossier);
        auto acceptance = acceptance_of(context, call, change, std::move(body));
        auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
        if (!done.race) co_return std::move(done.reply);
        latest = done.version;
        if (named) co_return conflict(call, latest);
    }
    co_return conflict(call, latest);
}

}  // namespace gw::api
