// The population database at work.
#include "connectors/population/connector.hpp"

#include "connectors/kit/transport.hpp"
#include "connectors/population/codec.hpp"
#include "connectors/population/operations.hpp"
#include "connectors/population/session.hpp"

#include <algorithm>

namespace gw::population {

namespace {

using connector_kit::Seen;
using core::Document;

constexpr core::Duration lately{10'000};  // a unit that asked so lately counts as present

/// PD-13: five in a row open it for half a minute, one probe then.
core::Breaker::Policy breaker_policy() {
    core::Breaker::Policy policy;
    policy.failure_share = 1.1;  // never by share: in a row only
    policy.connect_failures = 5;
    policy.open_min = policy.open_max = core::Duration(30'000);
    policy.probes_to_close = 1;
    return policy;
}

connector_kit::BearerOptions bearer_options(const Options& o) {
    connector_kit::BearerOptions b;
    b.partner = o.partner;
    b.token_url = o.token_url;
    b.client_id = o.client_id;
    b.client_secret = o.client_secret;
    b.connect_max = o.connect_max;
    b.log_in_max = o.total_max;
    if (!o.lgsp_access_token.empty())
        b.headers.emplace_back("lgspaccesstoken", o.lgsp_access_token);
    return b;
}

}  // namespace

Questions::Questions(connector_kit::Parts parts, Options options)
    : parts_(std::move(parts)), options_(std::move(options)), breaker_(breaker_policy()) {
    if (options_.door == Door::provincial)
        bearer_ = std::make_unique<connector_kit::Bearer>(
            *parts_.http, *parts_.clock, bearer_options(options_)
        );
}

bool Questions::within_rate(const std::string& unit, core::Instant now) {
    if (now - second_ >= core::Duration(1'000)) {
        second_ = now;
        this_second_ = 0;
        std::erase_if(units_, [now](const auto& u) { return now - u.second.asked > lately; });
        for (auto& [name, one] : units_) one.this_second = 0;
    }
    Unit& asks = units_[unit];
    asks.asked = now;
    const int present = static_cast<int>(units_.size());
    const int share = (options_.per_second + present - 1) / present;
    if (this_second_ >= options_.per_second || asks.this_second >= share) return false;
    ++this_second_;
    ++asks.this_second;
    return true;
}

ports::LookupAnswer Questions::unavailable(std::string code) {
    ports::LookupAnswer answer;
    answer.outcome = "unavailable";
    answer.code = std::move(code);
    answer.says = Document::object();
    return answer;
}

void Questions::note(const ports::LookupAnswer& answer, core::Instant now) {
    if (answer.outcome != "unavailable") {
        breaker_.succeeded(now);
        down_since_.reset();
        return;
    }
    breaker_.failed(now, true, 0.5);
    if (!down_since_) down_since_ = now;
}

ports::Async<ports::HttpResult> Questions::exchange(
    std::string body, std::string officer_key, core::Instant deadline
) {
    ports::HttpResult result;
    for (int round = 0; round < 2; ++round) {
        const core::Instant now = parts_.clock->now();
        if (now >= deadline) break;
        auto request = question_request(options_, body, officer_key, now);
        request.total_max = std::min(request.total_max, deadline - now);
        if (bearer_) {
            connector_kit::BearerCall call;
            call.deadline = deadline;
            call.refused = [this](const ports::HttpResult& answer) {
                return read_answer(parts_.answers, answer.response.body).code == token_ended;
            };
            auto sent = co_await bearer_->send(std::move(request), std::move(call));
            if (!sent) co_return sent.error();
            result = std::move(*sent);
        } else {
            result = co_await parts_.http->send(std::move(request));
        }
        if (connector_kit::observe(result) != Seen::not_sent) break;
    }
    co_return result;
}

ports::LookupAnswer Questions::understand(const ports::HttpResult& result, const Document& asks) {
    const Seen seen = connector_kit::observe(result);
    const bool fault_body =
        seen == Seen::server_error && result.response.body.find("Fault") != std::string::npos;
    if (seen == Seen::readable) return read_answer(parts_.answers, result.response.body, asks);
    if (fault_body) {
        auto answer = read_answer(parts_.answers, result.response.body);
        // PD-10: whatever else such a page holds, a server that failed has not answered.
        if (answer.outcome == "denied" || answer.outcome == "rejected") return answer;
        return unavailable(answer.code.empty() ? "population.fault" : answer.code);
    }
    if (seen == Seen::unauthorised || (result.ok && result.response.status == 403)) {
        auto denied = unavailable(options_.partner + ".credential");
        denied.outcome = "denied";
        return denied;
    }
    return unavailable(options_.partner + "." + std::string(to_word(seen)));
}

ports::asio::awaitable<ports::LookupAnswer> Questions::ask(ports::Question question) {
    const core::Instant began = parts_.clock->now();
    ports::LookupAnswer answer = unavailable(options_.partner + ".down");
    const Operation* operation = operation_for(question.asks.text_of("kind"));
    const bool admitted = operation != nullptr &&
                          within_rate(question.asks.text_of("unit"), began) &&
                          breaker_.admit(began);
    if (admitted) {
        auto body = encode_question(
            options_, parts_.library, *operation, question.asks, core::local_day(began)
        );
        if (!body) {
            breaker_.neutral();
            answer = unavailable(body.error().code);
            answer.outcome = "rejected";
            co_return answer;
        }
        const Document* officer = question.asks.find("officer");
        std::string key;
        if (officer != nullptr) key = officer->text_of("key");
        auto result =
            co_await exchange(std::move(*body), std::move(key), began + options_.total_max);
        answer = unavailable(options_.partner + ".token");
        if (result) answer = understand(*result, question.asks);
        note(answer, parts_.clock->now());
    }
    if (answer.outcome == "unavailable" && down_since_)
        answer.says.set("unavailable_since", Document::text(core::to_rfc3339(*down_since_)));
    co_return answer;
}

core::Result<connector_kit::Built> build(connector_kit::Parts parts) {
    if (auto good = connector_kit::usable(option_rows(), parts.values); !good) return good.error();
    Options options = read_options(parts.values, parts.partner);
    connector_kit::Built built;
    built.lookup = std::make_unique<Questions>(std::move(parts), std::move(options));
    return built;
}

}  // namespace gw::population
