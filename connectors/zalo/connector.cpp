// Zalo's notification service at work.
#include "connectors/zalo/connector.hpp"

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/outcome.hpp"
#include "connectors/kit/payments.hpp"
#include "connectors/kit/transport.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

namespace gw::zalo {

namespace {

using connector_kit::Seen;
using core::Advice;
using core::Document;
using mapping::ReplyClass;

constexpr std::string_view service = "message/template";

bool token_refused(const connector_kit::Parts& parts, const ports::HttpResult& result) {
    const auto answer = read_answer(result.response.body);
    return answer && parts.answers.classify(service, answer->error, answer->message).meaning ==
                         ReplyClass::reauth;
}

ports::InAnswer plain(int status) {
    ports::InAnswer answer;
    answer.status = status;
    answer.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    answer.body = "{}";
    return answer;
}

/// A definite answer that the text did not go: the notice takes its next channel.
Document failed(const Document& notice, const connector_kit::Verdict& verdict) {
    return connector_kit::notice_says(
        notice, "failed", verdict.flag.empty() ? "unmapped" : verdict.flag
    );
}

}  // namespace

core::Result<Document> meaning_of(
    const connector_kit::Parts& parts, const ports::HttpResult& result, const Document& notice
) {
    const Seen seen = connector_kit::observe(result);
    if (seen == Seen::not_sent || seen == Seen::our_certificate) {
        auto error = connector_kit::error_of(connector_kit::verdict_of_transport(
            parts.partner, seen, connector_kit::Kind::once, result
        ));
        error.advice = Advice::retry;
        return error;
    }
    const bool broken = !result.ok || result.response.status >= 500;
    const auto answer = broken ? std::optional<Answer>() : read_answer(result.response.body);
    if (!answer) return connector_kit::notice_says(notice, "unknown", std::string(to_word(seen)));
    const auto verdict = connector_kit::verdict_of_reply(
        parts.partner, parts.answers, service, answer->error, answer->message
    );
    if (verdict.meaning == ReplyClass::reauth) return connector_kit::error_of(verdict);
    Document says;
    if (verdict.meaning == ReplyClass::ok || verdict.meaning == ReplyClass::already)
        says = connector_kit::notice_says(notice, "submitted");
    else if (verdict.meaning == ReplyClass::unknown_outcome)
        says = connector_kit::notice_says(notice, "unknown", "provider_unknown");
    else
        says = failed(notice, verdict);
    if (verdict.flag == connector_kit::no_balance) connector_kit::warn_no_balance(parts.partner);
    says.set("code", Document::text(answer->error));
    if (!answer->message_id.empty()) says.set("provider_id", Document::text(answer->message_id));
    if (says.text_of("state") == "failed") says.set("text", Document::text(answer->message));
    return says;
}

Account::Account(connector_kit::Parts parts, Options options)
    : parts_(parts), options_(options), tokens_(std::move(parts), std::move(options)) {}

ports::Async<ports::HttpResult> Account::call(ports::HttpRequest request) {
    ports::HttpResult result;
    for (int round = 0; round < 2; ++round) {
        const auto session = co_await tokens_.get();
        if (!session) co_return session.error();
        ports::HttpRequest with_token = request;
        with_token.headers.emplace_back("access_token", session->value);
        result = co_await parts_.http->send(std::move(with_token));
        if (!token_refused(parts_, result)) break;
        tokens_.refused(*session);
    }
    co_return result;
}

core::Result<ports::Prepared> ZnsSink::prepare(const core::Claim& claim, core::Instant now) const {
    const auto notice = connector_kit::snapshot_part(claim, "notice", "zalo");
    if (!notice) return notice.error();
    if (auto night = connector_kit::waits_for_morning(*notice, now)) return *night;
    ports::Prepared prepared;
    prepared.bytes = send_body(*notice);
    prepared.digest = crypto::sha256(prepared.bytes);
    return prepared;
}

ports::Async<core::Receipt> ZnsSink::send(ports::Prepared prepared, const core::Claim& about) {
    const auto& parts = account_->parts();
    const auto notice = connector_kit::snapshot_part(about, "notice", "zalo");
    if (!notice) co_return notice.error();
    if (connector_kit::is_over(*notice, parts.clock->now())) {
        auto ended = co_await connector_kit::end_overdue(parts, *notice);
        co_return ended;
    }
    auto request = send_request(account_->options(), std::move(prepared.bytes));
    request.total_max = parts.time_of(operations().front());
    auto result = co_await account_->call(std::move(request));
    if (!result) co_return result.error();
    auto says = meaning_of(parts, *result, *notice);
    if (!says) co_return says.error();
    std::string answer = connector_kit::evidence(result->response.body);
    auto ended =
        co_await connector_kit::end_with(parts, "send", std::move(*says), std::move(answer));
    co_return ended;
}

ports::Async<core::Enquiry> ZnsSink::enquire(const core::Claim& about) {
    const auto& parts = account_->parts();
    if (about.state == core::LegState::unknown) {
        auto ended = co_await connector_kit::end_unknown(parts, "send", about);  // until an event
        co_return ended;
    }
    auto request = status_request(account_->options(), "none");
    auto result = co_await account_->call(std::move(request));
    if (!result) co_return result.error();
    co_return connector_kit::reached(parts, *result);
}

ports::asio::awaitable<ports::InAnswer> Events::receive(
    ports::InRequest request, ports::Intake& intake
) {
    static_cast<void>(intake);
    const auto& parts = account_->parts();
    const core::Instant now = parts.clock->now();
    const auto event = read_event(account_->options(), request, now);
    if (!event) {
        ports::log::warning(
            "inbound.refused",
            {{"partner", ports::log::Word(parts.partner)}, {"why", ports::log::Word("signature")}}
        );
        co_return plain(403);
    }
    const bool seen = event->name == "user_seen_message";
    if (event->tracking_id.empty()) co_return plain(200);
    if (!seen && event->name != "user_received_message") co_return plain(200);
    Document says = Document::object();
    says.set("dispatch", Document::text(event->tracking_id));
    says.set("channel", Document::text("zns"));
    says.set("provider", Document::text(parts.partner));
    says.set("state", Document::text(seen ? "read" : "delivered"));
    says.set("provider_id", Document::text(event->message_id));
    if (event->delivered_at) says.set("at", Document::text(core::to_rfc3339(*event->delivered_at)));
    // Sent again, by Zalo or by somebody who has caught it, an event is a repeat.
    const auto about = crypto::sha256(event->message_id + "\n" + event->tracking_id);
    std::string key = event->name + ":" + crypto::to_hex(about);
    std::string kind = event->name, raw = std::move(request.body);
    auto taken = co_await connector_kit::tell_notice(
        parts, std::move(kind), std::move(says), std::move(raw), std::move(key)
    );
    if (!taken) co_return plain(500);  // Zalo says it again
    co_return plain(200);
}

core::Result<connector_kit::Built> build(connector_kit::Parts parts) {
    if (auto good = connector_kit::usable(option_rows(), parts.values); !good) return good.error();
    Options options = read_options(parts.values, parts.partner);
    auto account = std::make_shared<Account>(std::move(parts), std::move(options));
    connector_kit::Built built;
    built.sink = std::make_unique<ZnsSink>(account);
    built.source = std::make_unique<Events>(account);
    built.jobs.push_back(make_statuses(account));
    return built;
}

}  // namespace gw::zalo
