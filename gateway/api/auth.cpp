// Who calls: bearer tokens, officers, and the token endpoint.
#include "gateway/api/auth.hpp"

#include "gateway/api/problem_answer.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

namespace gw::api {

namespace {

constexpr std::string_view assertion_type =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

std::string_view bearer(const ports::Headers& headers) {
    constexpr std::string_view scheme = "bearer ";
    const auto value = ports::header(headers, "Authorization");
    if (value.size() <= scheme.size()) return {};
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if ((value[i] | 0x20) != (scheme[i] | 0x20)) return {};
    return value.substr(scheme.size());
}

void become_admin(Call& call) {
    call.who.admin = true;
    call.who.client = "admin";
    call.who.scopes = access::scope::all;
    const auto named = ports::header(call.request.headers, "LT-Actor");
    if (access::is_actor(named)) call.who.officer = named;
}

/// Who cannot prove itself again and again is put off before it is told why.
Reply unproved(Context& context, const Call& call, Reply otherwise) {
    const auto wait = context.limits.failure(call.request.remote, call.now);
    return wait ? refuse_rate(call, *wait) : otherwise;
}

Reply unauthenticated(Context& context, const Call& call, std::string_view what) {
    return unproved(context, call, refuse(call, "auth.unauthenticated", what));
}

/// LT-Actor-Token or LT-Actor (OC-8).
std::optional<Reply> find_officer(Context& context, Call& call) {
    auto& tokens = *context.parts.tokens;
    const auto signed_actor = ports::header(call.request.headers, "LT-Actor-Token");
    if (!signed_actor.empty()) {
        auto officer = tokens.officer(call.who, signed_actor, call.now);
        if (!officer)
            return unauthenticated(context, call, "LT-Actor-Token: " + officer.error().what);
        call.who.officer = std::move(*officer);
        return std::nullopt;
    }
    const auto plain = ports::header(call.request.headers, "LT-Actor");
    if (plain.empty()) return std::nullopt;
    if (!access::is_actor(plain)) return refuse(call, "request.malformed", "LT-Actor");
    const auto* client = tokens.client(call.who.client);
    if (client != nullptr && client->actor_token_required && !plain.starts_with("system:"))
        return refuse(call, "auth.actor_missing", "LT-Actor-Token is required");
    call.who.officer = plain;
    return std::nullopt;
}

Reply oauth_error(int status, std::string_view code, std::string_view what) {
    auto body = core::Document::object();
    body.set("error", core::Document::text(std::string(code)));
    body.set("error_description", core::Document::text(std::string(what)));
    Reply reply(status, formats::write_json(body));
    reply.code = code;
    return reply;
}

Reply oauth_error(const core::Error& error) {
    if (error.code == "token.scope") return oauth_error(400, "invalid_scope", error.what);
    ports::log::warning("token.refused", {{"code", ports::log::Word(error.code)}});
    return oauth_error(401, "invalid_client", error.what);
}

}  // namespace

std::optional<Reply> authenticate(Context& context, Call& call) {
    const auto& route = *call.route;
    if (route.door == Door::open) return std::nullopt;
    const bool on_socket = call.request.remote == "unix";
    if (route.door == Door::admin) {
        if (!on_socket) return refuse(call, "not_found");
        become_admin(call);
        return std::nullopt;
    }
    if (route.door == Door::token_or_admin && on_socket) {
        become_admin(call);
        return std::nullopt;
    }
    const auto token = bearer(call.request.headers);
    if (token.empty() || token.size() > 512)
        return unauthenticated(context, call, "no bearer token");
    auto who = context.parts.tokens->identify(token, call.now);
    if (!who) return unauthenticated(context, call, who.error().what);
    call.who = std::move(*who);
    if (const auto wait = context.limits.call(call.who.client, call.now))
        return refuse_rate(call, *wait);
    if (route.scopes != 0 && (route.scopes & call.who.scopes) == 0)
        return refuse(call, "auth.forbidden", "needs scope " + access::to_words(route.scopes));
    if (auto refusal = find_officer(context, call)) return refusal;
    if (route.person && !call.who.has_person()) return refuse(call, "auth.actor_missing");
    return std::nullopt;
}

asio::awaitable<Reply> issue_token(Context& context, Call& call) {
    const auto form = parse_query(*call.raw);
    if (!form) co_return oauth_error(400, "invalid_request", "the form cannot be read");
    if (value_of(*form, "grant_type") != "client_credentials")
        co_return oauth_error(400, "unsupported_grant_type", "only client_credentials");
    if (value_of(*form, "client_assertion_type") != assertion_type)
        co_return oauth_error(400, "invalid_request", "client_assertion_type must be jwt-bearer");
    const auto assertion = value_of(*form, "client_assertion");
    if (assertion.empty()) co_return oauth_error(401, "invalid_client", "no client_assertion");
    // A signature costs time to check, so a bad neighbour waits before it, not after it.
    if (const auto wait = context.limits.trial(call.request.remote, call.now))
        co_return refuse_rate(call, *wait);
    const auto issued =
        context.parts.tokens->exchange(assertion, value_of(*form, "scope"), call.now);
    if (!issued) co_return unproved(context, call, oauth_error(issued.error()));
    auto body = core::Document::object();
    body.set("access_token", core::Document::text(issued->token));
    body.set("token_type", core::Document::text("Bearer"));
    body.set("expires_in", core::Document::number(issued->life.count() / 1'000));
    body.set("scope", core::Document::text(access::to_words(issued->scopes)));
    Reply reply(200, formats::write_json(body));
    reply.with("Pragma", "no-cache");
    co_return reply;
}

}  // namespace gw::api
