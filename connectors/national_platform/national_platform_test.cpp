// The platform: signatures by the published vectors, beginning, asking, the table of notices.
#include "tests/kit/platform_kit.hpp"

#include <doctest/doctest.h>

#include <random>

namespace gw::national_platform {
namespace {

using core::Document;

const Document& vectors() {
    static const Document all =
        json(mapping::test::file_text("tests/vectors/national-payment.json"));
    return *all.find("vectors");
}
const Document& vector_of(std::string_view id) {
    for (const Document& v : vectors().items())
        if (v.text_of("id") == id) return v;
    throw std::logic_error("no such vector");
}
std::vector<std::string> values_of(const Document& v) {
    std::vector<std::string> values;
    for (const Document& name : v.find("field_order")->items())
        values.push_back(v.find("input")->text_of(name.as_text()));
    return values;
}
/// The notice of a vector as it is sent; `changed`: other fields, signed anew.
std::string notice(
    std::string_view id, std::vector<std::pair<const char*, const char*>> changed = {}
) {
    Document v = vector_of(id);
    Document body = *v.find("input");
    for (const auto& [name, value] : changed) body.set(name, Document::text(value));
    v.set("input", body);
    body.set("MaXacThuc", Document::text(*sign(values_of(v), v.text_of("secret"))));
    return formats::write_json(body);
}
/// Everything that is signed, and the hash.
bool same_notice(const Document& a, const Document& b) {
    const auto same = [&](std::string_view name) {
        const Document *left = a.find(name), *right = b.find(name);
        return left != nullptr && right != nullptr && left->as_text() == right->as_text();
    };
    for (const Document& name : vector_of("ipn-paid").find("field_order")->items())
        if (b.find(name.as_text()) != nullptr && !same(name.as_text())) return false;
    return same("MaXacThuc");
}
/// Members escaped, twice, new or under another name; their values may be those of a notice.
std::string other_names(const std::string& start, std::mt19937_64& random) {
    const Document& order = *vector_of("ipn-paid").find("field_order");
    const auto any_name = [&] {
        return order.items().at(random() % order.items().size()).as_text();
    };
    const char* values[] = {"00", "16000", "LT260057K3M9Q2C", "CONFIRM", "PP0000000001", ""};
    Document body = json(start);
    std::string text;
    for (auto i = 1 + random() % 3; i > 0; --i) {
        const std::string value = values[random() % 6];
        const std::string chosen = body.members().at(random() % body.members().size()).name;
        switch (random() % 5) {
            case 0:
                body.set(any_name(), Document::text(value));
                break;
            case 1:
                body.remove(chosen);
                break;
            case 2:
                body.set(chosen + " ", Document::text(value));
                break;
            case 3:
                text += "\"" + chosen + "\":\"" + value + "\",";
                break;
            default:
                text += "\"\\u004d" + any_name().substr(1) + "\":\"" + value + "\",";
                break;
        }
    }
    return formats::write_json(body).insert(1, text);
}
constexpr const char* page =
    R"({"MaLoi":"00","MoTaLoi":"Thanh cong","UrlThanhToan":"https://pay.test/checkout/1"})";

}  // namespace

TEST_CASE("platform: every published vector comes out as published, a separator is never signed") {
    int good = 0;
    for (const Document& v : vectors().items()) {
        const auto hash = sign(values_of(v), v.text_of("secret"));
        const bool refuse = v.find("signer_must_refuse") != nullptr;
        CHECK_MESSAGE(hash.has_value() != refuse, v.text_of("id"));
        if (hash) good += *hash == v.text_of("expected");
    }
    CHECK(good == 12);
}

TEST_CASE("platform INIT: the body is that of the worked example, PY-8 the time is repeated") {
    Kit kit;
    const auto body = init_body(
        kit.options, kit.desk->parts().library, kit.claim(init), core::local_day(kit.clock.now())
    );
    REQUIRE_MESSAGE(body.has_value(), (body ? "" : body.error().what));
    const Document d = json(*body);
    CHECK(d.text_of("MaXacThuc") == vector_of("init-ascii").text_of("expected"));
    CHECK(d.members().at(14).name == "MaXacThuc");
    const Document& bill = *d.find("ThongTinBienLai");
    CHECK(bill.text_of("MaDVC") == "2.000635.01");
    CHECK(bill.text_of("TKThuHuong") == "0000000001");
    CHECK(bill.text_of("DiaChiNguoiNop") == "Thôn Mẫu 1");
    CHECK(bill.text_of("TinhNguoiNop") == "Thanh Hóa");
    CHECK(bill.find("HuyenNguoiNop")->as_text().empty());
    CHECK(bill.at("/PhiLePhi/0/LoaiPhiLePhi")->as_text() == "2");
    CHECK(bill.at("/PhiLePhi/0/SoTien")->is_text());
    CHECK(bill.find("KhoBac") == nullptr);
    const Document question = json(question_body(kit.options, "QUERY", kit.facts.payment));
    CHECK(question.text_of("MaXacThuc") == vector_of("query").text_of("expected"));
    const Document bill_question = json(question_body(kit.options, "GET_BILL", kit.facts.payment));
    CHECK(bill_question.text_of("MaXacThuc") == vector_of("get-bill").text_of("expected"));
}

TEST_CASE("platform INIT: PY-10 fees of two accounts, of none, and of the configured one") {
    Kit kit;
    kit.facts.payment.find("fees")->items().at(0).remove("beneficiary");
    CHECK(kit.send(init).error().code == "national_platform.beneficiary");
    CHECK(kit.send(init).error().advice == core::Advice::hold);
    kit.options.account = "0000000009";
    kit.options.bank_code = "TESTBANK";
    kit.options.account_name = "DON VI MAU";
    kit.options.treasury_code = "KB01";
    kit.remake();
    kit.http.say(page);
    REQUIRE(kit.send(init).has_value());
    const Document sent = json(kit.http.asked.at(0).body);
    CHECK(sent.at("/ThongTinBienLai/TKThuHuong")->as_text() == "0000000009");
    CHECK(sent.at("/ThongTinBienLai/KhoBac")->as_text() == "KB01");
    CHECK(sent.at("/ThongTinBienLai/TaiKhoanThuNSNN")->as_text() == "0000000009");
    Document other = kit.facts.payment.find("fees")->items().at(0);
    other.set("beneficiary", json(R"({"account":"1","bank_code":"B","account_name":"N"})"));
    kit.facts.payment.find("fees")->push(other);
    CHECK(kit.send(init).error().code == "national_platform.beneficiaries");
}

TEST_CASE("platform INIT: the page opens, directly and through a bus") {
    Kit direct;
    direct.http.say(page);
    REQUIRE(direct.send(init).has_value());
    CHECK(direct.facts.state() == "pending");
    CHECK(direct.facts.payment.at("/checkout/url")->as_text() == "https://pay.test/checkout/1");
    Kit bus(connector_kit::Envelope::dual);
    Document wrapped = Document::object();
    wrapped.set("error_code", Document::text("0"));
    wrapped.set("message", Document::text(page));
    bus.http.say(formats::write_json(wrapped));
    REQUIRE(bus.send(init).has_value());
    CHECK(bus.facts.state() == "pending");
    Kit opened(connector_kit::Envelope::dual);
    wrapped.set("message", json(page));
    opened.http.say(formats::write_json(wrapped));
    REQUIRE(opened.send(init).has_value());
    CHECK(opened.facts.state() == "pending");
}

TEST_CASE("platform INIT: a page elsewhere, without TLS or in disguise fails the payment") {
    const std::vector<std::string> hosts{"pay.test"};
    CHECK(is_allowed_page("https://PAY.test:8443/x", hosts));
    for (const char* url :
         {"http://pay.test/x",
          "https://pay.test.evil.test/x",
          "https://evil.test/?pay.test",
          "https://pay.test@evil.test/",
          "https://evil.test\\@pay.test/",
          "https://evil.test#@pay.test/",
          "https://pay.test /",
          "javascript:alert(1)",
          "//pay.test/x",
          ""})
        CHECK_MESSAGE(!is_allowed_page(url, hosts), url);
    Kit kit;
    kit.http.say(R"({"MaLoi":"00","UrlThanhToan":"https://evil.test/"})");
    const auto sent = kit.send(init);
    REQUIRE(sent.has_value());
    CHECK(sent->flag == "refused");
    CHECK(kit.facts.state() == "failed");
    CHECK(kit.facts.payment.text_of("state_reason") == "checkout_refused");
}

TEST_CASE("platform INIT: a refusal fails, a taken reference and a lost answer are asked about") {
    Kit refused;
    refused.http.say(R"({"MaLoi":"99","MoTaLoi":"Don vi khong duoc phep thu"})");
    CHECK(refused.send(init)->flag == "refused");
    CHECK(refused.facts.state() == "failed");
    Kit wrong_secret;
    wrong_secret.http.say(R"({"MaLoi":"99","MoTaLoi":"Sai ma xac thuc"})");
    CHECK(wrong_secret.send(init)->flag == "refused");
    CHECK(wrong_secret.facts.payment.text_of("state_reason") == "signature");
    const auto advice = [](const ports::HttpResult& result) {
        Kit kit;
        kit.http.answers.push_back(result);
        const auto sent = kit.send(init);
        CHECK(kit.facts.state() == "initiated");
        return sent.error().advice;
    };
    using core::Advice;
    const auto taken =
        test::answered(200, R"({"MaLoi":"99","MoTaLoi":"Ma tham chieu da ton tai"})");
    CHECK(advice(taken) == Advice::enquire);
    CHECK(advice(test::failed(true)) == Advice::enquire);
    CHECK(advice(test::failed(false)) == Advice::retry);
    CHECK(advice(test::answered(200, "<html>")) == Advice::enquire);
    CHECK(advice(test::answered(200, R"({"error_code":"5","message":"x"})")) == Advice::enquire);
    CHECK(advice(test::answered(500, "{}")) == Advice::enquire);
}

TEST_CASE("platform QUERY: after a lost INIT the platform tells, nothing is begun twice") {
    Kit kit;
    const char* unknown = R"({"MaLoi":"99","MoTaLoi":"Khong tim thay giao dich"})";
    kit.http.say(unknown);
    CHECK(kit.enquire()->found == core::Found::processing);
    CHECK(kit.facts.state() == "initiated");
    Kit late;
    late.facts.payment.set("created_at", Document::text("2026-01-05T14:10:00.000+07:00"));
    late.http.say(unknown);
    const auto over = late.enquire();
    CHECK(over->found == core::Found::done);
    CHECK(over->receipt.flag == "refused");
    CHECK(late.facts.state() == "expired");
    Kit hasty;
    hasty.options.unknown_after = std::chrono::seconds(5);
    hasty.remake();
    hasty.facts.payment.set("created_at", Document::text("2026-01-05T14:30:05.000+07:00"));
    hasty.http.say(unknown);
    CHECK(hasty.enquire()->found == core::Found::done);
    Kit open;
    open.http.say(R"({"MaLoi":"00","TrangThaiGD":"3"})");
    CHECK(open.enquire()->found == core::Found::done);
    CHECK(open.facts.state() == "pending");
    Kit silent;
    silent.http.say(R"({"MaLoi":"99","MoTaLoi":"Loi he thong"})");
    CHECK_FALSE(silent.enquire().has_value());
}

TEST_CASE("platform QUERY: state, money and reference are compared") {
    const auto after = [](const char* answer) {
        Kit kit;
        kit.http.say(answer);
        const auto sent = kit.send(check);
        return sent ? kit.facts.state() : sent.error().code;
    };
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"1"})") == "paid");
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"1","SoTien":16000,"MaTienTe":"VND"})") == "paid");
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"1","SoTien":"61000"})") == "disputed");
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"1","SoTien":"+16000"})") == "disputed");
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"1","MaDoiTac":"OTHER"})") == "disputed");
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"3"})") == "pending");
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"4"})") == "failed");
    const char* none = "national_platform.unanswered";
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"7"})") == none);
    CHECK(after(R"({"MaLoi":"00","TrangThaiGD":"1","MaThamChieu":"LT260059999999C"})") == none);
    CHECK(after("<html>") == none);
    Kit kit;
    kit.http.say(R"({"MaLoi":"00","TrangThaiGD":"1","ThoiGianGD":"20260105143015"})");
    const auto asked = test::run(kit.io, kit.desk->query(kit.facts.payment));
    CHECK(asked.says.find("at") == nullptr);
}

