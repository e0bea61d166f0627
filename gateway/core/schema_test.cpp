// Tests of the declared shapes and their check.
#include "gateway/core/schema.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace gw::core;

namespace {

Document text(std::string value) {
    return Document::text(std::move(value));
}

std::string faults(std::string_view name, Document value, Completeness how = Completeness::whole) {
    std::string out;
    for (const Finding& f : check(*schema(name), value, how))
        out += (out.empty() ? "" : " ") + f.pointer + "=" + f.code;
    return out;
}

Document address() {
    Document value = Document::object();
    value.set("province_code", text("38"));
    value.set("commune_code", text("00000"));
    return value;
}

}  // namespace

TEST_CASE("schema: tables are sound") {
    std::set<std::string_view> names;
    for (const Schema* s : all_schemas()) {
        CAPTURE(s->name);
        CHECK(names.insert(s->name).second);
        CHECK(schema(s->name) == s);
        std::set<std::string_view> fields;
        for (const Field& field : s->fields) {
            CAPTURE(field.name);
            CHECK(fields.insert(field.name).second);
            CHECK_FALSE(field.label_vi.empty());
            CHECK((field.type == FieldType::word) == !field.words.empty());
            if (field.type == FieldType::object) CHECK(field.schema != nullptr);
            if (field.schema != nullptr) CHECK(schema(field.schema->name) == field.schema);
        }
    }
    CHECK(schema("Nothing") == nullptr);
}

TEST_CASE("schema: unknown, read-only and repeated members are refused") {
    Document value = address();
    value.set("street", text("x"));
    CHECK(faults("Address", value) == "/street=request.unknown_field");
    Document twice = address();
    twice.add("province_code", text("38"));
    CHECK(faults("Address", twice) == "/province_code=request.unknown_field");
    Document agency = Document::object();
    agency.set("code", text("H37")).as_text();
    agency.set("name", text("Mẫu"));
    agency.set("canonical_code", text("H37"));
    CHECK(faults("AgencyRef", agency) == "/canonical_code=request.unknown_field");
}

TEST_CASE("schema: pointers are escaped") {
    Document value = address();
    value.set("a/b~c", text("x"));
    CHECK(faults("Address", value) == "/a~1b~0c=request.unknown_field");
}

TEST_CASE("F-216 schema: codes keep their zeros and their length") {
    Document value = address();
    value.set("province_code", text("1"));
    value.set("commune_code", Document::number(123));
    CHECK(faults("Address", value) == "/province_code=field.format /commune_code=field.format");
}

TEST_CASE("schema: required members, empty text and null") {
    Document person = Document::object();
    person.set("officer_code", text(""));
    CHECK(faults("PersonRef", person) == "/officer_code=field.required /name=field.required");
    person.set("officer_code", Document::null());
    person.set("name", text("Cán bộ Mẫu"));
    CHECK(faults("PersonRef", person) == "/officer_code=field.format");
    CHECK(faults("PersonRef", person, Completeness::patch) == "/officer_code=field.required");
    Document clear = Document::object();
    clear.set("title", Document::null());
    CHECK(faults("PersonRef", clear, Completeness::patch) == "");
    CHECK(faults("PersonRef", Document::list()) == "=request.malformed");
}

TEST_CASE("schema: normal forms are written back") {
    Document value = Document::object();
    value.set("kind", text("citizen"));
    value.set("full_name", text("Tra\xCC\x82\xCC\x80n"));
    value.set("phone", text("+84100000001"));
    CHECK(check(*schema("Applicant"), value, Completeness::whole).empty());
    CHECK(value.text_of("full_name") == "Trần");
    CHECK(value.text_of("phone") == "84100000001");
    Document withdrawal = Document::object();
    withdrawal.set("reason_vi", text("Đổi ý"));
    withdrawal.set("at", text("2026-01-05T07:30:15Z"));
    CHECK(check(*schema("WithdrawRequest"), withdrawal, Completeness::whole).empty());
    CHECK(withdrawal.text_of("at") == "2026-01-05T14:30:15.000+07:00");
}

TEST_CASE("schema: lengths count code points after NFC") {
    Document value = Document::object();
    std::string name;
    for (int i = 0; i < 100; ++i) name += "e\xCC\x82\xCC\x81";
    value.set("officer_code", text("CB0001"));
    value.set("name", text(name));
    CHECK(faults("PersonRef", value) == "");
    value.set("name", text(name + "x"));
    CHECK(faults("PersonRef", value) == "/name=field.too_long");
}

TEST_CASE("schema: lines hold no line feed, texts do, neither holds control characters") {
    Document value = Document::object();
    value.set("reason_vi", text("a\nb"));
    CHECK(faults("WithdrawRequest", value) == "");
    value.set("reason_vi", text("a\x01"));
    CHECK(faults("WithdrawRequest", value) == "/reason_vi=field.format");
    value.set("reason_vi", text("a\xFF"));
    CHECK(faults("WithdrawRequest", value) == "/reason_vi=field.format");
    Document person = Document::object();
    person.set("officer_code", text("a\nb"));
    person.set("name", text("x"));
    CHECK(faults("PersonRef", person) == "/officer_code=field.format");
}

TEST_CASE("schema: money and numbers") {
    Document fee = Document::object();
    for (const char* name : {"code", "name"}) fee.set(name, text("x"));
    fee.set("kind", text("ordinary"));
    fee.set("nature", text("charge"));
    fee.set("collect_when", text("at_return"));
    fee.set("unit_amount", Document::number(999'999'999'999));
    CHECK(faults("Fee", fee) == "");
    for (const Document& wrong :
         {Document::number(-1),
          Document::number(1'000'000'000'000),
          text("8000"),
          Document::number_text("8000.5"),
          Document::number_text("1e3")}) {
        fee.set("unit_amount", wrong);
        CHECK(faults("Fee", fee) == "/unit_amount=fee.amount_invalid");
    }
    fee.set("unit_amount", Document::number(1));
    fee.set("quantity", Document::number(0));
    CHECK(faults("Fee", fee) == "/quantity=field.format");
}

TEST_CASE("schema: a wrong word names the possible ones") {
    Document fee = Document::object();
    fee.set("nature", text("tax"));
    const auto found = check(*schema("Fee"), fee, Completeness::patch);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == "field.not_in_list");
    CHECK(found[0].allowed == std::vector<std::string>{"fee", "charge"});
    CHECK(found[0].values == std::vector<std::string>{"tax", "Phí hay lệ phí"});
    fee.set("nature", text(""));
    CHECK(faults("Fee", fee, Completeness::patch) == "/nature=field.not_in_list");
}

TEST_CASE("schema: at most 50 findings, at most 1000 items, free objects up to 16 KiB") {
    Document papers = Document::list();
    for (int i = 0; i < 60; ++i) papers.push(Document::object());
    Document dossier = Document::object();
    dossier.set("other_papers", papers);
    CHECK(check(*schema("Dossier"), dossier, Completeness::patch).size() == 50);
    Document many = Document::list();
    for (int i = 0; i < 1001; ++i) many.push(text("x"));
    dossier = Document::object();
    dossier.set("connected_databases", many);
    CHECK(faults("Dossier", dossier, Completeness::patch) == "/connected_databases=field.too_long");
    Document info = Document::object();
    info.set("k", text(std::string(16'000, 'x')));
    dossier = Document::object();
    dossier.set("other_info", info);
    CHECK(faults("Dossier", dossier, Completeness::patch) == "");
    info.set("k2", text(std::string(400, 'x')));
    dossier.set("other_info", info);
    CHECK(faults("Dossier", dossier, Completeness::patch) == "/other_info=field.too_long");
}
