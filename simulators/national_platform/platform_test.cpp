// INIT, QUERY, GET_BILL, IPN, pages: what the platform takes, refuses and repeats.
#include "simulators/kit/text.hpp"
#include "simulators/national_platform/test_merchant.hpp"

#include <doctest/doctest.h>

namespace sim::national_platform {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string checkout_path(const Heard& h) {
    return h.fields.at("UrlThanhToan").substr(std::string("https://pay.test").size());
}

TEST_CASE("INIT: the payment of section 5.1 is opened and a checkout address comes back") {
    TestMerchant m;
    auto body = m.init_body();
    CHECK(
        body.find("83b6e91db104da67136e7304da239611ba891a9a201e57443f3434f58c77efd7") !=
        std::string::npos
    );
    auto h = m.say(body);
    CHECK(h.answer.status == 200);
    CHECK(h.code() == "00");
    CHECK(h.fields.at("UrlThanhToan").starts_with("https://pay.test/checkout/"));
    CHECK(m.held().amount == 16'000);
    CHECK(m.held().dossier == "H56.14-260105-0007");
    CHECK(m.held().state == State::open);
    CHECK(m.held().fees.at(0).code == "LP-TRICHLUC");
    CHECK(m.held().expires == m.now + minutes(15));
}

TEST_CASE("INIT: everything that does not fit is refused with 99 and leaves no payment") {
    struct Bad {
        Fields changes;
        const char* said;
    };
    const Bad all[] = {
        {{{"MaXacThuc", std::string(64, '0')}}, "Sai ma xac thuc"},
        {{{"MaDoiTac", "LTOTHER1"}}, "Khong tim thay doi tac"},
        {{{"PhienBan", "1.0.5"}}, "PhienBan"},
        {{{"MaTienTe", "USD"}}, "MaTienTe"},
        {{{"MaKenhThanhToan", "2"}}, "MaKenhThanhToan"},
        {{{"SoTien", "16000.0"}}, "SoTien"},
        {{{"SoTien", "+16000"}}, "SoTien"},
        {{{"SoTien", "016000"}}, "SoTien"},
        {{{"SoTien", "0"}}, "SoTien"},
        {{{"SoTien", "16001"}}, "Tong PhiLePhi"},
        {{{"SoTien", "#16000"}}, "Sai kieu SoTien"},
        {{{"Ip", "::1"}}, "Ip"},
        {{{"Ip", "-"}}, "Thieu Ip"},
        {{{"ThoiGianGD", "20260105256015"}}, "ThoiGianGD"},
        {{{"ThongTinGiaoDich", "A|B"}}, "Ky tu"},
        {{{"ThongTinGiaoDich", std::string(256, 'a')}}, "ThongTinGiaoDich"},
        {{{"MaThamChieu", std::string(256, 'A')}}, "MaThamChieu"},
        {{{"ThongTinBienLai", "-"}}, "ThongTinBienLai"},
        {{{".MaHoSo", "-"}}, "MaHoSo"},
        {{{".HoTenNguoiNop", ""}}, "HoTenNguoiNop"},
        {{{".MaDichVu", "3"}}, "MaDichVu"},
        {{{".MaDichVu", "1"}}, "MaLoaiHinhThuPhat"},
        {{{".PhiLePhi", "[]"}}, "PhiLePhi"},
        {{{".PhiLePhi",
           R"([{"LoaiPhiLePhi":"3","MaPhiLePhi":"A","TenPhiLePhi":"B","SoTien":"16000"}])"}},
         "LoaiPhiLePhi"},
        {{{".DSKhoanNop", R"([{"NoiDung":"A","SoTien":"15000"}])"}}, "Tong DSKhoanNop"}};
    for (const auto& bad : all) {
        CAPTURE(bad.said);
        TestMerchant m;
        auto h = m.init(bad.changes);
        CHECK(h.answer.status == 200);
        CHECK(h.code() == "99");
        CHECK(h.text().find(bad.said) != std::string::npos);
        CHECK(m.platform.held().empty());
    }
    TestMerchant m;
    CHECK(m.say("no JSON").code() == "99");
    CHECK(m.say(R"({"LoaiBanTin":"OTHER"})").code() == "99");
}

TEST_CASE("PY-6 INIT: a reference is taken once, also with the same words") {
    TestMerchant m;
    CHECK(m.init().code() == "00");
    auto again = m.init();
    CHECK(again.code() == "99");
    CHECK(again.text() == "Ma tham chieu da ton tai");
    CHECK(m.held().repeated_inits == 1);
    CHECK(m.platform.held().size() == 1);
}

TEST_CASE("F-140 INIT: a 12-hour clock is accepted and flagged") {
    TestMerchant m;
    CHECK(m.init({{"ThoiGianGD", "20260105023015"}}).code() == "00");
    CHECK(m.held().clock_12h_suspect);
    TestMerchant good;
    good.init();
    CHECK_FALSE(good.held().clock_12h_suspect);
}

TEST_CASE("F-165 INIT: long references are refused when the switch is on") {
    TestMerchant m;
    CHECK(m.init({{"MaThamChieu", "LT260057K3M9Q2C-LONGER"}}).code() == "00");
    m.fault(R"({"switch":"national_platform.refuse_long_ref"})");
    CHECK(m.init({{"MaThamChieu", "LT260057K3M9Q2C-LONGE2"}}).code() == "99");
    CHECK(m.init().code() == "00");
}

TEST_CASE("doors: direct, adapter, and the bus with JSON in text in JSON") {
    TestMerchant m;
    auto wrapped = m.say(m.init_body(), "/lgsp/thanhtoan/init");
    CHECK(wrapped.answer.body.starts_with(R"({"error_code":"0","message":"{\"MaLoi\":\"00\")"));
    CHECK(wrapped.code() == "00");
    auto adapter =
        m.say(m.question("QUERY"), "/XrdAdapter/RestService/forward/pay?dstcode=VN:COM:1");
    CHECK(adapter.answer.body.starts_with(R"({"MaLoi":"00")"));
    m.fault(R"({"switch":"lgsp.message_object","count":1})");
    CHECK(m.say(m.question("QUERY"), "/lgsp/x")
              .answer.body.starts_with(R"({"error_code":"0","message":{"MaLoi")"));
    m.fault(R"({"switch":"lgsp.double_encoded","count":1})");
    CHECK(m.say(m.question("QUERY"), "/lgsp/x").fields.at("TrangThaiGD") == "3");
    Options o;
    o.lgsp_token_required = true;
    TestMerchant bus(o);
    CHECK(bus.say(bus.init_body(), "/lgsp/x").answer.status == 401);
    auto basic = "Basic " + kit::base64("mau-client:mau-secret");
    auto token =
        bus.raw("POST", "/lgsp/token", "grant_type=client_credentials", {{"Authorization", basic}});
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, token.body));
    auto bearer = "Bearer " + kit::text_at(doc, "access_token");
    CHECK(bus.raw("POST", "/lgsp/x", bus.init_body(), {{"Authorization", bearer}}).status == 200);
    bus.now += hours(2);
    CHECK(bus.raw("POST", "/lgsp/x", bus.init_body(), {{"Authorization", bearer}}).status == 401);
}

TEST_CASE("QUERY: 3 while nobody knows, 1 with the facts when paid, 4 when it failed") {
    TestMerchant m;
    m.init();
    CHECK(m.query().fields.at("TrangThaiGD") == "3");
    CHECK(m.act("hang").empty());
    CHECK(m.query().fields.at("TrangThaiGD") == "3");
    CHECK(m.act("pay").empty());
    auto paid = m.query();
    CHECK(paid.code() == "00");
    CHECK(paid.fields.at("TrangThaiGD") == "1");
    CHECK(paid.fields.at("SoTien") == "16000");
    CHECK(paid.fields.at("MaGiaoDich") == "PP0000000001");
    CHECK(paid.fields.at("ThoiGianGD") == "20260105143015");
    for (const char* action : {"cancel", "fail", "expire"}) {
        TestMerchant other;
        other.init();
        CHECK(other.act(action).empty());
        CHECK(other.query().fields.at("TrangThaiGD") == "4");
    }
    CHECK(m.held().queries == 3);
}

TEST_CASE("PY-8 F-141 QUERY and GET_BILL: need the time of INIT and a right hash") {
    TestMerchant m;
    m.init();
    CHECK(m.say(m.question("QUERY", {{"ThoiGianGD", "20260105143016"}})).code() == "99");
    CHECK(
        m.say(m.question("QUERY", {{"MaXacThuc", std::string(64, 'a')}})).text() ==
        "Sai ma xac thuc"
    );
    CHECK(
        m.say(m.question("QUERY", {{"MaThamChieu", "LT26005UNKNOWN0"}})).text() ==
        "Khong tim thay giao dich"
    );
    m.fault(R"({"switch":"national_platform.strict_time","params":{"on":"false"}})");
    CHECK(m.say(m.question("QUERY", {{"ThoiGianGD", "20260105143016"}})).code() == "00");
}

TEST_CASE("expiry: an open payment ends after 15 minutes, a late one is still taken") {
    TestMerchant m;
    m.init();
    m.now += minutes(15);
    m.platform.due(m.now);
    CHECK(m.held().state == State::expired);
    CHECK_FALSE(m.act("pay").empty());
    CHECK(m.act("pay_late").empty());
    CHECK(m.held().state == State::paid);
    CHECK(m.held().transactions.at(0).late);
    CHECK(m.platform.due(m.now).size() == 1);
}

TEST_CASE("IPN: repeated after 1, 5, 15, 30, 60 minutes until it is confirmed, then given up") {
    TestMerchant m;
    m.init();
    m.act("pay");
    auto first = m.platform.due(m.now);
    REQUIRE(first.size() == 1);
    for (int wait : {1, 5, 15, 30, 60}) {
        auto id = m.platform.outbox().all().begin()->first;
        m.platform.answered(id, wait == 5 ? 0 : 500, "", m.now);
        m.now += minutes(wait) - seconds(1);
        CHECK(m.platform.due(m.now).empty());
        m.now += seconds(1);
        auto again = m.platform.due(m.now);
        REQUIRE(again.size() == 1);
        CHECK(again[0].body == first[0].body);
    }
    m.platform.answered(first[0].id, 200, "<html>", m.now);
    CHECK(m.platform.outbox().unfinished() == 0);
    CHECK(m.platform.outbox().all().begin()->second.state == payments::SendState::given_up);
    CHECK(m.held().notices_sent == 6);
    CHECK(m.act("notify").empty());
    CHECK(m.hear_notices().size() == 1);
    CHECK(m.held().notices_acknowledged == 1);
}

TEST_CASE(
    "F-146 IPN: an answer with the wrong signature does not confirm; an echo only when allowed"
) {
    TestMerchant m;
    m.init();
    m.act("pay");
    auto call = m.platform.due(m.now).at(0);
    auto echo =
        R"({"MaLoi":"00","MoTaLoi":"Thanh cong","MaDoiTac":"LTTEST01","MaThamChieu":"LT260057K3M9Q2C","ThoiGianGD":"20260105143209","MaXacThuc":")" +
        said(call).at("MaXacThuc") + "\"}";
    m.platform.answered(call.id, 200, echo, m.now);
    CHECK(m.held().answers_badly_signed == 1);
    CHECK(m.platform.outbox().unfinished() == 1);
    m.now += minutes(1);
    CHECK(m.hear_notices("99").size() == 1);
    CHECK(m.held().answers_refused == 1);
    m.now += minutes(5);
    CHECK(m.hear_notices().size() == 1);
    CHECK(m.platform.outbox().unfinished() == 0);
    Options o;
    o.answer_hash = AnswerHash::echo;
    TestMerchant e(o);
    e.init();
    e.act("pay");
    auto other = e.platform.due(e.now).at(0);
    e.platform.answered(other.id, 200, echo, e.now);
    CHECK(e.held().notices_acknowledged == 1);
}

