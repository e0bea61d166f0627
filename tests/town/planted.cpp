// What the planted defects do.
#include "tests/town/planted.hpp"

#include <boost/asio/co_spawn.hpp>

#include <functional>

namespace gw::town_test {
namespace {

class Intake : public ports::Intake {
public:
    Intake(ports::Intake& real, Plant plant, asio::io_context& io)
        : real_(real), plant_(plant), io_(io) {}
    ports::Async<ports::Accepted> accept(ports::Acceptance a) override {
        if (plant_ == Plant::early_answer) {
            asio::co_spawn(io_, later(real_, std::move(a)), rethrow);
            co_return ports::Accepted();
        }
        auto accepted = co_await real_.accept(std::move(a));
        co_return accepted;
    }

private:
    static asio::awaitable<void> later(ports::Intake& real, ports::Acceptance a) {
        auto accepted = co_await real.accept(std::move(a));
        static_cast<void>(accepted);
    }
    static void rethrow(std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    }
    ports::Intake& real_;
    Plant plant_;
    asio::io_context& io_;
};

class Facts : public ports::Facts {
public:
    Facts(ports::Facts& real, Plant plant) : real_(real), plant_(plant) {}
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        if (plant_ == Plant::event_dropped) {
            const auto forgotten = [](const core::Fact& fact) {
                if (fact.kind != "delivery" || fact.says.text_of("source") != "feed") return false;
                return std::hash<std::string>()(fact.says.text_of("source_id")) % 3 == 0;
            };
            std::erase_if(message.facts, forgotten);
        }
        if (plant_ == Plant::unknown_failed)
            for (auto& fact : message.facts)
                if (fact.kind == "notification" && fact.says.text_of("state") == "unknown")
                    fact.says.set("state", core::Document::text("failed"));
        if (plant_ == Plant::fact_before_commit) {
            bool money = false;
            for (const auto& fact : message.facts)
                money |= fact.kind == "payment" && fact.says.text_of("state") == "refund_done";
            if (money) {
                ports::Taken yes;
                yes.results.resize(message.facts.size());
                co_return yes;
            }
        }
        auto taken = co_await real_.take_in(std::move(message));
        co_return taken;
    }

private:
    ports::Facts& real_;
    Plant plant_;
};

class Sink : public ports::Sink {
public:
    Sink(std::unique_ptr<ports::Sink> real, Plant plant) : real_(std::move(real)), plant_(plant) {}
    std::span<const core::Operation> operations() const override { return real_->operations(); }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, Instant now) const override {
        return real_->prepare(claim, now);
    }
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override {
        auto sent = co_await real_->send(std::move(prepared), about);
        const bool lost = !sent.has_value();
        if (lost && plant_ == Plant::delivered_whatever) co_return core::Receipt();
        co_return sent;
    }
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override {
        if (plant_ == Plant::enquiry_believed) {
            core::Enquiry none;
            none.found = core::Found::done;
            co_return none;
        }
        auto known = co_await real_->enquire(about);
        co_return known;
    }

private:
    std::unique_ptr<ports::Sink> real_;
    Plant plant_;
};

}  // namespace

std::string_view to_word(Plant plant) {
    constexpr std::string_view words[] = {
        "none",
        "settle_forgotten",
        "inbox_skipped",
        "watch_idle",
        "forged_believed",
        "enquiry_believed",
        "delivered_whatever",
        "event_dropped",
        "fact_before_commit",
        "unknown_failed",
        "hidden_chance",
        "early_answer",
        "effect_forgotten"};
    return words[static_cast<std::size_t>(plant)];
}

std::unique_ptr<ports::Intake> planted_intake(
    ports::Intake& real, Plant plant, asio::io_context& io
) {
    return std::make_unique<Intake>(real, plant, io);
}

std::unique_ptr<ports::Facts> planted_facts(ports::Facts& real, Plant plant) {
    return std::make_unique<Facts>(real, plant);
}

std::unique_ptr<ports::Sink> planted_sink(
    std::unique_ptr<ports::Sink> real, const std::string& partner, Plant plant
) {
    const bool portal = plant == Plant::delivered_whatever && partner == "national_portal";
    const bool refunds = plant == Plant::enquiry_believed && partner == "vnpay";
    if (!real || (!portal && !refunds)) return real;
    return std::make_unique<Sink>(std::move(real), plant);
}

}  // namespace gw::town_test
