// A dossier with two fees, a payment for them, and what providers say, in virtual time.
#pragma once

#include "gateway/core/identifiers.hpp"
#include "gateway/core/payment_commands.hpp"
#include "tests/kit/dossier_kit.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace gw::test {

/// What a provider says; amount 0 = not stated.
inline core::Document says(
    const char* state, const char* source, std::int64_t amount = 0, const char* number = ""
) {
    core::Document out = texts({{"provider", "bank"}, {"state", state}, {"source", source}});
    if (amount > 0) out.set("amount", core::Document::number(amount));
    if (amount > 0) out.set("currency", text("VND"));
    if (*number != '\0') out.set("provider_transaction", text(number));
    return out;
}

/// One dossier (fees: 16,000 charge and 30,000 fee), one payment and their life.
class PaymentKit {
public:
    PaymentKit() {
        dossier = made(core::create_dossier(received_request(), kit.context)).dossier;
        add_fee("LP1", 8'000, 2, "charge");
        add_fee("PH1", 30'000, 1, "fee");
        terms.provider = "bank";
        terms.reference = *core::payment_reference(core::local_day(now()), "7K3M9Q2");
    }
    core::Instant now() const { return kit.context.now; }
    void pass(std::chrono::minutes time) { kit.context.now += time; }

    core::Document request(const char* method = "online") const {
        core::Document out = texts({{"dossier_code", "H37.14-260302-0001"}, {"method", method}});
        core::Document ids = core::Document::list();
        for (const core::Document& fee : dossier.find("fees")->items())
            ids.push(text(fee.text_of("id")));
        out.set("fee_ids", ids);
        out.set("amount", core::Document::number(46'000));
        return out;
    }
    /// Refusal code, or "done"; `payment` is the new one.
    std::string create() {
        return keep(core::create_payment(dossier, request(), terms, slots(), kit.context));
    }
    std::string cash() {
        core::Document body = request("cash");
        body.set("collected_at", text(core::to_rfc3339(now())));
        body.set("document_no", text("PT-01"));
        return keep(core::create_offline_payment(dossier, body, terms, slots(), kit.context));
    }
    std::string keep(core::PaymentDecision decision) {
        if (const auto* problem = std::get_if<core::Problem>(&decision))
            return problem->findings.empty() ? problem->code : problem->findings[0].code;
        take(std::get<core::ObjectChange>(std::move(decision)));
        return "done";
    }
    /// "applied", "disputed amount_mismatch", …
    std::string hear(const core::Document& said) {
        take(core::reduce_payment(payment, &dossier, said, kit.context));
        std::string out(core::to_word(last.verdict));
        return last.why.empty() ? out : out + " " + last.why;
    }
    void take(core::ObjectChange change) {
        if (change.body) payment = *change.body;
        if (change.dossier) dossier = change.dossier->dossier;
        last = std::move(change);
    }
    /// A payment in this state.
    void paid() {
        create();
        hear(says("pending", "init"));
        hear(says("paid", "ipn", 46'000, "NP1"));
    }
    void as(const char* officer) { kit.context.actor = officer; }
    std::string state() const { return payment.text_of("state"); }
    std::string why() const { return payment.text_of("state_reason"); }
    std::string fee_states() const {
        std::string out;
        for (const core::Document& fee : dossier.find("fees")->items())
            out += (out.empty() ? "" : " ") + fee.text_of("state");
        return out;
    }
    std::string events() const {
        std::string out;
        if (last.dossier)
            for (const auto& e : last.dossier->events) out += e.kind + " ";
        for (const auto& e : last.events) out += e.kind + " ";
        return out;
    }
    std::string feed() const {
        std::string out;
        for (const auto& f : last.feed) out += f.type + " ";
        return out;
    }
    std::vector<core::FeeSlot> slots() const {
        std::vector<core::FeeSlot> out;
        for (const core::Document& fee : dossier.find("fees")->items()) {
            core::FeeSlot slot;
            slot.fee_id = fee.text_of("id");
            if (!payment.is_null()) slot.payment = payment;
            slot.attempt = attempt;
            slot.provider_down = provider_down;
            out.push_back(std::move(slot));
        }
        return out;
    }

    DossierKit kit;
    core::Document dossier, payment;
    core::PaymentTerms terms;
    core::ObjectChange last;
    int attempt = 0;
    bool provider_down = false;

private:
    void add_fee(const char* code, std::int64_t unit, std::int64_t count, const char* nature) {
        core::Document one = fee(code, unit, count);
        one.set("nature", text(nature));
        dossier = made(core::add_fee(dossier, one, kit.context)).dossier;
    }
};

}  // namespace gw::test