TEST_CASE("platform IPN: F-152 the table of 5.2 in its order") {
    Kit kit;
    CHECK(kit.told("{") == "99 Khong doc duoc ban tin");
    CHECK(kit.facts.heard.size() == 1);  // kept raw
    CHECK(kit.told(R"({"LoaiBanTin":"CONFIRM"})") == "99 Khong doc duoc ban tin");
    Document forged = json(notice("ipn-paid"));
    forged.set("SoTien", Document::text("1600"));
    CHECK(kit.told(formats::write_json(forged)) == "99 Sai ma xac thuc");
    CHECK(kit.told(notice("ipn-paid", {{"MaDoiTac", "OTHER"}})) == "99 Sai ma doi tac");
    CHECK(
        kit.told(notice("ipn-paid", {{"MaThamChieu", "LT26005KH0NGC0X"}})) ==
        "99 Khong tim thay giao dich"
    );
    CHECK(kit.facts.state() == "initiated");
    CHECK(kit.told(notice("ipn-paid")) == "00 Thanh cong");  // rule 4: before the answer to INIT
    CHECK(kit.facts.state() == "paid");
    CHECK(kit.facts.payment.text_of("provider_transaction") == "PP0000000001");
    kit.facts.fail = core::Error(core::Advice::retry, core::Blame::ours, "store.queue_full", "");
    CHECK(kit.told(notice("ipn-paid", {{"MaGiaoDich", "PP0000000003"}})) == "500");
}

