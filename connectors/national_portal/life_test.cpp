// Lives that the table of steps allows, from the clerk's command over the routes to what leaves:
// no leg of them dies.
#include "gateway/core/plan.hpp"
#include "gateway/mapping/routes.hpp"
#include "tests/kit/dossier_kit.hpp"
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {
namespace {

using core::Document;
using test::PortalKit;

/// One dossier; `sent` has a letter for each leg: s(tatus), p(acket), l(ine), with its status.
class Life {
public:
    explicit Life(const char* origin, const mapping::Settings& settings = {}) {
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/national_portal/routes.toml";
        auto loaded =
            mapping::load_routes(mapping::test::file_text(file), file, settings, &problems);
        REQUIRE_MESSAGE(loaded.has_value(), mapping::test::all(problems));
        routes = *loaded;
        Document request = test::registered_request();
        request.set("origin", Document::text(origin));
        Document code =
            test::texts({{"system", "national_portal"}, {"code", "G22.99.01-260302-1"}});
        Document codes = Document::list();
        codes.push(std::move(code));
        if (origin == std::string("national_portal")) request.set("other_codes", std::move(codes));
        request.remove("documents");
        take(core::create_dossier(std::move(request), kit.context));
    }
    void step(const char* status, const char* at) {
        take(core::record_progress(dossier, {test::progress(status, at)}, kit.context));
    }
    void ask_for_papers(const char* at) {
        Document request = test::texts({{"requested_at", at}, {"text", "Thiếu giấy tờ"}});
        request.set("requested_by", test::officer());
        take(core::request_supplement(dossier, std::move(request), kit.context));
    }
    void papers_came(const char* at, const char* resume) {
        Document request = test::texts({{"received_at", at}, {"resume", resume}});
        request.set("received_by", test::officer());
        const std::string id = dossier.at("/supplements/0/id")->as_text();
        take(core::receive_supplement(dossier, id, std::move(request), kit.context));
    }
    void take(const core::Decision& decision) {
        const core::Change change = test::made(decision);
        dossier = change.dossier;
        std::vector<core::Event> events;
        std::vector<Document> snapshots;
        for (const core::EventDraft& draft : change.events) {
            core::Event event;
            event.kind = draft.kind;
            event.agency = "H37";
            event.dossier = dossier.text_of("code");
            event.occurred_at = event.recorded_at = draft.occurred_at;
            events.push_back(std::move(event));
            snapshots.push_back(draft.snapshot);
        }
        for (const auto& planned : core::plan(events, snapshots, routes, operation))
            send(planned.leg, events[planned.event_index], snapshots[planned.event_index]);
    }
    test::DossierKit kit;
    PortalKit portal;
    std::vector<core::Route> routes;
    Document dossier;
    std::string sent;

private:
    void send(const core::Leg& leg, const core::Event& event, const Document& snapshot) {
        core::Claim claim;
        claim.leg = leg;
        claim.leg.id = core::LegId(++legs);
        claim.event_kind = event.kind;
        claim.occurred_at = event.occurred_at;
        claim.snapshot = std::make_shared<const std::string>(formats::write_json(snapshot));
        claim.lane_note = acknowledged;
        const auto prepared = portal.sink->prepare(claim, portal.clock.now());
        const auto status = core::status_from_word(snapshot.at("/dossier/status")->as_text());
        const std::string number = std::to_string(static_cast<int>(*status));
        CHECK_MESSAGE(
            prepared.has_value(),
            leg.operation,
            " at ",
            number,
            ": ",
            prepared ? "" : prepared.error().what
        );
        const bool is_packet = leg.operation == push_packet;
        if (is_packet) acknowledged = "known=yes status=" + number;
        const char* letter = is_packet ? "p" : leg.operation == push_progress ? "l" : "s";
        sent += (sent.empty() ? "" : " ") + (letter + number);
    }
    std::int64_t legs = 0;
    std::string acknowledged;
};

TEST_CASE("NP-15 NP-31 life: sent back before its reception, then received") {
    Life own("local");
    own.ask_for_papers("2026-03-02T09:00:00+07:00");
    own.papers_came("2026-03-02T10:00:00+07:00", "registered");
    own.step("received", "2026-03-02T11:00:00+07:00");
    own.step("processing", "2026-03-02T12:00:00+07:00");
    CHECK(own.sent == "p2 l2 p4 l4");
    Life there("national_portal");
    there.ask_for_papers("2026-03-02T09:00:00+07:00");
    there.papers_came("2026-03-02T10:00:00+07:00", "registered");
    there.step("received", "2026-03-02T11:00:00+07:00");
    CHECK(there.sent == "s5 s1 s2 p2 l2");
    Life late("local");
    late.step("received", "2026-03-02T08:40:00+07:00");
    late.ask_for_papers("2026-03-02T09:00:00+07:00");
    late.papers_came("2026-03-02T10:00:00+07:00", "registered");
    late.step("received", "2026-03-02T11:00:00+07:00");
    CHECK(late.sent == "p2 l2 p5 l5 p1 l1 p2 l2");
}

TEST_CASE("NP-15 NP-31 life: withdrawn or refused before its reception") {
    Life own("local");
    own.step("withdrawn", "2026-03-02T09:00:00+07:00");
    CHECK(own.sent == "");
    Life there("national_portal");
    there.step("withdrawn", "2026-03-02T09:00:00+07:00");
    CHECK(there.sent == "s7");
    Life refused("local");
    refused.ask_for_papers("2026-03-02T09:00:00+07:00");
    refused.step("refused", "2026-03-02T10:00:00+07:00");
    CHECK(refused.sent == "p3 l3");
    for (const auto& [setting, sent] :
         {std::pair("all", "s3 p3 l3"), {"status_and_progress", "s3 l3"}, {"status_only", "s3"}}) {
        Life filed("national_portal", {{"sync_portal_origin", setting}});
        filed.step("refused", "2026-03-02T10:00:00+07:00");
        CHECK(filed.sent == sent);
    }
}

TEST_CASE("NP-15 NP-31 life: stopped and returned without having been finished") {
    Life own("local");
    own.step("received", "2026-03-02T09:00:00+07:00");
    own.step("stopped", "2026-03-02T10:00:00+07:00");
    own.step("returned", "2026-03-02T11:00:00+07:00");
    CHECK(own.sent == "p2 l2 p8 l8 p10 l10");
    CHECK(own.dossier.find("finished_at") == nullptr);
    Life there("national_portal");
    there.step("received", "2026-03-02T09:00:00+07:00");
    there.step("withdrawn", "2026-03-02T10:00:00+07:00");
    CHECK(there.sent == "s2 p2 l2 s7 p7 l7");
}

}  // namespace
}  // namespace gw::national_portal
