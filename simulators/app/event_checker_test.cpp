// The oracle of events finds what is missing, what differs and what is personal.
#include "simulators/app/event_checker.hpp"

#include "simulators/onestop/mistakes.hpp"

#include <doctest/doctest.h>

namespace sim::app {
namespace {
std::string event(int seq, const std::string& text) {
    return R"({"id":"evt_)" + std::to_string(seq) + R"(","type":"dossier.updated","seq":)" +
           std::to_string(seq) + R"(,"data":{"note":")" + text + R"("}})";
}
onestop::Life life_of_one() {
    onestop::Life life;
    life.owner.name = "TRẦN THỊ MẪU";
    life.owner.citizen_number = "038190000012";
    life.owner.phone = "84100000012";
    return life;
}
}  // namespace

TEST_CASE("event checker: an event that no webhook brought is missing and is named") {
    onestop::EventJournal journal;
    onestop::FeedPage page;
    page.items.push_back(*onestop::read_event(event(1, "x")));
    page.next = "c1";
    journal.take(page);
    onestop::Ledger ledger;
    auto mistakes = onestop::mistake_table(1);
    const onestop::Receiver receiver(mistakes, ledger);
    CHECK(webhooks_missing(journal, receiver) == 1);
    Report report;
    compare_events(journal, receiver, PersonalData({}), report);
    CHECK(report.events == 1);
    CHECK(report.webhooks_missing == 1);
    REQUIRE(report.details.size() == 1);
    CHECK(report.details[0].find("evt_1") != std::string::npos);
    CHECK_FALSE(report.good());
}

TEST_CASE("event checker: names, citizen numbers and phones are found, ids are not") {
    const PersonalData personal({life_of_one()});
    CHECK(personal.in(event(1, "TRẦN THỊ MẪU")));
    CHECK(personal.in(event(1, "so 038190000012.")));
    CHECK(personal.in(event(1, "0100000012")));
    CHECK_FALSE(personal.in(event(1, "evt_01M80VVQP8038190000012001")));
}

}  // namespace sim::app
