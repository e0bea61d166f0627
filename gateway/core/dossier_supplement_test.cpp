// Tests of supplement rounds.
#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

using namespace gw::core;
using namespace gw::test;

namespace {

Document asking(const char* when = "2026-03-04T10:00:00+07:00") {
    Document out = texts({{"requested_at", when}, {"text", "Đề nghị bổ sung bản chụp rõ nét"}});
    out.set("requested_by", officer());
    return out;
}

Document receiving(const char* when = "2026-03-10T10:00:00+07:00") {
    Document out = texts({{"received_at", when}});
    out.set("received_by", officer());
    Document papers = Document::list();
    papers.push(paper("TP-1", "att_2"));
    papers.items()[0].set("digitised", Document::boolean(true));
    out.set("documents", papers);
    return out;
}

struct Round {
    DossierKit kit;
    Document dossier;
    std::string id;
    explicit Round(Document request = received_request()) {
        kit.context.now = at("2026-03-20T09:00:00+07:00");
        dossier = made(create_dossier(std::move(request), kit.context)).dossier;
    }
    Change ask(Document request) {
        Change change = made(request_supplement(dossier, std::move(request), kit.context));
        dossier = change.dossier;
        id = change.answer.text_of("id");
        return change;
    }
    Decision receive(Document request) {
        return receive_supplement(dossier, id, std::move(request), kit.context);
    }
};

}  // namespace

TEST_CASE("supplement: the request is a fact and a progress entry") {
    Round round;
    const Change change = round.ask(asking());
    CHECK(kinds(change) == "supplement.requested progress.recorded");
    CHECK(change.events[0].snapshot.text_of("key") == round.id);
    CHECK(change.events[0].snapshot.at("/supplement/status")->as_text() == "requested");
    CHECK(change.events[0].snapshot.at("/dossier/status")->as_text() == "supplement_wanted");
    CHECK(
        change.events[1].snapshot.at("/progress/text")->as_text() ==
        "Đề nghị bổ sung bản chụp rõ nét"
    );
    CHECK(change.answer.text_of("old_due_at") == "2026-03-09T17:00:00.000+07:00");
    CHECK(change.answer.text_of("deadline") == "2026-03-18");
    CHECK(change.feed[0].type == "supplement.requested");
    CHECK(change.feed[1].type == "dossier.status_changed");
}

TEST_CASE("supplement: the due date is computed when the one-stop sent none") {
    Round round;
    round.ask(asking());
    const Change change = made(round.receive(receiving()));
    CHECK(kinds(change) == "supplement.received progress.recorded");
    CHECK(change.events[0].snapshot.text_of("key") == round.id + ":received");
    CHECK(change.dossier.text_of("status") == "received");
    CHECK(change.dossier.text_of("due_at") == "2026-03-16T17:00:00.000+07:00");  // vector 1
    CHECK(change.answer.text_of("new_due_at") == "2026-03-16T17:00:00.000+07:00");
    CHECK(change.answer.text_of("status") == "received");
    CHECK(change.dossier.find("documents")->size() == 2);
    CHECK(change.dossier.at("/flags/digitised")->as_boolean());
    CHECK(change.dossier.text_of("received_at") == "2026-03-02T09:00:00.000+07:00");
}

TEST_CASE("CD-5 supplement: the one-stop's own due date is kept") {
    Round round;
    round.ask(asking());
    Document request = receiving();
    request.set("new_due_at", text("2026-03-11T17:00:00+07:00"));
    request.set("resume", text("processing"));
    const Change change = made(round.receive(request));
    CHECK(change.dossier.text_of("due_at") == "2026-03-11T17:00:00.000+07:00");
    CHECK(change.dossier.text_of("status") == "processing");
}

TEST_CASE("calendar page 5 supplement: all vectors through the command") {
    for (auto& row : read_csv("tests/vectors/vectors-supplement.csv")) {
        CAPTURE(row["supplement_requested_at"]);
        Document request = received_request();
        request.set("submitted_at", text(row["received_at"]));
        request.set("received_at", text(row["received_at"]));
        request.set("due_at", text(row["original_due_at"]));
        Round round(request);
        round.ask(asking(row["supplement_requested_at"].c_str()));
        const Change change = made(round.receive(receiving(row["supplement_received_at"].c_str())));
        CHECK(
            at(change.dossier.text_of("due_at").c_str()) == at(row["expected_due_suspend"].c_str())
        );
    }
}

