// The receiver's verification against the vector of the contract and against forgeries.
#include "simulators/onestop/webhook_check.hpp"

#include <doctest/doctest.h>

namespace sim::onestop {
namespace {
constexpr const char* secret = "whsec_U1lOVEhFVElDLVdFQkhPT0stU0VDUkVULTMyQllURSE=";
constexpr std::int64_t stamp = 1767598329;

kit::Call vector_call() {
    kit::Call call;
    call.body =
        R"({"id":"evt_01KE6H43580000000000000031","type":"payment.paid","timestamp":"2026-01-05T14:32:09.120+07:00","seq":90244,"dossier_code":"H56.14-260105-0007","dossier_seq":9,"actor":"partner:national_platform","data":{"payment_id":"pay_01KE6H0KTR0000000000000002","amount":16000,"currency":"VND","state":"paid","provider":"national_platform"}})";
    call.headers = {
        {"webhook-id", "evt_01KE6H43580000000000000031"},
        {"webhook-timestamp", std::to_string(stamp)},
        {"webhook-signature", "v1,DqzJ95q8edF75PXbHemZVE49Lxrpe2bG82KEXJMvD/k="}};
    return call;
}
core::Instant at(std::int64_t seconds) {
    return core::from_ms((stamp + seconds) * 1'000);
}
}  // namespace

TEST_CASE("OC-14 webhook check: the vector of the contract is good, with other signatures around it"
) {
    auto call = vector_call();
    CHECK(check_webhook({secret}, call, at(0)) == WebhookVerdict::good);
    call.headers[2].second = "v1,AAAA " + call.headers[2].second;
    CHECK(check_webhook({"whsec_AAAA", secret}, call, at(0)) == WebhookVerdict::good);
}

TEST_CASE("OC-14 webhook check: older or newer than 300 seconds is stale") {
    const auto call = vector_call();
    CHECK(check_webhook({secret}, call, at(300)) == WebhookVerdict::good);
    CHECK(check_webhook({secret}, call, at(301)) == WebhookVerdict::stale);
    CHECK(check_webhook({secret}, call, at(-301)) == WebhookVerdict::stale);
}

TEST_CASE("OC-14 webhook check: another key, body, id or time is forged") {
    for (int part = 0; part < 3; ++part) {
        auto call = vector_call();
        if (part == 0) call.body.back() = ' ';
        if (part == 1) call.headers[0].second.back() = '2';
        if (part == 2) call.headers[1].second.back() = '8';
        CHECK(check_webhook({secret}, call, at(0)) == WebhookVerdict::forged);
    }
    const std::string other = "whsec_V1JPTkctU0VDUkVULVdST05HLVNFQ1JFVC1XUk9ORyE=";
    CHECK(check_webhook({other}, vector_call(), at(0)) == WebhookVerdict::forged);
    CHECK(check_webhook({}, vector_call(), at(0)) == WebhookVerdict::forged);
}

TEST_CASE("webhook check: a missing header or a time that is no number is malformed") {
    for (std::size_t part = 0; part < 2; ++part) {
        auto call = vector_call();
        call.headers[part].second = part == 0 ? "" : "soon";
        CHECK(check_webhook({secret}, call, at(0)) == WebhookVerdict::malformed);
    }
}

}  // namespace sim::onestop
