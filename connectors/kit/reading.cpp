// One whole exchange, understood.
#include "connectors/kit/reading.hpp"

#include "gateway/formats/json.hpp"

namespace gw::connector_kit {

using mapping::ReplyClass;

Reading read_json_answer(
    std::string_view partner,
    Envelope envelope,
    const mapping::Answers& answers,
    const Call& call,
    const ports::HttpResult& result,
    std::span<const TransportRule> own
) {
    Reading reading;
    const auto by_transport = [&](Seen seen) {
        return verdict_of_transport(partner, seen, call.kind, result, own);
    };
    const Seen seen = observe(result);
    if (seen != Seen::readable) {
        reading.verdict = by_transport(seen);
        return reading;
    }
    const formats::JsonLimits limits{result.response.body.size() + 1, 64, 200'000};
    const auto body = formats::read_json(result.response.body, limits);
    if (!body) {
        reading.verdict = by_transport(Seen::unreadable);
        if (body.error().code == "json.encoding")
            reading.verdict.meaning = ReplyClass::hold;  // F-24
        return reading;
    }
    auto unwrapped = unwrap(*body, envelope);
    if (!unwrapped || unwrapped->proxy_error) {
        reading.verdict = by_transport(unwrapped ? Seen::proxy_error : Seen::unreadable);
        return reading;
    }
    reading.verdict =
        verdict_of_reply(partner, answers, call.service, unwrapped->code, unwrapped->text);
    reading.verdict.answer = evidence(result.response.body);
    reading.result = std::move(unwrapped->result);
    reading.text = std::move(unwrapped->text);
    // An unknown verdict on something that only reads is no reason to ask first.
    if (reading.verdict.meaning == ReplyClass::unknown_outcome && call.kind == Kind::read)
        reading.verdict.meaning = ReplyClass::retry;
    return reading;
}

}  // namespace gw::connector_kit
