// XML reading and writing: attacks, namespaces, nil and empty, round trips.
#include "gateway/formats/xml.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace gw::formats;
using gw::core::Document;

namespace {
std::string code_of(std::string_view text, XmlLimits limits = {}) {
    const auto read = read_xml(text, limits);
    return read ? "ok" : read.error().code;
}
Document read(std::string_view text) {
    auto result = read_xml(text);
    REQUIRE(result.has_value());
    return *result;
}
const XmlStyle plain{.declaration = false, .prefixes = {}};
const std::string sample =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"urn:soap\" xmlns=\"urn:a\">"
    "<s:Body id=\"1\" s:kind='x'><Code>A&amp;B</Code><Code/>text<b "
    "xmlns=\"\">tệp</b></s:Body></s:Envelope>";

std::string nested(int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<a>";
    for (int i = 0; i < depth; ++i) text += "</a>";
    return text;
}
/// An element's content in normal form: null, text, or an object that needs to be one.
Document any_element(std::mt19937& random, int depth) {
    static const char* spaces[] = {"", "{urn:a}", "{urn:b}"};
    switch (random() % (depth > 0 ? 5 : 2)) {
        case 0:
            return Document::text(
                random() % 2 ? "" : "Hồ sơ <&>\"' \t\n " + std::to_string(random())
            );
        case 1:
            return Document::null();
        default:
            break;
    }
    Document object = Document::object();
    for (auto n = random() % 3; n > 0; --n)
        object.set(
            "@" + std::string(spaces[random() % 3]) + "x" + std::to_string(n),
            Document::text("a\n\"<&")
        );
    for (auto n = 1 + random() % 4; n > 0; --n) {
        object.add(
            std::string(spaces[random() % 3]) + "e" + std::to_string(random() % 3),
            any_element(random, depth - 1)
        );
        if (random() % 4 == 0) object.add("#text", Document::text("giữa"));
    }
    return object;
}
}  // namespace

