// Tests of progress entries, corrections and withdrawal.
#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

namespace {

constexpr const char* ten = "2026-03-02T10:00:00+07:00";
constexpr const char* eleven = "2026-03-02T11:00:00+07:00";

/// A dossier that went through these statuses at 10:00.
Document lived(DossierKit& kit, std::initializer_list<const char*> statuses) {
    Document dossier = made(create_dossier(received_request(), kit.context)).dossier;
    for (const char* status : statuses)
        dossier = made(record_progress(dossier, {progress(status, ten)}, kit.context)).dossier;
    return dossier;
}

std::string step(DossierKit& kit, const Document& dossier, Document entry) {
    return refusal(record_progress(dossier, {std::move(entry)}, kit.context));
}

constexpr const char* no_step =
    "status.transition_not_allowed /status=status.transition_not_allowed";

}  // namespace

TEST_CASE("NP-30 F-29 progress: one event a step, each with the dossier as it was then") {
    DossierKit kit;
    const Document before = lived(kit, {});
    const Change change = made(record_progress(
        before,
        {progress("processing", ten), progress("processing", ten), progress("finished", eleven)},
        kit.context
    ));
    CHECK(kinds(change) == "progress.recorded progress.recorded progress.recorded");
    CHECK(change.dossier.at("/version")->as_integer() == 2);
    CHECK(change.dossier.text_of("finished_at") == "2026-03-02T11:00:00.000+07:00");
    CHECK(change.events[0].snapshot.at("/dossier/status")->as_text() == "processing");
    CHECK(change.events[0].snapshot.at("/dossier/progress_count")->as_integer() == 2);
    CHECK(change.events[0].snapshot.at("/dossier/finished_at") == nullptr);
    CHECK(change.events[2].snapshot.at("/dossier/status")->as_text() == "finished");
    CHECK(change.events[2].snapshot.at("/progress/seq")->as_integer() == 4);
    CHECK(change.answer.find("items")->size() == 3);
    REQUIRE(change.feed.size() == 3);
    CHECK(change.feed[0].type == "dossier.status_changed");
    CHECK(change.feed[0].data.text_of("from") == "received");
    CHECK(change.feed[1].type == "dossier.updated");
    CHECK(change.feed[2].data.text_of("status") == "finished");
}

TEST_CASE("progress: one entry is answered as itself") {
    DossierKit kit;
    const Change change =
        made(record_progress(lived(kit, {}), {progress("processing", ten)}, kit.context));
    CHECK(change.answer.text_of("status") == "processing");
    CHECK(change.answer.at("/officer/officer_code")->as_text() == "CB0001");
    CHECK(change.answer.find("expected_version") == nullptr);
}

TEST_CASE("NP-29 progress: 4 to 10 makes the entry 9 first") {
    DossierKit kit;
    const Change change =
        made(record_progress(lived(kit, {"processing"}), {progress("returned", ten)}, kit.context));
    REQUIRE(change.events.size() == 2);
    const Document& first = change.events[0].snapshot;
    CHECK(first.at("/progress/status")->as_text() == "finished");
    CHECK(first.at("/progress/completed_by_rule")->as_boolean());
    CHECK(first.at("/dossier/status")->as_text() == "finished");
    CHECK(first.at("/dossier/returned_at") == nullptr);
    const Document& second = change.events[1].snapshot;
    CHECK(
        second.at("/progress/seq")->as_integer() ==
        first.at("/progress/seq")->as_integer().value() + 1
    );
    CHECK(second.at("/dossier/returned_at")->as_text() == "2026-03-02T10:00:00.000+07:00");
    CHECK(second.at("/dossier/finished_at")->as_text() == "2026-03-02T10:00:00.000+07:00");
    CHECK(change.answer.text_of("status") == "returned");
}

