// The post at work.
#include "connectors/vnpost/connector.hpp"

#include "connectors/kit/settlement.hpp"
#include "connectors/kit/text.hpp"
#include "connectors/vnpost/codec.hpp"
#include "connectors/vnpost/prices.hpp"
#include "connectors/vnpost/tracking.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

namespace gw::vnpost {

namespace {

using connector_kit::Kind;
using core::Document;

connector_kit::BearerOptions bearer_options(const Options& o) {
    connector_kit::BearerOptions b;
    b.partner = o.partner;
    b.token_url = connector_kit::join_url(o.url, o.token_path);
    b.client_id = o.customer_key;
    b.client_secret = o.customer_secret;
    b.token_header = o.token_header;
    b.connect_max = o.connect_max;
    if (!o.lgsp_access_token.empty())
        b.headers.emplace_back("lgspaccesstoken", o.lgsp_access_token);
    return b;
}

/// "H56.14-260105-0007" of the delivery in the claim; "" when there is none.
std::string order_number_of(
    const core::Claim& claim, std::string* id = nullptr, std::string* waybill = nullptr
) {
    const auto snapshot = formats::read_json(*claim.snapshot, {8 << 20, 64, 20'000});
    const Document* delivery = snapshot ? snapshot->find("delivery") : nullptr;
    if (delivery == nullptr) return {};
    if (id != nullptr) *id = delivery->text_of("id");
    if (waybill != nullptr) *waybill = delivery->text_of("waybill");
    return delivery->text_of("order_number");
}

}  // namespace

Post::Post(connector_kit::Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      bearer_(*parts_.http, *parts_.clock, bearer_options(options_)) {}

Reading Post::read(const Call& call, const ports::HttpResult& result) const {
    return connector_kit::read_json_answer(
        options_.partner, options_.envelope, parts_.answers, call, result
    );
}

ports::Async<ports::HttpResult> Post::page(ports::HttpRequest request) {
    connector_kit::BearerCall under_token;
    under_token.refused = [this](const ports::HttpResult& result) {
        if (result.response.body.find("_embedded") != std::string::npos) return false;
        Call call;
        call.service = service_of(tracking);
        return read(call, result).verdict.meaning == mapping::ReplyClass::reauth;
    };
    auto result = co_await bearer_.send(std::move(request), std::move(under_token));
    co_return result;
}

ports::Async<Reading> Post::exchange(Call call, ports::HttpRequest request) {
    connector_kit::BearerCall under_token;
    under_token.refused = [this, &call](const ports::HttpResult& result) {
        return read(call, result).verdict.meaning == mapping::ReplyClass::reauth;
    };
    auto result = co_await bearer_.send(std::move(request), std::move(under_token));
    if (!result) co_return result.error();
    Reading reading = read(call, *result);
    const std::string secrets[] = {options_.customer_secret, options_.lgsp_access_token};
    reading.verdict.answer = connector_kit::redact(std::move(reading.verdict.answer), secrets);
    if (reading.verdict.meaning == mapping::ReplyClass::reauth) {
        reading.verdict.ours = true;
        reading.verdict.code = options_.partner + ".credential";
    }
    co_return reading;
}

ports::Async<void> Post::tell(
    std::string kind, std::string key, std::string answer, core::Fact fact
) {
    ports::FactMessage message;
    message.message.partner = options_.partner;
    message.message.agency = options_.agency;
    message.message.kind = std::move(kind);
    message.message.message_key = std::move(key);
    message.message.received_at = parts_.clock->now();
    message.message.digest = crypto::sha256(answer);
    // One answer a message: whatever repeats of it say, the reducer knows what is new.
    message.message.message_key += ":" + crypto::to_hex(message.message.digest);
    message.message.body = std::make_shared<const std::string>(std::move(answer));
    message.facts.push_back(std::move(fact));
    auto taken = co_await parts_.facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

core::Result<ports::Prepared> PostSink::prepare(const core::Claim& claim, core::Instant now) const {
    ports::Prepared prepared;
    if (claim.leg.operation == order) {
        auto bytes =
            encode_order(post_->options(), post_->parts().library, claim, core::local_day(now));
        if (!bytes) return bytes.error();
        prepared.bytes = std::move(*bytes);
    } else {
        prepared.bytes = order_number_of(claim);
        if (prepared.bytes.empty())
            return core::give_up("vnpost.snapshot", "Sự kiện này không có thông tin chuyển phát.");
    }
    prepared.digest = crypto::sha256(prepared.bytes);
    return prepared;
}

ports::Async<core::Receipt> PostSink::send(ports::Prepared prepared, const core::Claim& about) {
    const core::Operation* op = operation(about.leg.operation);
    GW_ASSERT(op != nullptr);
    const bool orders = about.leg.operation == order;
    std::string waybill;
    const std::string number = order_number_of(about, nullptr, &waybill);
    Call call;
    call.service = service_of(op->name);
    call.kind = connector_kit::kind_of(op->effect);
    ports::HttpRequest request = cancel_request(post_->options(), number);
    if (orders) request = order_request(post_->options(), std::move(prepared.bytes));
    request.total_max = post_->parts().time_of(*op);
    auto reading = co_await post_->exchange(std::move(call), std::move(request));
    if (!reading) co_return reading.error();
    auto fact = cancel_fact(number, *reading);
    if (orders) fact = order_fact(number, waybill, *reading);
    const bool told = fact.has_value();
    if (told) {
        std::string key = about.leg.effect_key;
        std::string kind(service_of(op->name));
        std::string answer = reading->verdict.answer;
        auto taken = co_await post_->tell(
            std::move(kind), std::move(key), std::move(answer), std::move(*fact)
        );
        // The post has it and we do not know yet: ask, do not order again.
        if (!taken)
            co_return core::Error(
                core::Advice::enquire, core::Blame::ours, taken.error().code, taken.error().what
            );
    }
    co_return outcome(*reading, told);
}

ports::Async<core::Enquiry> PostSink::enquire(const core::Claim& about) {
    std::string id;
    order_number_of(about, &id);
    auto object = co_await post_->parts().store->object("delivery", about.leg.agency, id);
    if (!object) co_return object.error();
    core::Enquiry enquiry;
    // No look-up by order exists: only what the feed has brought tells (postal.md 3.3).
    enquiry.found = core::Found::not_found;
    if (!*object) co_return enquiry;
    const std::string& state = (*object)->state;
    const bool known = about.leg.operation == cancel ? state == "cancelled" : state != "requested";
    if (known) enquiry.found = core::Found::done;
    co_return enquiry;
}

core::Result<connector_kit::Built> build(connector_kit::Parts parts) {
    if (auto good = connector_kit::usable(option_rows(), parts.values); !good) return good.error();
    Options options = read_options(parts.values, parts.partner);
    auto post = std::make_shared<Post>(std::move(parts), std::move(options));
    connector_kit::Built built;
    built.sink = std::make_unique<PostSink>(post);
    built.jobs.push_back(make_tracking(post));
    if (!post->options().settlement_url.empty()) {
        connector_kit::SettlementOptions settling;
        settling.agency = post->options().agency;
        settling.carrier = "vnpost";
        settling.customer = post->options().customer_code;
        settling.url = post->options().settlement_url;
        settling.connect_max = post->options().connect_max;
        built.jobs.push_back(connector_kit::make_settlement_job(post->parts(), std::move(settling))
        );
    }
    built.lookup = make_prices(post);
    return built;
}

}  // namespace gw::vnpost
