// Tests of creating, replacing and patching a dossier.
#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

namespace {

std::string create_with(const char* pointer_member, Document value) {
    DossierKit kit;
    Document request = received_request();
    request.set(pointer_member, std::move(value));
    return refusal(create_dossier(request, kit.context));
}

std::string create_with_owner(const char* member, Document value) {
    Document owner = applicant();
    owner.set(member, std::move(value));
    return create_with("owner", owner);
}

}  // namespace

TEST_CASE("NP-24 create: a received dossier brings its first progress entry") {
    DossierKit kit;
    const Change change = made(create_dossier(received_request(), kit.context));
    CHECK(kinds(change) == "dossier.received progress.recorded");
    CHECK(change.expected_version == 0);
    CHECK(change.dossier.at("/version")->as_integer() == 1);
    CHECK(change.dossier.at("/progress_count")->as_integer() == 1);
    CHECK(change.dossier.text_of("created_at") == "2026-03-02T17:00:00.000+07:00");
    const Document& first = change.events[0].snapshot;
    CHECK(first.text_of("key") == "H37.14-260302-0001:v1");
    CHECK(*first.find("dossier") == change.dossier);
    const Document& entry = *change.events[1].snapshot.find("progress");
    CHECK(change.events[1].snapshot.text_of("key") == entry.text_of("id"));
    CHECK(change.events[1].occurred_at == at("2026-03-02T09:00:00+07:00"));
    CHECK(entry.at("/seq")->as_integer() == 1);
    CHECK(entry.text_of("at") == "2026-03-02T09:00:00.000+07:00");
    CHECK(entry.text_of("status") == "received");
    CHECK(entry.text_of("text") == "Tiếp nhận hồ sơ");
    CHECK(entry.find("completed_by_rule")->as_boolean());
    CHECK(entry.at("/officer/name")->as_text() == "Trung tâm Phục vụ hành chính công (mẫu)");
    CHECK(change.feed.size() == 1);
    CHECK(change.feed[0].type == "dossier.created");
}

TEST_CASE("PO-3 create: a registered dossier has no clock and no progress") {
    DossierKit kit;
    const Change change = made(create_dossier(registered_request(), kit.context));
    CHECK(kinds(change) == "dossier.registered");
    CHECK(change.dossier.at("/progress_count")->as_integer() == 0);
    CHECK(change.dossier.find("received_at") == nullptr);
}

