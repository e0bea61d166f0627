// The merchant that other tests use, and the vectors that both sides must agree on.
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/vnpay/test_shop.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace sim::vnpay {
namespace {

std::string file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in.good());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string json(const Fields& fields) {
    kit::JsonWriter out;
    out.object();
    for (const auto& [name, value] : fields) out.field(name, value);
    return out.end_object().take();
}

}  // namespace

TestShop::TestShop(Options options, std::uint64_t seed)
    : vnpay(std::move(options), seed), now(*kit::from_compact_time("20260105143020")) {}

std::string TestShop::query(const Fields& changes) const {
    Fields f{
        {"vnp_Version", "2.1.0"},
        {"vnp_Command", "pay"},
        {"vnp_TmnCode", "TESTTMN1"},
        {"vnp_Amount", "1600000"},
        {"vnp_CurrCode", "VND"},
        {"vnp_TxnRef", reference},
        {"vnp_OrderInfo", "Le phi ho so H56.14-260105-0007"},
        {"vnp_OrderType", "other"},
        {"vnp_Locale", "vn"},
        {"vnp_ReturnUrl", "http://gw.test/pay/return"},
        {"vnp_IpAddr", "127.0.0.1"},
        {"vnp_CreateDate", "20260105143015"},
        {"vnp_ExpireDate", "20260105144515"}};
    for (const auto& [name, value] : changes) f[name] = value == "-" ? "" : value;
    return signed_query(f, secret);
}

kit::Answer TestShop::raw(
    std::string method,
    std::string path,
    std::string body,
    std::vector<std::pair<std::string, std::string>> headers
) {
    kit::Call call;
    auto mark = path.find('?');
    call.method = std::move(method);
    call.path = path.substr(0, mark);
    if (mark != std::string::npos) call.query = path.substr(mark + 1);
    call.body = std::move(body);
    call.headers = std::move(headers);
    return vnpay.handle(call, now);
}

std::string TestShop::open(const Fields& changes) {
    auto a = raw("GET", "/paymentv2/vpcpay.html?" + query(changes));
    if (a.status == 200) return {};
    REQUIRE(a.status == 302);
    for (const auto& [name, value] : a.headers)
        if (name == "Location") return value.substr(value.find("code=") + 5);
    return "?";
}

