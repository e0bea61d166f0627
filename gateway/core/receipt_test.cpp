// PY-15 to PY-20: receipts of the office's own roll.
#include "gateway/core/receipt.hpp"

#include "tests/kit/payment_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

core::ReceiptRoll roll_of() {
    core::ReceiptRoll roll;
    roll.providers = {"bank", "postal"};
    roll.form = "01BLP0-001";
    roll.series = "AA26E";
    roll.last = 1'000;
    roll.issuer_name = "Trung tâm Phục vụ hành chính công (mẫu)";
    return roll;
}

}  // namespace

TEST_CASE("receipt: PY-20 amounts in Vietnamese words") {
    const std::pair<std::int64_t, const char*> rows[] = {
        {0, "Không đồng"},
        {1, "Một đồng"},
        {10, "Mười đồng"},
        {15, "Mười lăm đồng"},
        {21, "Hai mươi mốt đồng"},
        {24, "Hai mươi bốn đồng"},
        {105, "Một trăm lẻ năm đồng"},
        {115, "Một trăm mười lăm đồng"},
        {16'000, "Mười sáu nghìn đồng"},
        {46'000, "Bốn mươi sáu nghìn đồng"},
        {100'000, "Một trăm nghìn đồng"},
        {1'000'005, "Một triệu không trăm lẻ năm đồng"},
        {1'050'000, "Một triệu không trăm năm mươi nghìn đồng"},
        {2'555'555, "Hai triệu năm trăm năm mươi lăm nghìn năm trăm năm mươi lăm đồng"},
        {1'000'000'000, "Một tỷ đồng"},
        {9'999'999'999,
         "Chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín "
         "mươi chín đồng"},
        {1'200'000'000'000, "Một nghìn hai trăm tỷ đồng"}};
    for (const auto& [amount, words] : rows) CHECK(core::money_in_words(amount) == words);
}

TEST_CASE("receipt: PY-15 F-159 one for each nature, with the fees of that nature only") {
    PaymentKit k;
    k.paid();
    CHECK(core::natures_without_receipt(k.payment).size() == 2);
    const auto tree =
        core::receipt_document(k.payment, k.dossier, "charge", roll_of(), "0000042", k.now());
    CHECK(tree.at("/BienLai/TongTien")->as_text() == "16000");
    CHECK(tree.at("/BienLai/BangChu")->as_text() == "Mười sáu nghìn đồng");
    CHECK(tree.at("/BienLai/CacKhoanThu/KhoanThu/Ma")->as_text() == "LP1");
    CHECK(tree.at("/BienLai/CacKhoanThu")->members().size() == 1);
    CHECK(tree.at("/BienLai/Loai")->as_text() == "lệ phí");
}

TEST_CASE("receipt: for a fee of nothing there is no receipt") {
    PaymentKit k;
    k.paid();
    k.payment.find("fees")->items()[0].set("amount", core::Document::number(0));
    CHECK(core::natures_without_receipt(k.payment) == std::vector<std::string>{"fee"});
    core::Document said = says("receipt", "bill");
    said.set("receipts", core::Document::list());
    said.find("receipts")->push(texts({{"nature", "fee"}, {"number", "1"}}));
    CHECK(k.hear(said) == "applied");
    CHECK(k.state() == "receipt_issued");
}

TEST_CASE("receipt: PY-17 the roll is that of the provider and the unit, low below five percent") {
    PaymentKit k;
    k.paid();
    std::vector<core::ReceiptRoll> rolls{roll_of()};
    rolls[0].units = {"nowhere"};
    CHECK(core::roll_for(rolls, k.payment, k.dossier) == nullptr);
    rolls.push_back(roll_of());
    CHECK(core::roll_for(rolls, k.payment, k.dossier) == &rolls[1]);
    rolls[1].providers = {"other"};
    CHECK(core::roll_for(rolls, k.payment, k.dossier) == nullptr);
    CHECK_FALSE(roll_of().is_low(951));
    CHECK(roll_of().is_low(952));
    CHECK(core::receipt_number(42) == "0000042");
}

TEST_CASE("receipt: PO-18 for what the post's clerk gave a receipt there is no second one") {
    PaymentKit k;
    k.paid();
    k.payment.set("provider", text("postal"));
    const std::vector<core::ReceiptRoll> rolls{roll_of()};
    CHECK(core::roll_for(rolls, k.payment, k.dossier) != nullptr);
    k.payment.set("document_no", text("BL1"));
    CHECK(core::roll_for(rolls, k.payment, k.dossier) == nullptr);
}

}  // namespace gw::test