TEST_CASE("create: computed members are filled") {
    DossierKit kit;
    Document request = received_request();
    Document fees = Document::list();
    fees.push(fee("LP-1", 8'000, 2));
    request.set("fees", fees);
    Document papers = Document::list();
    papers.push(paper("TP-1", "att_1"));
    papers.items()[0].set("digitised", Document::boolean(true));
    request.set("documents", papers);
    Document owner = applicant();
    owner.set("address", texts({{"province_code", "20"}, {"commune_code", "00000"}}));
    request.set("owner", owner);
    const Change change = made(create_dossier(request, kit.context));
    const Document& d = change.dossier;
    CHECK(d.at("/fees/0/amount")->as_integer() == 16'000);
    CHECK(d.at("/fees/0/state")->as_text() == "unpaid");
    CHECK(d.at("/fees/0/id")->as_text().rfind("fee_", 0) == 0);
    CHECK(d.at("/documents/0/id")->as_text().rfind("doc_", 0) == 0);
    CHECK(d.at("/receiving_unit/code")->as_text() == "000.00.14.H37");
    CHECK(d.at("/receiving_unit/canonical_code")->as_text() == "H37.14");
    CHECK(d.at("/procedure/short_code")->as_text() == "1.001193");
    CHECK(d.at("/flags/digitised")->as_boolean());
    CHECK(d.at("/flags/online_payment")->as_integer() == 3);
    CHECK(d.at("/owner/address/valid_on")->as_text() == "2026-03-02");
}

TEST_CASE("create: only registered and received begin a life") {
    CHECK(
        create_with("status", text("finished")) ==
        "status.transition_not_allowed /status=status.transition_not_allowed"
    );
}

TEST_CASE("create: all faults at once, with their places") {
    DossierKit kit;
    Document request = received_request();
    request.remove("due_at");
    request.remove("received_at");
    request.set("summary", text(std::string(1001, 'x')));
    request.set("channel", text("online"));
    request.set("procedure", texts({{"code", "khai-sinh"}}));
    CHECK(
        refusal(create_dossier(request, kit.context)) ==
        "validation.failed /summary=field.too_long /received_at=field.required "
        "/due_at=due_date.missing /procedure/code=field.format /owner/phone=field.required"
    );
}

TEST_CASE("create: unknown members are a fault of the connection, not of the dossier") {
    CHECK(
        create_with("version", Document::number(1)) ==
        "request.unknown_field /version=request.unknown_field"
    );
    CHECK(
        create_with("colour", text("x")) == "request.unknown_field /colour=request.unknown_field"
    );
}

TEST_CASE("create: state secrets are turned away before anything else") {
    CHECK(create_with("confidentiality", text("state_secret")) == "classified.content");
}

TEST_CASE("ID-1 create: dossier codes") {
    CHECK(create_with("code", text("")) == "validation.failed /code=field.format");
    CHECK(create_with("code", text("H37 14")) == "validation.failed /code=field.format");
    CHECK(
        create_with("code", text(std::string(51, 'A'))) == "validation.failed /code=field.format"
    );
    CHECK(
        create_with("code", text("H56.14-260302-0001")) ==
        "validation.failed /code=dossier_code.prefix"
    );
    DossierKit kit;
    Document request = received_request();
    request.set("code", text("E260302ABC000001"));
    CHECK(warnings(made(create_dossier(request, kit.context))) == "/code=dossier_code.format");
    request.set("code", text("G22.99.01-260302-0001"));
    request.set("origin", text("national_portal"));
    CHECK(warnings(made(create_dossier(request, kit.context))) == "/code=dossier_code.format");
}

TEST_CASE("ID-17 create: a number that lies is a warning, a broken one is refused") {
    DossierKit kit;
    Document request = received_request();
    Document owner = applicant();
    owner.set("sex", text("male"));
    owner.set("birth", text("1991-02"));
    request.set("owner", owner);
    CHECK(
        warnings(made(create_dossier(request, kit.context))) ==
        "/owner/identities/0/number=identity.sex_mismatch "
        "/owner/identities/0/number=identity.birth_year_mismatch"
    );
    for (const char* number : {"02019000000", "0201900000011", "02019000000a"}) {
        Document identities = Document::list();
        identities.push(texts({{"kind", "citizen_number"}, {"number", number}}));
        CHECK(
            create_with_owner("identities", identities) ==
            "validation.failed /owner/identities/0/number=identity.format"
        );
    }
}

TEST_CASE("ID-18 create: a missing number needs its reason, never an invention") {
    CHECK(
        create_with_owner("identities", Document::list()) ==
        "validation.failed /owner/identities=identity.missing"
    );
    DossierKit kit;
    Document request = received_request();
    Document owner = texts(
        {{"kind", "citizen"},
         {"full_name", "MẪU"},
         {"birth", "2026-03-01"},
         {"identity_absent_reason", "newborn"}}
    );
    request.set("owner", owner);
    CHECK(warnings(made(create_dossier(request, kit.context))).empty());
    owner.remove("birth");
    CHECK(create_with("owner", owner) == "validation.failed /owner/birth=field.required");
    owner.set("identity_absent_reason", text("historic"));
    CHECK(create_with("owner", owner) == "done");
}

TEST_CASE("create: other persons' data") {
    CHECK(
        create_with_owner("birth", text("2027")) == "validation.failed /owner/birth=date.in_future"
    );
    CHECK(create_with_owner("phone", text("12")) == "validation.failed /owner/phone=phone.invalid");
    CHECK(create_with_owner("email", text("mau")) == "validation.failed /owner/email=field.format");
    CHECK(
        create_with_owner("nationality", text("vn")) ==
        "validation.failed /owner/nationality=field.format"
    );
    CHECK(
        create_with_owner("kind", text("robot")) ==
        "validation.failed /owner/kind=field.not_in_list"
    );
}

TEST_CASE("ID-21 F-215 create: a province code needs a day when it changed its owner") {
    Document address = texts({{"province_code", "24"}, {"commune_code", "00000"}});
    CHECK(
        create_with_owner("address", address) ==
        "validation.failed /owner/address/province_code=admin_unit.ambiguous"
    );
    address.set("valid_on", text("2026-03-02"));
    CHECK(create_with_owner("address", address) == "done");
    address.set("district_code", text("001"));
    CHECK(
        create_with_owner("address", address) ==
        "validation.failed /owner/address/district_code=admin_unit.not_valid_on_date"
    );
    address.set("valid_on", text("2025-06-30"));
    CHECK(create_with_owner("address", address) == "done");
    CHECK(
        create_with_owner("address", texts({{"province_code", "1"}, {"commune_code", "00000"}})) ==
        "validation.failed /owner/address/province_code=field.format"
    );
}

TEST_CASE("create: dates in order and not in the future") {
    CHECK(
        create_with("submitted_at", text("2026-03-02T09:30:00+07:00")) ==
        "validation.failed /received_at=date.order"
    );
    CHECK(
        create_with("due_at", text("2026-03-01T17:00:00+07:00")) ==
        "validation.failed /due_at=date.order"
    );
    CHECK(
        create_with("due_at", text("2026-03-09T17:00:00")) ==
        "validation.failed /due_at=field.format"
    );
    CHECK(create_with("received_at", text("2026-03-02T17:05:00+07:00")) == "done");
    CHECK(
        create_with("received_at", text("2026-03-02T17:05:01+07:00")) ==
        "validation.failed /received_at=date.in_future"
    );
}

TEST_CASE("create: files must be whole and clean") {
    const auto with = [](const char* id) {
        Document papers = Document::list();
        papers.push(paper("TP-1", id));
        return create_with("documents", papers);
    };
    CHECK(with("att_missing") == "validation.failed /documents/0/attachment_id=attachment.missing");
    CHECK(
        with("att_uploading") == "validation.failed /documents/0/attachment_id=attachment.missing"
    );
    CHECK(
        with("att_infected") == "validation.failed /documents/0/attachment_id=attachment.infected"
    );
    CHECK(
        with("att_unreadable") ==
        "validation.failed /documents/0/attachment_id=attachment.unreadable"
    );
    CHECK(with("att_scanning") == "done");
    Document papers = Document::list();
    papers.push(paper("TP-1", "att_1"));
    papers.items()[0].remove("attachment_id");
    CHECK(
        create_with("documents", papers) ==
        "validation.failed /documents/0/attachment_id=field.required"
    );
    papers.items()[0].set("deleted", Document::boolean(true));
    CHECK(create_with("documents", papers) == "done");
}

TEST_CASE("create: fees add up") {
    const auto with = [](Document fee_given) {
        Document fees = Document::list();
        fees.push(std::move(fee_given));
        return create_with("fees", fees);
    };
    Document wrong = fee("LP-1", 8'000, 2);
    wrong.set("amount", Document::number(8'000));
    CHECK(with(wrong) == "validation.failed /fees/0/amount=fee.sum_mismatch");
    wrong.set("amount", Document::number(16'000));
    CHECK(with(wrong) == "done");
    CHECK(
        with(fee("LP-1", 999'999'999'999, 2)) ==
        "validation.failed /fees/0/unit_amount=fee.amount_invalid"
    );
    Document exempt = fee("LP-1", 8'000, 1);
    exempt.set("state", text("exempt"));
    CHECK(with(exempt) == "validation.failed /fees/0/exempt_reason=field.required");
}
