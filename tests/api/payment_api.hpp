// The API with two payment providers, and short ways to begin payments and let providers speak.
#pragma once

#include "gateway/engine/facts.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

using core::Document;
inline constexpr const char* code = "H37.14-260302-0001";

inline ports::Headers one(std::string name, std::string value) {
    ports::Headers headers;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

/// Answers questions about payments as told.
class ScriptedLookup : public ports::Lookup {
public:
    bool answers(std::string_view kind) const override { return kind == "payment_state"; }
    asio::awaitable<ports::LookupAnswer> ask(ports::Question question) override {
        asked.push_back(std::move(question));
        ports::LookupAnswer answer;
        answer.outcome = says.is_null() ? "unavailable" : "ok";
        answer.says = says;
        co_return answer;
    }
    Document says;
    std::vector<ports::Question> asked;
};

/// The API with the provider "bank" (pays back by itself) and "card" (does not).
class PaymentApi {
public:
    PaymentApi() : kit([this](api::Parts& parts) { arrange(parts); }) {
        kit.dossier(code);
        for (const auto& [name, nature] :
             {std::pair<const char*, const char*>("LP1", "charge"), {"PH1", "fee"}}) {
            auto body = fee(name, 8'000, 2);
            body.set("nature", text(nature));
            const auto made = kit.call("POST", std::string("/v1/dossiers/") + code + "/fees", body);
            REQUIRE(made.status == 201);
            fees.push_back(made.text("/id"));
        }
    }
    Document request(std::string method = "online") const {
        auto body = texts({{"dossier_code", code}});
        body.set("method", text(std::move(method)));
        auto chosen = Document::list();
        for (const auto& id : fees) chosen.push(text(id));
        body.set("fee_ids", std::move(chosen));
        body.set("amount", Document::number(32'000));
        return body;
    }
    Document cash() const {
        auto body = request("cash");
        body.set("collected_at", text(core::to_rfc3339(now)));
        body.set("document_no", text("PT-01"));
        return body;
    }
    /// A payment that nobody has answered yet; its id.
    std::string begun() {
        const auto made = kit.call("POST", "/v1/payments", request());
        REQUIRE_MESSAGE(made.status == 202, made.body);
        return made.text("/id");
    }
    Document said(const char* state, const char* source) const {
        auto says = texts({{"state", state}, {"source", source}, {"provider", "bank"}});
        says.set("amount", Document::number(32'000));
        says.set("provider_transaction", text("NP1"));
        return says;
    }
    ports::FactMessage message(const std::string& reference, Document says) {
        ports::FactMessage message;
        message.message.partner = "bank";
        message.message.agency = "H37";
        message.message.kind = "notice";
        message.message.message_key = "n" + std::to_string(++notices);
        message.message.body = std::make_shared<const std::string>("{}");
        core::Fact fact;
        fact.kind = "payment";
        fact.ref = reference;
        fact.says = std::move(says);
        message.facts.push_back(std::move(fact));
        return message;
    }
    void tell(const std::string& id, Document says) {
        const auto reference = get(id).text("/reference");
        const auto taken = kit.loop.get(facts->take_in(message(reference, std::move(says))));
        REQUIRE(taken.has_value());
    }
    std::string paid() {
        const auto id = begun();
        tell(id, said("paid", "ipn"));
        return id;
    }
    Answer get(const std::string& id, std::string more = "") {
        return kit.call("GET", "/v1/payments/" + id + std::move(more));
    }
    Answer by(const char* officer, const std::string& path, const Document& body) {
        return kit.call("POST", path, body, one("LT-Actor", officer));
    }
    std::string state(const std::string& id) { return get(id).text("/state"); }

    ScriptedLookup lookup;
    std::unique_ptr<engine::FactIntake> facts;
    std::vector<core::Operation> operations;  // before the kit, which is arranged with them
    int ids = 0;
    std::string bank_state = "up";
    ApiKit kit;
    std::vector<std::string> fees;
    core::Instant now = at("2026-03-02T10:00:00+07:00");
    int notices = 0;

private:
    void arrange(api::Parts& parts) {
        static constexpr std::string_view names[] = {
            "bank.Init", "card.Init", "bank.Refund", "vnpost.OrderPost", "vnpost.OrderCancel"};
        for (const auto name : names) {
            core::Operation operation;
            operation.name = name;
            operations.push_back(operation);
        }
        const auto route = [&parts](const char* partner, const char* event, const char* what) {
            core::Route row;
            row.partner = partner;
            row.event = event;
            row.operations = {what};
            row.when = {{"/payment/provider", partner}};
            parts.routes.push_back(row);
        };
        route("bank", "payment.requested", "bank.Init");
        route("card", "payment.requested", "card.Init");
        route("bank", "refund.approved", "bank.Refund");
        for (const auto& [event, what] :
             {std::pair<const char*, const char*>("delivery.requested", "vnpost.OrderPost"),
              {"delivery.cancel_requested", "vnpost.OrderCancel"}}) {
            core::Route row;
            row.partner = "vnpost";
            row.event = event;
            row.operations = {what};
            parts.routes.push_back(row);
        }
        auto known = parts.operation_of;
        parts.operation_of = [this, known](std::string_view name) -> const core::Operation* {
            for (const auto& operation : operations)
                if (operation.name == name) return &operation;
            return known(name);
        };
        const auto routes = parts.routes;
        parts.plan = [routes, find = parts.operation_of](
                         const auto& events, const auto& snapshots
                     ) { return core::plan(events, snapshots, routes, find); };
        parts.partners = [this] {
            api::PartnerInfo info;
            info.partner = "bank";
            info.name_vi = "Ngân hàng mẫu";
            info.state = bank_state;
            return std::vector<api::PartnerInfo>{info};
        };
        engine::FactsOptions options;
        options.transitions = parts.transitions;
        options.calendar = parts.calendar;
        options.new_id = [this](std::string_view prefix) {
            return std::string(prefix) + "_" + std::to_string(++ids);
        };
        options.on_change = [this](const std::string& kind, const std::string& id) {
            kit.waits.changed(kind, id);
        };
        facts = std::make_unique<engine::FactIntake>(
            *parts.store, *parts.intake, *parts.clock, parts.plan, std::move(options)
        );
        parts.facts = facts.get();
        parts.lookups["bank"] = &lookup;
        parts.options.payments.preference = {"bank"};
        parts.options.payments.national = "bank";
    }
};

}  // namespace gw::test
