// Tests of unwrapping: every profile, JSON in text in JSON, depth, evidence without secrets.
#include "connectors/kit/envelope.hpp"

#include "gateway/formats/json.hpp"

#include <doctest/doctest.h>

namespace gw::connector_kit {
namespace {

core::Result<Unwrapped> of(std::string_view json, Envelope envelope) {
    return unwrap(*formats::read_json(json), envelope);
}

TEST_CASE("TR-6 envelope: direct takes code, text and result as they are") {
    const auto u =
        of(R"({"error_code":"00","message":"Thành công","result":[{"A":"1"}]})", Envelope::direct);
    CHECK(u->code == "0");
    CHECK(u->text == "Thành công");
    CHECK(u->result.items().size() == 1);
    CHECK(u->layers.size() == 1);
}

TEST_CASE("NP-8 F-1 envelope: codes as text, number, with leading zeros and blanks") {
    for (const char* code : {"\"0\"", "\"00\"", "0", "\" 0 \""})
        CHECK(
            of(std::string(R"({"error_code":)") + code + R"(,"message":""})", Envelope::direct)
                ->code == "0"
        );
    CHECK(of(R"({"error_code":"-3","message":""})", Envelope::direct)->code == "-3");
}

TEST_CASE("NP-3 F-5 envelope: JSON as text inside JSON, and as an object already") {
    const char* const inner = R"({"error_code":"3","message":"Hồ sơ đã tồn tại","result":null})";
    const std::string quoted = formats::write_json(core::Document::text(inner));
    for (const std::string& message : {quoted, std::string(inner)}) {
        const auto u = of(R"({"error_code":"0","message":)" + message + "}", Envelope::dual);
        REQUIRE(u.has_value());
        CHECK(u->code == "3");
        CHECK(u->text == "Hồ sơ đã tồn tại");
        CHECK(u->layers.size() == 2);
    }
}

TEST_CASE("NP-3 envelope: a bare result as text in the wrapper's message") {
    const auto list =
        of(R"({"error_code":"0","message":"[{\"MATTHC\":\"1.001193\"}]"})", Envelope::dual);
    CHECK(list->code == "0");
    CHECK(list->result.items().size() == 1);
    const auto item = of(R"({"error_code":"0","message":"{\"MaHoSo\":\"H37\"}"})", Envelope::dual);
    CHECK(item->result.text_of("MaHoSo") == "H37");
}

TEST_CASE("TR-6 envelope: an outer error without an inner body is decided by the outer layer") {
    const auto u = of(R"({"error_code":"-1","message":"Token không hợp lệ"})", Envelope::dual);
    CHECK(u->code == "-1");
    CHECK(u->text == "Token không hợp lệ");
}

TEST_CASE("TR-6 envelope: nested takes the response and keeps the correlation id") {
    const auto u = of(
        R"({"code":200,"status":"OK","correlationId":"c-1","response":{"error_code":"0","message":"Thành công","data":[1]}})",
        Envelope::nested
    );
    CHECK(u->code == "0");
    CHECK(u->correlation == "c-1");
    CHECK(u->result.items().size() == 1);
}

TEST_CASE("TR-6 envelope: data profile knows the bus's success words") {
    const auto u = of(R"({"code":"200","message":"","data":{"MaHoSo":"H37"}})", Envelope::data);
    CHECK(u->code == "0");
    CHECK(u->result.text_of("MaHoSo") == "H37");
}

TEST_CASE("TR-6 envelope: the innermost error decides over an outer success") {
    const auto u =
        of(R"({"code":200,"response":{"error_code":"-1","message":"sai định dạng","data":null}})",
           Envelope::nested);
    CHECK(u->code == "-1");
    CHECK(u->text == "sai định dạng");
}

TEST_CASE("TR-6 envelope: four layers are read, five are refused") {
    std::string body = R"({"error_code":"0","message":"lõi","result":[]})";
    for (int i = 0; i < 3; ++i)
        body = R"({"error_code":"0","message":)" + formats::write_json(core::Document::text(body)) +
               "}";
    CHECK(of(body, Envelope::dual)->layers.size() == 4);
    body =
        R"({"error_code":"0","message":)" + formats::write_json(core::Document::text(body)) + "}";
    CHECK(of(body, Envelope::dual).error().code == "envelope.too_deep");
}

TEST_CASE("envelope: the bus's own proxy error is seen, its copy of the request never kept") {
    const char* const body =
        R"({"title":"lỗi","errors":{},"status":500,"inputSend":"{\"ChuHoSo\":\"TRẦN THỊ MẪU\"}"})";
    CHECK(of(body, Envelope::dual)->proxy_error);
    CHECK(evidence(body).find("TRẦN") == std::string::npos);
}

TEST_CASE("envelope: something that is no object is refused") {
    CHECK(of("[1]", Envelope::direct).error().code == "envelope.shape");
    CHECK(of("\"xin chào\"", Envelope::direct).error().code == "envelope.shape");
}

TEST_CASE("NP-6 envelope: evidence keeps at most 4 KiB and no session") {
    CHECK(
        evidence(R"({"error_code":0,"session":"S-1","message":""})").find("S-1") ==
        std::string::npos
    );
    CHECK(evidence(std::string(10'000, 'x')).size() == 4096);
}

}  // namespace
}  // namespace gw::connector_kit
