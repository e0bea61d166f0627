// Access tokens (opaque, ten minutes) and the assertions that buy them.
#include "gateway/access/tokens.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <cstring>

namespace gw::access {

namespace {

core::Error refused(std::string what) {
    return core::give_up("token.assertion", std::move(what));
}

/// Payload of a compact JWS, unverified: only to find out whose key checks it.
core::Result<core::Document> peek_claims(std::string_view token) {
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.size() > 8'192) return refused("not a JWT");
    const auto payload = crypto::from_base64(token.substr(first + 1, second - first - 1));
    if (!payload) return refused("not a JWT");
    auto claims = formats::read_json(*payload);
    if (!claims || !claims->is_object()) return refused("payload is not JSON");
    return std::move(*claims);
}

bool names_audience(const core::Document* aud, const std::vector<std::string>& audiences) {
    if (aud == nullptr) return false;
    const auto known = [&](const core::Document& d) {
        return d.is_text() &&
               std::find(audiences.begin(), audiences.end(), d.as_text()) != audiences.end();
    };
    if (aud->is_list()) return std::any_of(aud->items().begin(), aud->items().end(), known);
    return known(*aud);
}

/// Claims exp, iat and nbf in whole seconds. nullopt: fine; else what is wrong.
std::optional<std::string> wrong_time(
    const core::Document& claims, const TokenOptions& options, core::Instant now
) {
    const auto* exp = claims.find("exp");
    const auto end = exp == nullptr ? std::nullopt : exp->as_integer();
    // Beyond this, seconds * 1000 would leave 64 bits.
    constexpr std::int64_t seconds_max = 100'000'000'000;
    if (!end || *end < 0 || *end > seconds_max) return "exp";
    const auto until = core::from_ms(*end * 1'000);
    if (until + options.skew <= now) return "exp: over";
    if (until > now + options.assertion_life_max + options.skew) return "exp: too far away";
    for (const auto* name : {"nbf", "iat"}) {
        const auto* at = claims.find(name);
        if (at == nullptr) continue;
        const auto from = at->as_integer();
        if (!from || *from < 0 || *from > seconds_max) return name;
        if (core::from_ms(*from * 1'000) > now + options.skew)
            return std::string(name) + ": future";
    }
    return std::nullopt;
}

}  // namespace

std::size_t Tokens::DigestHash::operator()(const core::Digest& d) const noexcept {
    std::size_t h = 0;
    std::memcpy(&h, d.data(), sizeof h);
    return h;
}

Tokens::Tokens(const Clients& clients, TokenOptions options)
    : clients_(clients), options_(std::move(options)) {}

core::Result<const Client*> Tokens::check_assertion(std::string_view assertion, core::Instant now) {
    auto peeked = peek_claims(assertion);
    if (!peeked) return peeked.error();
    const auto* client = clients_.find(peeked->text_of("iss"));
    if (client == nullptr) return refused("iss: no such client");
    const auto payload = crypto::verify_jwt(assertion, client->key);
    if (!payload) return refused(payload.error().code);
    const auto claims = formats::read_json(*payload);
    if (!claims) return refused("payload");
    if (claims->text_of("iss") != client->id || claims->text_of("sub") != client->id)
        return refused("iss and sub must be the client id");
    if (!names_audience(claims->find("aud"), options_.audiences))
        return refused("aud is not this token endpoint");
    if (auto wrong = wrong_time(*claims, options_, now)) return refused(*wrong);
    auto jti = claims->text_of("jti");
    if (jti.empty() || jti.size() > 255) return refused("jti");
    const auto until = core::from_ms(*claims->find("exp")->as_integer() * 1'000) + options_.skew;
    auto fresh = remember(shares_[client->id], std::move(jti), until, now);
    if (!fresh) return fresh.error();
    return client;
}

std::size_t Tokens::share_of(std::size_t all) const {
    return std::max<std::size_t>(1, all / std::max<std::size_t>(1, clients_.size()));
}

core::Result<void> Tokens::remember(
    Share& share, std::string jti, core::Instant until, core::Instant now
) {
    const auto most = share_of(options_.assertions_max);
    if (share.seen.size() >= most)
        std::erase_if(share.seen, [&](const auto& entry) { return entry.second <= now; });
    if (const auto found = share.seen.find(jti); found != share.seen.end() && found->second > now)
        return core::give_up("token.replayed", "jti was used before");
    // Forgetting a live jti would open the door to its replay, so a full memory refuses.
    if (share.seen.size() >= most)
        return core::give_up("token.replayed", "too many assertions of this client are alive");
    share.seen.insert_or_assign(std::move(jti), until);
    return {};
}

core::Result<IssuedToken> Tokens::exchange(
    std::string_view assertion, std::string_view wanted, core::Instant now
) {
    auto checked = check_assertion(assertion, now);
    if (!checked) return checked.error();
    const Client* client = *checked;
    auto scopes = client->scopes;
    if (!wanted.empty()) {
        const auto asked = scopes_from_words(wanted);
        if (!asked || (*asked & ~client->scopes) != 0 || *asked == scope::none)
            return core::give_up("token.scope", "scope is not granted to this client");
        scopes = *asked;
    }
    auto& share = shares_[client->id];
    make_room(share, now);
    IssuedToken issued;
    issued.token = crypto::to_base64url(crypto::random_bytes(32));
    issued.life = options_.token_life;
    issued.scopes = scopes;
    Grant grant;
    grant.client = client;
    grant.scopes = scopes;
    grant.until = now + options_.token_life;
    const auto digest = crypto::sha256(issued.token);
    grants_.emplace(digest, grant);
    share.by_end.emplace(grant.until, digest);
    return issued;
}

void Tokens::make_room(Share& share, core::Instant now) {
    const auto most = share_of(options_.tokens_max);
    auto& all = share.by_end;
    while (!all.empty() && (all.begin()->first <= now || all.size() >= most)) {
        grants_.erase(all.begin()->second);
        all.erase(all.begin());
    }
}

core::Result<Identity> Tokens::identify(std::string_view token, core::Instant now) {
    // Looked up by digest: neither the table nor the time taken tells anything about a token.
    const auto found = grants_.find(crypto::sha256(token));
    if (found == grants_.end()) return core::give_up("token.unknown", "no such token");
    if (found->second.until <= now) return core::give_up("token.expired", "token is over");
    Identity who;
    who.client = found->second.client->id;
    who.tenant = found->second.client->tenant;
    who.scopes = found->second.scopes;
    return who;
}

core::Result<std::string> Tokens::officer(
    const Identity& who, std::string_view token, core::Instant now
) const {
    const auto refused_actor = [](std::string what) {
        return core::give_up("token.actor", std::move(what));
    };
    const auto* client = clients_.find(who.client);
    if (client == nullptr) return refused_actor("client");
    const auto& key = client->actor_key ? *client->actor_key : client->key;
    const auto payload = crypto::verify_jwt(token, key);
    if (!payload) return refused_actor(payload.error().code);
    const auto claims = formats::read_json(*payload);
    if (!claims || !claims->is_object()) return refused_actor("payload");
    if (!names_audience(claims->find("aud"), options_.audiences)) return refused_actor("aud");
    if (auto wrong = wrong_time(*claims, options_, now)) return refused_actor(*wrong);
    auto officer = claims->text_of("sub");
    if (!is_actor(officer) || officer.starts_with("system:")) return refused_actor("sub");
    return officer;
}

bool is_actor(std::string_view text) {
    constexpr std::string_view job = "system:";
    if (text.size() > 64) return false;
    if (text.starts_with(job)) text.remove_prefix(job.size());
    const auto fits = [](char c) { return c > ' ' && c < '\x7f' && c != ':'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace gw::access
