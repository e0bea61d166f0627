// The merchant that other tests use, and the vectors that both sides must agree on.
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/national_platform/test_merchant.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace sim::national_platform {
namespace {

const char* const receipt = R"json({"MaDichVu":"2","MaDVC":"2.000635.01",
"TenDVC":"Cấp bản sao trích lục hộ tịch","MaTTHC":"2.000635",
"TenTTHC":"Cấp bản sao trích lục hộ tịch","MaDonVi":"H56.14",
"TenDonVi":"Trung tâm Phục vụ hành chính công (mẫu)","MaHoSo":"H56.14-260105-0007",
"TKThuHuong":"0000000001","MaNHThuHuong":"TESTBANK","TenTKThuHuong":"DON VI MAU",
"PhiLePhi":[{"LoaiPhiLePhi":"2","MaPhiLePhi":"LP-TRICHLUC",
"TenPhiLePhi":"Lệ phí cấp bản sao trích lục","SoTien":"16000"}],
"HoTenNguoiNop":"TRẦN THỊ MẪU","SoCMNDNguoiNop":"038190000000","DiaChiNguoiNop":"Thôn Mẫu 1",
"HuyenNguoiNop":"","TinhNguoiNop":"Thanh Hóa",
"DSKhoanNop":[{"NoiDung":"Lệ phí 02 bản sao","SoTien":"16000"}]})json";

void set(
    kit::Json& object, const std::string& name, const std::string& value, kit::JsonDocument& doc
) {
    auto& allocator = doc.GetAllocator();
    object.RemoveMember(name.c_str());
    if (value == "-") return;
    kit::JsonDocument raw(&allocator);
    bool json = value.starts_with("[") || value.starts_with("{") || value.starts_with("#");
    if (json) raw.Parse(value.c_str() + (value[0] == '#' ? 1 : 0));
    kit::Json v(value.c_str(), static_cast<rapidjson::SizeType>(value.size()), allocator);
    if (json) v.CopyFrom(raw, allocator);
    object.AddMember(kit::Json(name.c_str(), allocator), v, allocator);
}

std::string file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in.good());
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TestMerchant::TestMerchant(Options options, std::uint64_t seed)
    : platform(std::move(options), seed), now(*kit::from_compact_time("20260105143017")) {}

std::string TestMerchant::init_body(const Fields& changes) const {
    Fields f{
        {"LoaiBanTin", "INIT"},
        {"PhienBan", "1.0.6"},
        {"MaDoiTac", "LTTEST01"},
        {"MaThamChieu", reference},
        {"SoTien", "16000"},
        {"LoaiHinhThanhToan", "PAY"},
        {"MaKenhThanhToan", "1"},
        {"MaThietBi", "1"},
        {"NgonNgu", "vi-VN"},
        {"MaTienTe", "VND"},
        {"MaNganHang", "PAYMENT"},
        {"ThongTinGiaoDich", "Le phi ho so H56.14-260105-0007"},
        {"ThoiGianGD", "20260105143015"},
        {"Ip", "127.0.0.1"}};
    kit::JsonDocument block;
    REQUIRE(kit::parse_json(block, receipt));
    for (const auto& [name, value] : changes)
        if (name.starts_with("."))
            set(block, name.substr(1), value, block);
        else
            f[name] = value;
    if (changes.count("MaXacThuc") == 0) f["MaXacThuc"] = sign("INIT", f, secret);
    kit::JsonDocument body;
    body.SetObject();
    for (const auto& [name, value] : f) set(body, name, value, body);
    if (changes.count("ThongTinBienLai") == 0) {
        kit::Json copy(block, body.GetAllocator());
        body.AddMember("ThongTinBienLai", copy, body.GetAllocator());
    }
    return kit::json_text(body);
}

std::string TestMerchant::question(const std::string& kind, const Fields& changes) const {
    Fields f{
        {"LoaiBanTin", kind},
        {"PhienBan", "1.0.6"},
        {"MaDoiTac", "LTTEST01"},
        {"MaThamChieu", reference},
        {"ThoiGianGD", "20260105143015"}};
    for (const auto& [name, value] : changes) f[name] = value;
    if (changes.count("MaXacThuc") == 0) f["MaXacThuc"] = sign(kind, f, secret);
    kit::JsonWriter out;
    out.object();
    for (const auto& [name, value] : f) out.field(name, value);
    return out.end_object().take();
}