TEST_CASE("GET_BILL: an address through the same door that gives a PDF, once it is paid") {
    TestMerchant m;
    m.init();
    CHECK(m.bill().text() == "Giao dich chua thanh cong");
    m.act("pay");
    auto h = m.say(m.question("GET_BILL"), "/XrdAdapter/RestService/forward/pay");
    auto url = h.fields.at("UrlBienLai");
    CHECK(url.starts_with("https://pay.test/XrdAdapter/RestService/forward/viewbill?token="));
    CHECK(url.find("&dstcode=VN:COM:") != std::string::npos);
    auto pdf = m.raw("GET", url.substr(16));
    CHECK(pdf.body.starts_with("%PDF-1.4"));
    CHECK(pdf.body.ends_with("%%EOF\n"));
    CHECK(pdf.body.find("TRAN THI MAU") != std::string::npos);
    CHECK(pdf.body.find("BIEN LAI THU LE PHI") != std::string::npos);
    auto xref = pdf.body.find("xref\n0");
    CHECK(pdf.body.find("startxref\n" + std::to_string(xref)) != std::string::npos);
    CHECK(m.raw("GET", "/viewbill?token=none").status == 404);
    Options o;
    o.bill_form = BillForm::pdf;
    o.bill_after = minutes(5);
    TestMerchant direct(o);
    direct.init();
    direct.act("pay");
    CHECK(direct.bill().text() == "Chua co bien lai");
    direct.now += minutes(5);
    CHECK(direct.bill().answer.body.starts_with("%PDF-"));
}