TEST_CASE("NP-29 progress: a refused step names both states and what may follow") {
    DossierKit kit;
    const auto decision =
        record_progress(lived(kit, {"finished"}), {progress("processing", ten)}, kit.context);
    const auto& problem = std::get<Problem>(decision);
    CHECK(problem.code == "status.transition_not_allowed");
    CHECK(problem.detail == "9 -> 4 needs a correction with a reason");
    CHECK(
        problem.values == std::vector<std::string>{"Đã xử lý xong", "Đang xử lý", "Đã trả kết quả"}
    );
    CHECK(problem.findings[0].allowed == std::vector<std::string>{"returned"});
    CHECK(step(kit, lived(kit, {}), progress("registered", ten)) == no_step);
}

TEST_CASE("progress: a batch is all or none, its faults name the entry") {
    DossierKit kit;
    const Document before = lived(kit, {});
    CHECK(
        refusal(record_progress(
            before, {progress("processing", ten), progress("registered", ten)}, kit.context
        )) == "status.transition_not_allowed /1/status=status.transition_not_allowed"
    );
    Document bad = progress("processing", ten);
    bad.remove("officer");
    CHECK(
        refusal(record_progress(before, {progress("processing", ten), bad}, kit.context)) ==
        "validation.failed /1/officer=field.required"
    );
    CHECK(refusal(record_progress(before, {}, kit.context)) == "request.malformed");
    CHECK(
        refusal(record_progress(before, std::vector<Document>(101, bad), kit.context)) ==
        "request.malformed"
    );
}

TEST_CASE("progress: corrections need a reason and a person") {
    DossierKit kit;
    const Document finished = lived(kit, {"finished"});
    CHECK(step(kit, finished, progress("processing", ten)) == no_step);
    const Change change =
        made(record_progress(finished, {corrected(progress("processing", ten))}, kit.context));
    CHECK(change.dossier.find("finished_at") == nullptr);
    CHECK(
        change.events[0].snapshot.at("/progress/correction/reason_vi")->as_text() ==
        "Ghi nhầm trạng thái"
    );
    kit.context.actor = "system:import";
    CHECK(step(kit, finished, corrected(progress("processing", ten))) == "auth.actor_missing");
    kit.context.actor = "";
    CHECK(step(kit, finished, corrected(progress("processing", ten))) == "auth.actor_missing");
}

TEST_CASE("progress: an ended dossier is closed, but may be corrected where the table allows") {
    DossierKit kit;
    const Document returned = lived(kit, {"finished", "returned"});
    CHECK(step(kit, returned, progress("returned", ten)) == "dossier.closed");
    CHECK(step(kit, returned, progress("finished", ten)) == "dossier.closed");
    CHECK(step(kit, returned, corrected(progress("processing", ten))) == no_step);
    const Change change =
        made(record_progress(returned, {corrected(progress("finished", eleven))}, kit.context));
    CHECK(change.dossier.find("returned_at") == nullptr);
    CHECK(change.dossier.text_of("finished_at") == "2026-03-02T10:00:00.000+07:00");
    CHECK(refusal(replace_dossier(returned, received_request(), kit.context)) == "dossier.closed");
    CHECK(
        refusal(patch_dossier(returned, texts({{"note", "x"}}), kit.context)) == "dossier.closed"
    );
    CHECK(refusal(add_fee(returned, fee("LP-1", 1, 1), kit.context)) == "dossier.closed");
    CHECK(
        refusal(withdraw(returned, texts({{"reason_vi", "x"}}), kit.context)) == "dossier.closed"
    );
}

TEST_CASE("progress: times") {
    DossierKit kit;
    const Document before = lived(kit, {"processing"});
    CHECK(
        step(kit, before, progress("processing", "2026-03-02T09:30:00+07:00")) ==
        "validation.failed /at=date.order"
    );
    CHECK(
        step(kit, before, corrected(progress("processing", "2026-03-02T09:30:00+07:00"))) == "done"
    );
    CHECK(
        step(kit, before, corrected(progress("processing", "2026-03-02T08:00:00+07:00"))) ==
        "validation.failed /at=date.order"
    );
    CHECK(step(kit, before, progress("processing", "2026-03-02T17:05:00+07:00")) == "done");
    CHECK(
        step(kit, before, progress("processing", "2026-03-02T17:06:00+07:00")) ==
        "validation.failed /at=date.in_future"
    );
    const Change late = made(record_progress(
        before, {corrected(progress("processing", "2026-03-02T09:30:00+07:00"))}, kit.context
    ));
    CHECK(late.dossier.text_of("last_progress_at") == "2026-03-02T10:00:00.000+07:00");
}

