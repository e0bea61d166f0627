// Results by what their signatures said: sent, refused, held, released, looked at again.
#include "gateway/core/result_commands.hpp"

#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

namespace {

Document fresh(DossierKit& kit) {
    return made(create_dossier(received_request(), kit.context)).dossier;
}

Document request() {
    return texts(
        {{"result_code", "KQ.G15.000031"}, {"name", "Giấy khai sinh"}, {"attachment_id", "att_9"}}
    );
}

Document overriding() {
    Document with = request();
    with.set("signature_override", texts({{"reason_vi", "Chứng thư cũ, đã đối chiếu bản giấy"}}));
    return with;
}

SignatureFinding finding(std::string outcome, std::string reason = "") {
    SignatureFinding f;
    f.outcome = std::move(outcome);
    f.reason = std::move(reason);
    return f;
}

std::string fed(const Change& change) {
    std::string out;
    for (const auto& item : change.feed)
        out += item.type +
               (item.type == "result.verified" ? "=" + item.data.text_of("outcome") : "") + " ";
    return out;
}

Decision add(DossierKit& kit, const SignatureFinding& what, Document with = request()) {
    return add_result(fresh(kit), std::move(with), what, ResultPolicy(), kit.context);
}

Change held(DossierKit& kit) {
    return made(add(kit, finding("indeterminate", "V8.revocation")));
}

}  // namespace

TEST_CASE("result: valid is sent and announced, not_signed is sent as it always was") {
    DossierKit kit;
    const Change valid = made(add(kit, finding("valid")));
    CHECK(kinds(valid) == "result.added");
    CHECK(fed(valid) == "dossier.updated result.verified=valid ");
    CHECK(valid.answer.at("/signature_check/outcome")->as_text() == "valid");
    CHECK(valid.feed[1].data.text_of("result_id") == valid.answer.text_of("id"));
    const Change plain = made(add(kit, finding("not_signed")));
    CHECK(kinds(plain) == "result.added");
    CHECK(fed(plain) == "dossier.updated ");
    const Change unseen = made(add(kit, SignatureFinding()));
    CHECK(kinds(unseen) == "result.added");
    CHECK(unseen.answer.find("signature_check") == nullptr);
}

TEST_CASE("DS-27 result: invalid is refused until an officer gives a reason") {
    DossierKit kit;
    const auto bad = finding("invalid", "V4.digest");
    CHECK(refusal(add(kit, bad)) == "validation.failed /attachment_id=result.signature_invalid");
    const Change all_the_same = made(add(kit, bad, overriding()));
    CHECK(kinds(all_the_same) == "result.added");
    CHECK(fed(all_the_same) == "dossier.updated result.verified=invalid ");
    const Document& check = *all_the_same.answer.find("signature_check");
    CHECK(check.text_of("detail") == "Nội dung tệp đã bị thay đổi sau khi ký.");
    CHECK(check.text_of("override_reason") == "Chứng thư cũ, đã đối chiếu bản giấy");
    CHECK(check.text_of("override_by") == kit.context.actor);
    CHECK(all_the_same.answer.find("signature_override") == nullptr);
    Document empty = request();
    empty.set("signature_override", Document::object());
    CHECK(refusal(add(kit, bad, empty)).find("reason_vi") != std::string::npos);
}

TEST_CASE("DS-27 result: indeterminate is held: stored, announced, and told to no partner") {
    DossierKit kit;
    const Change change = held(kit);
    CHECK(kinds(change).empty());
    CHECK(fed(change) == "dossier.updated result.verified=indeterminate ");
    CHECK(warnings(change) == "/attachment_id=result.signature_indeterminate");
    CHECK(is_held(change.answer));
    CHECK(
        change.answer.at("/signature_check/held_until")->as_text() ==
        to_rfc3339(kit.context.now + std::chrono::hours(24))
    );
    Document dossier = change.dossier;
    REQUIRE(dossier.find("results")->size() == 1);
    drop_held_results(dossier);
    CHECK(dossier.find("results")->size() == 0);
    ResultPolicy policy;
    policy.send_indeterminate = true;
    const Change sent = made(add_result(
        fresh(kit), request(), finding("indeterminate", "V7.anchor"), policy, kit.context
    ));
    CHECK(kinds(sent) == "result.added");
    CHECK_FALSE(is_held(sent.answer));
    CHECK(kinds(made(add(kit, finding("indeterminate"), overriding()))) == "result.added");
}

