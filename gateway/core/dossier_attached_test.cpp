// Tests of fees, results and the survey.
#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

namespace {

Document fresh(DossierKit& kit) {
    return made(create_dossier(received_request(), kit.context)).dossier;
}

Document returned(DossierKit& kit) {
    Document d = fresh(kit);
    return made(record_progress(d, {progress("returned", "2026-03-02T10:00:00+07:00")}, kit.context)
    )
        .dossier;
}

Document result() {
    return texts(
        {{"result_code", "KQ.G15.000031"}, {"name", "Giấy khai sinh"}, {"attachment_id", "att_9"}}
    );
}

Document survey() {
    return texts(
        {{"satisfaction", "satisfied"},
         {"given_by", "citizen"},
         {"given_at", "2026-03-02T16:00:00+07:00"}}
    );
}

}  // namespace

TEST_CASE("fee: added and repriced, with the flag that follows from it") {
    DossierKit kit;
    const Change added = made(add_fee(fresh(kit), fee("LP-1", 8'000, 2), kit.context));
    CHECK(kinds(added) == "dossier.updated");
    CHECK(added.answer.find("amount")->as_integer() == 16'000);
    CHECK(added.dossier.at("/flags/online_payment")->as_integer() == 3);
    const std::string id = added.answer.text_of("id");
    Document patch = Document::object();
    patch.set("quantity", Document::number(3));
    const Change repriced = made(patch_fee(added.dossier, id, patch, kit.context));
    CHECK(repriced.answer.find("amount")->as_integer() == 24'000);
    CHECK(repriced.answer.text_of("id") == id);
    patch.set("amount", Document::number(1));
    CHECK(
        refusal(patch_fee(added.dossier, id, patch, kit.context)) ==
        "validation.failed /amount=fee.sum_mismatch"
    );
    const Change exempt = made(patch_fee(
        added.dossier, id, texts({{"state", "exempt"}, {"exempt_reason", "Hộ nghèo"}}), kit.context
    ));
    CHECK(exempt.dossier.at("/flags/online_payment")->as_integer() == 0);
    CHECK(refusal(patch_fee(added.dossier, "fee_none", patch, kit.context)) == "not_found");
}

TEST_CASE("fee: what is paid does not change, neither here nor by replacing the dossier") {
    DossierKit kit;
    const Change added = made(add_fee(fresh(kit), fee("LP-1", 8'000, 1), kit.context));
    const std::string id = added.answer.text_of("id");
    const Document paid =
        made(patch_fee(added.dossier, id, texts({{"state", "paid"}}), kit.context)).dossier;
    Document patch = Document::object();
    patch.set("unit_amount", Document::number(1));
    CHECK(refusal(patch_fee(paid, id, patch, kit.context)) == "payment.already_paid");
    CHECK(
        refusal(replace_dossier(paid, received_request(), kit.context)) == "payment.already_paid"
    );
    Document same = received_request();
    Document fees = Document::list();
    fees.push(fee("LP-1", 8'000, 1));
    same.set("fees", fees);
    const Change kept = made(replace_dossier(paid, same, kit.context));
    CHECK(kept.dossier.at("/fees/0/state")->as_text() == "paid");
    CHECK(kept.dossier.at("/fees/0/id")->as_text() == id);
}

TEST_CASE("result: added with its code, file and actor") {
    DossierKit kit;
    const Document before = fresh(kit);
    const Change change = made(add_result(before, result(), kit.context));
    CHECK(kinds(change) == "result.added");
    CHECK(change.events[0].snapshot.text_of("key") == change.answer.text_of("id"));
    CHECK(change.dossier.find("results")->size() == 1);
    Document request = result();
    request.set("result_code", text("KQ-1"));
    CHECK(
        refusal(add_result(before, request, kit.context)) ==
        "validation.failed /result_code=field.format"
    );
    request.remove("result_code");
    CHECK(
        warnings(made(add_result(before, request, kit.context))) ==
        "/result_code=result.code_missing"
    );
    ProcedureFacts facts;
    facts.versions.emplace_back().has_results = true;
    kit.context.procedure = [&](const std::string&) { return &facts; };
    CHECK(
        refusal(add_result(before, request, kit.context)) ==
        "validation.failed /result_code=result.code_missing"
    );
    kit.context.catalogue_refuses = false;
    CHECK(
        warnings(made(add_result(before, request, kit.context))) ==
        "/result_code=result.code_missing"
    );
    request = result();
    request.set("attachment_id", text("att_infected"));
    CHECK(
        refusal(add_result(before, request, kit.context)) ==
        "validation.failed /attachment_id=attachment.infected"
    );
    request.remove("attachment_id");
    CHECK(
        refusal(add_result(before, request, kit.context)) ==
        "validation.failed /attachment_id=field.required"
    );
    kit.context.actor = "";
    CHECK(refusal(add_result(before, result(), kit.context)) == "auth.actor_missing");
}

TEST_CASE("F-214 result: revoked once, also after the end; the file stays") {
    DossierKit kit;
    Document d = made(add_result(fresh(kit), result(), kit.context)).dossier;
    d = made(record_progress(d, {progress("returned", "2026-03-02T10:00:00+07:00")}, kit.context))
            .dossier;
    const std::string id = d.at("/results/0/id")->as_text();
    CHECK(
        refusal(revoke_result(d, id, Document::object(), kit.context)) ==
        "validation.failed /reason_vi=field.required"
    );
    const Change change =
        made(revoke_result(d, id, texts({{"reason_vi", "Sai họ tên"}}), kit.context));
    CHECK(kinds(change) == "dossier.updated");
    CHECK(change.answer.text_of("revoke_reason") == "Sai họ tên");
    CHECK(change.dossier.at("/results/0/attachment_id")->as_text() == "att_9");
    CHECK(
        refusal(revoke_result(change.dossier, id, texts({{"reason_vi", "x"}}), kit.context)) ==
        "result.revoked"
    );
    CHECK(
        refusal(revoke_result(d, "res_none", texts({{"reason_vi", "x"}}), kit.context)) ==
        "not_found"
    );
    CHECK(refusal(add_result(d, result(), kit.context)) == "dossier.closed");
}

TEST_CASE("survey: once, and changed within 24 hours only") {
    DossierKit kit;
    const Change first = made(put_survey(returned(kit), survey(), kit.context));
    CHECK(kinds(first) == "survey.received");
    CHECK(first.feed[0].data.text_of("survey_id") == first.answer.text_of("id"));
    kit.context.now += std::chrono::hours(24);
    const Change second = made(put_survey(first.dossier, survey(), kit.context));
    CHECK(second.answer.text_of("id") == first.answer.text_of("id"));
    CHECK(second.events[0].snapshot.text_of("key") != first.events[0].snapshot.text_of("key"));
    kit.context.now += std::chrono::seconds(1);
    CHECK(refusal(put_survey(second.dossier, survey(), kit.context)) == "survey.closed");
}

TEST_CASE("survey: in the words of the contract") {
    DossierKit kit;
    Document answers = Document::list();
    answers.push(texts({{"question_code", "Q1"}}));
    answers.items()[0].set("score", Document::number(6));
    Document request = survey();
    request.set("answers", answers);
    CHECK(
        refusal(put_survey(returned(kit), request, kit.context)) ==
        "validation.failed /answers/0/score=field.format"
    );
}