TEST_CASE("NP-14 progress: nothing is finished before it was received") {
    DossierKit kit;
    CHECK(
        step(kit, lived(kit, {}), corrected(progress("finished", "2026-03-02T08:45:00+07:00"))) ==
        "validation.failed /at=date.order"
    );
}

TEST_CASE("progress: the expected version is checked") {
    DossierKit kit;
    const Document before = lived(kit, {});
    Document entry = progress("processing", ten);
    entry.set("expected_version", Document::number(1));
    CHECK(step(kit, before, entry) == "done");
    entry.set("expected_version", Document::number(2));
    const auto decision = record_progress(before, {entry}, kit.context);
    CHECK(std::get<Problem>(decision).code == "version.conflict");
    CHECK(std::get<Problem>(decision).extra[0].second == "1");
}

TEST_CASE("progress: the acceptance of a registered dossier starts its clock and needs a due date"
) {
    DossierKit kit;
    const Document registered = made(create_dossier(registered_request(), kit.context)).dossier;
    const Change change =
        made(record_progress(registered, {progress("received", ten)}, kit.context));
    CHECK(change.dossier.text_of("received_at") == "2026-03-02T10:00:00.000+07:00");
    CHECK(change.dossier.at("/progress_count")->as_integer() == 1);
    Document request = registered_request();
    request.remove("due_at");
    const Document without = made(create_dossier(request, kit.context)).dossier;
    CHECK(
        step(kit, without, progress("received", ten)) ==
        "validation.failed /status=due_date.missing"
    );
    CHECK(
        step(kit, registered, progress("received", "2026-03-02T08:00:00+07:00")) ==
        "validation.failed /at=date.order"
    );
}

TEST_CASE("progress: a refusal sets its time and ends the dossier") {
    DossierKit kit;
    const Document registered = made(create_dossier(registered_request(), kit.context)).dossier;
    const Document refused =
        made(record_progress(registered, {progress("refused", ten)}, kit.context)).dossier;
    CHECK(refused.text_of("refused_at") == "2026-03-02T10:00:00.000+07:00");
    CHECK(step(kit, refused, progress("received", ten)) == "dossier.closed");
    const Document again =
        made(record_progress(refused, {corrected(progress("received", ten))}, kit.context)).dossier;
    CHECK(again.find("refused_at") == nullptr);
    CHECK(again.text_of("received_at") == "2026-03-02T10:00:00.000+07:00");
}

TEST_CASE("progress: an internal entry is kept but changes no status") {
    DossierKit kit;
    Document entry = progress("received", ten);
    entry.set("internal", Document::boolean(true));
    const Document before = lived(kit, {});
    const Change change = made(record_progress(before, {entry}, kit.context));
    CHECK(change.events[0].snapshot.at("/progress/internal")->as_boolean());
    entry.set("status", text("processing"));
    CHECK(step(kit, before, entry) == "validation.failed /internal=progress.internal_status");
}

TEST_CASE("withdraw: a progress entry with the citizen's reason") {
    DossierKit kit;
    const Document before = lived(kit, {"processing"});
    const Change change =
        made(withdraw(before, texts({{"reason_vi", "Công dân đổi ý"}, {"at", eleven}}), kit.context)
        );
    CHECK(kinds(change) == "progress.recorded");
    CHECK(change.dossier.text_of("status") == "withdrawn");
    CHECK(change.answer == change.dossier);
    const Document& entry = *change.events[0].snapshot.find("progress");
    CHECK(entry.text_of("text") == "Công dân đổi ý");
    CHECK(entry.at("/officer/officer_code")->as_text() == "CB0001");
    CHECK(
        refusal(withdraw(lived(kit, {"finished"}), texts({{"reason_vi", "x"}}), kit.context)) ==
        no_step
    );
    CHECK(
        refusal(withdraw(before, Document::object(), kit.context)) ==
        "validation.failed /reason_vi=field.required"
    );
}