TEST_CASE("DS-27 result: an officer releases what is held, once") {
    DossierKit kit;
    const Change before = held(kit);
    const std::string id = before.answer.text_of("id");
    CHECK(
        refusal(release_result(before.dossier, id, Document::object(), kit.context)) ==
        "validation.failed /reason_vi=field.required"
    );
    const auto reason = texts({{"reason_vi", "Đã đối chiếu"}});
    const Change released = made(release_result(before.dossier, id, reason, kit.context));
    CHECK(kinds(released) == "result.added");
    CHECK_FALSE(is_held(released.answer));
    CHECK(released.answer.at("/signature_check/override_reason")->as_text() == "Đã đối chiếu");
    CHECK(released.answer.at("/signature_check/outcome")->as_text() == "indeterminate");
    CHECK(refusal(release_result(released.dossier, id, reason, kit.context)) == "result.not_held");
    CHECK(refusal(release_result(before.dossier, "res_x", reason, kit.context)) == "not_found");
    const Change revoked = made(revoke_result(before.dossier, id, reason, kit.context));
    CHECK(refusal(release_result(revoked.dossier, id, reason, kit.context)) == "result.not_held");
    Document dossier = revoked.dossier;
    drop_held_results(dossier);
    CHECK(dossier.find("results")->size() == 0);
}

TEST_CASE(
    "DS-27 result: looked at again it is sent when valid, blocked when invalid, asked about when "
    "late"
) {
    DossierKit kit;
    const Change before = held(kit);
    const std::string id = before.answer.text_of("id");
    const auto settle = [&](const SignatureFinding& what, bool ask) {
        return made(settle_result(before.dossier, id, what, ask, kit.context));
    };
    const Change valid = settle(finding("valid"), false);
    CHECK(kinds(valid) == "result.added");
    CHECK(fed(valid) == "dossier.updated result.verified=valid ");
    CHECK(valid.answer.at("/signature_check/detail") == nullptr);
    CHECK_FALSE(is_held(valid.answer));
    const Change invalid = settle(finding("invalid", "V8.revoked"), false);
    CHECK(kinds(invalid).empty());
    CHECK(fed(invalid) == "dossier.updated result.verified=invalid ");
    CHECK(is_held(invalid.answer));
    const Change asked = settle(finding("indeterminate", "V8.revocation"), true);
    CHECK(kinds(asked).empty());
    CHECK(fed(asked) == "result.verified=indeterminate ");
    CHECK(
        refusal(settle_result(valid.dossier, id, finding("valid"), false, kit.context)) ==
        "not_found"
    );
}

TEST_CASE("result: every check that can decide has its sentence") {
    for (const char* reason :
         {"V1.too_large",
          "V1.byte_range",
          "V1.hole",
          "V1.dictionary",
          "V1.count",
          "V1.revision",
          "V2.unchanged",
          "V3.sub_filter",
          "V4.form",
          "V4.signer_certificate",
          "V4.attributes",
          "V4.digest",
          "V4.signature",
          "V4.signing_certificate",
          "V5.digest_algorithm",
          "V6.key",
          "V7.signing_time",
          "V7.chain",
          "V7.anchor",
          "V7.validity",
          "V7.key_usage",
          "V8.revoked",
          "V8.revocation"})
        CHECK_MESSAGE(!signature_sentence(finding("", reason)).empty(), reason);
    CHECK(signature_sentence(finding("valid")).empty());
}
