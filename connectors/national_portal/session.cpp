// The conversation before the first call.
#include "connectors/national_portal/session.hpp"

#include "connectors/kit/outcome.hpp"
#include "connectors/kit/peer.hpp"
#include "connectors/kit/text.hpp"
#include "connectors/national_portal/codec.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/mapping/answers.hpp"

#include <charconv>

namespace gw::national_portal {
namespace {

using connector_kit::Seen;
using connector_kit::Session;
using core::Advice;
using core::Blame;
using core::Document;

core::Error refused(const Options& options) {
    return core::Error(
        Advice::retry,
        Blame::ours,
        options.partner + ".credential",
        "Đối tác từ chối đăng nhập. Kiểm tra tài khoản và mật khẩu đã cấu hình."
    );
}

core::Error failed(const Options& options, std::string_view seen, std::string_view sentence) {
    return core::Error(
        Advice::retry,
        Blame::partner,
        options.partner + ".log_in_" + std::string(seen),
        std::string(sentence)
    );
}

ports::HttpRequest bus_token_request(const Options& o) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = connector_kit::join_url(o.url, o.token_endpoint);
    request.body = "grant_type=client_credentials";
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back(
        "Authorization", "Basic " + crypto::to_base64(o.client_id + ":" + o.client_secret)
    );
    if (o.token_style == "B") request.headers.emplace_back("lgspaccesstoken", bus_access_token(o));
    return request;
}

core::Result<Session> read_token(const Options& o, const Document& body, core::Instant now) {
    const Document* data = body.find("data");
    const Document& from = data != nullptr && data->is_object() ? *data : body;
    Session session;
    session.value = from.text_of("access_token", from.text_of("token"));
    if (session.value.empty()) return refused(o);
    std::int64_t seconds = 3600;  // NP-2: when not stated
    const std::string stated = from.text_of("expires_in");
    std::from_chars(stated.data(), stated.data() + stated.size(), seconds);
    session.trusted_until = now + std::chrono::seconds(std::max<std::int64_t>(seconds - 60, 1));
    return session;
}

core::Result<Session> read_session(
    const Options& o, const mapping::Answers& answers, const Document& body, core::Instant now
) {
    Session session;
    const Document* value = body.find_ignoring_case("session");
    if (value == nullptr)
        if (const Document* held = body.find_ignoring_case("result"))
            value = held->is_object() ? held->find_ignoring_case("session") : nullptr;
    if (value != nullptr && value->is_text()) session.value = value->as_text();
    const std::string code = mapping::normalise_code(body.text_of("error_code", "0"));
    if (session.value.empty() || code != "0") {
        const auto meaning = answers.classify("login", code, body.text_of("message")).meaning;
        if (meaning == mapping::ReplyClass::retry || meaning == mapping::ReplyClass::throttled)
            return failed(o, "busy", connector_kit::sentence_vi(Seen::busy));
        return refused(o);
    }
    session.trusted_until = now + o.session_ttl;
    return session;
}

}  // namespace

std::string bus_access_token(const Options& o) {
    Document json = Document::object();
    json.set("AccessKey", Document::text(o.access_key));
    json.set("SecretKey", Document::text(o.secret_key));
    json.set("AppName", Document::text(o.app_name));
    json.set("PartnerCode", Document::text(o.partner_code));
    json.set("PartnerCodeCus", Document::text(o.partner_code_cus));
    return crypto::to_base64(formats::write_json(json));
}

ports::HttpRequest log_in_request(const Options& o) {
    ports::HttpRequest request;
    if (o.transport == Transport::bus) {
        request = bus_token_request(o);
    } else {
        Document body = Document::object();
        body.set("username", Document::text(o.username));
        body.set("password", Document::text(o.password));
        request = adapter_request(o, o.auth_endpoint, formats::write_json(body));
    }
    request.connect_max = o.connect_max;
    request.total_max = o.login_max;
    request.answer_bytes_max = 1 << 16;
    return request;
}

core::Result<Session> read_log_in(
    const Options& o,
    const mapping::Answers& answers,
    const ports::HttpResult& result,
    core::Instant now
) {
    const Seen seen = connector_kit::observe(result);
    if (seen == Seen::unauthorised || seen == Seen::refused) return refused(o);
    if (seen == Seen::not_sent && connector_kit::is_unknown_certificate(result.failure))
        return core::Error(
            Advice::retry,
            Blame::partner,
            o.partner + std::string(connector_kit::unknown_certificate_code),
            std::string(connector_kit::unknown_certificate_vi)
        );
    if (seen != Seen::readable) {
        core::Error e = failed(o, connector_kit::to_word(seen), connector_kit::sentence_vi(seen));
        if (connector_kit::is_ours(seen))
            e = core::Error(
                Advice::retry,
                Blame::ours,
                o.partner + ".configuration",
                std::string(connector_kit::sentence_vi(seen))
            );
        if (seen == Seen::throttled) e.retry_after = connector_kit::retry_after(result.response);
        return e;
    }
    const auto body = formats::read_json(result.response.body);
    if (!body || !body->is_object())
        return failed(o, "unreadable", connector_kit::sentence_vi(Seen::unreadable));
    if (o.transport == Transport::bus) return read_token(o, *body, now);
    return read_session(o, answers, *body, now);
}

std::vector<std::string> secrets_of(const Options& o, const Session& session) {
    return {session.value, o.password, o.client_secret, o.secret_key, bus_access_token(o)};
}

}  // namespace gw::national_portal
