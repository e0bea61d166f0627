// Store contract: objects in pages, the feed, audit rows, claim_view.
#pragma once

#include "tests/contract/store_fixture.hpp"

#include <doctest/doctest.h>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;

TEST_CASE("store: pages over all agencies are in one order") {
    Bench b;
    const std::string agencies[] = {"H57", "H56", "A1"};
    for (int i = 0; i < 12; ++i) {
        ports::Acceptance a = acceptance("k" + std::to_string(i));
        a.objects.push_back(object_write("D" + std::to_string(10 + i), 0));
        core::Object& object = a.objects.back().object;
        object.agency = agencies[i % 3];
        object.created_at = object.updated_at = day_one + core::Duration(i / 4);
        object.state = i < 10 ? "received" : "done";
        b.accept(a);
    }
    for (const int limit : {1, 2, 5, 10, 11}) {
        ports::ObjectFilter filter;
        filter.kind = "dossier";
        filter.state = "received";
        filter.limit = limit;
        std::string ids;
        do {
            const auto page = b.await(b.store->objects(filter)).value();
            CHECK(page.items.size() <= static_cast<std::size_t>(limit));
            for (const auto& object : page.items) ids += object.id + " ";
            filter.after = page.next;
        } while (!filter.after.empty());
        CHECK(ids == "D10 D11 D12 D13 D14 D15 D16 D17 D18 D19 ");
    }
}

TEST_CASE("store: objects come in pages by time and id, filtered") {
    Bench b;
    for (int i = 0; i < 7; ++i) {
        ports::Acceptance a = acceptance("k" + std::to_string(i));
        a.objects.push_back(
            object_write("D" + std::to_string(i), 0, day_one + core::Duration(i / 3))
        );
        a.objects.back().object.state = i % 2 == 0 ? "received" : "done";
        a.objects.back().object.ref = i == 3 ? "ref-3" : "";
        b.accept(a);
    }
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.agency = "H56";
    filter.limit = 3;
    std::vector<std::string> ids;
    for (int page = 0; page < 3; ++page) {
        const auto found = b.await(b.store->objects(filter)).value();
        for (const auto& o : found.items) ids.push_back(o.id);
        CHECK(found.next.empty() == (page == 2));
        filter.after = found.next;
    }
    CHECK(ids == std::vector<std::string>{"D0", "D1", "D2", "D3", "D4", "D5", "D6"});
    filter.after.clear();
    filter.limit = 100;
    filter.state = "done";
    CHECK(b.await(b.store->objects(filter)).value().items.size() == 3);
    filter.dossier = "D5";
    CHECK(b.await(b.store->objects(filter)).value().items.size() == 1);
    filter.dossier.reset();
    filter.ref = "ref-3";
    CHECK(b.await(b.store->objects(filter)).value().items.at(0).id == "D3");
    filter.ref.reset();
    filter.state.reset();
    filter.refs = {"ref-9", "ref-3"};
    filter.ids = {"D6", "D9", "D0"};
    const auto each = b.await(b.store->objects(filter)).value();
    REQUIRE(each.items.size() == 3);
    CHECK(each.items[0].id == "D3");
    CHECK(each.items[1].id == "D6");
    CHECK(each.items[2].id == "D0");
    CHECK(each.next.empty());
    filter.refs.clear();
    filter.ids.clear();
    filter.updated_after = day_one;
    CHECK(b.await(b.store->objects(filter)).value().items.size() == 4);
    filter.agency = "H57";
    CHECK(b.await(b.store->objects(filter)).value().items.empty());
    filter.agency = "";
    CHECK(b.await(b.store->objects(filter)).value().items.size() == 4);
    filter.after = "no cursor";
    const auto bad = b.await(b.store->objects(filter));
    REQUIRE_FALSE(bad.has_value());
    CHECK(bad.error().code == "cursor.invalid");
}

TEST_CASE("store: the feed numbers its items, per dossier without gaps, and makes their ids") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.feed = {feed_item("D1"), feed_item("D2"), feed_item("D1", "payment.paid"), feed_item("")};
    a.feed[1].id = "evt_given";
    CHECK(b.accept(a).feed_seq == 4);
    const auto page = b.await(b.store->feed("H56", 0, 10, {})).value();
    REQUIRE(page.items.size() == 4);
    CHECK(page.items[0].dossier_seq == 1);
    CHECK(page.items[1].dossier_seq == 1);
    CHECK(page.items[2].dossier_seq == 2);
    CHECK(page.items[3].dossier_seq == 0);
    CHECK(page.items[1].id == "evt_given");
    CHECK(page.items[0].id.substr(0, 4) == "evt_");
    CHECK(page.items[0].id != page.items[2].id);
    CHECK(page.next == 4);
    CHECK_FALSE(page.has_more);
    CHECK(page.oldest == 1);
}

