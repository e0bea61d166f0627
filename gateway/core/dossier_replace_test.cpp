// Tests of replacing and patching a dossier.
#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

TEST_CASE("replace: writable members are replaced whole, the gateway's own survive") {
    DossierKit kit;
    Document request = received_request();
    request.set("note", text("cũ"));
    const Document before = made(create_dossier(request, kit.context)).dossier;
    const Change change = made(replace_dossier(before, received_request(), kit.context));
    CHECK(kinds(change) == "dossier.updated");
    CHECK(change.expected_version == 1);
    CHECK(change.events[0].snapshot.text_of("key") == "H37.14-260302-0001:v2");
    CHECK(change.dossier.find("note") == nullptr);
    CHECK(change.dossier.at("/progress_count")->as_integer() == 1);
    CHECK(change.dossier.text_of("created_at") == before.text_of("created_at"));
    CHECK(
        change.dossier.at("/documents/0/id")->as_text() == before.at("/documents/0/id")->as_text()
    );
    CHECK(change.feed[0].data.at("/changed/0")->as_text() == "note");
}

TEST_CASE("replace: code and status stay, a reception is not forgotten") {
    DossierKit kit;
    const Document before = made(create_dossier(received_request(), kit.context)).dossier;
    Document other = received_request();
    other.set("code", text("H37.14-260302-0002"));
    CHECK(
        refusal(replace_dossier(before, other, kit.context)) ==
        "validation.failed /code=field.immutable"
    );
    other = received_request();
    other.set("status", text("processing"));
    CHECK(
        refusal(replace_dossier(before, other, kit.context)) ==
        "status.transition_not_allowed /status=status.transition_not_allowed"
    );
}

TEST_CASE("patch: merges, clears with null, replaces lists whole") {
    DossierKit kit;
    Document request = received_request();
    request.set("note", text("cũ"));
    const Document before = made(create_dossier(request, kit.context)).dossier;
    Document patch = Document::object();
    patch.set("note", Document::null());
    Document owner = Document::object();
    owner.set("phone", text("0100000001"));
    patch.set("owner", owner);
    Document papers = Document::list();
    papers.push(paper("TP-2", "att_2"));
    patch.set("documents", papers);
    const Change change = made(patch_dossier(before, patch, kit.context));
    CHECK(change.dossier.find("note") == nullptr);
    CHECK(change.dossier.at("/owner/phone")->as_text() == "84100000001");
    CHECK(change.dossier.at("/owner/full_name")->as_text() == "TRẦN THỊ MẪU");
    CHECK(change.dossier.find("documents")->size() == 1);
    CHECK(change.dossier.at("/version")->as_integer() == 2);
}

TEST_CASE("patch: status, required members and the gateway's own cannot be patched") {
    DossierKit kit;
    const Document before = made(create_dossier(received_request(), kit.context)).dossier;
    CHECK(
        refusal(patch_dossier(before, texts({{"status", "processing"}}), kit.context)) ==
        "validation.failed /status=field.immutable"
    );
    CHECK(
        refusal(patch_dossier(before, texts({{"status", "received"}}), kit.context)) ==
        "validation.failed /status=field.immutable"
    );
    Document patch = Document::object();
    patch.set("summary", Document::null());
    CHECK(
        refusal(patch_dossier(before, patch, kit.context)) ==
        "validation.failed /summary=field.required"
    );
    CHECK(
        refusal(patch_dossier(
            before, texts({{"finished_at", "2026-03-02T10:00:00+07:00"}}), kit.context
        )) == "request.unknown_field /finished_at=request.unknown_field"
    );
    patch = Document::object();
    patch.set("received_at", Document::null());
    CHECK(refusal(patch_dossier(before, patch, kit.context)).rfind("validation.failed", 0) == 0);
}

TEST_CASE("patch: files the dossier has already are not asked for again") {
    DossierKit kit;
    const Document before = made(create_dossier(received_request(), kit.context)).dossier;
    kit.context.attachment = [](const std::string&) { return std::nullopt; };
    CHECK(refusal(patch_dossier(before, texts({{"note", "x"}}), kit.context)) == "done");
    Document patch = Document::object();
    Document papers = Document::list();
    papers.push(paper("TP-1", "att_1"));
    papers.push(paper("TP-1", "att_2"));
    patch.set("documents", papers);
    CHECK(
        refusal(patch_dossier(before, patch, kit.context)) ==
        "validation.failed /documents/1/attachment_id=attachment.missing"
    );
}
