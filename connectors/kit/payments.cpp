// What every payment provider's connector does with what the provider says.
#include "connectors/kit/payments.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

namespace gw::connector_kit {

namespace {

using core::Document;

class PaymentWatch : public ports::Job {
public:
    PaymentWatch(std::shared_ptr<PaymentDesk> desk, const Parts& parts, core::Duration every)
        : desk_(std::move(desk)),
          parts_(parts),
          name_(parts.partner + ".payments"),
          every_(every) {}
    std::string_view name() const override { return name_; }
    core::Duration every() const override { return every_; }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> look_at(core::Object object, core::Instant now);
    ports::Async<void> tell(const core::Object& object, PaymentAnswer answer);
    ports::Async<void> ask_refunds(const core::Object& object, const Document& payment);

    std::shared_ptr<PaymentDesk> desk_;
    Parts parts_;
    std::string name_;
    core::Duration every_;
};

ports::Async<void> PaymentWatch::tell(const core::Object& object, PaymentAnswer answer) {
    answer.says.set("provider", Document::text(parts_.partner));
    if (answer.says.find("source") == nullptr) answer.says.set("source", Document::text("query"));
    auto fact = payment_fact(object.ref, std::move(answer.says));
    auto message = payment_message(parts_, "query", "", std::move(answer.raw), std::move(fact));
    auto taken = co_await parts_.facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

ports::Async<void> PaymentWatch::ask_refunds(const core::Object& object, const Document& payment) {
    const Document* refunds = payment.find("refunds");
    if (refunds == nullptr) co_return core::Result<void>();
    for (const Document& refund : refunds->items()) {
        if (refund.text_of("state") != "sent") continue;
        auto answer = co_await desk_->query_refund(payment, refund);
        if (!answer.answered) continue;
        answer.says.set("refund_id", Document::text(refund.text_of("id")));
        auto told = co_await tell(object, std::move(answer));
        if (!told) co_return told;
    }
    co_return core::Result<void>();
}

ports::Async<void> PaymentWatch::look_at(core::Object object, core::Instant now) {
    const auto payment = formats::read_stored(object.body);
    if (!payment || payment->text_of("provider") != parts_.partner) co_return core::Result<void>();
    const core::PaymentDue due = core::payment_due(*payment, now);
    const bool doubtful = desk_->asked_for(object.ref);
    if (due.ask || doubtful) {
        auto answer = co_await desk_->query(*payment);
        if (answer.answered) {
            auto told = co_await tell(object, std::move(answer));
            if (!told) co_return told;
        }
    }
    if (due.ask_refund) {
        auto asked = co_await ask_refunds(object, *payment);
        if (!asked) co_return asked;
    }
    if (due.time_over) {
        PaymentAnswer clock;
        clock.says = payment_says(parts_.partner, "clock", "no_answer");
        auto told = co_await tell(object, std::move(clock));
        if (!told) co_return told;
    }
    co_return core::Result<void>();
}

/// One payment that cannot be looked at does not keep the others waiting.
ports::Async<void> PaymentWatch::run(core::Instant now) {
    core::Result<void> first;
    for (const std::string_view state : core::watched_payment_states()) {
        ports::ObjectFilter filter;
        filter.kind = "payment";
        filter.state = std::string(state);
        filter.limit = 500;
        for (;;) {
            auto page = co_await parts_.store->objects(filter);
            if (!page) co_return page.error();
            for (core::Object& object : page->items) {
                auto seen = co_await look_at(std::move(object), now);
                if (first && !seen) first = std::move(seen);
            }
            if (page->next.empty()) break;
            filter.after = page->next;
        }
    }
    co_return first;
}

class PaymentLookup : public ports::Lookup {
public:
    PaymentLookup(std::shared_ptr<PaymentDesk> desk, std::string partner)
        : desk_(std::move(desk)), partner_(std::move(partner)) {}
    bool answers(std::string_view kind) const override { return kind == "payment_state"; }
    ports::asio::awaitable<ports::LookupAnswer> ask(ports::Question question) override {
        ports::LookupAnswer told;
        told.outcome = "unavailable";
        Document payment;
        if (const Document* given = question.asks.find("payment")) payment = *given;
        auto answer = co_await desk_->query(std::move(payment));
        if (!answer.answered) co_return told;
        told.outcome = "ok";
        told.says = std::move(answer.says);
        told.says.set("provider", Document::text(partner_));
        told.says.set("source", Document::text("query"));
        co_return told;
    }

private:
    std::shared_ptr<PaymentDesk> desk_;
    std::string partner_;
};

}  // namespace

core::Fact payment_fact(std::string reference, Document says) {
    core::Fact fact;
    fact.kind = "payment";
    fact.ref = std::move(reference);
    fact.says = std::move(says);
    return fact;
}

Document payment_says(std::string_view provider, std::string_view source, std::string_view state) {
    Document says = Document::object();
    says.set("provider", Document::text(std::string(provider)));
    says.set("source", Document::text(std::string(source)));
    says.set("state", Document::text(std::string(state)));
    return says;
}

ports::FactMessage payment_message(
    const Parts& parts, std::string kind, std::string key, std::string raw, core::Fact fact
) {
    ports::FactMessage message;
    message.message.partner = parts.partner;
    message.message.kind = std::move(kind);
    message.message.message_key = std::move(key);
    message.message.received_at = parts.clock->now();
    message.message.digest = crypto::sha256(raw);
    message.message.body = std::make_shared<const std::string>(std::move(raw));
    message.facts.push_back(std::move(fact));
    return message;
}

core::Result<Document> snapshot_part(
    const core::Claim& claim, std::string_view member, std::string_view partner
) {
    auto snapshot = formats::read_json(*claim.snapshot, {8 << 20, 64, 20'000});
    const Document* part = snapshot ? snapshot->find(member) : nullptr;
    if (part == nullptr || !part->is_object())
        return core::give_up(
            std::string(partner) + ".snapshot", "Sự kiện này thiếu nội dung cần gửi."
        );
    return *part;
}

std::unique_ptr<ports::Job> make_payment_watch(
    std::shared_ptr<PaymentDesk> desk, const Parts& parts, core::Duration every
) {
    return std::make_unique<PaymentWatch>(std::move(desk), parts, every);
}

std::unique_ptr<ports::Lookup> make_payment_lookup(
    std::shared_ptr<PaymentDesk> desk, std::string partner
) {
    return std::make_unique<PaymentLookup>(std::move(desk), std::move(partner));
}

}  // namespace gw::connector_kit
