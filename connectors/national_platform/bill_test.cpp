// Receipts of the platform: address or bytes, checked, kept, told.
#include "connectors/national_platform/bill.hpp"

#include "gateway/crypto/digest.hpp"
#include "tests/kit/platform_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_platform {
namespace {

using core::Document;

constexpr const char* pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n";
constexpr const char* address =
    R"({"MaLoi":"00","UrlBienLai":"https://pay.test/viewbill?token=1&dstcode=VN:COM:0100000000:payment"})";

void make_paid(Kit& kit) {
    kit.facts.payment.set("state", Document::text("paid"));
    kit.facts.payment.set("paid_amount", Document::number(16'000));
}
std::string outcome(std::vector<ports::HttpResult> answers) {
    Kit kit;
    make_paid(kit);
    for (auto& answer : answers) kit.http.answers.push_back(std::move(answer));
    const auto sent = kit.send(get_bill);
    CHECK(kit.blobs.files.size() == (sent ? 1 : 0));
    if (!sent && sent.error().advice == core::Advice::retry)
        CHECK(sent.error().retry_after == std::chrono::minutes(1));
    return sent ? kit.facts.state() : sent.error().code;
}

}  // namespace

TEST_CASE("platform GET_BILL: an address and bytes give an attachment and a receipt") {
    for (const bool bytes : {false, true}) {
        Kit kit;
        make_paid(kit);
        if (!bytes) kit.http.say(address);
        kit.http.say(pdf);
        REQUIRE(kit.send(get_bill).has_value());
        CHECK(kit.http.asked.size() == (bytes ? 1 : 2));
        CHECK(kit.facts.state() == "receipt_issued");
        const Document& receipt = kit.facts.payment.find("receipts")->items().at(0);
        CHECK(receipt.text_of("nature") == "charge");
        CHECK(receipt.text_of("amount") == "16000");
        REQUIRE(kit.facts.heard.back().beside.size() == 1);
        const core::Object& file = kit.facts.heard.back().beside[0].object;
        CHECK(file.kind == "attachment");
        CHECK(file.agency == "H56");
        CHECK(file.state == "clean");
        CHECK(receipt.text_of("attachment_id") == file.id);
        CHECK(kit.blobs.files.at(*crypto::digest_from_hex(file.ref)) == pdf);
        CHECK(json(file.body).text_of("media_type") == "application/pdf");
    }
}

TEST_CASE("platform GET_BILL: PY-15 one receipt for each nature") {
    Kit kit;
    make_paid(kit);
    Document fee = kit.facts.payment.find("fees")->items().at(0);
    fee.set("nature", Document::text("fee"));
    kit.facts.payment.find("fees")->push(fee);
    kit.http.say(pdf);
    REQUIRE(kit.send(get_bill).has_value());
    CHECK(kit.facts.payment.find("receipts")->size() == 2);
    CHECK(kit.facts.state() == "receipt_issued");
}

TEST_CASE("platform GET_BILL: PY-19 a receipt that fails leaves the payment paid and is asked again"
) {
    constexpr std::pair<int, int> schedule[] = {
        {0, 1}, {1, 5}, {2, 15}, {3, 60}, {4, 360}, {9, 360}};
    for (const auto& [attempts, minutes] : schedule) {
        Kit kit;
        kit.options.bill_waits.clear();
        for (const int m : {1, 5, 15, 60, 360})
            kit.options.bill_waits.push_back(std::chrono::minutes(m));
        kit.remake();
        make_paid(kit);
        kit.http.answers.push_back(test::answered(404, ""));
        PlatformSink sink(kit.desk);
        auto claim = kit.claim(get_bill);
        claim.attempts_partner = attempts;
        auto prepared = sink.prepare(claim, kit.clock.now());
        REQUIRE(prepared.has_value());
        const auto sent = test::run(kit.io, sink.send(*prepared, claim));
        REQUIRE_FALSE(sent.has_value());
        CHECK(sent.error().advice == core::Advice::retry);
        CHECK(sent.error().retry_after == std::chrono::minutes(minutes));
        CHECK(kit.facts.state() == "paid");
    }
}

TEST_CASE("platform GET_BILL: what is no whole PDF is asked for again and nothing is kept") {
    using test::answered;
    CHECK(outcome({answered(200, pdf)}) == "receipt_issued");
    const std::string cut(pdf, 20);
    CHECK(outcome({answered(200, cut)}) == "national_platform.bill_cut");
    CHECK(
        outcome({answered(200, address), answered(200, "<html>")}) ==
        "national_platform.bill_not_pdf"
    );
    CHECK(
        outcome({answered(200, address), answered(404, "")}) == "national_platform.bill_unreachable"
    );
    CHECK(
        outcome({answered(200, R"({"MaLoi":"99","MoTaLoi":"Chua co bien lai"})")}) ==
        "national_platform.bill_not_ready"
    );
    CHECK(outcome({test::failed(true)}) == "national_platform.bill_unreachable");
    CHECK(
        outcome({answered(200, R"({"UrlBienLai":"https://evil.test/a.pdf"})")}) ==
        "national_platform.bill_host"
    );
}

TEST_CASE("platform GET_BILL: a PDF in pieces, and one that is too large") {
    test::MemoryBlobs blobs;
    BillReceiver pieces(blobs, 1'000);
    for (const char* p = pdf; *p != 0; ++p) CHECK(pieces.take(std::string_view(p, 1)));
    REQUIRE(pieces.finish().has_value());
    CHECK(blobs.files.begin()->second == pdf);
    BillReceiver large(blobs, 1'000);
    CHECK(large.take(pdf));
    CHECK_FALSE(large.take(std::string(1'000, 'x')));
    CHECK_FALSE(large.finish().has_value());
    BillReceiver page(blobs, 1'000);
    CHECK_FALSE(page.take(std::string(70'000, 'x')));
}

}  // namespace gw::national_platform