TEST_CASE("store: old feed items go in small steps; the newest of a tenant and its number stay") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    for (int i = 0; i < 6; ++i) a.feed.push_back(feed_item("D1"));
    a.feed[1].agency = "H57";
    for (auto& item : a.feed) item.timestamp = day_one;
    a.feed[4].timestamp = day_two;
    b.accept(a);
    CHECK(b.await(b.store->forget_feed(day_one, 10)).value() == 0);
    CHECK(b.await(b.store->forget_feed(day_two, 3)).value() == 2);
    CHECK(b.await(b.store->forget_feed(day_two, 10)).value() == 1);
    CHECK(b.await(b.store->forget_feed(day_two, 10)).value() == 0);
    const auto left = b.await(b.store->feed("H56", 0, 10, {})).value();
    REQUIRE(left.items.size() == 2);
    CHECK(left.oldest == 5);
    CHECK(b.await(b.store->feed_end("H57")).value() == 2);
    CHECK(b.await(b.store->forget_feed(day_two + core::Duration(1), 10)).value() == 1);
    ports::Acceptance more = acceptance("k2");
    more.feed.push_back(feed_item("D1"));
    CHECK(b.accept(more).feed_seq == 7);
}

TEST_CASE("store: the feed is read in pages, by type and by tenant") {
    Bench b;
    for (int i = 0; i < 6; ++i) {
        ports::Acceptance a = acceptance("k" + std::to_string(i));
        a.feed.push_back(feed_item("D1", i % 2 == 0 ? "payment.paid" : "dossier.updated"));
        if (i == 5) a.feed.back().agency = "H57";
        b.accept(a);
    }
    const auto first = b.await(b.store->feed("H56", 0, 2, {})).value();
    CHECK(first.items.size() == 2);
    CHECK(first.has_more);
    const auto rest = b.await(b.store->feed("H56", first.next, 10, {})).value();
    CHECK(rest.items.size() == 3);
    CHECK_FALSE(rest.has_more);
    const auto paid = b.await(b.store->feed("H56", 0, 2, {"payment.*"})).value();
    CHECK(paid.items.size() == 2);
    CHECK(paid.has_more);
    CHECK(b.await(b.store->feed("H56", paid.next, 2, {"payment.*"})).value().items.at(0).seq == 5);
    const auto none = b.await(b.store->feed("H56", 0, 2, {"result.added"})).value();
    CHECK(none.items.empty());
    CHECK(none.next == 5);
    CHECK(b.await(b.store->feed_end("H57")).value() == 6);
    CHECK(b.await(b.store->feed_end("H58")).value() == 0);
    CHECK(b.await(b.store->feed("H58", 0, 2, {})).value().oldest == 0);
}

TEST_CASE("store: audit rows are numbered and found by subject") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.audit = {audit_row("D1"), audit_row("D2"), audit_row("D1")};
    a.audit[2].detail = "{\"n\":1}";
    b.accept(a);
    const auto rows = b.await(b.store->audit_of("H56", "D1")).value();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].id == 1);
    CHECK(rows[1].id == 3);
    CHECK(rows[1].detail == "{\"n\":1}");
    CHECK(rows[1].actor == "clerk");
    CHECK(b.await(b.store->audit_of("H57", "D1")).value().empty());
    CHECK(b.await(b.store->audit_of("", "")).value().size() == 3);
}

TEST_CASE("store: claim_view shows a leg in any state and changes nothing") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    b.accept(with_leg(a, "D1"));
    const core::Claim c = b.send(LegState::dead, Outcome::refused);
    const auto view = b.await(b.store->claim_view(c.leg.id)).value();
    REQUIRE(view);
    CHECK(view->state == LegState::dead);
    CHECK(*view->snapshot == *c.snapshot);
    CHECK(view->leg.dossier == "D1");
    CHECK_FALSE(b.await(b.store->claim_view(core::LegId{99})).value());
    CHECK_FALSE(b.await(b.store->leg(core::LegId{99})).value());
    CHECK(b.await(b.store->attempts_of(core::LegId{99})).value().empty());
}

TEST_CASE("store: events are found by dossier and kind") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    with_leg(a, "D1");
    with_leg(a, "D1");
    with_leg(a, "D2");
    a.events[1].kind = "payment.paid";
    b.accept(a);
    CHECK(b.await(b.store->events_of("H56", "D1", "")).value().size() == 2);
    CHECK(b.await(b.store->events_of("H56", "D1", "payment.paid")).value().size() == 1);
    CHECK(b.await(b.store->events_of("H57", "D1", "")).value().empty());
}

}  // namespace gw::test
