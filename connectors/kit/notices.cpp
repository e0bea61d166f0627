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
    const Parts& parts, std::string kind, Document says, std::string raw, std::string key
) {
    core::Fact fact;
    fact.kind = "notification";
    fact.ref = core::notice_of_dispatch(says.text_of("dispatch"));
    fact.says = std::move(says);
    ports::FactMessage message;
    message.message.partner = parts.partner;
    message.message.kind = std::move(kind);
    message.message.received_at = parts.clock->now();
    message.message.digest = crypto::sha256(key.empty() ? raw : key);
    message.message.message_key = std::move(key);
    message.message.body = std::make_shared<const std::string>(std::move(raw));
    message.facts.push_back(std::move(fact));
    auto taken = co_await parts.facts->take_in(std::move(message));
    co_return taken;
}

ports::Async<ports::Taken> tell_notice(
    const Parts& parts, std::string kind, Document says, std::string raw
) {
    return tell_notice(parts, std::move(kind), std::move(says), std::move(raw), std::string());
}

bool is_over(const Document& notice, core::Instant now) {
    const auto expires = core::parse_rfc3339(notice.text_of("expires_at"));
    return expires && *expires <= now;
}

std::optional<core::Error> waits_for_morning(const Document& notice, core::Instant now) {
    const auto hours = core::quiet_hours_of(notice);
    if (!hours || is_over(notice, now)) return std::nullopt;
    const auto until = core::quiet_until(*hours, now);
    if (!until) return std::nullopt;
    core::Error error(
        core::Advice::retry,
        core::Blame::ours,
        "notice.quiet_hours",
        "Đang là giờ nghỉ, tin sẽ được gửi vào buổi sáng."
    );
    error.retry_after = *until - now;
    return error;
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
