// Licences of look-ups, comparison, and what may be shown.
#include "gateway/core/identity_check.hpp"

#include <doctest/doctest.h>

using namespace gw::core;

namespace {

const Instant now = *parse_rfc3339("2026-01-05T08:34:00+07:00");

Document object(std::initializer_list<std::pair<const char*, const char*>> members) {
    Document out = Document::object();
    for (const auto& [name, value] : members) out.set(name, Document::text(value));
    return out;
}

struct Case {
    Case() {
        ProcedureLicence procedure;
        procedure.procedure = "2.000635";
        licences.procedures.push_back(procedure);
        OfficerLicence officer;
        officer.officer = "CB0001";
        officer.citizen_number = "038090000009";
        officer.agency = "H56.14";
        licences.officers.push_back(officer);
        subject = object(
            {{"citizen_number", "038190000000"}, {"full_name", "TRẦN THỊ MẪU"}, {"birth", "1990"}}
        );
        request = object(
            {{"kind", "confirm"},
             {"dossier_code", "H56.14-260105-0007"},
             {"procedure_code", "2.000635"},
             {"purpose", "Đối chiếu"}}
        );
        Document identity = object({{"kind", "citizen_number"}, {"number", "038190000000"}});
        Document identities = Document::list();
        identities.push(identity);
        Document owner = Document::object();
        owner.set("identities", identities);
        dossier = object(
            {{"code", "H56.14-260105-0007"},
             {"status", "registered"},
             {"updated_at", "2026-01-05T08:20:00.000+07:00"}}
        );
        dossier.set("owner", owner);
        dossier.set("procedure", object({{"code", "2.000635"}}));
    }
    std::string code(const char* actor = "CB0001") {
        request.set("subject", subject);
        const auto problem = refuse_identity_check(
            request, actor, licences, has_dossier ? &dossier : nullptr, before, now
        );
        return problem ? problem->code.substr(problem->code.find('.') + 1) : "";
    }
    Licences licences;
    Document request, subject, dossier;
    AskedBefore before;
    bool has_dossier = true;
};

}  // namespace

TEST_CASE("F-238 identity check: a licensed officer asks about a party of an open dossier") {
    CHECK(Case().code().empty());
}

TEST_CASE("identity check: 005 the licence that holds today counts, for dossiers of its agency") {
    Case c;
    OfficerLicence before = c.licences.officers[0];
    before.to = parse_iso_day("2025-12-31");
    before.agency = "H56.99";
    c.licences.officers.insert(c.licences.officers.begin(), before);
    CHECK(c.code().empty());
    for (const char* agency : {"H56", "000.00.14.H56", "H56.14.02"}) {
        c.licences.officers[1].agency = agency;
        CHECK(c.code().empty());
    }
    for (const char* agency : {"H56.99", "H56.1", "H57"}) {
        c.licences.officers[1].agency = agency;
        CHECK(c.code() == "officer_not_authorised");
    }
    c.dossier.set("deciding_agency", object({{"code", "000.00.57.H57"}}));
    CHECK(c.code().empty());
    c.licences.officers[1].from = parse_iso_day("2026-01-06");
    CHECK(c.code() == "officer_not_authorised");
}

