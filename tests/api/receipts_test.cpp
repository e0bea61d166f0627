// PY-16, PY-17: receipts of the office's own roll, over store, files and API.
#include "gateway/engine/receipts.hpp"

#include "tests/api/payment_api.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

struct Rolled {
    explicit Rolled(std::int64_t last = 1'000) {
        core::ReceiptRoll roll;
        roll.providers = {"bank", "counter"};
        roll.form = "01BLP0-001";
        roll.series = "AA26E";
        roll.last = last;
        roll.issuer_name = "Đơn vị mẫu & <thử>";
        std::vector<core::ReceiptRoll> rolls;
        rolls.push_back(std::move(roll));
        desk = std::make_unique<engine::ReceiptDesk>(
            *p.kit.store,
            p.kit.blobs,
            *p.facts,
            std::move(rolls),
            [this](std::string_view prefix) {
                return std::string(prefix) + "_file" + std::to_string(++ids);
            },
            std::chrono::minutes(1)
        );
    }
    void run() { REQUIRE(p.kit.loop.get(desk->run(p.kit.clock.now())).has_value()); }
    Answer receipts(const std::string& id) {
        return p.kit.call("GET", "/v1/payments/" + id + "/receipts");
    }
    PaymentApi p;
    int ids = 0;
    std::unique_ptr<engine::ReceiptDesk> desk;
};

}  // namespace

TEST_CASE("receipts: PY-16 PY-17 one for each nature, numbered without gaps, once") {
    Rolled k;
    const auto id = k.p.paid();
    k.run();
    CHECK(k.p.state(id) == "receipt_issued");
    const auto list = k.receipts(id);
    REQUIRE(list.json.find("items")->size() == 2);
    CHECK(list.text("/items/0/number") == "0000001");
    CHECK(list.text("/items/1/number") == "0000002");
    CHECK(list.text("/items/0/series") == "AA26E");
    CHECK(list.text("/items/0/nature") == "charge");
    k.run();
    CHECK(k.receipts(id).json.find("items")->size() == 2);
}

TEST_CASE("receipts: a fee of nothing takes no number") {
    Rolled k;
    auto free = fee("LP0", 0, 1);
    free.set("nature", text("charge"));
    const auto made = k.p.kit.call("POST", std::string("/v1/dossiers/") + code + "/fees", free);
    REQUIRE_MESSAGE(made.status == 201, made.body);
    k.p.fees = {k.p.fees[1], made.text("/id")};
    auto request = k.p.request("cash");
    request.set("amount", Document::number(16'000));
    request.set("collected_at", text(core::to_rfc3339(k.p.now)));
    request.set("document_no", text("PT-01"));
    const auto paid = k.p.by("CB0001", "/v1/payments/offline", request);
    REQUIRE_MESSAGE(paid.status == 201, paid.body);
    for (int run = 0; run < 3; ++run) k.run();
    CHECK(k.p.state(paid.text("/id")) == "receipt_issued");
    CHECK(k.receipts(paid.text("/id")).json.find("items")->size() == 1);
    const auto roll =
        k.p.kit.loop.get(k.p.kit.store->object("receipt_roll", "", "01BLP0-001/AA26E"));
    REQUIRE(*roll);
    CHECK((*roll)->body == R"({"next":2})");
}

TEST_CASE("receipts: PY-20 F-161 the file is written by a serializer, names cannot break it") {
    Rolled k;
    const auto id = k.p.paid();
    k.run();
    const auto file = k.receipts(id).text("/items/0/attachment_id");
    const auto bytes = k.p.kit.call("GET", "/v1/attachments/" + file + "/content").body;
    CHECK(bytes.find("Đơn vị mẫu &amp; &lt;thử&gt;") != std::string::npos);
    CHECK(bytes.find("<BangChu>Mười sáu nghìn đồng</BangChu>") != std::string::npos);
}

TEST_CASE("receipts: PY-19 without numbers the payment stays paid") {
    Rolled k(1);
    const auto id = k.p.paid();
    k.run();
    CHECK(k.p.state(id) == "paid");
}

TEST_CASE("receipts: PY-18 a refund cancels them before it leaves, a refused one has new numbers") {
    Rolled k;
    const auto id = k.p.paid();
    k.run();
    auto wish = texts({{"reason", "other"}, {"reason_vi", "Thu nhầm"}});
    wish.set("amount", Document::number(32'000));
    const auto path = "/v1/payments/" + id + "/refunds";
    const auto asked = k.p.by("CB0001", path, wish);
    REQUIRE_MESSAGE(asked.status == 201, asked.body);
    const auto refund = asked.text("/id");
    CHECK(k.p.by("CB0002", path + "/" + refund + "/approve", Document::object()).status == 200);
    CHECK(k.receipts(id).text("/items/0/state") == "cancelled");
    auto refused = texts({{"state", "refund_refused"}, {"source", "query"}, {"provider", "bank"}});
    refused.set("refund_id", text(refund));
    k.p.tell(id, std::move(refused));
    CHECK(k.p.state(id) == "paid");
    k.run();
    CHECK(k.p.state(id) == "receipt_issued");
    CHECK(k.receipts(id).text("/items/3/number") == "0000004");
}

}  // namespace gw::test