TEST_CASE("xml: names are resolved, order and repeats are kept") {
    const Document whole = read(sample);
    const Document* body = whole.at("/{urn:soap}Envelope/{urn:soap}Body");
    REQUIRE(body != nullptr);
    REQUIRE(body->members().size() == 6);
    CHECK(body->members()[0].name == "@id");
    CHECK(body->members()[1].name == "@{urn:soap}kind");
    CHECK(body->members()[2].name == "{urn:a}Code");
    CHECK(body->members()[2].value.as_text() == "A&B");
    CHECK(body->members()[3].value == Document::text(""));
    CHECK(body->members()[4].name == "#text");
    CHECK(body->members()[5].name == "b");
}
TEST_CASE("xml: nil, empty and missing are three things") {
    const Document whole = read(
        "<r xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><n i:nil=\"true\"/><e/><t "
        "i:nil=\"false\">x</t></r>"
    );
    CHECK(whole.at("/r/n")->is_null());
    CHECK(whole.at("/r/e")->is_text());
    CHECK(whole.at("/r/m") == nullptr);
    CHECK(whole.at("/r/t/#text")->as_text() == "x");
}
TEST_CASE("F-235 xml: document types, entities and their attacks are refused") {
    CHECK(
        code_of("<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;&x;\">]><a>&y;</a>") ==
        "xml.doctype"
    );
    CHECK(
        code_of("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>") ==
        "xml.doctype"
    );
    CHECK(
        code_of("<?xml version=\"1.0\"?>\n<!doctype a SYSTEM \"http://evil.test/\"><a/>") ==
        "xml.doctype"
    );
    CHECK(code_of("<a>&x;</a>") == "xml.syntax");
    CHECK(code_of("<a b=\"&x;\"/>") == "xml.syntax");
    CHECK(code_of("<a>&#0;</a>") == "xml.syntax");
    CHECK(code_of("<a>&#xD800;</a>") == "xml.syntax");
    CHECK(code_of("<a>&#x110000;</a>") == "xml.syntax");
    CHECK(read("<a>&#272;&#x1ea1;i</a>").text_of("a") == "Đại");
}
TEST_CASE("xml: limits on depth, attributes and size") {
    CHECK(code_of(nested(32)) == "ok");
    CHECK(code_of(nested(33)) == "xml.too_deep");
    CHECK(code_of(nested(1'000'000), {.bytes_max = 20 << 20}) == "xml.too_deep");
    std::string attributes = "<a";
    for (int i = 0; i < 65; ++i) attributes += " a" + std::to_string(i) + "=\"\"";
    CHECK(code_of(attributes + "/>") == "xml.too_deep");
    CHECK(code_of("<a/>", {.bytes_max = 3}) == "xml.too_large");
}
TEST_CASE("xml: other encodings and bad bytes are refused") {
    CHECK(code_of("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>") == "xml.encoding");
    CHECK(code_of("<?xml version='1.0' encoding='utf-8'?><a/>") == "ok");
    CHECK(code_of("\xEF\xBB\xBF<a/>") == "ok");
    CHECK(code_of("\xFF\xFE<\0a\0/\0>") == "xml.encoding");
    CHECK(code_of("<a>\xED\xA0\x80</a>") == "xml.encoding");
    CHECK(code_of("<a>\x01</a>") == "xml.syntax");
}
TEST_CASE("xml: namespaces that do not add up are refused") {
    CHECK(code_of("<x:a/>") == "xml.namespace");
    CHECK(code_of("<a x:b=\"\"/>") == "xml.namespace");
    CHECK(code_of("<a xmlns:x=\"\"/>") == "xml.namespace");
    CHECK(
        code_of("<a xmlns:x=\"urn:a\" xmlns:y=\"urn:a\" x:b=\"1\" y:b=\"2\"/>") == "xml.namespace"
    );
    CHECK(code_of("<a b=\"1\" b=\"2\"/>") == "xml.namespace");
    CHECK(code_of("<x:a xmlns:x=\"}urn\"/>") == "xml.namespace");
    CHECK(code_of("<x:y:z xmlns:x=\"urn:a\"/>") == "xml.namespace");
    CHECK(code_of("<a><b xmlns:x=\"urn:a\"/><x:c/></a>") == "xml.namespace");
}
TEST_CASE("xml: what is not well-formed is refused") {
    for (const char* text :
         {"",
          " ",
          "x",
          "<a>",
          "</a>",
          "<a></b>",
          "<a/><b/>",
          "<a/>x",
          "x<a/>",
          "<a b/>",
          "<a b=c/>",
          "<a b=\"<\"/>",
          "<a><![CDATA[x</a>",
          "<a><!-- </a>",
          "<1/>",
          "< a/>",
          "<a b=\"1\"c=\"2\"/>",
          "<a>]]></a>",
          "<a>&amp</a>",
          "<![CDATA[x]]><a/>",
          " <?xml version=\"1.0\"?><a/>",
          "<html><br></html>",
          "<a"})
        CHECK_MESSAGE(code_of(text) == "xml.syntax", text);
    CHECK(code_of("<!-- c --><?pi x?><a><!-- < --><![CDATA[<&]]></a> <!-- d -->") == "ok");
}
TEST_CASE("xml: every cut of the sample is refused") {
    for (std::size_t n = 0; n < sample.size(); ++n) CHECK(code_of(sample.substr(0, n)) != "ok");
}
TEST_CASE("xml: white space alone is text in a leaf and nothing between elements") {
    const Document whole = read("<a>\n <b> </b>\n <c>x<!-- -->y</c></a>");
    CHECK(whole.at("/a")->members().size() == 2);
    CHECK(whole.at("/a/b")->as_text() == " ");
    CHECK(whole.at("/a/c")->as_text() == "xy");
}
TEST_CASE("xml: prefixes are declared on the root in the given order") {
    Document body = Document::object();
    body.set("@ma", Document::text("1"));
    body.set("{urn:b}Ten", Document::text("Mẫu & \"tên\""));
    body.set("{urn:b}Trong", Document::text(""));
    body.set("{urn:b}Nil", Document::null());
    Document envelope = Document::object();
    envelope.set("{urn:s}Body", body);
    Document whole = Document::object();
    whole.set("{urn:s}Envelope", envelope);
    const std::string expected =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"urn:s\" xmlns=\"urn:b\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Body ma=\"1\"><Ten>Mẫu &amp; "
        "\"tên\"</Ten><Trong/>"
        "<Nil xsi:nil=\"true\"/></s:Body></s:Envelope>";
    CHECK(
        write_xml(whole, {.declaration = true, .prefixes = {{"urn:s", "s"}, {"urn:b", ""}}}) ==
        expected
    );
    CHECK(read(expected) == whole);
}
TEST_CASE("xml: a list becomes repeated elements") {
    Document list = Document::list();
    list.push(Document::text("1"));
    list.push(Document::text("2"));
    Document root = Document::object();
    root.set("i", list);
    Document whole = Document::object();
    whole.set("r", root);
    CHECK(write_xml(whole, plain) == "<r><i>1</i><i>2</i></r>");
}
TEST_CASE("xml: a default namespace is not used where it would swallow plain elements") {
    Document root = Document::object();
    root.set("x", Document::text("1"));
    Document whole = Document::object();
    whole.set("{urn:a}r", root);
    const auto text = write_xml(whole, {.declaration = false, .prefixes = {{"urn:a", ""}}});
    CHECK(text == "<ns1:r xmlns:ns1=\"urn:a\"><x>1</x></ns1:r>");
    CHECK(read(text) == whole);
}
TEST_CASE("F-234 xml: what is written reads back the same") {
    std::mt19937 random(2026);
    for (int i = 0; i < 500; ++i) {
        Document whole = Document::object();
        whole.set(i % 2 ? "{urn:a}r" : "r", any_element(random, 4));
        const XmlStyle style{.declaration = true, .prefixes = {{"urn:a", i % 3 ? "a" : ""}}};
        const auto back = read_xml(write_xml(whole, style));
        REQUIRE(back.has_value());
        CHECK(*back == whole);
    }
}
