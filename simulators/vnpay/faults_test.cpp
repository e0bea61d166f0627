// Every fault switch of VNPAY does what its name says.
#include "simulators/kit/text.hpp"
#include "simulators/vnpay/test_shop.hpp"

#include <doctest/doctest.h>

namespace sim::vnpay {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string on(const std::string& name, const std::string& params = "") {
    return R"({"switch":"vnpay.)" + name + R"(","params":{)" + params + "}}";
}
std::vector<payments::OutCall> notices_with(TestShop& s, const std::string& fault) {
    s.open();
    s.fault(fault);
    s.act("pay");
    return s.vnpay.due(s.now);
}
bool hash_good(const TestShop& s, const payments::OutCall& call) {
    return good_query(call.path.substr(call.path.find('?') + 1), s.secret);
}

TEST_CASE("F-156 code00_status01, suspect, reversed: money that is not simply paid") {
    TestShop half;
    auto calls = notices_with(half, on("code00_status01", R"("s":"600")"));
    CHECK(said(calls.at(0).path).at("vnp_ResponseCode") == "00");
    CHECK(said(calls.at(0).path).at("vnp_TransactionStatus") == "01");
    half.vnpay.answered(calls[0].id, 200, R"({"RspCode":"00"})", half.now);
    half.now += minutes(10);
    auto later = half.hear_notices();
    REQUIRE(later.size() == 1);
    CHECK(said(later[0].path).at("vnp_TransactionStatus") == "00");
    CHECK(half.held().paid());
    CHECK_FALSE(half.held().late);
    TestShop suspect;
    CHECK(
        said(notices_with(suspect, on("suspect")).at(0).path).at("vnp_TransactionStatus") == "07"
    );
    CHECK(suspect.querydr().at("vnp_TransactionStatus") == "07");
    TestShop reversed;
    CHECK(
        said(notices_with(reversed, on("reversed")).at(0).path).at("vnp_TransactionStatus") == "04"
    );
}

TEST_CASE("F-150 return_only, return_forged, return_bad_hash: the browser is not to be believed") {
    TestShop only;
    CHECK(notices_with(only, on("return_only")).empty());
    CHECK(said(only.vnpay.return_url(only.reference)).at("vnp_ResponseCode") == "00");
    CHECK(only.querydr().at("vnp_TransactionStatus") == "00");
    TestShop forged;
    forged.open();
    forged.fault(on("return_forged"));
    forged.act("cancel");
    auto back = forged.vnpay.return_url(forged.reference);
    CHECK(said(back).at("vnp_ResponseCode") == "00");
    CHECK_FALSE(good_query(back.substr(back.find('?') + 1), forged.secret));
    CHECK(forged.querydr().at("vnp_TransactionStatus") == "02");
    TestShop bad;
    bad.open();
    bad.fault(on("return_bad_hash"));
    bad.act("pay");
    auto wrong = bad.vnpay.return_url(bad.reference);
    CHECK_FALSE(good_query(wrong.substr(wrong.find('?') + 1), bad.secret));
}

TEST_CASE("IPN with a wrong hash, another key, or lies under a right hash") {
    for (const char* name : {"ipn_bad_hash", "ipn_other_key"}) {
        TestShop s;
        auto calls = notices_with(s, on(name));
        CHECK_FALSE(hash_good(s, calls.at(0)));
        CHECK(calls[0].fault == name);
    }
    struct Lie {
        const char *name, *field, *value;
    };
    for (const auto& lie :
         {Lie{"ipn_wrong_amount", "vnp_Amount", "160000"},
          {"ipn_wrong_merchant", "vnp_TmnCode", "OTHERTM1"},
          {"ipn_unknown_ref", "vnp_TxnRef", "LT26005KH0NGC0X"}}) {
        CAPTURE(lie.name);
        TestShop s;
        auto calls = notices_with(s, on(lie.name));
        CHECK(said(calls.at(0).path).at(lie.field) == lie.value);
        CHECK(hash_good(s, calls[0]));
    }
    TestShop encoded;
    auto calls = notices_with(encoded, on("ipn_encoding"));
    CHECK(calls.at(0).path.find('+') == std::string::npos);
    CHECK(hash_good(encoded, calls[0]));
}

TEST_CASE("IPN twice, repeated although confirmed, late, never, out of order") {
    TestShop twice;
    twice.open();
    twice.fault(on("ipn_twice"));
    twice.act("pay");
    CHECK(twice.hear_notices().size() == 1);
    twice.now += seconds(1);
    CHECK(twice.hear_notices("02").size() == 1);
    CHECK(twice.vnpay.outbox().unfinished() == 0);
    TestShop repeat;
    repeat.open();
    repeat.fault(on("ipn_repeat"));
    repeat.act("pay");
    for (int i = 0; i < 10; ++i) {
        CHECK(repeat.hear_notices().size() == 1);
        repeat.now += minutes(5);
    }
    CHECK(repeat.hear_notices().empty());
    TestShop late;
    CHECK(notices_with(late, on("ipn_late", R"("s":"60")")).empty());
    late.now += minutes(1);
    CHECK(late.hear_notices().size() == 1);
    TestShop never;
    CHECK(notices_with(never, on("ipn_never")).empty());
    TestShop order;
    CHECK(
        said(notices_with(order, on("ipn_out_of_order")).at(0).path).at("vnp_ResponseCode") == "00"
    );
    order.now += seconds(2);
    CHECK(said(order.vnpay.due(order.now).at(0).path).at("vnp_ResponseCode") == "13");
}

TEST_CASE("querydr faults: 94, 99, 91, pending for long, another amount, a wrong hash") {
    TestShop s;
    s.open();
    s.act("pay");
    auto once = [&s](const std::string& name) {
        s.fault(R"({"switch":"vnpay.)" + name + R"(","count":1})");
        return s.querydr();
    };
    CHECK(once("duplicate_request_id").at("vnp_ResponseCode") == "94");
    CHECK(once("query_99").at("vnp_ResponseCode") == "99");
    CHECK(once("query_not_found").at("vnp_ResponseCode") == "91");
    CHECK(once("query_wrong_amount").at("vnp_Amount") == "1700000");
    CHECK_FALSE(s.reply_good("querydr", once("query_bad_hash")));
    s.fault(on("query_pending_for", R"("s":"7200")"));
    CHECK(s.querydr().at("vnp_TransactionStatus") == "01");
    s.now += hours(2);
    CHECK(s.querydr().at("vnp_TransactionStatus") == "00");
}

TEST_CASE("refund faults: refused at once, refused later, slow, in progress, unknown outcome") {
    auto paid = [](TestShop& s, const std::string& fault) {
        s.open();
        s.act("pay");
        s.fault(fault);
        return s.refund("02", 16'000);
    };
    TestShop over, not_allowed, progress, unknown, later, slow, bad;
    CHECK(paid(over, on("refund_over")).at("vnp_ResponseCode") == "02");
    CHECK(paid(not_allowed, on("refund_not_allowed")).at("vnp_ResponseCode") == "95");
    CHECK(paid(progress, on("refund_in_progress")).at("vnp_ResponseCode") == "94");
    CHECK(progress.held().refunds.empty());
    CHECK(paid(unknown, on("refund_99")).at("vnp_ResponseCode") == "99");
    CHECK(unknown.querydr().at("vnp_TransactionStatus") == "05");
    CHECK(paid(later, on("refund_refused")).at("vnp_ResponseCode") == "00");
    later.now += minutes(30);
    CHECK(later.querydr().at("vnp_TransactionStatus") == "09");
    CHECK(later.held().refunded() == 0);
    CHECK(paid(slow, on("refund_pending_for", R"("s":"172800")")).at("vnp_ResponseCode") == "00");
    slow.now += hours(47);
    CHECK(slow.querydr().at("vnp_TransactionStatus") == "05");
    slow.now += hours(1);
    CHECK(slow.querydr().at("vnp_TransactionStatus") == "06");
    CHECK_FALSE(bad.reply_good("refund", paid(bad, on("refund_bad_hash"))));
}

TEST_CASE("F-14 F-15 F-3 transport: a refund is done although its answer is lost; pages fail too") {
    TestShop s;
    s.open();
    s.act("pay");
    s.fault(R"({"switch":"*.cut_after_processing","count":1,"match":{"service":"refund"}})");
    auto a = s.raw(
        "POST",
        "/merchant_webapi/api/transaction",
        s.question_body(
            "refund",
            {{"vnp_TransactionType", "02"},
             {"vnp_Amount", "1600000"},
             {"vnp_TransactionNo", "0"},
             {"vnp_CreateBy", "canbo01"}}
        )
    );
    CHECK(a.fate == kit::Fate::reset);
    CHECK(s.held().refunds.size() == 1);
    s.fault(R"({"switch":"*.bad_gateway","count":1})");
    CHECK(
        s.raw("POST", "/merchant_webapi/api/transaction", s.question_body("querydr")).status == 502
    );
    s.fault(R"({"switch":"*.html_200","count":1,"match":{"service":"pay"}})");
    CHECK(
        s.raw("GET", "/paymentv2/vpcpay.html?" + s.query({{"vnp_TxnRef", "A"}})).body.find("vnp") ==
        std::string::npos
    );
    CHECK(s.vnpay.held().count("A") == 0);
    s.fault(R"({"switch":"paid_after_expiry","params":{"s":"60"}})");
    CHECK(s.open({{"vnp_TxnRef", "LT26005PAY1"}}).empty());
    s.now += minutes(16);
    s.vnpay.due(s.now);
    CHECK(s.vnpay.held().at("LT26005PAY1").late);
}

}  // namespace
}  // namespace sim::vnpay
