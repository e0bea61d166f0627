// Random lives of a payment: facts and officers in any order; no state goes back, the money adds
// up, the fees are paid once.
#include "tests/kit/payment_kit.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace gw::core;
using namespace gw::test;

namespace {

class Life {
public:
    explicit Life(std::uint64_t seed) : random_(seed) { REQUIRE(k_.create() == "done"); }

    void live(int steps) {
        for (int i = 0; i < steps; ++i) {
            k_.pass(std::chrono::minutes(pick(4) == 0 ? pick(6'000) : pick(20)));
            k_.as(pick(2) == 0 ? "CB0001" : "CB0002");
            before_ = k_.payment;
            const std::string fees = k_.fee_states();
            const std::string did = act();
            check(did, fees);
        }
    }

    std::set<int> rules;

private:
    unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

    Document fact() {
        static constexpr const char* states[] = {
            "pending",
            "paid",
            "paid",
            "paid",
            "failed",
            "expired",
            "unknown_reference",
            "disputed"};
        static constexpr const char* sources[] = {"init", "ipn", "query", "statement"};
        const std::int64_t amount = pick(12) == 0 ? 45'000 : 46'000;
        return says(
            states[pick(8)], sources[pick(4)], pick(8) == 0 ? 0 : amount, pick(9) == 0 ? "B" : "A"
        );
    }

    Document refund_fact() {
        static constexpr const char* states[] = {"refund_sent", "refund_done", "refund_refused"};
        Document out = says(states[pick(3)], pick(2) == 0 ? "query" : "statement");
        const Document* refunds = k_.payment.find("refunds");
        const bool some = refunds != nullptr && !refunds->items().empty();
        out.set(
            "refund_id",
            text(
                some ? refunds->items()[pick(static_cast<unsigned>(refunds->size()))].text_of("id")
                     : "rfd_none"
            )
        );
        if (pick(9) == 0) out.set("refund_amount", Document::number(1));
        return out;
    }

    Document bill() {
        Document list = Document::list();
        for (const char* nature : {"fee", "charge"})
            if (pick(3) > 0) list.push(texts({{"nature", nature}, {"number", nature}}));
        Document out = says("receipt", "bill");
        out.set("receipts", std::move(list));
        return out;
    }

    std::string act() {
        const CommandContext& context = k_.kit.context;
        const Document* dossier = &k_.dossier;
        switch (pick(12)) {
            case 0:
                return k_.hear(refund_fact());
            case 1:
                return k_.hear(bill());
            case 2:
                return k_.hear(says("no_answer", "clock"));
            case 3:
                return k_.keep(cancel_payment(k_.payment, context));
            case 4: {
                Document ask = texts({{"reason_vi", "Hoàn"}});
                ask.set("amount", Document::number(1 + pick(60'000)));
                return k_.keep(request_refund(k_.payment, ask, context));
            }
            case 5: {
                const std::string id = refund_fact().text_of("refund_id");
                return k_.keep(approve_refund(k_.payment, dossier, id, pick(2) == 0, context));
            }
            case 6: {
                static constexpr const char* ways[] = {"accept", "refund", "reject"};
                const Document how = texts({{"resolution", ways[pick(3)]}, {"reason_vi", "Vì"}});
                return k_.keep(resolve_dispute(k_.payment, dossier, how, pick(2) == 0, context));
            }
            case 7: {
                const Document seen =
                    texts({{"outcome", pick(2) == 0 ? "done" : "refused"}, {"document_no", "UNC"}});
                const std::string id = refund_fact().text_of("refund_id");
                return k_.keep(confirm_refund(k_.payment, dossier, id, seen, context));
            }
            default:
                break;
        }
        last_fact_ = pick(3) == 0 && !last_fact_.is_null() ? last_fact_ : fact();
        return k_.hear(last_fact_);
    }

    std::int64_t number(const char* name) const {
        const Document* value = k_.payment.find(name);
        return value == nullptr ? 0 : value->as_integer().value_or(0);
    }

    void check(const std::string& did, const std::string& fees_before) {
        CAPTURE(did);
        const auto from = payment_state_from_word(before_.text_of("state"));
        const auto to = payment_state_from_word(k_.payment.text_of("state"));
        REQUIRE(to.has_value());
        if (*from != *to) rules.insert(payment_rule(*from, *to));
        if (did.starts_with("impossible")) REQUIRE(k_.payment == before_);
        // Money.
        std::int64_t done = 0, promised = 0;
        if (const Document* refunds = k_.payment.find("refunds"))
            for (const Document& refund : refunds->items()) {
                const std::string state = refund.text_of("state");
                const std::int64_t amount = *refund.find("amount")->as_integer();
                // What was paid too much is beside the amount.
                const bool counts = refund.find("overpayment") == nullptr;
                if (counts && state == "done") done += amount;
                if (counts && state != "refused") promised += amount;
                if (state != "requested" && state != "refused")
                    REQUIRE(refund.text_of("approved_by") != refund.text_of("requested_by"));
            }
        REQUIRE(number("refunded_amount") == done);
        REQUIRE(done <= number("paid_amount"));
        if (k_.state() == "refunded") REQUIRE(done == number("paid_amount"));
        if (k_.state() != "failed" && k_.state() != "disputed")
            REQUIRE(promised <= number("paid_amount"));
        // Fees: paid with the payment, never by a failed one.
        const bool has_money = k_.state() == "paid" || k_.state() == "receipt_issued";
        if (has_money) REQUIRE(k_.fee_states() == "paid paid");
        if (k_.state() == "initiated" || k_.state() == "pending" || k_.state() == "expired")
            REQUIRE(k_.fee_states() == "unpaid unpaid");
        if (k_.fee_states() != fees_before) REQUIRE(k_.last.dossier.has_value());
        // A repeat at once changes nothing at all.
        if (last_fact_.is_null()) return;
        const auto again = reduce_payment(k_.payment, &k_.dossier, last_fact_, k_.kit.context);
        if (did == "applied" && again.verdict == Verdict::unchanged)
            REQUIRE_FALSE(again.dossier.has_value());
    }

    std::mt19937_64 random_;
    PaymentKit k_;
    Document before_, last_fact_;
};

}  // namespace

TEST_CASE("payment: ten thousand lives: no state goes back, the money adds up, paid once") {
    std::set<int> seen;
    for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
        CAPTURE(seed);
        Life life(seed);
        life.live(12);
        REQUIRE(life.rules.count(0) == 0);  // no step beside the table
        seen.merge(life.rules);
    }
    CHECK(seen.size() >= 16);  // 11 needs other fees paid, 1 is the beginning
}
