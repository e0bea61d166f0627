// Pages of the feed, the journal with its cursor, and the order of events.
#include "simulators/onestop/event_feed.hpp"

#include <doctest/doctest.h>

namespace sim::onestop {
namespace {
std::string event(int seq, int dossier_seq, const std::string& text = "x") {
    return R"({"id":"evt_)" + std::to_string(seq) + R"(","type":"dossier.updated","seq":)" +
           std::to_string(seq) + R"(,"dossier_code":"H56.14-260105-0007","dossier_seq":)" +
           std::to_string(dossier_seq) + R"(,"data":{"note":")" + text + R"("}})";
}
FeedPage page(const std::string& items, const std::string& next) {
    auto read =
        read_page(R"({"items":[)" + items + R"(],"next":")" + next + R"(","has_more":false})");
    REQUIRE(read.has_value());
    return *read;
}
}  // namespace

TEST_CASE("feed page: items keep their bytes, whatever quotes and braces are in them") {
    const std::string odd = event(1, 1, R"(a }],\" {)");
    const auto read = page(odd + "," + event(2, 2), "c2");
    REQUIRE(read.items.size() == 2);
    CHECK(read.items[0].raw == odd);
    CHECK(read.items[1].seq == 2);
    CHECK(read.next == "c2");
    CHECK_FALSE(read_page(R"({"items":[{"id":"x")").has_value());
    CHECK_FALSE(read_page(R"({"items":[],"has_more":false})").has_value());
}

TEST_CASE("OC-16 event journal: a repeated item must be the same byte for byte") {
    EventJournal journal;
    CHECK(journal.take(page(event(1, 1) + "," + event(2, 2), "c2")).size() == 2);
    CHECK(journal.take(page(event(2, 2) + "," + event(3, 3), "c3")).size() == 1);
    CHECK(journal.fault_count() == 0);
    CHECK(journal.repeated() == 1);
    journal.take(page(event(3, 3, "y"), "c3"));
    CHECK(journal.fault_count() == 1);
}

TEST_CASE("OC-16 event journal: what appears behind the cursor is a fault") {
    EventJournal journal;
    journal.take(page(event(1, 1) + "," + event(3, 2), "c3"));
    journal.take(page(event(2, 3), "c3"));
    CHECK(journal.fault_count() == 1);
}

TEST_CASE("event journal: a lost cursor is an older one, at worst the beginning") {
    EventJournal journal;
    journal.take(page(event(1, 1), "c1"));
    journal.take(page(event(2, 2), "c2"));
    journal.lose_cursor(0.99);
    CHECK(journal.cursor() == "begin");
    journal.lose_cursor(0);
    CHECK(journal.cursor() == "begin");
}

TEST_CASE("OC-16 event journal: the feed read again must be what was read before") {
    EventJournal journal;
    const auto whole = page(event(1, 1) + "," + event(2, 2), "c2");
    journal.take(whole);
    journal.compare_with(whole.items);
    CHECK(journal.fault_count() == 0);
    journal.compare_with(page(event(2, 2), "c2").items);
    CHECK(journal.fault_count() == 1);
}

TEST_CASE("OC-13 feed gaps: dossier_seq goes 1, 2, 3 and seq rises") {
    CHECK(feed_gaps(page(event(1, 1) + "," + event(5, 2), "c").items).empty());
    CHECK(feed_gaps(page(event(1, 1) + "," + event(5, 3), "c").items).size() == 1);
    CHECK(feed_gaps(page(event(2, 1) + "," + event(1, 2), "c").items).size() == 1);
}

}  // namespace sim::onestop
