// Notices of the platform.
#include "connectors/national_platform/notices.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/ports/log.hpp"

#include <tuple>

namespace gw::national_platform {

namespace {

constexpr std::size_t evidence_max = 4 << 10;
constexpr int evidence_an_hour = 100;

void security_log(std::string_view why) {
    ports::log::warning(
        "inbound.refused",
        {{"partner", ports::log::Word("national_platform")}, {"why", ports::log::Word(why)}}
    );
}

ports::InAnswer json_answer(std::string body) {
    ports::InAnswer answer;
    answer.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    answer.body = std::move(body);
    return answer;
}

ports::InAnswer not_stored() {
    ports::InAnswer answer;
    answer.status = 500;
    return answer;
}

}  // namespace

std::pair<std::string_view, std::string_view> notice_answer(const ports::FactResult& result) {
    if (result.verdict == core::Verdict::unknown) return {"99", "Khong tim thay giao dich"};
    if (result.why == "amount_mismatch" || result.why == "currency_mismatch")
        return {"99", "Sai so tien"};
    return {"00", "Thanh cong"};
}

/// Anybody can send what nobody can read: it must not fill the store.
bool Notices::keeps_evidence(core::Instant now) {
    if (now - evidence_since_ >= std::chrono::hours(1)) {
        evidence_since_ = now;
        evidence_ = 0;
    }
    if (evidence_ >= evidence_an_hour) return false;
    ++evidence_;
    return true;
}

ports::asio::awaitable<ports::InAnswer> Notices::unreadable(std::string body, Notice notice) {
    const Options& options = desk_->options();
    security_log("unreadable");
    const core::Instant now = desk_->parts().clock->now();
    if (!body.empty() && keeps_evidence(now)) {
        ports::FactMessage message;
        message.message.partner = options.partner;
        message.message.kind = "ipn_unreadable";
        message.message.received_at = now;
        if (body.size() > evidence_max) body.resize(evidence_max);
        message.message.digest = crypto::sha256(body);
        message.message.body = std::make_shared<const std::string>(std::move(body));
        auto taken = co_await desk_->parts().facts->take_in(std::move(message));
        if (!taken) co_return not_stored();
    }
    co_return json_answer(notice_reply(options, "99", "Khong doc duoc ban tin", notice, now));
}

ports::asio::awaitable<ports::InAnswer> Notices::receive(
    ports::InRequest request, ports::Intake& intake
) {
    static_cast<void>(intake);
    const Options& options = desk_->options();
    Notice notice = read_notice(options, request.body);
    if (request.method != "POST") notice.readable = false;
    if (!notice.readable) {
        auto answer = co_await unreadable(std::move(request.body), std::move(notice));
        co_return answer;
    }
    const core::Instant now = desk_->parts().clock->now();
    if (!notice.verified) {
        security_log("signature");
        co_return json_answer(notice_reply(options, "99", "Sai ma xac thuc", notice, now));
    }
    if (!notice.ours) {
        security_log("merchant");
        co_return json_answer(notice_reply(options, "99", "Sai ma doi tac", notice, now));
    }
    core::Document says = notice.says;
    says.set("provider", core::Document::text(options.partner));
    says.set("source", core::Document::text("ipn"));
    auto fact = connector_kit::payment_fact(notice.reference, std::move(says));
    auto message = connector_kit::payment_message(
        desk_->parts(), "ipn", notice.key, std::move(request.body), std::move(fact)
    );
    // The same notice in another form, or under the other secret, is a repeat.
    message.message.digest = crypto::sha256(notice.decisive);
    message.answer = [options, notice, now](const std::vector<ports::FactResult>& results) {
        const auto [code, text] = notice_answer(results.front());
        core::StoredAnswer answer;
        answer.status = 200;
        answer.body = notice_reply(options, code, text, notice, now);
        return answer;
    };
    auto taken = co_await desk_->parts().facts->take_in(std::move(message));
    if (!taken) {
        if (taken.error().code != "inbox.conflict") co_return not_stored();
        // Same number and code, other content: nobody may say that.
        security_log("notice_differs");
        co_return json_answer(notice_reply(options, "99", "Ban tin khac lan truoc", notice, now));
    }
    // An error notice decides nothing (5.2): the platform is asked about what is open.
    const bool failure = notice.says.find("failure") != nullptr;
    for (const ports::FactResult& result : taken->results)
        if (failure && (result.after == "initiated" || result.after == "pending"))
            desk_->ask_soon(notice.reference);
    if (taken->answer) co_return json_answer(taken->answer->body);
    std::string_view code = "00", text = "Thanh cong";
    if (!taken->results.empty()) std::tie(code, text) = notice_answer(taken->results.front());
    co_return json_answer(notice_reply(options, code, text, notice, now));
}

}  // namespace gw::national_platform