TEST_CASE("platform IPN: other money is a dispute, a failure is only a reason to ask") {
    Kit amount;
    CHECK(amount.told(notice("ipn-wrong-amount")) == "99 Sai so tien");
    CHECK(amount.facts.state() == "disputed");
    Kit currency;
    CHECK(currency.told(notice("ipn-paid", {{"MaTienTe", "USD"}})) == "99 Sai so tien");
    Kit fraction;
    CHECK(fraction.told(notice("ipn-paid", {{"SoTien", "16000.00"}})) == "99 Sai so tien");
    Kit empty;
    CHECK(empty.told(notice("ipn-paid", {{"SoTien", ""}, {"MaTienTe", ""}})) == "99 Sai so tien");
    Kit failed;
    CHECK(failed.told(notice("ipn-failed")) == "00 Thanh cong");
    CHECK(failed.facts.state() == "pending");
    Kit paid;
    CHECK(paid.told(notice("ipn-paid")) == "00 Thanh cong");
    CHECK(paid.told(notice("ipn-failed")) == "00 Thanh cong");
    CHECK(paid.facts.state() == "paid");
    // What is open is asked about by the watch, what is paid by a leg of its own.
    CHECK(failed.desk->asked_for(failed.facts.payment.text_of("reference")));
    CHECK_FALSE(paid.desk->asked_for(paid.facts.payment.text_of("reference")));
    CHECK(paid.facts.payment.find("doubt") != nullptr);
}

