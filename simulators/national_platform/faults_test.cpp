// Every fault switch of the payment platform does what its name says.
#include "simulators/kit/text.hpp"
#include "simulators/national_platform/test_merchant.hpp"

#include <doctest/doctest.h>

namespace sim::national_platform {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A paid payment with this switch on; the notices that are due.
std::vector<payments::OutCall> notices_with(TestMerchant& m, const std::string& fault) {
    m.init();
    m.fault(fault);
    m.act("pay");
    return m.platform.due(m.now);
}
bool hash_good(const TestMerchant& m, const payments::OutCall& call) {
    auto f = said(call);
    return sign("IPN", f, m.secret) == f.at("MaXacThuc");
}

TEST_CASE("F-137 ipn_bad_hash, ipn_other_key: the hash does not fit") {
    for (const char* name : {"ipn_bad_hash", "ipn_other_key"}) {
        TestMerchant m;
        auto calls = notices_with(
            m, std::string(R"({"switch":"national_platform.)") + name + R"(","count":1})"
        );
        CHECK_FALSE(hash_good(m, calls.at(0)));
        CHECK(calls.at(0).fault == name);
        m.platform.answered(calls[0].id, 200, m.confirmation("99"), m.now);
        m.now += minutes(1);
        CHECK(hash_good(m, m.platform.due(m.now).at(0)));
    }
}

TEST_CASE("F-138 F-139 F-145 notices that lie with a right hash") {
    struct Lie {
        const char *name, *field, *value;
    };
    for (const auto& lie :
         {Lie{"ipn_failed_code", "MaLoi", "99"},
          {"ipn_wrong_amount", "SoTien", "61000"},
          {"ipn_wrong_currency", "MaTienTe", "USD"},
          {"ipn_wrong_merchant", "MaDoiTac", "LTOTHER1"},
          {"ipn_unknown_ref", "MaThamChieu", "LT26005KH0NGC0X"},
          {"pipe_in_text", "ThongTinGiaoDich", "A|Le phi ho so H56.14-260105-0007"}}) {
        CAPTURE(lie.name);
        TestMerchant m;
        auto calls =
            notices_with(m, std::string(R"({"switch":"national_platform.)") + lie.name + "\"}");
        CHECK(said(calls.at(0)).at(lie.field) == lie.value);
        CHECK(hash_good(m, calls.at(0)));
        CHECK(m.query().fields.at("TrangThaiGD") == "1");
    }
}

TEST_CASE("IPN forms: amounts as JSON numbers; half a body") {
    TestMerchant m;
    auto numbers = notices_with(m, R"({"switch":"ipn_numbers","count":1})");
    CHECK(numbers.at(0).body.find(R"("SoTien":16000)") != std::string::npos);
    CHECK(hash_good(m, numbers.at(0)));
    TestMerchant g;
    kit::JsonDocument doc;
    CHECK_FALSE(kit::parse_json(doc, notices_with(g, R"({"switch":"ipn_garbage"})").at(0).body));
}

TEST_CASE("F-142 ipn_twice: again although it was confirmed; ten at once") {
    TestMerchant m;
    m.init();
    m.fault(R"({"switch":"national_platform.ipn_twice","params":{"copies":"2"}})");
    m.act("pay");
    for (int i = 0; i < 3; ++i) {
        CHECK(m.hear_notices().size() == 1);
        m.now += seconds(1);
    }
    CHECK(m.platform.outbox().unfinished() == 0);
    CHECK(m.held().notices_acknowledged == 3);
    TestMerchant ten;
    CHECK(
        notices_with(ten, R"({"switch":"ipn_twice","params":{"copies":"9","gap_ms":"0"}})")
            .size() == 10
    );
}

TEST_CASE("F-143 ipn_before_init_reply: the notice is due while the answer to INIT waits") {
    TestMerchant m;
    m.fault(R"({"switch":"national_platform.ipn_before_init_reply","params":{"ms":"2500"}})");
    auto h = m.init();
    CHECK(h.answer.delay == core::Duration(2'500));
    CHECK(h.code() == "00");
    CHECK(m.platform.due(m.now).size() == 1);
    CHECK(m.held().state == State::paid);
}

TEST_CASE("F-144 ipn_never, ipn_late, ipn_out_of_order") {
    TestMerchant never;
    CHECK(notices_with(never, R"({"switch":"ipn_never"})").empty());
    CHECK(never.query().fields.at("TrangThaiGD") == "1");
    TestMerchant late;
    CHECK(notices_with(late, R"({"switch":"ipn_late","params":{"s":"600"}})").empty());
    late.now += minutes(10);
    CHECK(late.platform.due(late.now).size() == 1);
    TestMerchant order;
    auto first = notices_with(order, R"({"switch":"ipn_out_of_order"})");
    REQUIRE(first.size() == 1);
    CHECK(said(first[0]).at("MaLoi") == "00");
    order.now += seconds(2);
    auto second = order.platform.due(order.now);
    REQUIRE(second.size() == 1);
    CHECK(said(second[0]).at("MaLoi") == "99");
    CHECK(said(second[0]).at("ThoiGianGD") < said(first[0]).at("ThoiGianGD"));
}

TEST_CASE("F-166 F-167 double_paid, paid_after_expiry") {
    TestMerchant twice;
    auto calls = notices_with(twice, R"({"switch":"national_platform.double_paid"})");
    REQUIRE(calls.size() == 1);
    twice.now += seconds(5);
    auto second = twice.platform.due(twice.now);
    REQUIRE(second.size() == 1);
    CHECK(said(calls[0]).at("MaGiaoDich") != said(second[0]).at("MaGiaoDich"));
    CHECK(twice.held().paid_amount() == 32'000);
    TestMerchant late;
    late.init();
    late.fault(R"({"switch":"paid_after_expiry","params":{"s":"60"}})");
    late.now += minutes(15);
    CHECK(late.platform.due(late.now).empty());
    CHECK(late.held().state == State::expired);
    late.now += minutes(1);
    CHECK(late.platform.due(late.now).size() == 1);
    CHECK(late.held().transactions.at(0).late);
}

TEST_CASE("F-135 F-136 QUERY: pending for long, failed, unknown, error, another amount") {
    TestMerchant m;
    m.init();
    m.act("pay");
    m.fault(R"({"switch":"national_platform.query_pending_for","params":{"s":"7200"}})");
    CHECK(m.query().fields.at("TrangThaiGD") == "3");
    m.now += hours(2);
    CHECK(m.query().fields.at("TrangThaiGD") == "1");
    m.fault(R"({"switch":"query_unknown","count":1})");
    CHECK(m.query().text() == "Khong tim thay giao dich");
    m.fault(R"({"switch":"query_error","count":1})");
    CHECK(m.query().text() == "Loi he thong");
    m.fault(R"({"switch":"query_wrong_amount","count":1})");
    CHECK(m.query().fields.at("SoTien") == "17000");
    TestMerchant failed;
    failed.init();
    failed.fault(R"({"switch":"national_platform.query_failed"})");
    CHECK(failed.query().fields.at("TrangThaiGD") == "4");
    CHECK(failed.held().state == State::failed);
    CHECK(said(failed.platform.due(failed.now).at(0)).at("MaLoi") == "99");
}

TEST_CASE("receipts: not ready, dead address, half a PDF, HTML instead") {
    TestMerchant m;
    m.init();
    m.act("pay");
    m.fault(R"({"switch":"bill_not_ready","count":1})");
    CHECK(m.bill().code() == "99");
    auto path = m.bill().fields.at("UrlBienLai").substr(16);
    m.fault(R"({"switch":"bill_dead","count":1})");
    CHECK(m.raw("GET", path).status == 404);
    m.fault(R"({"switch":"bill_truncated","count":1})");
    CHECK_FALSE(m.raw("GET", path).body.ends_with("%%EOF\n"));
    m.fault(R"({"switch":"bill_html","count":1})");
    CHECK(m.raw("GET", path).body.starts_with("<html>"));
    CHECK(m.raw("GET", path).body.ends_with("%%EOF\n"));
}

TEST_CASE("F-3 F-4 F-14 F-15 transport: the effect is there or not, as the switch says") {
    TestMerchant cut;
    cut.fault(R"({"switch":"*.cut_after_processing","count":1,"match":{"service":"INIT"}})");
    CHECK(cut.init().answer.fate == kit::Fate::reset);
    CHECK(cut.held().state == State::open);
    CHECK(cut.platform.journal().held().back().fault == "cut_after_processing");
    struct Kind {
        const char* name;
        int status;
        bool html;
    };
    for (const auto& kind :
         {Kind{"bad_gateway", 502, true}, {"html_200", 200, true}, {"empty_200", 200, false}}) {
        CAPTURE(kind.name);
        TestMerchant m;
        m.fault(std::string(R"({"switch":"*.)") + kind.name + R"(","count":1})");
        auto h = m.init();
        CHECK(h.answer.status == kind.status);
        CHECK((h.answer.body.find("<h1>") != std::string::npos) == kind.html);
        CHECK(m.platform.held().empty());
    }
    TestMerchant hang;
    hang.fault(R"({"switch":"hang","match":{"service":"QUERY"}})");
    CHECK(hang.init().answer.fate == kit::Fate::answer);
    CHECK(hang.query().answer.fate == kit::Fate::hang);
    TestMerchant slow;
    slow.fault(R"({"switch":"slow","params":{"ms":"400"}})");
    CHECK(slow.init().answer.delay == core::Duration(400));
    slow.fault(R"({"switch":"tls_expired","count":1})");
    CHECK(slow.platform.certificate_name(slow.now) == "tls_expired");
    CHECK(slow.platform.certificate_name(slow.now).empty());
}

TEST_CASE("faults: rates follow the seed; the match names the reference") {
    auto run = [](std::uint64_t seed) {
        TestMerchant m({}, seed);
        m.fault(R"({"switch":"refuse_init","probability":0.3})");
        std::string out;
        for (int i = 0; i < 40; ++i)
            out += m.init({{"MaThamChieu", "LT26005PAY" + std::to_string(100 + i)}}).code();
        return out;
    };
    CHECK(run(5) == run(5));
    CHECK(run(5) != run(6));
    TestMerchant m;
    m.fault(R"({"switch":"refuse_init","match":{"field":"LT26005PAY1*"}})");
    CHECK(m.init({{"MaThamChieu", "LT26005PAY1"}}).code() == "99");
    CHECK(m.init().code() == "00");
}

}  // namespace
}  // namespace sim::national_platform
