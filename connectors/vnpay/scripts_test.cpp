// Plays the conversation scripts of simulators/vnpay/scripts against the connector.
#include "connectors/vnpay/connector.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/payment_facts.hpp"
#include "tests/kit/payment_script.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace gw::vnpay {
namespace {

using core::Document;
using test::Exchange;

Document json(const std::string& text) {
    return *formats::read_json(text);
}

/// The merchant of the scripts, with one payment.
struct Shop {
    Shop() {
        options.pay_url = "https://vnpay.test/paymentv2/vpcpay.html";
        options.api_url = "https://vnpay.test/merchant_webapi/api/transaction";
        options.terminal = "TESTTMN1";
        const Document all = json(mapping::test::file_text("tests/vectors/vnpay.json"));
        options.secret = all.at("/vectors/0/secret")->as_text();
        options.return_url = "http://gw.test/pay/return";
        options.order_type = "other";
        options.ip_address = "127.0.0.1";
        facts.payment = json(R"json({"id":"pay_1","reference":"LT260057K3M9Q2C",
"dossier_code":"H56.14-260105-0007","amount":16000,"currency":"VND","provider":"vnpay",
"state":"initiated","created_at":"2026-01-05T14:30:15.000+07:00","started_at":"20260105143015",
"expires_at":"2026-01-05T14:45:15.000+07:00","paid_amount":0,"refunded_amount":0,"receipts":[]})json"
        );
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/vnpay/answers.toml";
        connector_kit::Parts parts;
        parts.partner = "vnpay";
        parts.http = &http;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
        parts.random = &random;
        parts.answers = *mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        desk = std::make_shared<Desk>(std::move(parts), options);
    }
    /// The payment as it is kept, with this refund approved.
    void keep(const Document& refund) {
        Document body = facts.payment;
        body.set("state", Document::text("refund_requested"));
        body.set("refunds", Document::list());
        body.find("refunds")->push(refund);
        core::Object object;
        object.kind = "payment";
        object.id = "pay_1";
        object.body = formats::write_json(body);
        store.put(std::move(object));
    }
    core::Result<core::Receipt> send(std::string_view operation, const Document& wanted) {
        core::Claim c;
        c.leg.operation = std::string(operation);
        Document snapshot = Document::object();
        snapshot.set("payment", facts.payment);
        snapshot.set("refund", wanted);
        c.snapshot = std::make_shared<const std::string>(formats::write_json(snapshot));
        PaymentSink sink(desk);
        auto prepared = sink.prepare(c, clock.now());
        REQUIRE(prepared.has_value());
        return test::run(io, sink.send(*prepared, c));
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_compact("20260105143015")};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::ObjectStore store;
    test::PaymentFacts facts{clock};
    Options options;
    std::shared_ptr<Desk> desk;
};

/// Everything but what an example makes up: request ids, times, texts, and so the hash.
Document comparable(const std::string& body) {
    Document d = json(body);
    for (const char* name :
         {"vnp_RequestId", "vnp_CreateDate", "vnp_CreateBy", "vnp_OrderInfo", "vnp_SecureHash"})
        d.remove(name);
    return d;
}

void open_page(Shop& shop, const Exchange& e) {
    REQUIRE(shop.send(pay, Document::object()).has_value());
    CHECK(shop.facts.last().at("/checkout/url")->as_text() == "https://vnpay.test" + e.target);
}

void notify(Shop& shop, const Exchange& e) {
    Notices source(shop.desk);
    ports::InRequest request;
    request.method = e.method;
    request.query = e.target.substr(e.target.find('?') + 1);
    const auto answer = test::run(shop.io, source.receive(std::move(request), shop.store));
    CHECK(answer.status == e.status);
    // Both end it: a repeat gets its first answer again (PY-5), the example says "already".
    std::string wanted = json(e.answer).text_of("RspCode");
    if (wanted == "02") wanted = "00";
    CHECK(json(answer.body).text_of("RspCode") == wanted);
}

void call(Shop& shop, const Exchange& e) {
    const bool lost = e.status == 0;
    shop.http.answers.push_back(lost ? test::failed(true) : test::answered(200, e.answer));
    const Document body = json(e.body);
    const auto before = shop.http.asked.size();
    if (body.text_of("vnp_Command") == "refund") {
        Document wanted = Document::object();
        const bool whole = body.text_of("vnp_TransactionType") == "02";
        wanted.set("id", Document::text("rfd_1"));
        wanted.set("request_id", Document::text("LT260057K3M9Q2C-r1"));
        wanted.set("kind", Document::text(whole ? "full" : "partial"));
        wanted.set("amount", Document::number(std::stoll(body.text_of("vnp_Amount")) / 100));
        wanted.set("state", Document::text("approved"));
        shop.keep(wanted);
        const auto sent = shop.send(refund, wanted);
        if (lost) CHECK(sent.error().advice == core::Advice::enquire);
    } else {
        const auto answer = test::run(shop.io, shop.desk->query(shop.facts.payment));
        const std::string code = json(e.answer).text_of("vnp_ResponseCode");
        CHECK(answer.answered == (code == "00" || code == "91"));
    }
    REQUIRE(shop.http.asked.size() > before);
    CHECK(comparable(shop.http.asked[before].body) == comparable(e.body));
}

}  // namespace

TEST_CASE("scripts: every conversation of VNPAY against the connector") {
    int played = 0;
    for (const auto& entry : std::filesystem::directory_iterator("simulators/vnpay/scripts")) {
        if (entry.path().extension() != ".conv") continue;
        INFO(entry.path().stem().string());
        Shop shop;
        const auto script = test::parse_payment_script(mapping::test::file_text(entry.path()));
        for (const Exchange& e : script.exchanges) {
            shop.clock.at(*core::parse_compact(e.at), [] {});
            shop.clock.advance(*core::parse_compact(e.at) + core::Duration(1));
            if (e.notice)
                notify(shop, e);
            else if (e.method == "GET")
                open_page(shop, e);
            else
                call(shop, e);
        }
        ++played;
    }
    CHECK(played >= 13);
}

}  // namespace gw::vnpay
