// Takes in what a provider says about one payment, with the real reducer and answers kept for
// repeats.
#pragma once

#include "gateway/formats/json.hpp"
#include "gateway/ports/clock.hpp"
#include "gateway/ports/facts.hpp"
#include "tests/kit/dossier_kit.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

class PaymentFacts : public ports::Facts {
public:
    explicit PaymentFacts(ports::Clock& clock) : clock_(clock) {}
    core::Document payment, dossier;  // payment: null = nobody knows any reference
    std::vector<ports::FactMessage> heard;
    std::vector<ports::FactResult> results;  // of everything heard
    std::optional<core::Error> fail;

    std::string state() const { return payment.text_of("state"); }
    const core::Document& last() const { return heard.back().facts.at(0).says; }

    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        if (fail) co_return *fail;
        ports::Taken taken;
        const std::string& key = message.message.message_key;
        const auto before = kept_.find(key);
        if (!key.empty() && before != kept_.end()) {
            if (before->second.first != message.message.digest)
                co_return core::give_up("inbox.conflict", "the same key, other content");
            taken.repeated = true;
            taken.answer = before->second.second;
            co_return taken;
        }
        for (const core::Fact& fact : message.facts) taken.results.push_back(apply(fact));
        const bool known =
            !taken.results.empty() && taken.results[0].verdict != core::Verdict::unknown;
        if (known && message.answer) taken.answer = message.answer(taken.results);
        if (known && taken.answer)
            kept_[key] = std::make_pair(message.message.digest, *taken.answer);
        heard.push_back(std::move(message));
        co_return taken;
    }

private:
    ports::FactResult apply(const core::Fact& fact) {
        ports::FactResult result;
        result.verdict = core::Verdict::unknown;
        if (fact.ref == payment.text_of("reference") && !fact.ref.empty()) {
            kit_.context.now = clock_.now();
            result.before = payment.text_of("state");
            auto change = core::reducer_of("payment"
            )(payment, dossier.is_null() ? nullptr : &dossier, fact.says, kit_.context);
            result.verdict = change.verdict;
            result.why = change.why;
            if (change.body) payment = *change.body;
            result.after = payment.text_of("state");
        }
        results.push_back(result);
        return result;
    }
    ports::Clock& clock_;
    DossierKit kit_;
    std::map<std::string, std::pair<core::Digest, core::StoredAnswer>> kept_;
};

}  // namespace gw::test
