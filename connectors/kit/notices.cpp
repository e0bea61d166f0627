// What connectors that text citizens share.
#include "connectors/kit/notices.hpp"

#include "gateway/crypto/digest.hpp"

namespace gw::connector_kit {

using core::Document;

Document notice_says(const Document& notice, std::string_view state, std::string_view reason) {
    Document says = Document::object();
    for (const std::string_view name : {"dispatch", "channel", "provider"})
        says.set(std::string(name), Document::text(notice.text_of(name)));
    says.set("state", Document::text(std::string(state)));
    if (!reason.empty()) says.set("reason", Document::text(std::string(reason)));
    return says;
}

ports::Async<ports::Taken> tell_notice(
    const Parts& parts, std::string kind, Document says, std::string raw
) {
    core::Fact fact;
    fact.kind = "notification";
    fact.ref = core::notice_of_dispatch(says.text_of("dispatch"));
    fact.says = std::move(says);
    ports::FactMessage message;
    message.message.partner = parts.partner;
    message.message.kind = std::move(kind);
    message.message.received_at = parts.clock->now();
    message.message.digest = crypto::sha256(raw);
    message.message.body = std::make_shared<const std::string>(std::move(raw));
    message.facts.push_back(std::move(fact));
    auto taken = co_await parts.facts->take_in(std::move(message));
    co_return taken;
}

bool is_over(const Document& notice, core::Instant now) {
    const auto expires = core::parse_rfc3339(notice.text_of("expires_at"));
    return expires && *expires <= now;
}

core::Receipt told(std::string flag, std::string answer) {
    core::Receipt receipt;
    receipt.flag = std::move(flag);
    receipt.answer = std::move(answer);
    return receipt;
}

core::Error not_noted(const core::Error& why) {
    return core::Error(core::Advice::enquire, core::Blame::ours, why.code, why.what);
}

}  // namespace gw::connector_kit
