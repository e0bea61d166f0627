// Tokens of the Zalo account.
#include "connectors/zalo/tokens.hpp"

#include "connectors/kit/text.hpp"
#include "connectors/kit/transport.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <charconv>

namespace gw::zalo {

namespace {

using connector_kit::Session;
using core::Advice;
using core::Blame;
using core::Document;

constexpr core::Duration pause{60'000}, log_in_max{20'000};

core::Error authorise_again(const Options& o) {
    ports::log::error("zalo.authorise_again", {{"partner", ports::log::Word(o.partner)}});
    return core::Error(
        Advice::retry,
        Blame::ours,
        "zalo.authorise_again",
        "Mã làm mới của tài khoản Zalo không dùng được nữa. Cấp quyền lại và thay refresh_token."
    );
}

core::Object object_of(const Options& o, const TokenPair& pair, core::Instant now) {
    Document body = Document::object();
    body.set("access", Document::text(pair.access));
    body.set("refresh", Document::text(pair.refresh));
    body.set("seed", Document::text(pair.seed));
    body.set("got_at", Document::text(core::to_rfc3339(pair.got_at)));
    body.set("access_until", Document::text(core::to_rfc3339(pair.access_until)));
    core::Object object;
    object.kind = "token_pair";
    object.id = o.partner;
    object.state = "ready";
    object.body = formats::write_json(body);
    object.created_at = object.updated_at = now;
    return object;
}

/// 80 % of the life that was stated.
core::Instant trusted_until(const TokenPair& pair) {
    return pair.got_at + (pair.access_until - pair.got_at) * 4 / 5;
}

}  // namespace

Tokens::Tokens(connector_kit::Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      sessions_(*parts_.clock, *this, pause) {}

void Tokens::refused(const Session& session) {
    refused_ = session.value;
    sessions_.refused(session.generation);
}

ports::Async<TokenPair> Tokens::read() {
    auto object = co_await parts_.store->object("token_pair", "", options_.partner);
    if (!object) co_return object.error();
    TokenPair pair;
    const std::string seed = crypto::to_hex(crypto::sha256(options_.refresh_token));
    if (*object) {
        pair.version = (*object)->version;
        const auto body = formats::read_json((*object)->body);
        if (body && body->text_of("seed") == seed) {
            pair.access = body->text_of("access");
            pair.refresh = body->text_of("refresh");
            pair.got_at = core::parse_rfc3339(body->text_of("got_at")).value_or(core::Instant());
            pair.access_until =
                core::parse_rfc3339(body->text_of("access_until")).value_or(core::Instant());
        }
    }
    pair.seed = seed;
    if (pair.refresh.empty()) pair.refresh = options_.refresh_token;
    co_return pair;
}

ports::Async<TokenPair> Tokens::store(TokenPair pair) {
    const core::Instant now = parts_.clock->now();
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = options_.partner;
    message.kind = "token";
    message.received_at = now;
    message.body = std::make_shared<const std::string>("{}");  // no token in what is shown
    message.digest = crypto::sha256(*message.body);
    core::ObjectWrite write;
    write.object = object_of(options_, pair, now);
    write.expected_version = pair.version;
    acceptance.objects.push_back(std::move(write));
    acceptance.needed = true;  // the one before it is used up
    auto accepted = co_await parts_.store->accept(std::move(acceptance));
    if (!accepted) co_return accepted.error();
    ++pair.version;
    co_return pair;
}

ports::Async<TokenPair> Tokens::refresh(TokenPair pair) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = options_.token_url;
    request.body =
        "app_id=" + connector_kit::percent_encode(options_.app_id) +
        "&grant_type=refresh_token&refresh_token=" + connector_kit::percent_encode(pair.refresh);
    request.headers.emplace_back("secret_key", options_.app_secret);
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.connect_max = options_.connect_max;
    request.total_max = log_in_max;
    request.answer_bytes_max = 1 << 16;
    const auto result = co_await parts_.http->send(std::move(request));
    const auto seen = connector_kit::observe(result);
    const auto body = formats::read_json(result.response.body);
    const bool said = result.ok && body && body->is_object();
    const std::string access = said ? body->text_of("access_token") : std::string();
    const std::string fresh = said ? body->text_of("refresh_token") : std::string();
    if (access.empty() || fresh.empty()) {
        const bool refused = said && !body->text_of("error").empty();
        if (refused || seen == connector_kit::Seen::unauthorised)
            co_return authorise_again(options_);
        co_return core::Error(
            Advice::retry,
            Blame::partner,
            "zalo.log_in_" + std::string(to_word(seen)),
            std::string(connector_kit::sentence_vi(seen))
        );
    }
    std::int64_t seconds = 3'600;
    const std::string stated = body->text_of("expires_in");
    std::from_chars(stated.data(), stated.data() + stated.size(), seconds);
    pair.access = access;
    pair.refresh = fresh;
    pair.got_at = parts_.clock->now();
    pair.access_until =
        pair.got_at + std::chrono::seconds(std::clamp<std::int64_t>(seconds, 10, 90 * 86'400));
    unsaved_ = std::move(pair);
    auto stored = co_await save();
    co_return stored;
}

/// Stored before anybody uses it: a crash from then on loses nothing.
ports::Async<TokenPair> Tokens::save() {
    auto stored = co_await store(*unsaved_);
    if (stored || stored.error().advice != Advice::retry) unsaved_.reset();
    if (!stored)
        ports::log::error(
            "zalo.tokens_not_stored", {{"partner", ports::log::Word(options_.partner)}}
        );
    co_return stored;
}

ports::Async<Session> Tokens::log_in() {
    if (unsaved_) {  // the token that is stored was used up for this pair
        auto saved = co_await save();
        if (!saved) co_return saved.error();
    }
    auto pair = co_await read();
    if (!pair) co_return pair.error();
    const core::Instant now = parts_.clock->now();
    const bool good =
        !pair->access.empty() && pair->access != refused_ && now < trusted_until(*pair);
    if (!good) {
        TokenPair old = std::move(*pair);
        auto next = co_await refresh(std::move(old));
        if (!next) co_return next.error();
        pair = std::move(next);
    }
    Session session;
    session.value = pair->access;
    session.trusted_until = trusted_until(*pair);
    co_return session;
}

}  // namespace gw::zalo
