// Payment page, return, IPN, querydr and refund: what VNPAY takes, refuses and repeats.
#include "simulators/kit/text.hpp"
#include "simulators/vnpay/test_shop.hpp"

#include <doctest/doctest.h>

namespace sim::vnpay {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string location(const kit::Answer& a) {
    for (const auto& [name, value] : a.headers)
        if (name == "Location") return value;
    return {};
}

TEST_CASE("payment address: the known-good and the own vector open a payment page") {
    TestShop s;
    auto own =
        "vnp_Amount=1600000&vnp_Command=pay&vnp_CreateDate=20260105143015&vnp_CurrCode=VND&vnp_"
        "ExpireDate="
        "20260105144515&vnp_IpAddr=127.0.0.1&vnp_Locale=vn&vnp_OrderInfo=Le+phi+ho+so+H56.14-"
        "260105-0007&"
        "vnp_OrderType=other&vnp_ReturnUrl=http%3A%2F%2Fgw.test%2Fpay%2Freturn&vnp_TmnCode="
        "TESTTMN1&"
        "vnp_TxnRef=LT260057K3M9Q2C&vnp_Version=2.1.0&vnp_SecureHash="
        "3132ac580393ac0a60cf519e19478c5b150c4ef7bd117311a121cdb2fa8c3c4956866a7400870ab97e87a09453"
        "72fa04"
        "394b754c911949f5a88b0f5084a0b185";
    auto a = s.raw("GET", std::string("/paymentv2/vpcpay.html?") + own);
    CHECK(a.status == 200);
    CHECK(a.body.find("16.000 đồng") != std::string::npos);
    CHECK(a.body.find("value=\"cancel\"") != std::string::npos);
    CHECK(s.held().amount == 16'000);
    CHECK(s.held().return_url == "http://gw.test/pay/return");
    CHECK(s.held().expires == *kit::from_compact_time("20260105144515"));
    s.now = *kit::from_compact_time("20260102080100");
    CHECK(s.open({{"vnp_TxnRef", "H56.14-260102-0001"},
                  {"vnp_Amount", "2500000"},
                  {"vnp_CreateDate", "20260102080000"},
                  {"vnp_ExpireDate", "20260102081500"},
                  {"vnp_OrderInfo", "Le phi ho so H56.14-260102-0001"},
                  {"vnp_ReturnUrl", "http://gw.test/return"}}
    ).empty());
}

TEST_CASE("payment address: what does not fit leads to the error page and leaves no payment") {
    struct Bad {
        Fields changes;
        const char* code;
    };
    const Bad all[] = {
        {{{"vnp_TmnCode", "OTHERTM1"}}, "71"},
        {{{"vnp_Version", "2.0.0"}}, "03"},
        {{{"vnp_Command", "genqr"}}, "03"},
        {{{"vnp_Amount", "1600050"}}, "03"},
        {{{"vnp_Amount", "-1600000"}}, "03"},
        {{{"vnp_Amount", "1234567890100"}}, "03"},
        {{{"vnp_CurrCode", "USD"}}, "03"},
        {{{"vnp_TxnRef", std::string(101, 'A')}}, "03"},
        {{{"vnp_OrderInfo", "-"}}, "03"},
        {{{"vnp_OrderInfo", std::string(256, 'a')}}, "03"},
        {{{"vnp_ReturnUrl", "javascript:alert(1)"}}, "03"},
        {{{"vnp_ReturnUrl", "http://gw.test/a\r\nSet-Cookie: b"}}, "03"},
        {{{"vnp_OrderInfo", "\xff\xfe"}}, "03"},
        {{{"vnp_IpAddr", "-"}}, "03"},
        {{{"vnp_Locale", "fr"}}, "03"},
        {{{"vnp_CreateDate", "20260105256015"}}, "03"},
        {{{"vnp_BankCode", "NC"}}, "03"},
        {{{"vnp_ExpireDate", "20260105143019"}}, "15"}};
    for (const auto& bad : all) {
        TestShop s;
        CAPTURE(bad.changes.begin()->first);
        CHECK(s.open(bad.changes) == bad.code);
        CHECK(s.vnpay.held().empty());
    }
    TestShop s;
    auto tampered = s.query();
    tampered.replace(tampered.find("1600000"), 7, "1500000");
    auto a = s.raw("GET", "/paymentv2/vpcpay.html?" + tampered);
    CHECK(location(a) == "/paymentv2/Payment/Error.html?code=70");
    CHECK(s.raw("GET", location(a)).body.find("Sai chữ ký") != std::string::npos);
}

TEST_CASE(
    "payment address: opened again it shows the same payment; another one with its reference is "
    "refused that day"
) {
    TestShop s;
    CHECK(s.open().empty());
    CHECK(s.open().empty());
    CHECK(s.held().opened == 2);
    CHECK(s.open({{"vnp_Amount", "1700000"}}) == "01");
    s.now += hours(24);
    CHECK(s.open({{"vnp_CreateDate", "20260106143015"}, {"vnp_ExpireDate", "20260106144515"}}
    ).empty());
    CHECK(s.vnpay.held().count("LT260057K3M9Q2C@20260106") == 1);
    s.vnpay.act("LT260057K3M9Q2C@20260106", "pay", s.now);
    for (const auto& call : s.hear_notices())
        CHECK(said(call.path).at("vnp_TxnRef") == s.reference);
    CHECK(s.vnpay.held().at("LT260057K3M9Q2C@20260106").notices_acknowledged == 1);
    CHECK(
        s.querydr({{"vnp_TransactionDate", "20260106143015"}}).at("vnp_TransactionStatus") == "00"
    );
    CHECK(s.querydr().at("vnp_TransactionStatus") == "02");
}

TEST_CASE("F-150 page: a button pays, the browser goes back with signed parameters") {
    TestShop s;
    s.open();
    auto path = "/paymentv2/pay/" + s.held().token;
    auto pressed = s.raw("POST", path, "action=pay");
    CHECK(pressed.status == 303);
    auto back = location(pressed);
    CHECK(back.starts_with("http://gw.test/pay/return?vnp_Amount=1600000&"));
    CHECK(good_query(back.substr(back.find('?') + 1), s.secret));
    CHECK(said(back).at("vnp_ResponseCode") == "00");
    CHECK(s.held().returns == 1);
    CHECK(s.raw("POST", path, "action=cancel").status == 409);
    CHECK(s.raw("GET", path).body.find("Quay lại trang của đơn vị") != std::string::npos);
    TestShop program;
    program.open();
    auto json = program.raw(
        "POST", "/paymentv2/pay/" + program.held().token, R"({"action":"fail","code":"51"})"
    );
    CHECK(json.body.find(R"("response":"51","status":"02")") != std::string::npos);
    CHECK(json.body.find("http://gw.test/pay/return?") != std::string::npos);
    TestShop query_in_url;
    query_in_url.open({{"vnp_ReturnUrl", "http://gw.test/pay/return?a=b"}});
    query_in_url.act("cancel");
    CHECK(query_in_url.vnpay.return_url(query_in_url.reference)
              .starts_with("http://gw.test/pay/return?a=b&vnp_Amount"));
}

TEST_CASE("results: each action has its two codes, on the IPN and in querydr") {
    struct One {
        const char *action, *code, *response, *status, *shown;
    };
    for (const auto& one :
         {One{"pay", "", "00", "00", "00"},
          {"cancel", "", "24", "02", "02"},
          {"fail", "51", "51", "02", "02"},
          {"fail", "99", "99", "02", "02"},
          {"expire", "", "11", "02", "02"},
          {"suspect", "", "07", "07", "07"},
          {"reverse", "", "00", "04", "04"},
          {"incomplete", "", "00", "01", "01"}}) {
        CAPTURE(one.action);
        TestShop s;
        s.open();
        CHECK(s.querydr().at("vnp_TransactionStatus") == "01");
        CHECK(s.act(one.action, one.code).empty());
        auto calls = s.hear_notices();
        REQUIRE(calls.size() == 1);
        auto f = said(calls[0].path);
        CHECK(good_query(calls[0].path.substr(calls[0].path.find('?') + 1), s.secret));
        CHECK(f.at("vnp_ResponseCode") == one.response);
        CHECK(f.at("vnp_TransactionStatus") == one.status);
        CHECK((f.at("vnp_TransactionNo") == "0") == (std::string(one.status) == "02"));
        CHECK(s.querydr().at("vnp_TransactionStatus") == one.shown);
    }
    TestShop s;
    s.open();
    CHECK_FALSE(s.act("fail", "00").empty());
    CHECK_FALSE(s.act("dance").empty());
    CHECK(s.act("hang").empty());
    CHECK(s.querydr().at("vnp_TransactionStatus") == "01");
    CHECK(s.act("pay").empty());
}

TEST_CASE("F-156 IPN: repeated every 5 minutes, ten times, until RspCode 00 or 02") {
    TestShop s;
    s.open();
    s.act("pay");
    for (int i = 0; i < 11; ++i) {
        static constexpr const char* codes[] = {"97", "01", "04", "99"};
        CHECK(s.hear_notices(codes[i % 4]).size() == 1);
        s.now += minutes(5) - seconds(1);
        CHECK(s.vnpay.due(s.now).empty());
        s.now += seconds(1);
    }
    CHECK(s.vnpay.due(s.now).empty());
    CHECK(s.held().notices_sent == 11);
    CHECK(s.held().answers.at("97") == 3);
    CHECK(s.act("notify").empty());
    CHECK(s.hear_notices("02").size() == 1);
    CHECK(s.vnpay.outbox().unfinished() == 0);
    CHECK(s.held().notices_acknowledged == 1);
    TestShop silent;
    silent.open();
    silent.act("pay");
    auto id = silent.vnpay.due(silent.now).at(0).id;
    silent.vnpay.answered(id, 500, R"({"RspCode":"00"})", silent.now);
    CHECK(silent.vnpay.outbox().unfinished() == 1);
}

TEST_CASE("expiry: nobody paid, so 11 by IPN; a late payment is a second result") {
    TestShop s;
    s.open();
    s.now = *kit::from_compact_time("20260105144515");
    auto calls = s.hear_notices();
    REQUIRE(calls.size() == 1);
    CHECK(said(calls[0].path).at("vnp_ResponseCode") == "11");
    s.now += minutes(1);
    CHECK(s.act("pay_late").empty());
    CHECK(s.held().late);
    CHECK(said(s.hear_notices().at(0).path).at("vnp_ResponseCode") == "00");
}

TEST_CASE("querydr: signed answers, checks in order, request ids once a day") {
    TestShop s;
    s.open();
    s.act("pay");
    auto good = s.querydr();
    CHECK(good.at("vnp_ResponseCode") == "00");
    CHECK(good.at("vnp_Amount") == "1600000");
    CHECK(good.at("vnp_TransactionNo") == "14000001");
    CHECK(good.at("vnp_TransactionType") == "01");
    CHECK(s.reply_good("querydr", good));
    CHECK(s.querydr({{"vnp_TmnCode", "OTHERTM1"}}).at("vnp_ResponseCode") == "02");
    CHECK(s.querydr({{"vnp_IpAddr", ""}}).at("vnp_ResponseCode") == "03");
    CHECK(s.querydr({{"vnp_RequestId", std::string(33, '1')}}).at("vnp_ResponseCode") == "03");
    auto wrong = s.querydr({{"vnp_SecureHash", std::string(128, '0')}});
    CHECK(wrong.at("vnp_ResponseCode") == "97");
    CHECK(s.reply_good("querydr", wrong));
    CHECK(s.querydr({{"vnp_TxnRef", "LT26005KH0NGC0X"}}).at("vnp_ResponseCode") == "91");
    CHECK(s.querydr({{"vnp_TransactionDate", "20260105143016"}}).at("vnp_ResponseCode") == "91");
    CHECK(s.querydr({{"vnp_RequestId", "LTQ2601050001"}}).at("vnp_ResponseCode") == "00");
    CHECK(s.querydr({{"vnp_RequestId", "LTQ2601050001"}}).at("vnp_ResponseCode") == "94");
    s.now += hours(24);
    CHECK(s.querydr({{"vnp_RequestId", "LTQ2601050001"}}).at("vnp_ResponseCode") == "00");
    CHECK(s.ask("no JSON").at("vnp_ResponseCode") == "03");
    CHECK(s.held().queries == 3);
}

TEST_CASE("querydr: the request of the vectors is taken, numbers instead of texts too") {
    TestShop s;
    s.open();
    auto hash =
        "e33c9e455a7b8fb37aab50aad12a9fcd51252746a083fd029daa2baeadf8edc1ee26c7171c1d1316807e3249ba"
        "ad2dff95261b76c7591872ed4bdcee979015e2";
    auto answer = s.ask(
        std::string(
            R"({"vnp_RequestId":"LTQ2601050001","vnp_Version":"2.1.0","vnp_Command":"querydr","vnp_TmnCode":"TESTTMN1","vnp_TxnRef":"LT260057K3M9Q2C","vnp_TransactionDate":20260105143015,"vnp_CreateDate":20260105150000,"vnp_IpAddr":"127.0.0.1","vnp_OrderInfo":"Truy van LT260057K3M9Q2C","vnp_SecureHash":")"
        ) +
        hash + "\"}"
    );
    CHECK(answer.at("vnp_ResponseCode") == "00");
}

TEST_CASE("refund: full and partial, 05 then 06, never above what was paid") {
    TestShop s;
    s.open();
    CHECK(s.refund("02", 16'000).at("vnp_ResponseCode") == "95");
    s.act("pay");
    CHECK(s.refund("02", 15'000).at("vnp_ResponseCode") == "02");
    CHECK(s.refund("03", 17'000).at("vnp_ResponseCode") == "02");
    CHECK(s.refund("03", 5'000, {{"vnp_TransactionNo", "999"}}).at("vnp_ResponseCode") == "91");
    CHECK(s.refund("04", 5'000).at("vnp_ResponseCode") == "03");
    auto part = s.refund("03", 6'000, {{"vnp_TransactionNo", "14000001"}});
    CHECK(part.at("vnp_ResponseCode") == "00");
    CHECK(part.at("vnp_Amount") == "600000");
    CHECK(part.at("vnp_TransactionStatus") == "05");
    CHECK(s.reply_good("refund", part));
    CHECK(s.refund("03", 1'000).at("vnp_ResponseCode") == "94");
    CHECK(s.querydr().at("vnp_TransactionStatus") == "05");
    CHECK(s.querydr().at("vnp_TransactionType") == "03");
    s.now += minutes(30);
    auto sent = s.querydr();
    CHECK(sent.at("vnp_TransactionStatus") == "06");
    CHECK(sent.at("vnp_Amount") == "1600000");
    CHECK(s.refund("02", 16'000).at("vnp_ResponseCode") == "02");
    CHECK(s.refund("03", 10'000).at("vnp_ResponseCode") == "00");
    CHECK(s.held().refunded() == 16'000);
    s.now += minutes(30);
    CHECK(s.refund("03", 1'000).at("vnp_ResponseCode") == "02");
}

TEST_CASE("day file: payments, reversed ones and refunds of the day") {
    TestShop s;
    s.open();
    s.act("pay");
    s.refund("02", 16'000);
    s.now += hours(20);
    auto file = s.vnpay.day_file("TESTTMN1", *payments::from_compact_day("20260105"), s.now);
    REQUIRE(file);
    CHECK(file->name == "vnpay_TESTTMN1_20260105_1.csv");
    CHECK(
        file->csv.find("TXN,vnpay,TESTTMN1,2026-01-05T14:30:20+07:00,14000001,LT260057K3M9Q2C,,"
                       "16000,0,16000,VND,SUCCESS,bank,NCB,") != std::string::npos
    );
    CHECK(
        file->csv.find("REFUND,vnpay,TESTTMN1,2026-01-05T15:00:20+07:00,14000002,LT260057K3M9Q2C,,"
                       "16000,0,,VND,REFUNDED,bank,NCB,,,,14000001,") != std::string::npos
    );
    CHECK(s.raw("GET", "/day-files/" + file->name).body == file->csv);
    CHECK(s.raw("GET", "/day-files/" + file->digest_name).body == file->digest);
    CHECK(
        s.raw("GET", "/day-files", "", {{"Accept", "application/json"}}).body.find(file->name) !=
        std::string::npos
    );
}

TEST_CASE("citizens: without a browser an address is opened, then they decide by themselves") {
    Options o;
    o.habits.on = true;
    o.habits.pay = 1.0;
    TestShop s(o);
    auto url = "https://pay.test/paymentv2/vpcpay.html?" + s.query();
    CHECK(s.vnpay.open(url, s.now) == s.reference);
    CHECK(s.vnpay.open("https://pay.test/paymentv2/vpcpay.html?vnp_TxnRef=x", s.now).empty());
    CHECK_FALSE(s.held().paid());
    s.now += minutes(4);
    CHECK(s.hear_notices().size() == 1);
    CHECK(s.held().paid());
    CHECK(s.vnpay.return_url(s.reference).starts_with("http://gw.test/pay/return?"));
}

TEST_CASE("administration: open, act, state, bank list, pages") {
    TestShop s;
    CHECK(s.raw("POST", "/sim/open", "{\"url\":\"https://x/y?" + s.query() + "\"}").status == 200);
    CHECK(
        s.raw("POST", "/sim/act", R"({"reference":"LT260057K3M9Q2C","action":"fail","code":"51"})")
            .status == 200
    );
    CHECK(s.raw("POST", "/sim/act", R"({"reference":"none","action":"pay"})").status == 404);
    CHECK(s.raw("GET", "/sim/state").body.find(R"("by_result":{"51/02":1})") != std::string::npos);
    CHECK(s.raw("GET", "/sim/state/payments/LT260057K3M9Q2C").status == 200);
    CHECK(
        s.raw("POST", "/qrpayauth/api/merchant/get_bank_list", "tmn_code=TESTTMN1")
            .body.find("NCB") != std::string::npos
    );
    for (const char* one : {"/", "/notices", "/journal", "/day-files", "/payments/LT260057K3M9Q2C"})
        CHECK(s.raw("GET", one).status == 200);
    CHECK(s.raw("POST", "/sim/reset").status == 200);
    CHECK(s.vnpay.held().empty());
}

}  // namespace
}  // namespace sim::vnpay