kit::Answer TestMerchant::raw(
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
    return platform.handle(call, now);
}

Heard TestMerchant::say(const std::string& body, const std::string& path) {
    Heard h;
    h.answer = raw("POST", path, body);
    kit::JsonDocument doc;
    auto text = h.answer.body;
    for (int layer = 0; layer < 4 && kit::parse_json(doc, text) && doc.IsObject(); ++layer) {
        h.fields = kit::texts_of(doc);
        const auto* inner = kit::member(doc, "message");
        if (inner == nullptr) break;
        text = inner->IsObject() ? kit::json_text(*inner) : kit::text_of(inner);
    }
    return h;
}

std::string TestMerchant::confirmation(const std::string& code) const {
    Fields f{
        {"MaLoi", code},
        {"MoTaLoi", code == "00" ? "Thanh cong" : "Loi"},
        {"MaDoiTac", "LTTEST01"},
        {"MaThamChieu", reference},
        {"ThoiGianGD", kit::compact_time(now)}};
    f["MaXacThuc"] = sign("IPN_ANSWER", f, secret);
    kit::JsonWriter out;
    out.object();
    for (const auto& [name, value] : f) out.field(name, value);
    return out.end_object().take();
}

std::vector<payments::OutCall> TestMerchant::hear_notices(const std::string& code) {
    auto calls = platform.due(now);
    for (const auto& call : calls) platform.answered(call.id, 200, confirmation(code), now);
    return calls;
}

void TestMerchant::fault(const std::string& json) {
    auto a = raw("POST", "/sim/faults", json);
    CAPTURE(a.body);
    REQUIRE(a.status == 201);
}

Fields said(const payments::OutCall& call) {
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, call.body));
    return kit::texts_of(doc);
}

TEST_CASE("vectors: every hash of the platform's messages, and the text it is made over") {
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, file("tests/vectors/national-payment.json")));
    std::map<std::string, std::string> by_id;
    int seen = 0;
    for (const auto& v : doc["vectors"].GetArray()) {
        auto id = kit::text_at(v, "id"), rule = kit::text_at(v, "rule");
        CAPTURE(id);
        auto fields = kit::texts_of(v["input"]);
        auto secret = kit::text_at(v, "secret");
        CHECK(canonical(rule, fields, secret) == kit::text_at(v, "canonical"));
        auto hash = sign(rule, fields, secret);
        CHECK(hash == kit::text_at(v, "expected"));
        if (auto supplied = kit::text_at(v, "supplied"); !supplied.empty()) CHECK(hash != supplied);
        if (auto other = kit::text_at(v, "must_differ_from"); !other.empty())
            CHECK(hash != by_id.at(other));
        if (auto other = kit::text_at(v, "same_hash_as"); !other.empty())
            CHECK(hash == by_id.at(other));
        by_id[id] = hash;
        ++seen;
    }
    CHECK(seen >= 13);
}

TEST_CASE("vectors: the platform sends the IPN and accepts the answer of the vectors byte for byte"
) {
    TestMerchant m;
    REQUIRE(m.init().code() == "00");
    m.now = *kit::from_compact_time("20260105143208");
    REQUIRE(m.act("pay").empty());
    auto calls = m.platform.due(m.now);
    REQUIRE(calls.size() == 1);
    CHECK(
        calls[0].body ==
        R"({"LoaiBanTin":"CONFIRM","MaLoi":"00","MaDoiTac":"LTTEST01","MaThamChieu":"LT260057K3M9Q2C","SoTien":"16000","MaTienTe":"VND","MaGiaoDich":"PP0000000001","MaNganHang":"TESTBANK","ThoiGianGD":"20260105143208","ThongTinGiaoDich":"Le phi ho so H56.14-260105-0007","MaXacThuc":"ed48992ec1d605e37eb356c58c0781198cd9f166e10f30ff6ed2c1e126102965"})"
    );
    CHECK(calls[0].path == "/v1/ipn/national-platform");
    m.platform.answered(
        calls[0].id,
        200,
        R"({"MaLoi":"00","MoTaLoi":"Thanh cong","MaDoiTac":"LTTEST01","MaThamChieu":"LT260057K3M9Q2C","ThoiGianGD":"20260105143209","MaXacThuc":"39a31e4754a4e91504aaa4534a75a59014ae306a752f31f6076724d9c8dd48de"})",
        m.now
    );
    CHECK(m.held().notices_acknowledged == 1);
}

}  // namespace sim::national_platform
