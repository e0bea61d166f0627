// Fees that were asked for with a supplement are fees like the others.
#include "tests/api/payment_api.hpp"

#include <doctest/doctest.h>

namespace gw::test {

TEST_CASE("payments: a fee of a supplement is changed, paid and given back like the dossier's own"
) {
    PaymentApi p;
    const std::string path = std::string("/v1/dossiers/") + code;
    auto asks = texts({{"text", "Nộp thêm lệ phí"}});
    asks.set("requested_by", officer());
    asks.set("requested_at", text("2026-03-02T10:00:00+07:00"));
    auto fees = Document::list();
    fees.push(fee("LP3", 5'000, 1));
    asks.set("fees", std::move(fees));
    const auto made = p.kit.call("POST", path + "/supplements", asks);
    REQUIRE_MESSAGE(made.status == 201, made.body);
    const auto id = made.text("/fees/0/id");
    auto dearer = Document::object();
    dearer.set("unit_amount", Document::number(6'000));
    const auto version = one("If-Match", p.kit.call("GET", path).header("ETag"));
    const auto changed = p.kit.call("PATCH", path + "/fees/" + id, dearer, version);
    CHECK_MESSAGE(changed.status == 200, changed.body);
    CHECK(changed.text("/amount") == "6000");
    CHECK(p.kit.call("GET", path).text("/supplements/0/fees/0/amount") == "6000");

    auto body = p.request();
    auto chosen = Document::list();
    chosen.push(text(id));
    body.set("fee_ids", std::move(chosen));
    body.set("amount", Document::number(6'000));
    const auto begun = p.kit.call("POST", "/v1/payments", body);
    REQUIRE_MESSAGE(begun.status == 202, begun.body);
    const auto pay = begun.text("/id");
    auto says = p.said("paid", "ipn");
    says.set("amount", Document::number(6'000));
    p.tell(pay, says);
    CHECK(p.state(pay) == "paid");
    auto dossier = p.kit.call("GET", path);
    CHECK(dossier.text("/supplements/0/fees/0/state") == "paid");
    CHECK(dossier.text("/fees/0/state") == "unpaid");
    CHECK(dossier.text("/flags/online_payment") == "3");
    CHECK(p.kit.call("POST", "/v1/payments", body).code() == "payment.already_paid");

    const auto own = p.paid();
    CHECK(p.kit.call("GET", path).text("/flags/online_payment") == "1");
}

}  // namespace gw::test
