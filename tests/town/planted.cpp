// What the planted defects do.
#include "tests/town/planted.hpp"

#include <functional>

namespace gw::town_test {
namespace {

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
