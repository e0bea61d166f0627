// The national payment platform at work.
#include "connectors/national_platform/connector.hpp"

#include "connectors/kit/day_job.hpp"
#include "connectors/kit/transport.hpp"
#include "connectors/national_platform/bill.hpp"
#include "connectors/national_platform/notices.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/ports/log.hpp"

namespace gw::national_platform {

namespace {

using connector_kit::PaymentAnswer;
using connector_kit::Seen;
using core::Advice;
using core::Blame;
using core::Document;

connector_kit::BearerOptions bearer_options(const Options& o) {
    connector_kit::BearerOptions b;
    b.partner = o.partner;
    b.token_url = o.token_url;
    b.client_id = o.client_id;
    b.client_secret = o.client_secret;
    b.token_header = o.token_header;
    b.connect_max = o.connect_max;
    if (!o.lgsp_access_token.empty())
        b.headers.emplace_back("lgspaccesstoken", o.lgsp_access_token);
    return b;
}

core::Error unanswered() {
    return core::Error(
        Advice::retry,
        Blame::partner,
        "national_platform.unanswered",
        "Nền tảng thanh toán chưa trả lời câu hỏi về giao dịch."
    );
}

bool still_open(const ports::Taken& taken) {
    if (taken.results.empty()) return true;
    const std::string& state = taken.results.front().after;
    return state == "initiated" || state == "pending";
}

}  // namespace

Desk::Desk(connector_kit::Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      bearer_(*parts_.http, *parts_.clock, bearer_options(options_)) {}

ports::HttpRequest Desk::request_of(std::string body, const core::Operation& op) const {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = options_.url;
    request.body = std::move(body);
    request.headers.emplace_back("Content-Type", "application/json");
    request.connect_max = options_.connect_max;
    request.total_max = parts_.time_of(op);
    request.answer_bytes_max = options_.bill_bytes_max;
    return request;
}

ports::Async<ports::HttpResult> Desk::exchange(ports::HttpRequest request) {
    if (has_token()) {
        auto under_token = co_await bearer_.send(std::move(request));
        co_return under_token;
    }
    auto result = co_await parts_.http->send(std::move(request));
    co_return result;
}

ports::Async<ports::Taken> Desk::tell(
    std::string kind, std::string reference, Document says, std::string raw
) {
    says.set("provider", Document::text(options_.partner));
    auto fact = connector_kit::payment_fact(std::move(reference), std::move(says));
    auto message = connector_kit::payment_message(
        parts_, std::move(kind), "", std::move(raw), std::move(fact)
    );
    auto taken = co_await parts_.facts->take_in(std::move(message));
    co_return taken;
}

ports::asio::awaitable<PaymentAnswer> Desk::query(Document payment) {
    PaymentAnswer out;
    auto body = question_body(options_, "QUERY", payment);
    auto request = request_of(std::move(body), *operation(check));
    auto result = co_await exchange(std::move(request));
    if (!result || connector_kit::observe(*result) != Seen::readable) co_return out;
    const Document words = platform_words(result->response.body, options_.envelope);
    out.says = read_state(options_, parts_.answers, payment, words);
    out.answered = !out.says.is_null();
    out.raw = std::move(result->response.body);
    co_return out;
}

ports::asio::awaitable<PaymentAnswer> Desk::query_refund(Document, Document) {
    co_return PaymentAnswer();
}

core::Result<ports::Prepared> PlatformSink::prepare(const core::Claim& claim, core::Instant now)
    const {
    ports::Prepared prepared;
    if (claim.leg.operation == init) {
        auto body =
            init_body(desk_->options(), desk_->parts().library, claim, core::local_day(now));
        if (!body) return body.error();
        prepared.bytes = std::move(*body);
    } else {
        const auto payment = connector_kit::snapshot_part(claim, "payment", "national_platform");
        if (!payment) return payment.error();
        const bool bill = claim.leg.operation == get_bill;
        prepared.bytes = question_body(desk_->options(), bill ? "GET_BILL" : "QUERY", *payment);
    }
    prepared.digest = crypto::sha256(prepared.bytes);
    return prepared;
}

ports::Async<core::Receipt> PlatformSink::begin(std::string body, const core::Claim& about) {
    const auto payment = connector_kit::snapshot_part(about, "payment", "national_platform");
    if (!payment) co_return payment.error();
    auto request = desk_->request_of(std::move(body), *operation(init));
    auto result = co_await desk_->exchange(std::move(request));
    if (!result) co_return result.error();
    Begun begun = read_begun(desk_->options(), desk_->parts().answers, *payment, *result);
    if (begun.error) co_return *begun.error;
    const std::string reason = begun.says.text_of("reason");
    // Somebody may want citizens on a page of his own, or the secret is wrong: nobody can pay.
    if (reason == "checkout_refused" || reason == "signature")
        ports::log::error(
            "payment.init_alarm",
            {{"partner", ports::log::Word(desk_->options().partner)},
             {"why", ports::log::Word(reason)}}
        );
    std::string reference = payment->text_of("reference");
    std::string raw = std::move(result->response.body);
    auto taken =
        co_await desk_->tell("init", std::move(reference), std::move(begun.says), std::move(raw));
    // The platform has it and we could not keep that: ask, do not begin again.
    if (!taken)
        co_return core::Error(Advice::enquire, Blame::ours, taken.error().code, taken.error().what);
    core::Receipt receipt;
    if (begun.refused) receipt.flag = "refused";
    co_return receipt;
}

ports::Async<core::Receipt> PlatformSink::ask(const core::Claim& about) {
    const auto payment = connector_kit::snapshot_part(about, "payment", "national_platform");
    if (!payment) co_return payment.error();
    auto answer = co_await desk_->query(*payment);
    if (!answer.answered) co_return unanswered();
    answer.says.set("source", Document::text("query"));
    std::string reference = payment->text_of("reference");
    auto taken = co_await desk_->tell(
        "query", std::move(reference), std::move(answer.says), std::move(answer.raw)
    );
    if (!taken) co_return taken.error();
    co_return core::Receipt();
}

ports::Async<core::Receipt> PlatformSink::send(ports::Prepared prepared, const core::Claim& about) {
    if (about.leg.operation == init) {
        auto begun = co_await begin(std::move(prepared.bytes), about);
        co_return begun;
    }
    if (about.leg.operation == get_bill) {
        auto bill = co_await fetch_bill(desk_, std::move(prepared.bytes), about);
        co_return bill;
    }
    auto asked = co_await ask(about);
    co_return asked;
}

ports::Async<core::Enquiry> PlatformSink::enquire(const core::Claim& about) {
    core::Enquiry enquiry;
    const auto payment = connector_kit::snapshot_part(about, "payment", "national_platform");
    if (!payment) co_return payment.error();
    auto answer = co_await desk_->query(*payment);
    if (!answer.answered) co_return unanswered();
    const bool unknown = answer.says.text_of("state") == "unknown_reference";
    answer.says.set("source", Document::text("query"));
    std::string reference = payment->text_of("reference");
    auto taken = co_await desk_->tell(
        "query", std::move(reference), std::move(answer.says), std::move(answer.raw)
    );
    if (!taken) co_return taken.error();
    // An unknown reference is believed after 20 minutes: then the payment has expired. INIT is
    // never sent a second time.
    enquiry.found = core::Found::done;
    if (unknown && still_open(*taken)) enquiry.found = core::Found::processing;
    if (unknown) enquiry.receipt.flag = "refused";
    co_return enquiry;
}

core::Result<connector_kit::Built> build(connector_kit::Parts parts) {
    if (auto good = connector_kit::usable(option_rows(), parts.values); !good) return good.error();
    const connector_kit::OptionReader read(option_rows(), parts.values);
    for (const auto& wait : read.list("bill_waits"))
        if (!connector_kit::parse_duration(wait))
            return core::Error(
                Advice::stop, Blame::ours, "options.invalid", "bill_waits: write \"5min\""
            );
    Options options = read_options(parts.values, parts.partner);
    const core::Duration every = options.watch_every;
    auto desk = std::make_shared<Desk>(std::move(parts), std::move(options));
    connector_kit::Built built;
    built.sink = std::make_unique<PlatformSink>(desk);
    built.source = std::make_unique<Notices>(desk);
    built.jobs.push_back(connector_kit::make_payment_watch(desk, desk->parts(), every));
    const Options& o = desk->options();
    if (!o.day_file_url.empty()) {
        connector_kit::DayJobOptions day;
        day.agency = o.agency;
        day.provider = o.partner;
        day.merchant = o.merchant;
        day.url = o.day_file_url;
        day.connect_max = o.connect_max;
        built.jobs.push_back(connector_kit::make_day_job(desk, desk->parts(), std::move(day)));
    }
    built.lookup = connector_kit::make_payment_lookup(desk, desk->options().partner);
    return built;
}

}  // namespace gw::national_platform
