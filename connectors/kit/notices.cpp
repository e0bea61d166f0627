// What connectors that text citizens share.
#include "connectors/kit/notices.hpp"

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/payments.hpp"
#include "connectors/kit/transport.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/ports/log.hpp"

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

namespace {

/// So often a note that the store refused for the moment is tried again, and so long it waits.
constexpr int notes_again = 5;
constexpr core::Duration note_pause{1'000};

core::Receipt told(std::string flag, std::string answer) {
    core::Receipt receipt;
    receipt.flag = std::move(flag);
    receipt.answer = std::move(answer);
    return receipt;
}

}  // namespace

ports::Async<core::Receipt> end_overdue(const Parts& parts, Document notice) {
    Document over = notice_says(notice, "failed", "expired");
    auto ended = co_await tell_notice(parts, "expired", std::move(over), "");
    if (!ended) co_return ended.error();
    co_return told("refused", "");
}

ports::Async<core::Receipt> end_with(
    const Parts& parts, std::string kind, Document says, std::string answer
) {
    std::string flag = says.text_of("state");
    if (flag == "submitted") flag.clear();
    if (flag == "failed") flag = "refused";
    auto taken = co_await tell_notice(parts, kind, says, answer);
    for (int i = 0; i < notes_again && !taken && taken.error().advice == core::Advice::retry; ++i) {
        co_await parts.clock->sleep_until(parts.clock->now() + note_pause);
        auto again = co_await tell_notice(parts, kind, says, answer);
        taken = std::move(again);
    }
    if (!taken) {
        const core::Error& why = taken.error();
        co_return core::Error(core::Advice::enquire, core::Blame::ours, why.code, why.what);
    }
    co_return told(std::move(flag), std::move(answer));
}

ports::Async<core::Enquiry> end_unknown(
    const Parts& parts, std::string kind, const core::Claim& about
) {
    const auto notice = snapshot_part(about, "notice", parts.partner);
    if (!notice) co_return notice.error();
    Document says = notice_says(*notice, "unknown", "cut");
    auto taken = co_await tell_notice(parts, std::move(kind), std::move(says), "");
    if (!taken) co_return taken.error();
    core::Enquiry enquiry;
    enquiry.found = core::Found::done;  // of the leg
    enquiry.receipt = told("unknown", "");
    co_return enquiry;
}

void warn_no_balance(const std::string& partner) {
    ports::log::error("notices.no_balance", {{"partner", ports::log::Word(partner)}});
}

void wait_for_money(core::Error& error, const std::string& partner) {
    warn_no_balance(partner);
    error.advice = core::Advice::retry;
    error.blame = core::Blame::ours;
}

core::Result<core::Enquiry> reached(const Parts& parts, const ports::HttpResult& result) {
    const Seen seen = observe(result);
    if (seen == Seen::readable) return core::Enquiry();
    return core::Error(
        core::Advice::retry,
        core::Blame::partner,
        parts.partner + ".down",
        std::string(sentence_vi(seen))
    );
}

}  // namespace gw::connector_kit