TEST_CASE("identity check: 001 to 010 in the order of the page") {
    Case c;
    c.request.remove("procedure_code");
    CHECK(c.code() == "no_procedure_code");
    c = Case();
    CHECK(c.code("system:nightly") == "no_officer");
    CHECK(c.code("") == "no_officer");
    c.licences.officers[0].agency.clear();
    CHECK(c.code() == "no_agency");
    c = Case();
    c.licences.procedures[0].to = parse_iso_day("2025-12-31");
    CHECK(c.code() == "procedure_not_licensed");
    c = Case();
    c.licences.procedures[0].kinds = {"lookup"};
    CHECK(c.code() == "procedure_not_licensed");
    c = Case();
    c.licences.officers[0].from = parse_iso_day("2026-02-01");
    CHECK(c.code() == "officer_not_authorised");
    CHECK(c.code("CB0002") == "officer_not_authorised");
    c = Case();
    c.licences.officers[0].citizen_number.clear();
    CHECK(c.code() == "officer_without_number");
    c = Case();
    c.has_dossier = false;
    CHECK(c.code() == "dossier_not_open");
    c = Case();
    c.request.set("purpose", Document::text("  "));
    CHECK(c.code() == "purpose_missing");
    c = Case();
    c.before.officer_hour = 60;
    CHECK(c.code() == "quota_exceeded");
    c = Case();
    c.before.person_day = 5;
    CHECK(c.code() == "quota_exceeded");
    c = Case();
    c.subject.set("birth", Document::text("2031"));
    CHECK(c.code() == "input_malformed");
}

TEST_CASE("identity check: 007 more than 30 within ten minutes need a reason") {
    Case c;
    c.before.officer_ten_minutes = 29;
    CHECK(c.code().empty());
    c.before.officer_ten_minutes = 30;
    CHECK(asks_in_haste(c.licences, c.before));
    CHECK(c.code() == "purpose_missing");
    c.request.set("haste_reason", Document::text("Tiếp nhận lưu động tại thôn"));
    CHECK(c.code().empty());
    c.request.remove("haste_reason");
    c.licences.officer_per_ten_minutes = 0;
    CHECK(c.code().empty());
}

TEST_CASE("identity check: 008 a province may list the purposes") {
    Case c;
    c.licences.purposes = {"RECEPTION_CHECK", "PROCESSING_CHECK"};
    c.request.set("purpose", Document::text("vì tò mò"));
    CHECK(c.code() == "purpose_missing");
    c.request.set("purpose", Document::text("RECEPTION_CHECK"));
    CHECK(c.code().empty());
}

TEST_CASE("identity check: PD-6 only parties of the dossier, only while the case is open") {
    Case c;
    c.subject.set("citizen_number", Document::text("038190000001"));
    CHECK(c.code() == "dossier_not_open");
    c = Case();
    c.dossier.set("status", Document::text("returned"));
    CHECK(c.code().empty());
    c.dossier.set("updated_at", Document::text("2025-11-05T08:20:00.000+07:00"));
    CHECK(c.code() == "dossier_not_open");
    c = Case();
    c.dossier.set("procedure", object({{"code", "1.001193"}}));
    CHECK(c.code() == "dossier_not_open");
}

TEST_CASE("identity check: PD-11 fields are compared one by one and masked") {
    const Document said = object(
        {{"citizen_number", "038190000000"},
         {"full_name", "Trần Thị Mâu"},
         {"birth", "1990"},
         {"sex", "female"}}
    );
    const Document there = object(
        {{"citizen_number", "038190000000"},
         {"full_name", "TRẦN THỊ MẪU"},
         {"birth", "1990-01-15"},
         {"sex", "male"}}
    );
    const Document differences = compare_person(said, there);
    REQUIRE(differences.size() == 2);
    CHECK(differences.items()[0].text_of("field") == "full_name");
    CHECK(differences.items()[0].text_of("comparison") == "EQUAL_WITHOUT_DIACRITICS");
    CHECK(differences.items()[0].text_of("registered_masked") == "T*** T*** M***");
    CHECK(differences.items()[1].text_of("comparison") == "DIFFERENT");
    CHECK(contract_outcome("found", differences) == "mismatch");
    CHECK(contract_outcome("found", Document::list()) == "match");
    CHECK(contract_outcome("denied", Document::list()) == "unavailable");
}

TEST_CASE("identity check: PD-3 the search key is upper case with single blanks") {
    CHECK(
        search_key(object({{"full_name", "  trần  thị mẫu "}, {"birth", "1990"}})
        ).text_of("full_name") == "TRẦN THỊ MẪU"
    );
}
