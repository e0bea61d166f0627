// VNPAY at work.
#include "connectors/vnpay/connector.hpp"

#include "connectors/kit/day_job.hpp"
#include "connectors/kit/transport.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

namespace gw::vnpay {

namespace {

using connector_kit::PaymentAnswer;
using connector_kit::Seen;
using core::Advice;
using core::Blame;
using core::Document;

constexpr core::Duration query_max{30'000};

ports::InAnswer json_answer(std::string_view code, std::string_view message) {
    ports::InAnswer answer;
    answer.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    answer.body =
        "{\"RspCode\":\"" + std::string(code) + "\",\"Message\":\"" + std::string(message) + "\"}";
    return answer;
}

core::StoredAnswer kept_answer(const std::vector<ports::FactResult>& results) {
    const auto [code, message] = notice_answer(results.front());
    core::StoredAnswer answer;
    answer.status = 200;
    answer.body = json_answer(code, message).body;
    return answer;
}

void security_log(std::string_view why) {
    ports::log::warning(
        "inbound.refused", {{"partner", ports::log::Word("vnpay")}, {"why", ports::log::Word(why)}}
    );
}

/// About another transaction than was asked for; refusals may name none.
bool of_other(const Answer& answer, const Document& payment) {
    return !answer.reference.empty() && answer.reference != payment.text_of("reference");
}

core::Error unknown(std::string_view what) {
    return core::Error(Advice::enquire, Blame::partner, "vnpay.refund_unknown", std::string(what));
}

}  // namespace

std::pair<std::string_view, std::string_view> notice_answer(const ports::FactResult& result) {
    switch (result.verdict) {
        case core::Verdict::unknown:
            return {"01", "Order not found"};
        case core::Verdict::unchanged:
            // Heard, and still undecided.
            if (result.before == "initiated" || result.before == "pending")
                return {"00", "Confirm Success"};
            return {"02", "Order already confirmed"};
        case core::Verdict::disputed:
            if (result.why == "amount_mismatch") return {"04", "Invalid amount"};
            return {"00", "Confirm Success"};
        case core::Verdict::impossible:
            if (result.why == "amount_missing") return {"04", "Invalid amount"};
            return {"00", "Confirm Success"};
        case core::Verdict::applied:
            return {"00", "Confirm Success"};
    }
    return {"99", "Unknown error"};
}

ports::asio::awaitable<ports::HttpResult> Desk::post(std::string body) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = options_.api_url;
    request.body = std::move(body);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.connect_max = options_.connect_max;
    request.total_max = query_max;
    request.answer_bytes_max = 1 << 16;
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

ports::asio::awaitable<Heard> Desk::ask(Document payment) {
    Heard heard;
    for (int round = 0; round < 2; ++round) {
        // Unique per day (9.4); an answer 94 wants a new one.
        const std::string id =
            "LTQ" +
            crypto::make_id("", parts_.clock->now(), parts_.random->next(), parts_.random->next());
        auto body = query_body(options_, payment, id, parts_.clock->now());
        const auto result = co_await post(std::move(body));
        if (connector_kit::observe(result) != Seen::readable) co_return heard;
        const Answer answer = read_answer(options_, result.response.body, false);
        if (answer.readable && !answer.verified) security_log("querydr_signature");
        if (answer.code == "94") continue;
        if (answer.says.is_null()) co_return heard;
        if (of_other(answer, payment)) {
            security_log("querydr_reference");
            co_return heard;
        }
        heard.says = answer.says;
        heard.raw = result.response.body;
        co_return heard;
    }
    co_return heard;
}

ports::asio::awaitable<PaymentAnswer> Desk::query(Document payment) {
    Document wanted;
    if (const Document* one = refund_under_way(payment)) wanted = *one;
    auto answer = co_await query_refund(std::move(payment), std::move(wanted));
    co_return answer;
}

ports::asio::awaitable<PaymentAnswer> Desk::query_refund(Document payment, Document wanted) {
    PaymentAnswer out;
    auto heard = co_await ask(payment);
    if (heard.says.is_null()) co_return out;
    out.answered = true;
    out.raw = std::move(heard.raw);
    out.says = read_refund(payment, wanted, heard.says);
    if (!out.says.is_null()) co_return out;
    out.says = std::move(heard.says);
    // Something goes back, so it was paid; amount and number are then the refund's.
    if (is_of_refund(out.says))
        out.says = connector_kit::payment_says(options_.partner, "query", "paid");
    co_return out;
}

core::Result<ports::Prepared> PaymentSink::prepare(const core::Claim& claim, core::Instant now)
    const {
    const auto payment = connector_kit::snapshot_part(claim, "payment", "vnpay");
    if (!payment) return payment.error();
    ports::Prepared prepared;
    if (claim.leg.operation == pay) {
        prepared.bytes = payment_address(desk_->options(), *payment);
    } else if (claim.leg.operation == refund) {
        const auto wanted = connector_kit::snapshot_part(claim, "refund", "vnpay");
        if (!wanted) return wanted.error();
        prepared.bytes = refund_body(desk_->options(), *payment, *wanted, now);
    } else {
        prepared.bytes = payment->text_of("reference");
    }
    prepared.digest = crypto::sha256(prepared.bytes);
    return prepared;
}

ports::Async<Document> PaymentSink::stored_payment(const core::Claim& about) {
    const auto payment = connector_kit::snapshot_part(about, "payment", "vnpay");
    if (!payment) co_return payment.error();
    std::string agency = about.leg.agency, id = payment->text_of("id");
    auto object =
        co_await desk_->parts().store->object("payment", std::move(agency), std::move(id));
    if (!object) co_return object.error();
    if (!*object) co_return core::give_up("vnpay.payment_gone", "Giao dịch không còn được lưu.");
    auto stored = formats::read_stored((*object)->body);
    co_return stored;
}

ports::Async<Standing> PaymentSink::standing(const core::Claim& about) {
    const auto wanted = connector_kit::snapshot_part(about, "refund", "vnpay");
    if (!wanted) co_return wanted.error();
    const auto payment = co_await stored_payment(about);
    if (!payment) co_return payment.error();
    co_return standing_of(*payment, wanted->text_of("id"));
}

ports::Async<core::Receipt> PaymentSink::send_refund(std::string body, const core::Claim& about) {
    const auto payment = connector_kit::snapshot_part(about, "payment", "vnpay");
    const auto wanted = connector_kit::snapshot_part(about, "refund", "vnpay");
    if (!payment) co_return payment.error();
    if (!wanted) co_return wanted.error();
    core::Receipt receipt;
    const auto stands = co_await standing(about);
    if (!stands) co_return stands.error();
    if (*stands == Standing::waits)
        co_return core::Error(
            Advice::retry,
            Blame::ours,
            "vnpay.in_dispute",
            "Giao dịch đang tranh chấp; chỉ hoàn tiền sau khi giải quyết xong."
        );
    receipt.already_there = *stands == Standing::there;
    if (*stands == Standing::refused) receipt.flag = "refused";
    if (*stands != Standing::wanted) co_return receipt;
    const auto result = co_await desk_->post(std::move(body));
    const Seen seen = connector_kit::observe(result);
    if (seen == Seen::not_sent)
        co_return core::Error(
            Advice::retry,
            Blame::partner,
            "vnpay.not_sent",
            std::string(connector_kit::sentence_vi(seen))
        );
    if (seen != Seen::readable) co_return unknown(connector_kit::sentence_vi(seen));
    const Answer answer = read_answer(desk_->options(), result.response.body, true);
    if (!answer.verified)
        co_return unknown("Chữ ký của trả lời hoàn tiền không đúng; hỏi lại trước.");
    if (of_other(answer, *payment))
        co_return unknown("Trả lời hoàn tiền nói về giao dịch khác; hỏi lại trước.");
    const auto meaning = desk_->parts().answers.classify("refund", answer.code, "");
    using mapping::ReplyClass;
    std::string state = "refund_sent";
    if (meaning.meaning == ReplyClass::reject || meaning.meaning == ReplyClass::not_found)
        state = "refund_refused";
    else if (meaning.meaning == ReplyClass::hold)
        co_return core::Error(
            Advice::hold, Blame::ours, meaning.row->name, meaning.row->sentence_vi
        );
    else if (meaning.meaning != ReplyClass::ok && meaning.meaning != ReplyClass::already)
        co_return unknown("VNPAY chưa cho biết kết quả hoàn tiền; hỏi lại trước.");
    auto says = connector_kit::payment_says("vnpay", "init", state);
    says.set("refund_id", Document::text(wanted->text_of("id")));
    says.set("code", Document::text(answer.code));
    std::string reference = payment->text_of("reference"), raw = result.response.body;
    auto taken =
        co_await desk_->tell("refund", std::move(reference), std::move(says), std::move(raw));
    if (!taken) co_return unknown(taken.error().what);
    receipt.already_there = meaning.meaning == ReplyClass::already;
    if (state == "refund_refused") receipt.flag = "refused";
    co_return receipt;
}

ports::Async<core::Receipt> PaymentSink::send(ports::Prepared prepared, const core::Claim& about) {
    if (about.leg.operation == refund) {
        auto sent = co_await send_refund(std::move(prepared.bytes), about);
        co_return sent;
    }
    const auto payment = connector_kit::snapshot_part(about, "payment", "vnpay");
    if (!payment) co_return payment.error();
    Document says;
    std::string kind = "pay", raw;
    if (about.leg.operation == pay) {
        says = connector_kit::payment_says("vnpay", "init", "pending");
        Document checkout = Document::object();
        checkout.set("url", Document::text(std::move(prepared.bytes)));
        checkout.set("expires_at", Document::text(payment->text_of("expires_at")));
        says.set("checkout", std::move(checkout));
    } else {
        auto answer = co_await desk_->query(*payment);
        if (!answer.answered)
            co_return core::Error(
                Advice::retry,
                Blame::partner,
                "vnpay.unanswered",
                "VNPAY chưa trả lời câu hỏi về giao dịch."
            );
        says = std::move(answer.says);
        says.set("source", Document::text("query"));
        kind = "query";
        raw = std::move(answer.raw);
    }
    std::string reference = payment->text_of("reference");
    auto taken = co_await desk_->tell(
        std::move(kind), std::move(reference), std::move(says), std::move(raw)
    );
    if (!taken) co_return taken.error();
    co_return core::Receipt();
}

ports::Async<core::Enquiry> PaymentSink::enquire(const core::Claim& about) {
    core::Enquiry enquiry;
    const auto wanted = connector_kit::snapshot_part(about, "refund", "vnpay");
    if (!wanted) co_return enquiry;
    const auto stands = co_await standing(about);
    if (!stands) co_return stands.error();
    if (*stands == Standing::refused) enquiry.receipt.flag = "refused";
    if (*stands == Standing::there || *stands == Standing::refused) {
        enquiry.found = core::Found::done;
        co_return enquiry;
    }
    auto payment = co_await stored_payment(about);
    if (!payment) co_return payment.error();
    auto heard = co_await desk_->ask(*payment);
    if (heard.says.is_null())
        co_return core::Error(
            Advice::retry,
            Blame::partner,
            "vnpay.unanswered",
            "VNPAY chưa trả lời câu hỏi về giao dịch."
        );
    // One answer decides: only a plain "paid" says that the refund never arrived there.
    Document says = read_refund(*payment, *wanted, heard.says);
    if (says.is_null()) {
        const bool plain = heard.says.text_of("state") == "paid" && !gave_back_before(*payment);
        if (plain) enquiry.found = core::Found::not_found;
        co_return enquiry;
    }
    std::string reference = payment->text_of("reference");
    auto taken =
        co_await desk_->tell("query", std::move(reference), std::move(says), std::move(heard.raw));
    if (!taken) co_return taken.error();
    enquiry.found = core::Found::done;
    co_return enquiry;
}

ports::asio::awaitable<ports::InAnswer> Notices::receive(
    ports::InRequest request, ports::Intake& intake
) {
    static_cast<void>(intake);
    const Options& options = desk_->options();
    const auto fields = read_query(request.query);
    if (!fields || !verify_query(options, request.query, *fields)) {
        security_log("signature");
        co_return json_answer("97", "Fail checksum");
    }
    // Our own payment address bears the same kind of signature, and says nothing of a result.
    if (!fields->contains("vnp_ResponseCode")) {
        security_log("not_a_notice");
        co_return json_answer("97", "Fail checksum");
    }
    const auto reference = fields->find("vnp_TxnRef");
    if (reference == fields->end()) co_return json_answer("01", "Order not found");
    Document says = read_notice(options, *fields);
    says.set("provider", Document::text(options.partner));
    says.set("source", Document::text("ipn"));
    auto fact = connector_kit::payment_fact(reference->second, std::move(says));
    // What is signed: the same notice in another order, or with a stranger's fields, is a repeat.
    const auto digest = crypto::sha256(signed_query(*fields));
    const std::string key = "ipn:" + crypto::to_hex(digest);
    auto message = connector_kit::payment_message(
        desk_->parts(), "ipn", key, std::move(request.query), std::move(fact)
    );
    message.message.digest = digest;
    message.answer = kept_answer;
    auto taken = co_await desk_->parts().facts->take_in(std::move(message));
    if (!taken) co_return json_answer("99", "Unknown error");
    if (taken->repeated && taken->answer) {
        ports::InAnswer first = json_answer("", "");
        first.body = taken->answer->body;
        co_return first;
    }
    if (taken->results.empty()) co_return json_answer("02", "Order already confirmed");
    const auto [code, text] = notice_answer(taken->results.front());
    co_return json_answer(code, text);
}

core::Result<connector_kit::Built> build(connector_kit::Parts parts) {
    if (auto good = connector_kit::usable(option_rows(), parts.values); !good) return good.error();
    Options options = read_options(parts.values, parts.partner);
    const core::Duration every = options.watch_every;
    auto desk = std::make_shared<Desk>(std::move(parts), std::move(options));
    connector_kit::Built built;
    built.sink = std::make_unique<PaymentSink>(desk);
    built.source = std::make_unique<Notices>(desk);
    built.jobs.push_back(connector_kit::make_payment_watch(desk, desk->parts(), every));
    const Options& o = desk->options();
    if (!o.day_file_url.empty()) {
        connector_kit::DayJobOptions day;
        day.agency = o.agency;
        day.provider = o.partner;
        day.merchant = o.terminal;
        day.url = o.day_file_url;
        day.connect_max = o.connect_max;
        built.jobs.push_back(connector_kit::make_day_job(desk, desk->parts(), std::move(day)));
    }
    built.lookup = connector_kit::make_payment_lookup(desk, desk->options().partner);
    return built;
}

}  // namespace gw::vnpay
