// What the clock tells of a dossier, and that it tells it once.
#include "gateway/core/dossier_due.hpp"

#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using core::Document;
constexpr core::Duration a_day = std::chrono::hours(24);

/// Received on Monday 2 March 09:00, due on Monday 9 March 17:00.
Document stored(DossierKit& kit) {
    return made(core::create_dossier(received_request(), kit.context)).dossier;
}

std::string types(const core::DueStep& step) {
    std::string out;
    const auto add = [&out](const core::FeedDraft& draft) {
        out += (out.empty() ? "" : " ") + draft.type;
    };
    for (const auto& draft : step.feed) add(draft);
    if (step.change)
        for (const auto& draft : step.change->feed) add(draft);
    return out;
}

core::DueStep look(
    DossierKit& kit, const Document& dossier, const char* when, Document told = Document::object()
) {
    kit.context.now = at(when);
    return core::step_due(dossier, told, a_day, kit.context);
}

}  // namespace

TEST_CASE("due: a day before its time, then when it is late, each once") {
    DossierKit kit;
    const Document dossier = stored(kit);
    auto step = look(kit, dossier, "2026-03-03T09:00:00+07:00");
    CHECK(types(step).empty());
    CHECK(step.next == at("2026-03-08T17:00:00+07:00"));
    step = look(kit, dossier, "2026-03-08T17:00:00+07:00", step.told);
    CHECK(types(step) == "dossier.due_soon");
    CHECK(step.feed[0].data.text_of("due_at") == dossier.text_of("due_at"));
    step = look(kit, dossier, "2026-03-09T17:00:00+07:00", step.told);
    CHECK(types(step).empty());
    step = look(kit, dossier, "2026-03-09T17:00:01+07:00", step.told);
    CHECK(types(step) == "dossier.overdue");
    step = look(kit, dossier, "2026-03-20T08:00:00+07:00", step.told);
    CHECK(types(step).empty());
    CHECK_FALSE(step.next);
}

TEST_CASE("due: after an outage only the worse is told") {
    DossierKit kit;
    CHECK(types(look(kit, stored(kit), "2026-03-10T08:00:00+07:00")) == "dossier.overdue");
}

TEST_CASE("due: a dossier of one day is due soon in the second half of it") {
    DossierKit kit;
    Document request = received_request();
    request.set("due_at", text("2026-03-02T17:00:00+07:00"));
    const Document dossier = made(core::create_dossier(request, kit.context)).dossier;
    CHECK(types(look(kit, dossier, "2026-03-02T12:59:00+07:00")).empty());
    CHECK(types(look(kit, dossier, "2026-03-02T13:00:00+07:00")) == "dossier.due_soon");
}

TEST_CASE("due: a new due date is told anew, and nothing is due while the clock stands") {
    DossierKit kit;
    Document dossier = stored(kit);
    auto step = look(kit, dossier, "2026-03-09T16:00:00+07:00");
    CHECK(types(step) == "dossier.due_soon");
    dossier.set("due_at", text("2026-03-16T17:00:00.000+07:00"));
    CHECK(types(look(kit, dossier, "2026-03-16T16:00:00+07:00", step.told)) == "dossier.due_soon");
    for (const char* status : {"supplement_wanted", "financial_obligation", "finished"}) {
        dossier.set("status", text(status));
        CHECK(types(look(kit, dossier, "2026-03-20T16:00:00+07:00")).empty());
    }
}

TEST_CASE("supplement: what did not come until the end of its day has lapsed, and may come late") {
    DossierKit kit;
    const Document dossier = stored(kit);
    Document request = texts(
        {{"requested_at", "2026-03-02T10:00:00+07:00"},
         {"text", "Đề nghị bổ sung"},
         {"deadline", "2026-03-05"}}
    );
    request.set("requested_by", officer());
    const Document waiting = made(core::request_supplement(dossier, request, kit.context)).dossier;
    auto step = look(kit, waiting, "2026-03-05T23:59:59+07:00");
    CHECK(types(step).empty());
    CHECK(step.next == at("2026-03-06T00:00:00+07:00"));
    step = look(kit, waiting, "2026-03-06T00:00:00+07:00");
    CHECK(types(step) == "supplement.lapsed dossier.updated");
    REQUIRE(step.change);
    CHECK(step.change->events.empty());
    const Document after = step.change->dossier;
    CHECK(after.at("/supplements/0/status")->as_text() == "lapsed");
    CHECK(after.find("version")->as_integer() == *waiting.find("version")->as_integer() + 1);
    CHECK(types(look(kit, after, "2026-03-07T00:00:00+07:00")).empty());
    Document receipt = texts(
        {{"received_at", "2026-03-07T09:00:00+07:00"},
         {"new_due_at", "2026-03-12T17:00:00+07:00"},
         {"resume", "processing"}}
    );
    receipt.set("received_by", officer());
    kit.context.now = at("2026-03-07T09:01:00+07:00");
    const std::string id = after.at("/supplements/0/id")->as_text();
    CHECK(refusal(core::receive_supplement(after, id, receipt, kit.context)) == "done");
}

}  // namespace gw::test
