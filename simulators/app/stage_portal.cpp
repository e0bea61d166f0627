// What the portal does during the day: citizens file, tax notices go out, its outbox is driven.
#include "simulators/app/stage.hpp"
#include "simulators/onestop/json.hpp"

namespace sim::app {

void Stage::portal_sends_one(const std::string& request, const std::string& about) {
    std::string why;
    if (portal_->send(request, clock_.now(), &why).empty())
        ledger_.surprise("the simulated portal cannot send about " + about + ": " + why);
}

asio::awaitable<void> Stage::file_on_portal(onestop::Life life) {
    co_await clock_.sleep_until(when(life.submitted_at));
    onestop::Json j;
    j.begin().set("kind", life.promotion ? "promotion" : "dossier").set("dossier", life.code);
    j.set("procedure", life.procedure).set("name", life.owner.name);
    if (!life.promotion) j.set("citizen_number", life.owner.citizen_number);
    portal_sends_one(j.end().text(), life.code);
}

/// What the one-stop's step moves at the portal: the enterprise corrects its notice, the tax office
/// sends what is owed and what was paid.
void Stage::at_portal_after(const onestop::Life& life, const onestop::Step* step) {
    onestop::Json j;
    if (step == nullptr) {
        if (!life.promotion || life.seed % 2 == 0) return;
        j.begin().set("kind", "promotion_supplement").set("dossier", life.code).end();
    } else if (step->status == "financial_obligation") {
        j.begin().set("kind", "tax_notice").set("unknown", "false").name("dossiers").list();
        j.value(life.code).end_list().end();
    } else if (step->text == onestop::money_paid) {
        j.begin().set("kind", "tax_receipt").set("dossier", life.code).end();
    } else {
        return;
    }
    portal_sends_one(j.text(), life.code);
}

asio::awaitable<void> Stage::send_out(national_portal::OutCall call) {
    ports::HttpRequest request;
    request.method = call.method;
    request.url = scene_.base_url + call.path;
    request.body = call.body;
    for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
    request.total_max = core::Duration(20'000);
    const auto result = co_await inbound_->send(std::move(request));
    const int status = result.ok ? static_cast<int>(result.response.status) : 0;
    portal_->sender().answered(call.id, status, result.response.body, clock_.now());
}

asio::awaitable<void> Stage::portal_sends() {
    while (!over_) {
        for (auto& call : portal_->sender().due(clock_.now())) spawn(send_out(std::move(call)));
        co_await clock_.sleep_until(clock_.now() + core::Duration(50));
    }
}

}  // namespace sim::app