TEST_CASE("platform IPN: PY-5 a repeat gets the first answer, a contradiction is refused") {
    Kit kit;
    const std::string first = kit.notify(notice("ipn-paid")).body;
    const auto paid = kit.facts.payment;
    kit.go_to(kit.clock.now() + std::chrono::minutes(5));
    CHECK(kit.notify(notice("ipn-paid")).body == first);
    // Another time and another bank are the same notice; another sum is not.
    CHECK(kit.notify(notice("ipn-paid", {{"ThoiGianGD", "20260105143300"}})).body == first);
    CHECK(kit.told(notice("ipn-paid", {{"SoTien", "61000"}})) == "99 Ban tin khac lan truoc");
    CHECK(kit.facts.payment == paid);
}

TEST_CASE("platform IPN: PY-9 numbers are signed as written, an old secret holds, echo answers") {
    Kit kit;
    Document numbers = json(notice("ipn-paid"));
    numbers.set("SoTien", Document::number_text("16000"));
    CHECK(kit.told(formats::write_json(numbers)) == "00 Thanh cong");
    Kit changed;
    changed.options.old_secret = changed.options.secret;
    changed.options.secret = "SYNTHETIC-NEW";
    changed.remake();
    CHECK(changed.told(notice("ipn-paid")) == "00 Thanh cong");
    Kit echo;
    echo.options.echo_answer_hash = true;
    echo.remake();
    const Document answer = json(echo.notify(notice("ipn-paid")).body);
    CHECK(answer.text_of("MaXacThuc") == vector_of("ipn-paid").text_of("expected"));
}

