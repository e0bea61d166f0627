// A mapping of a SOAP message: namespaces, order, attributes, and nil, empty and missing, byte for
// byte.
#include "gateway/formats/json.hpp"
#include "gateway/formats/xml.hpp"
#include "tests/kit/mapping_files.hpp"

using namespace gw::mapping;
using namespace gw::mapping::test;
using gw::core::Document;

namespace {
constexpr std::string_view mapping_text = R"(
partner = "sample"
message = "LookUp"
version = "1"
valid_from = "2026-01-01"
wire = "xml"
empty = "exact"
root = "s:Envelope/s:Body/q:LookUp"

[namespaces]
s = "http://schemas.xmlsoap.org/soap/envelope/"
default = "urn:sample:query"
q = "urn:sample:query:root"
t = "urn:sample:types"

[[field]]
wire = "/s:Envelope/s:Header/t:MessageId"
canonical = "/id"
required = true
required_in = true

[[field]]
wire = "@version"
constant = "1.0"

[[field]]
wire = "Person/@t:kind"
canonical = "/person/kind"
type = "code"
codes = "kind"

[[field]]
wire = "Person/t:Name"
canonical = "/person/name"
max = 20

[[field]]
wire = "Person/Born"
canonical = "/person/birth"
type = "date"
format = ["yyyyMMdd", "yyyy"]

[[field]]
wire = "Person/Note"
canonical = "/person/note"

[[field]]
wire = "Papers/Paper"
canonical = "/papers"
type = "list"
empty = "text"

[[field.item]]
wire = "@no"
canonical = "/number"
type = "integer"

[[field.item]]
wire = "#text"
canonical = "/title"

[[field]]
wire = "Tags/Tag"
canonical = "/tags"
type = "list"
empty = "omit"

[[field.item]]
wire = ""
canonical = ""

[[field]]
wire = "At"
canonical = "/at"
type = "timestamp"
format = "yyyy-MM-ddTHH:mm:ss.SSS"
)";
constexpr std::string_view codes_text = R"(
[list.kind]
also = [{ code = "01", value = "citizen", direction = "both" }, { code = "02", value = "enterprise", direction = "both" }]
)";
constexpr std::string_view open_tag =
    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:sample:query\" "
    "xmlns:q=\"urn:sample:query:root\" xmlns:t=\"urn:sample:types\"";

Mapping sample() {
    std::vector<Problem> problems;
    const Folder folder{
        {{"sample/LookUp.toml", std::string(mapping_text)},
         {"sample/codes.toml", std::string(codes_text)}}};
    const auto library = folder.load(problems);
    INFO(all(problems));
    REQUIRE(library.has_value());
    return library->find("sample/LookUp", day(2026, 3, 2)).value();
}
Document json(std::string_view text) {
    return gw::formats::read_json(text).value();
}
std::string out(const Mapping& mapping, std::string_view canonical) {
    const auto wire = mapping.encode(json(canonical), Document::object());
    REQUIRE_MESSAGE(wire.has_value(), wire.error().what);
    return gw::formats::write_xml(*wire, {.declaration = false, .prefixes = mapping.prefixes()});
}
}  // namespace

TEST_CASE("xml mapping: a whole message, byte for byte, and back") {
    const Mapping mapping = sample();
    constexpr std::string_view canonical =
        R"({"id":"m-1","person":{"kind":"citizen","name":"TRẦN THỊ MẪU","birth":"1990","note":"a < b & c"},)"
        R"("papers":[{"number":1,"title":"Đơn"},{"number":2,"title":"Bản sao"}],"tags":["x","y"],)"
        R"("at":"2026-03-02T09:00:00.250+07:00"})";
    const std::string wire =
        std::string(open_tag) +
        "><s:Header><t:MessageId>m-1</t:MessageId></s:Header><s:Body><q:LookUp version=\"1.0\">"
        "<Person t:kind=\"01\"><t:Name>TRẦN THỊ MẪU</t:Name><Born>1990</Born><Note>a &lt; b &amp; "
        "c</Note></Person>"
        "<Papers><Paper no=\"1\">Đơn</Paper><Paper no=\"2\">Bản "
        "sao</Paper></Papers><Tags><Tag>x</Tag><Tag>y</Tag></Tags>"
        "<At>2026-03-02T09:00:00.250</At></q:LookUp></s:Body></s:Envelope>";
    CHECK(out(mapping, canonical) == wire);
    const auto read = gw::formats::read_xml(wire).value();
    const auto back = mapping.decode(read, Document::object());
    REQUIRE_MESSAGE(back.has_value(), back.error().what);
    CHECK(*back == json(canonical));
}

TEST_CASE("xml mapping: nil, empty and missing stay three things in both directions") {
    const Mapping mapping = sample();
    const char* notes[] = {
        R"({"id":"m","person":{"name":"A","note":null}})",
        R"({"id":"m","person":{"name":"A","note":""}})",
        R"({"id":"m","person":{"name":"A"}})"};
    const char* wires[] = {"<Note xsi:nil=\"true\"/>", "<Note/>", ""};
    for (int i = 0; i < 3; ++i) {
        const std::string wire = out(mapping, notes[i]);
        CHECK(
            wire.find("<t:Name>A</t:Name>" + std::string(wires[i]) + "</Person>") !=
            std::string::npos
        );
        const auto back = mapping.decode(gw::formats::read_xml(wire).value(), Document::object());
        REQUIRE(back.has_value());
        CHECK(*back == json(notes[i]));
    }
}

TEST_CASE("xml mapping: an empty list keeps its wrapper where it is declared so") {
    const std::string wire = out(sample(), R"({"id":"m","papers":[],"tags":[]})");
    CHECK(wire.find("<Papers/>") != std::string::npos);
    CHECK(wire.find("Tags") == std::string::npos);
}

TEST_CASE("xml mapping: names of another namespace are not taken for ours") {
    const Mapping mapping = sample();
    const std::string wire = std::string(open_tag) +
                             "><s:Header><t:MessageId>m</t:MessageId></"
                             "s:Header><s:Body><q:LookUp><Person><Name>A</Name></Person></q:LookUp>"
                             "</s:Body></s:Envelope>";
    const auto back = mapping.decode(gw::formats::read_xml(wire).value(), Document::object());
    REQUIRE(back.has_value());
    CHECK(back->at("/person/name") == nullptr);
    const auto without = mapping.decode(gw::formats::read_xml("<a/>").value(), Document::object());
    REQUIRE_FALSE(without.has_value());
    CHECK(without.error().code == "mapping.required");
}

TEST_CASE("F-220 xml mapping: a date is never made more exact than it is") {
    const Mapping mapping = sample();
    CHECK(
        out(mapping, R"({"id":"m","person":{"birth":"1990-04-12"}})")
            .find("<Born>19900412</Born>") != std::string::npos
    );
    const auto month =
        mapping.encode(json(R"({"id":"m","person":{"birth":"1990-04"}})"), Document::object());
    REQUIRE_FALSE(month.has_value());
    CHECK(month.error().code == "mapping.format");
}

TEST_CASE("xml mapping: every cut of a message is refused or read, never more") {
    const Mapping mapping = sample();
    const std::string wire =
        out(mapping, R"({"id":"m","person":{"name":"A"},"papers":[{"number":1,"title":"x"}]})");
    for (std::size_t n = 0; n < wire.size(); ++n) {
        const auto read = gw::formats::read_xml(std::string_view(wire).substr(0, n));
        CHECK_FALSE(read.has_value());
    }
}