TEST_CASE("supplement: a second one is allowed, with a warning") {
    Round round;
    CHECK(warnings(round.ask(asking())).empty());
    round.dossier = made(round.receive(receiving("2026-03-05T10:00:00+07:00"))).dossier;
    CHECK(warnings(round.ask(asking("2026-03-06T10:00:00+07:00"))) == "=index.loss");
    CHECK(round.dossier.find("supplements")->size() == 2);
}

TEST_CASE("supplement: received once, and only one that exists") {
    Round round;
    round.ask(asking());
    round.dossier = made(round.receive(receiving())).dossier;
    CHECK(refusal(round.receive(receiving())) == "supplement.closed");
    round.id = "sup_none";
    CHECK(refusal(round.receive(receiving())) == "not_found");
}

TEST_CASE("supplement: times and files") {
    Round round;
    CHECK(
        refusal(request_supplement(
            round.dossier, asking("2026-03-02T08:59:00+07:00"), round.kit.context
        )) == "validation.failed /requested_at=date.order"
    );
    CHECK(
        refusal(request_supplement(
            round.dossier, asking("2026-03-21T08:59:00+07:00"), round.kit.context
        )) == "validation.failed /requested_at=date.in_future"
    );
    Document early = asking();
    early.set("deadline", text("2026-03-03"));
    CHECK(
        refusal(request_supplement(round.dossier, early, round.kit.context)) ==
        "validation.failed /deadline=date.order"
    );
    round.ask(asking());
    CHECK(
        refusal(round.receive(receiving("2026-03-04T09:00:00+07:00")))
            .find("/received_at=date.order") != std::string::npos
    );
    Document broken = receiving();
    Document papers = Document::list();
    papers.push(paper("TP-1", "att_missing"));
    broken.set("documents", papers);
    CHECK(
        refusal(round.receive(broken)) ==
        "validation.failed /documents/0/attachment_id=attachment.missing"
    );
}

TEST_CASE("supplement: not from a finished or an ended dossier") {
    Round round;
    const auto finished = made(record_progress(
                                   round.dossier,
                                   {progress("finished", "2026-03-03T10:00:00+07:00")},
                                   round.kit.context
                               ))
                              .dossier;
    CHECK(
        refusal(request_supplement(finished, asking(), round.kit.context)) ==
        "status.transition_not_allowed /status=status.transition_not_allowed"
    );
    const auto gone =
        made(withdraw(round.dossier, texts({{"reason_vi", "x"}}), round.kit.context)).dossier;
    CHECK(refusal(request_supplement(gone, asking(), round.kit.context)) == "dossier.closed");
}

TEST_CASE("supplement: before the acceptance") {
    Round round(registered_request());
    round.ask(asking());
    CHECK(round.dossier.find("received_at") == nullptr);
    Document again = receiving();
    again.set("resume", text("registered"));
    const Change back = made(round.receive(again));
    CHECK(back.dossier.text_of("status") == "registered");
    CHECK(back.dossier.text_of("submitted_at") == "2026-03-10T10:00:00.000+07:00");
    Document straight = receiving();
    CHECK(
        refusal(round.receive(straight)).find("/new_due_at=due_date.missing") != std::string::npos
    );
    straight.set("new_due_at", text("2026-03-17T17:00:00+07:00"));
    const Change accepted = made(round.receive(straight));
    CHECK(accepted.dossier.text_of("received_at") == "2026-03-10T10:00:00.000+07:00");
    CHECK(accepted.dossier.text_of("due_at") == "2026-03-17T17:00:00.000+07:00");
    straight.set("resume", text("processing"));
    CHECK(refusal(round.receive(straight)) == "validation.failed /status=field.required");
}

TEST_CASE("supplement: a long text is kept whole and cut with a mark in the progress line") {
    Round round;
    Document request = asking();
    request.set("text", text(std::string(4'000, 'x')));
    const Change change = round.ask(request);
    CHECK(change.answer.text_of("text").size() == 4'000);
    CHECK(
        change.events[1].snapshot.at("/progress/text")->as_text() == std::string(1'999, 'x') + "…"
    );
}
