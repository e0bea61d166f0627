// Viettel's SMS service at work.
#include "connectors/sms_viettel/connector.hpp"

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/outcome.hpp"
#include "connectors/kit/payments.hpp"
#include "connectors/kit/transport.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <charconv>

namespace gw::sms_viettel {

namespace {

using connector_kit::Seen;
using core::Advice;
using core::Blame;
using core::Document;
using mapping::ReplyClass;

/// Asks the balance: the account works, and it will for some days.
class BalanceJob : public ports::Job {
public:
    BalanceJob(connector_kit::Parts parts, Options options)
        : parts_(std::move(parts)), options_(std::move(options)) {}
    std::string_view name() const override { return "sms_viettel.balance"; }
    core::Duration every() const override { return options_.balance_every; }
    ports::Async<void> run(core::Instant) override {
        auto request = balance_request(options_);
        const auto result = co_await parts_.http->send(std::move(request));
        const auto answer = read_answer(result.response.body);
        if (!result.ok || !answer)
            co_return core::Error(
                Advice::retry, Blame::partner, "sms_viettel.balance", "Không đọc được số dư SMS."
            );
        std::int64_t balance = 0;
        const std::string& digits = answer->balance;
        std::from_chars(digits.data(), digits.data() + digits.size(), balance);
        if (options_.balance_low > 0 && balance < options_.balance_low)
            ports::log::warning(
                "notices.balance_low", {{"partner", ports::log::Word(options_.partner)}}
            );
        co_return core::Result<void>();
    }

private:
    connector_kit::Parts parts_;
    Options options_;
};

}  // namespace

core::Result<Document> meaning_of(
    const connector_kit::Parts& parts, const ports::HttpResult& result, const Document& notice
) {
    const Seen seen = connector_kit::observe(result);
    if (seen == Seen::not_sent || seen == Seen::our_certificate) {
        const auto verdict = connector_kit::verdict_of_transport(
            parts.partner, seen, connector_kit::Kind::once, result
        );
        auto error = connector_kit::error_of(verdict);
        error.advice = Advice::retry;
        return error;
    }
    const auto answer =
        seen == Seen::readable ? read_answer(result.response.body) : std::optional<Answer>();
    if (!answer) return connector_kit::notice_says(notice, "unknown", std::string(to_word(seen)));
    auto verdict = connector_kit::verdict_of_reply(
        parts.partner, parts.answers, "wsCpMt", answer->result, answer->message
    );
    Document says;
    switch (verdict.meaning) {
        case ReplyClass::ok:
        case ReplyClass::already:
            says = connector_kit::notice_says(notice, "submitted");
            break;
        case ReplyClass::reject:
        case ReplyClass::dead:
        case ReplyClass::not_found:
            says = connector_kit::notice_says(
                notice, "failed", verdict.flag.empty() ? "refused" : verdict.flag
            );
            break;
        case ReplyClass::unknown_outcome:
            says = connector_kit::notice_says(notice, "unknown", "text_unrecognised");
            break;
        default: {  // nothing was sent: our account, our money, too fast
            auto error = connector_kit::error_of(verdict);
            if (verdict.flag == connector_kit::no_balance)
                connector_kit::wait_for_money(error, parts.partner);
            return error;
        }
    }
    says.set("code", Document::text(answer->result));
    says.set("text", Document::text(answer->message));
    return says;
}

core::Result<ports::Prepared> SmsSink::prepare(const core::Claim& claim, core::Instant now) const {
    const auto notice = connector_kit::snapshot_part(claim, "notice", "sms_viettel");
    if (!notice) return notice.error();
    if (auto night = connector_kit::waits_for_morning(*notice, now)) return *night;
    ports::Prepared prepared;
    prepared.bytes = formats::write_json(*notice);  // the account is added when it leaves
    prepared.digest = crypto::sha256(prepared.bytes);
    return prepared;
}

ports::Async<core::Receipt> SmsSink::send(ports::Prepared prepared, const core::Claim& about) {
    const auto notice = formats::read_json(prepared.bytes);
    if (!notice) co_return notice.error();
    if (connector_kit::is_over(*notice, parts_.clock->now())) {
        auto ended = co_await connector_kit::end_overdue(parts_, *notice);
        co_return ended;
    }
    static_cast<void>(about);
    auto request = sms_request(options_, *notice);
    request.total_max = parts_.time_of(operations().front());
    auto result = co_await parts_.http->send(std::move(request));
    auto says = meaning_of(parts_, result, *notice);
    if (!says) co_return says.error();
    std::string answer = connector_kit::evidence(result.response.body);
    auto ended =
        co_await connector_kit::end_with(parts_, "wsCpMt", std::move(*says), std::move(answer));
    co_return ended;
}

ports::Async<core::Enquiry> SmsSink::enquire(const core::Claim& about) {
    if (about.state == core::LegState::unknown) {
        auto ended = co_await connector_kit::end_unknown(parts_, "wsCpMt", about);
        co_return ended;
    }
    auto request = balance_request(options_);
    const auto result = co_await parts_.http->send(std::move(request));
    co_return connector_kit::reached(parts_, result);
}

core::Result<connector_kit::Built> build(connector_kit::Parts parts) {
    if (auto good = connector_kit::usable(option_rows(), parts.values); !good) return good.error();
    Options options = read_options(parts.values, parts.partner);
    connector_kit::Built built;
    built.jobs.push_back(std::make_unique<BalanceJob>(parts, options));
    built.sink = std::make_unique<SmsSink>(std::move(parts), std::move(options));
    return built;
}

}  // namespace gw::sms_viettel