TEST_CASE("platform IPN: PY-3 2,000 mutations of a signed notice, none is taken in") {
    Kit kit;
    std::mt19937_64 random(7);
    const std::string good = notice("ipn-paid");
    const Document meant = json(good);
    int taken = 0, tried = 0;
    while (tried < 2'000) {
        std::string body = good;
        const auto at = random() % body.size();
        if (tried % 3 == 0)
            body.erase(at, 1 + random() % 3);
        else if (tried % 3 == 1)
            body[at] = static_cast<char>(' ' + random() % 95);
        else
            body.insert(at, 1, "|0a \"\\,"[random() % 7]);
        const auto read = formats::read_json(body);
        if (read && *read == meant) continue;
        ++tried;
        const auto before = kit.facts.results.size();
        kit.notify(body);
        taken += kit.facts.results.size() != before;
    }
    CHECK(taken == 0);
    CHECK(kit.facts.state() == "initiated");
}

TEST_CASE("platform IPN: PY-3 3,000 mutations of names, from a notice and from our own messages") {
    Kit kit;
    std::mt19937_64 random(19);
    const auto begun = init_body(
        kit.options, kit.desk->parts().library, kit.claim(init), core::local_day(kit.clock.now())
    );
    REQUIRE(begun.has_value());
    const std::string starts[] = {
        notice("ipn-paid"),
        *begun,
        formats::write_json(json(question_body(kit.options, "QUERY", kit.facts.payment)))};
    const Document meant = json(starts[0]);
    int taken = 0, tried = 0;
    for (int round = 0; tried < 3'000; ++round) {
        const std::string body = other_names(starts[round % 3], random);
        const auto read = formats::read_json(body);
        if (read && same_notice(*read, meant)) continue;
        ++tried;
        const auto before = kit.facts.results.size();
        kit.notify(body);
        taken += kit.facts.results.size() != before ? 1 : 0;
    }
    CHECK(taken == 0);
    CHECK(kit.facts.state() == "initiated");
}

TEST_CASE("platform IPN: what nobody can read is kept a hundred times an hour, not more") {
    Kit kit;
    Notices source(kit.desk);
    const auto send = [&] {
        ports::InRequest request;
        request.method = "POST";
        request.body = "{";
        return test::run(kit.io, source.receive(std::move(request), kit.store)).status;
    };
    for (int i = 0; i < 150; ++i) CHECK(send() == 200);
    CHECK(kit.facts.heard.size() == 100);
    kit.go_to(kit.clock.now() + std::chrono::hours(1));
    CHECK(send() == 200);
    CHECK(kit.facts.heard.size() == 101);
}

TEST_CASE("platform: F-147 moved separators make no second message of the same hash") {
    Kit kit;
    Document body = json(notice("ipn-paid"));
    body.set("MaGiaoDich", Document::text("PP0000000001|TESTBANK"));
    body.set("MaNganHang", Document::text("20260105143208"));
    body.set("ThoiGianGD", Document::text("Le phi ho so H56.14-260105-0007"));
    body.set("ThongTinGiaoDich", Document::text(""));
    CHECK(kit.told(formats::write_json(body)) == "99 Sai ma xac thuc");
}

}  // namespace gw::national_platform