TEST_CASE("page: a person pays with a button, a program with the same form and JSON") {
    TestMerchant m;
    auto path = checkout_path(m.init());
    auto page = m.raw("GET", path);
    CHECK(page.body.find("16.000 đồng") != std::string::npos);
    CHECK(page.body.find("value=\"pay\"") != std::string::npos);
    CHECK(page.body.find("MÔ PHỎNG") != std::string::npos);
    auto pressed = m.raw("POST", path, "action=pay");
    CHECK(pressed.status == 303);
    CHECK(m.held().state == State::paid);
    CHECK(m.raw("POST", path, "action=cancel").status == 409);
    auto state = m.raw("GET", path, "", {{"Accept", "application/json"}});
    CHECK(state.body.find(R"("state":"paid")") != std::string::npos);
    TestMerchant program;
    auto other = checkout_path(program.init());
    CHECK(program.raw("POST", other, R"({"action":"pay_other","amount":"20000"})").status == 200);
    CHECK(program.held().paid_amount() == 20'000);
    CHECK(m.raw("GET", "/checkout/none").status == 404);
    for (const char* one : {"/", "/notices", "/journal", "/day-files", "/payments/LT260057K3M9Q2C"})
        CHECK(m.raw("GET", one).status == 200);
}

TEST_CASE("pages: text from outside is escaped") {
    TestMerchant m;
    auto path = checkout_path(m.init({{".HoTenNguoiNop", "<script>\"&"}}));
    auto page = m.raw("GET", path);
    CHECK(page.body.find("<script>") == std::string::npos);
    CHECK(page.body.find("&lt;script&gt;") != std::string::npos);
}

TEST_CASE("citizens: without a browser they pay, cancel, fail or walk away, the same way for a seed"
) {
    Options o;
    o.habits.on = true;
    o.habits.pay = 0.5;
    o.habits.cancel = 0.2;
    o.habits.fail = 0.1;
    auto day = [&o](std::uint64_t seed) {
        TestMerchant m(o, seed);
        for (int i = 0; i < 60; ++i)
            m.init({{"MaThamChieu", "LT26005PAY" + std::to_string(100 + i)}});
        m.now += minutes(20);
        m.platform.due(m.now);
        std::map<State, int> out;
        for (const auto& [reference, p] : m.platform.held()) ++out[p.state];
        return out;
    };
    auto once = day(3);
    CHECK(once == day(3));
    for (auto state : {State::paid, State::cancelled, State::failed, State::expired})
        CHECK(once[state] > 0);
    CHECK(once[State::open] == 0);
}

TEST_CASE("state: the overview and one payment as JSON; reset forgets") {
    TestMerchant m;
    m.init();
    m.act("pay");
    CHECK(m.raw("GET", "/sim/state").body.find(R"("paid_amount":16000)") != std::string::npos);
    auto one = m.raw("GET", "/sim/state/payments/LT260057K3M9Q2C").body;
    CHECK(one.find(R"("transactions":[{"number":"PP0000000001")") != std::string::npos);
    CHECK(m.raw("GET", "/sim/state/payments/none").status == 404);
    CHECK(m.raw("GET", "/sim/state/notices").status == 200);
    CHECK(
        m.raw("POST", "/sim/act", R"({"reference":"LT260057K3M9Q2C","action":"notify"})").status ==
        200
    );
    CHECK(
        m.raw("POST", "/sim/act", R"({"reference":"LT260057K3M9Q2C","action":"cancel"})").status ==
        409
    );
    CHECK(m.raw("POST", "/sim/reset").status == 200);
    CHECK(m.platform.held().empty());
}

}  // namespace
}  // namespace sim::national_platform