std::string TestShop::question_body(const std::string& command, const Fields& changes) {
    Fields f{
        {"vnp_RequestId", "LTQ260105" + std::to_string(1'000 + ++questions_)},
        {"vnp_Version", "2.1.0"},
        {"vnp_Command", command},
        {"vnp_TmnCode", "TESTTMN1"},
        {"vnp_TxnRef", reference},
        {"vnp_OrderInfo", "Truy van " + reference},
        {"vnp_TransactionDate", "20260105143015"},
        {"vnp_CreateDate", kit::compact_time(now)},
        {"vnp_IpAddr", "127.0.0.1"}};
    for (const auto& [name, value] : changes) f[name] = value;
    if (changes.count("vnp_SecureHash") == 0)
        f["vnp_SecureHash"] = hmac_sha512_hex(secret, joined(command, f));
    return json(f);
}

Fields TestShop::ask(const std::string& body) {
    auto a = raw("POST", "/merchant_webapi/api/transaction", body);
    kit::JsonDocument doc;
    if (!kit::parse_json(doc, a.body)) return {};
    return kit::texts_of(doc);
}

Fields TestShop::refund(const std::string& type, std::int64_t amount, const Fields& changes) {
    Fields f{
        {"vnp_TransactionType", type},
        {"vnp_Amount", std::to_string(amount * 100)},
        {"vnp_TransactionNo", "0"},
        {"vnp_CreateBy", "canbo01"}};
    for (const auto& [name, value] : changes) f[name] = value;
    return ask(question_body("refund", f));
}

std::vector<payments::OutCall> TestShop::hear_notices(const std::string& code) {
    auto calls = vnpay.due(now);
    for (const auto& call : calls)
        vnpay.answered(call.id, 200, R"({"RspCode":")" + code + R"(","Message":"x"})", now);
    return calls;
}

void TestShop::fault(const std::string& text) {
    auto a = raw("POST", "/sim/faults", text);
    CAPTURE(a.body);
    REQUIRE(a.status == 201);
}

bool TestShop::reply_good(const std::string& command, const Fields& reply) const {
    auto it = reply.find("vnp_SecureHash");
    return it != reply.end() &&
           it->second == hmac_sha512_hex(secret, joined(command + "-reply", reply));
}

Fields said(const std::string& path) {
    return read_query(path.substr(path.find('?') + 1));
}

TEST_CASE("vectors: every hash of VNPAY's messages, and the text it is made over") {
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, file("tests/vectors/vnpay.json")));
    std::map<std::string, std::string> by_id;
    int seen = 0;
    for (const auto& v : doc["vectors"].GetArray()) {
        auto id = kit::text_at(v, "id");
        CAPTURE(id);
        auto fields = kit::texts_of(v["input"]);
        auto command = fields["vnp_Command"];
        bool asks = command == "querydr" || command == "refund";
        if (fields.count("vnp_ResponseId") > 0) command += "-reply";
        auto text = asks ? joined(command, fields) : canonical(fields);
        CHECK(text == kit::text_at(v, "canonical"));
        auto secret = kit::text_at(v, "secret");
        auto hash = hmac_sha512_hex(secret, text);
        CHECK(hash == kit::text_at(v, "expected"));
        auto supplied = kit::text_at(v, "supplied");
        if (!supplied.empty()) CHECK(hash != supplied);
        if (auto other = kit::text_at(v, "same_hash_as"); !other.empty())
            CHECK(hash == by_id.at(other));
        if (!asks)
            CHECK(
                good_query(
                    text + "&vnp_SecureHash=" + (supplied.empty() ? hash : supplied), secret
                ) == supplied.empty()
            );
        by_id[id] = hash;
        ++seen;
    }
    CHECK(seen >= 16);
}

TEST_CASE("vectors: the IPN of the vectors is sent byte for byte") {
    TestShop s;
    REQUIRE(s.open().empty());
    s.now = *kit::from_compact_time("20260105143208");
    REQUIRE(s.act("pay").empty());
    auto calls = s.vnpay.due(s.now);
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].method == "GET");
    CHECK(
        calls[0].path ==
        "/v1/ipn/"
        "vnpay?vnp_Amount=1600000&vnp_BankCode=NCB&vnp_BankTranNo=VNP00000001&vnp_CardType=ATM&"
        "vnp_OrderInfo=Le+phi+ho+so+H56.14-260105-0007&vnp_PayDate=20260105143208&vnp_ResponseCode="
        "00&"
        "vnp_TmnCode=TESTTMN1&vnp_TransactionNo=14000001&vnp_TransactionStatus=00&"
        "vnp_TxnRef=LT260057K3M9Q2C&vnp_SecureHash="
        "00f06b1c4433636382e0f97381539489d27286d0263a0889c0c41457ce1dc05c3273ca76654b3cf50b44fa08cc"
        "597df6"
        "7204872e53c53ef9c682191ecd473162"
    );
}

TEST_CASE("signatures: encoders that differ on special characters are understood, tampering is not"
) {
    const std::string secret = "S";
    auto query = signed_query({{"vnp_A", "b c"}, {"vnp_B", "x(1)~'"}}, secret);
    CHECK(good_query(query, secret));
    auto hash = hmac_sha512_hex(secret, "vnp_A=b+c&vnp_B=x(1)~'");
    CHECK(good_query("vnp_B=x(1)~'&vnp_A=b%20c&vnp_SecureHash=" + hash, secret));
    CHECK(good_query(
        "vnp_A=b+c&vnp_B=x(1)~'&vnp_SecureHashType=HMACSHA512&vnp_SecureHash=" + hash, secret
    ));
    CHECK_FALSE(good_query("vnp_A=b+d&vnp_B=x(1)~'&vnp_SecureHash=" + hash, secret));
    CHECK_FALSE(good_query("vnp_A=b+c&vnp_B=x(1)~'", secret));
}

}  // namespace sim::vnpay
