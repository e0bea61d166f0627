// JSON reading and writing: limits, refusals, round trips.
#include "gateway/formats/json.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace gw::formats;
using gw::core::Document;

namespace {
std::string code_of(std::string_view text, JsonLimits limits = {}) {
    const auto read = read_json(text, limits);
    return read ? "ok" : read.error().code;
}
std::string again(std::string_view text) {
    const auto read = read_json(text);
    REQUIRE(read.has_value());
    return write_json(*read);
}
/// Any value of at most this depth.
Document any_value(std::mt19937& random, int depth) {
    switch (random() % (depth > 0 ? 7 : 5)) {
        case 0:
            return Document::null();
        case 1:
            return Document::boolean(random() % 2 == 0);
        case 2:
            return Document::number(static_cast<std::int64_t>(random()) - 2'000'000'000);
        case 3:
            return Document::text("Hồ sơ \"\\\n\t\x01 𝄞 " + std::to_string(random()));
        case 4:
            return Document::text("");
        case 5: {
            Document list = Document::list();
            for (auto n = random() % 4; n > 0; --n) list.push(any_value(random, depth - 1));
            return list;
        }
        default:
            break;
    }
    Document object = Document::object();
    for (auto n = random() % 24; n > 0; --n)
        object.set("tên " + std::to_string(random() % 100), any_value(random, depth - 1));
    return object;
}
const std::string samples[] = {
    R"({"error_code":"00","message":"Đồng bộ hồ sơ thành công","result":[]})",
    R"([1,-2.5e+10,0.10,true,false,null,"",{"a":{"b":[]}}])",
    R"("\u0110\ud834\udd1e\/")",
};
}  // namespace

TEST_CASE("json: reads values in their order and keeps numbers as written") {
    CHECK(
        again(R"( {"b":1.50,"a":[ 12345678901234567890, -0, 1E5 ],"c":null} )") ==
        R"({"b":1.50,"a":[12345678901234567890,-0,1E5],"c":null})"
    );
    CHECK(again(samples[2]) == "\"Đ𝄞/\"");
}
TEST_CASE("json: a million brackets are refused, not followed") {
    CHECK(code_of(std::string(1'000'000, '['), {.bytes_max = 2'000'000}) == "json.too_deep");
    std::string objects;
    for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
    CHECK(code_of(objects, {.bytes_max = 2'000'000}) == "json.too_deep");
    CHECK(code_of(std::string(32, '[') + std::string(32, ']')) == "ok");
    CHECK(code_of(std::string(33, '[') + std::string(33, ']')) == "json.too_deep");
}
TEST_CASE("json: a repeated name is refused, also far down a long object") {
    CHECK(code_of(R"({"a":1,"a":2})") == "json.duplicate_name");
    CHECK(code_of(R"({"a":1,"\u0061":2})") == "json.duplicate_name");
    std::string many = "{";
    for (int i = 0; i < 500; ++i) many += "\"n" + std::to_string(i) + "\":0,";
    CHECK(code_of(many + "\"m\":0}") == "ok");
    CHECK(code_of(many + "\"n3\":0}") == "json.duplicate_name");
    CHECK(code_of(R"([{"a":1},{"a":1}])") == "ok");
}
TEST_CASE("json: limits on size and items") {
    CHECK(code_of("[1,2,3]", {.bytes_max = 6}) == "json.too_large");
    CHECK(code_of("[1,2,3]", {.items_max = 3}) == "ok");
    CHECK(code_of("[1,2,3]", {.items_max = 2}) == "json.too_many");
    CHECK(code_of(R"({"a":1,"b":2})", {.items_max = 1}) == "json.too_many");
}
TEST_CASE("json: wrong encodings are refused") {
    CHECK(code_of("\"\xFF\"") == "json.encoding");
    CHECK(code_of("\"\xC3\"") == "json.encoding");
    CHECK(code_of("\"\xC0\xAF\"") == "json.encoding");
    CHECK(code_of("\"\xED\xA0\x80\"") == "json.encoding");
    CHECK(code_of("\"\xF4\x90\x80\x80\"") == "json.encoding");
    CHECK(code_of(R"("\ud800")") == "json.encoding");
    CHECK(code_of(R"("\udc00")") == "json.encoding");
    CHECK(code_of(R"({"\udc00":1})") == "json.encoding");
    CHECK(code_of(R"("\ud800\u0041")") == "json.encoding");
}
TEST_CASE("json: a leading byte-order mark is skipped, another is not") {
    CHECK(again("\xEF\xBB\xBF[1]") == "[1]");
    CHECK(code_of("\xEF\xBB\xBF\xEF\xBB\xBF[1]") == "json.syntax");
}
TEST_CASE("json: what is no JSON is refused with the place, never the content") {
    for (const char* text :
         {"",
          " ",
          "{",
          "[1,]",
          "{\"a\"}",
          "{'a':1}",
          "[1] x",
          "nul",
          "01",
          "1.",
          "+1",
          "NaN",
          "[1]/**/",
          "\"a\nb\"",
          "\"\\x\"",
          "<html></html>",
          "[1]\xEF\xBB\xBF"})
        CHECK_MESSAGE(code_of(text) == "json.syntax", text);
    CHECK(code_of(std::string_view("[1]\0[2]", 7)) == "json.syntax");
    CHECK(code_of(std::string_view("[1]\0", 4)) == "json.syntax");
    const auto read = read_json(R"({"bimat":x})");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().what == "JSON refused at byte 9");
}
TEST_CASE("json: every cut of every sample is refused or read, and nothing else happens") {
    for (const auto& sample : samples)
        for (std::size_t n = 0; n < sample.size(); ++n) CHECK(code_of(sample.substr(0, n)) != "ok");
}
TEST_CASE("json: what is written reads back the same") {
    std::mt19937 random(2026);
    for (int i = 0; i < 300; ++i) {
        const Document value = any_value(random, 4);
        const auto read = read_json(write_json(value), {.bytes_max = 1 << 24});
        REQUIRE(read.has_value());
        CHECK(*read == value);
    }
}
TEST_CASE("json: the canonical form does not depend on the order of members") {
    const auto a = read_json(R"({"b":{"y":1,"x":2},"a":[2,1],"é":0})");
    const auto b = read_json(R"({"é":0,"a":[2,1],"b":{"x":2,"y":1}})");
    REQUIRE(a.has_value());
    REQUIRE(b.has_value());
    CHECK(canonical_json(*a) == canonical_json(*b));
    CHECK(canonical_json(*a) == R"({"a":[2,1],"b":{"x":2,"y":1},"é":0})");
}

TEST_CASE("json: a part that was written before is written by its text") {
    auto dossier = Document::object();
    dossier.set("code", Document::text("a"));
    const std::string text = write_json(dossier);
    auto whole = Document::object();
    whole.set("key", Document::text("k"));
    whole.set("dossier", dossier.shared());
    whole.set("other", dossier);
    const Written known{dossier, text};
    CHECK(write_json(whole, known) == write_json(whole));
    const Written marked{dossier, "!"};
    CHECK(write_json(whole, marked) == R"({"key":"k","dossier":!,"other":{"code":"a"}})");
}
