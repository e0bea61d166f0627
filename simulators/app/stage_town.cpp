// The partners beside the portal: what they tell by themselves, and how their part of the day ends.
#include "simulators/app/stage.hpp"
#include "simulators/onestop/json.hpp"

namespace sim::app {

asio::awaitable<void> Stage::send_for_town(Town::Outgoing call) {
    call.request.url = scene_.base_url + call.request.url;
    const auto result = co_await inbound_->send(std::move(call.request));
    const int status = result.ok ? static_cast<int>(result.response.status) : 0;
    call.answered(status, result.response.body);
}

asio::awaitable<void> Stage::town_sends() {
    while (!over_) {
        for (auto& call : town_->due()) spawn(send_for_town(std::move(call)));
        co_await clock_.sleep_until(clock_.now() + core::Duration(50));
    }
}

asio::awaitable<void> Stage::browse(std::string url) {
    const auto why = town_->browse(url);
    if (!why.empty()) ledger_.surprise(why);
    co_return;
}

asio::awaitable<std::string> Stage::ask(std::string path) {
    onestop::Request request;
    request.method = "GET";
    request.path = std::move(path);
    const auto reply = co_await client_->call(std::move(request));
    co_return reply.reached&& reply.status == 200 ? reply.body : std::string("{}");
}

/// Asks for what has not ended yet; true when nothing is left.
asio::awaitable<bool> Stage::town_at_rest() {
    bool rest = town_->quiet();
    for (const auto& [id, made] : ledger_.payments) {
        rapidjson::Document before;
        before.Parse(payments_[id].c_str());
        const auto state = onestop::text_of(before, "state");
        if (!state.empty() && state != "initiated" && state != "pending" && state != "paid")
            continue;
        auto answer = co_await ask("/v1/payments/" + id);
        rapidjson::Document now;
        now.Parse(answer.c_str());
        const auto after = onestop::text_of(now, "state");
        rest &= !after.empty() && after != "initiated" && after != "pending";
        payments_[id] = std::move(answer);
    }
    for (const auto& [id, made] : ledger_.deliveries) {
        rapidjson::Document before;
        before.Parse(deliveries_[id].c_str());
        const auto state = onestop::text_of(before, "state");
        if (state == "delivered" || state == "returned") continue;
        auto answer = co_await ask("/v1/deliveries/" + id);
        rapidjson::Document now;
        now.Parse(answer.c_str());
        const auto after = onestop::text_of(now, "state");
        rest &= after == "delivered" || after == "returned";
        deliveries_[id] = std::move(answer);
    }
    co_return rest;
}

asio::awaitable<void> Stage::settle_town() {
    const auto until = clock_.now() + core::Duration(120'000);
    while (clock_.now() < until) {
        const bool rest = co_await town_at_rest();
        if (rest) break;
        const auto next = clock_.now() + core::Duration(500);
        co_await clock_.sleep_until(next);
    }
}

}  // namespace sim::app
