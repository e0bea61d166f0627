// Store contract: accepting, repeats, conflicts, versions.
#pragma once

#include "tests/contract/store_fixture.hpp"

#include <doctest/doctest.h>

namespace gw::test {

using Bench = StoreBench<StoreUnderTest>;

TEST_CASE("store: accept gives ascending ids and keeps message and events") {
    Bench b;
    ports::Acceptance a = acceptance("k1", "{\"a\":1}");
    with_leg(a, "D1");
    with_leg(a, "D1");
    const auto first = b.accept(a);
    const auto second = b.accept(acceptance("k2"));
    CHECK(core::raw(second.message) == core::raw(first.message) + 1);
    CHECK_FALSE(first.repeated);
    const auto view = b.await(b.store->message(first.message)).value();
    REQUIRE(view);
    CHECK(*view->envelope.body == "{\"a\":1}");
    CHECK(view->envelope.message_key == "k1");
    CHECK(view->envelope.digest == a.message.digest);
    REQUIRE(view->events.size() == 2);
    const auto events = b.await(b.store->events_of("H56", "D1", "")).value();
    REQUIRE(events.size() == 2);
    CHECK(events[0].id == view->events[0]);
    CHECK(events[1].message == first.message);
    CHECK(*events[0].snapshot == *a.events[0].snapshot);
    CHECK_FALSE(b.await(b.store->message(core::MessageId{99})).value());
}

TEST_CASE("store: the same key and digest again writes nothing and gives the first answer") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.answer.emplace();
    a.answer->status = 201;
    a.answer->headers = "ETag: \"1\"";
    a.answer->body = "{\"id\":1}";
    a.feed.push_back(feed_item("D1"));
    with_leg(a, "D1");
    const auto first = b.accept(a);
    const auto again = b.accept(a);
    CHECK(again.repeated);
    CHECK(again.message == first.message);
    REQUIRE(again.answer);
    CHECK(again.answer->status == 201);
    CHECK(again.answer->headers == a.answer->headers);
    CHECK(again.answer->body == a.answer->body);
    CHECK(b.await(b.store->legs_of("H56", "D1")).value().size() == 1);
    CHECK(b.await(b.store->feed_end("H56")).value() == first.feed_seq);
}

TEST_CASE("store: the same key with another content is a conflict") {
    Bench b;
    b.accept(acceptance("k1", "one"));
    CHECK(b.refused(acceptance("k1", "two")) == "inbox.conflict");
    ports::Acceptance other = acceptance("k1", "two");
    other.message.partner = "national_portal";
    CHECK(b.refused(other).empty());
    CHECK_FALSE(b.accept(acceptance("", "one")).repeated);
    CHECK_FALSE(b.accept(acceptance("", "one")).repeated);
}

TEST_CASE("store: answer_of knows repeats, conflicts and strangers") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.answer.emplace();
    a.answer->status = 200;
    b.accept(a);
    b.accept(acceptance("k2"));
    const auto known = b.await(b.store->answer_of("onestop", "k1", a.message.digest)).value();
    CHECK(known.repeated);
    CHECK(known.answer->status == 200);
    const auto silent = b.await(b.store->answer_of("onestop", "k2", a.message.digest)).value();
    CHECK(silent.repeated);
    CHECK_FALSE(silent.answer);
    CHECK_FALSE(b.await(b.store->answer_of("onestop", "k3", a.message.digest)).value().repeated);
    const auto other = b.await(b.store->answer_of("onestop", "k1", digest_of("x")));
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().code == "inbox.conflict");
}

TEST_CASE("F-35 store: an object is written only over the version it was computed from") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.objects.push_back(object_write("D1", 0));
    b.accept(a);
    ports::Acceptance update = acceptance("k2");
    update.objects.push_back(object_write("D1", 1, day_two));
    update.objects.back().object.created_at = day_two;
    b.accept(update);
    const auto stored = b.await(b.store->object("dossier", "H56", "D1")).value();
    REQUIRE(stored);
    CHECK(stored->version == 2);
    CHECK(stored->created_at == day_one);
    CHECK(stored->updated_at == day_two);
    ports::Acceptance any = acceptance("k3");
    any.objects.push_back(object_write("D1", -1));
    any.objects.push_back(object_write("D1", 3));
    b.accept(any);
    CHECK(b.await(b.store->object("dossier", "H56", "D1")).value()->version == 4);
    CHECK_FALSE(b.await(b.store->object("dossier", "H57", "D1")).value());
}

TEST_CASE("store: a version conflict names the object and leaves nothing behind") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.objects.push_back(object_write("D1", 0));
    b.accept(a);
    ports::Acceptance late = acceptance("k2");
    late.objects.push_back(object_write("D2", 0));
    late.objects.push_back(object_write("D1", 0));
    late.feed.push_back(feed_item("D1"));
    late.audit.push_back(audit_row("D1"));
    with_leg(late, "D1");
    const auto result = b.await(b.store->accept(late));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == "object.version");
    CHECK(result.error().advice == core::Advice::give_up);
    CHECK(result.error().what == "dossier D1 1");
    CHECK_FALSE(b.await(b.store->object("dossier", "H56", "D2")).value());
    CHECK(b.await(b.store->legs_of("H56", "D1")).value().empty());
    CHECK(b.await(b.store->feed_end("H56")).value() == 0);
    CHECK(b.await(b.store->audit_of("H56", "D1")).value().empty());
    // The key is free and no id was used up.
    late.objects.pop_back();
    CHECK(core::raw(b.accept(late).message) == 2);
    CHECK(b.await(b.store->feed_end("H56")).value() == 1);
}

TEST_CASE("store: a dossier code that another agency has is refused, of other kinds it is not") {
    Bench b;
    const auto of = [](const std::string& agency, const std::string& key, std::int64_t expected) {
        ports::Acceptance a = acceptance(key);
        a.objects.push_back(object_write("D1", expected));
        a.objects.back().object.agency = agency;
        return a;
    };
    b.accept(of("H56", "k1", 0));
    CHECK(b.refused(of("H57", "k2", 0)) == "object.version");
    CHECK_FALSE(b.await(b.store->object("dossier", "H57", "D1")).value());
    b.restart(day_one);
    CHECK(b.refused(of("A1", "k3", 0)) == "object.version");
    b.accept(of("H56", "k4", 1));
    ports::Acceptance other = acceptance("k5");
    for (const std::string agency : {"H56", "H57"}) {
        other.objects.push_back(object_write("P1", 0));
        other.objects.back().object.kind = "payment";
        other.objects.back().object.agency = agency;
    }
    b.accept(other);
    ports::Acceptance removal = acceptance("k6");
    removal.objects.push_back(object_write("D1", 2));
    removal.objects.back().remove = true;
    b.accept(removal);
    b.accept(of("H57", "k7", 0));
    CHECK(b.refused(of("H56", "k8", 0)) == "object.version");
}

TEST_CASE("store: a removed object is gone and may be made anew") {
    Bench b;
    ports::Acceptance a = acceptance("k1");
    a.objects.push_back(object_write("D1", 0));
    b.accept(a);
    ports::Acceptance gone = acceptance("k2");
    gone.objects.push_back(object_write("D1", 1));
    gone.objects.back().remove = true;
    b.accept(gone);
    CHECK_FALSE(b.await(b.store->object("dossier", "H56", "D1")).value());
    ports::Acceptance anew = acceptance("k3");
    anew.objects.push_back(object_write("D1", 0));
    b.accept(anew);
    CHECK(b.await(b.store->object("dossier", "H56", "D1")).value()->version == 1);
}

TEST_CASE("store: a lane takes no more legs than its depth") {
    Bench b;
    for (int i = 0; i < StoreUnderTest::lane_depth_max; ++i) {
        ports::Acceptance a = acceptance("k" + std::to_string(i));
        b.accept(with_leg(a, "D1"));
    }
    ports::Acceptance more = acceptance("more");
    more.objects.push_back(object_write("D1", 0));
    CHECK(b.refused(with_leg(more, "D1")) == "lane.full");
    CHECK_FALSE(b.await(b.store->object("dossier", "H56", "D1")).value());
    ports::Acceptance other = acceptance("other");
    CHECK(b.refused(with_leg(other, "D2")).empty());
    b.send(LegState::delivered, Outcome::delivered);
    CHECK(b.refused(more).empty());
}

TEST_CASE("store: bodies of every size and byte come back as they were") {
    Bench b;
    std::string body;
    for (int i = 0; i < 200'000; ++i) body += static_cast<char>(i * 7);
    const auto id = b.accept(acceptance("k1", body)).message;
    const auto empty = b.accept(acceptance("k2", "")).message;
    CHECK(*b.await(b.store->message(id)).value()->envelope.body == body);
    CHECK(b.await(b.store->message(empty)).value()->envelope.body->empty());
}

}  // namespace gw::test
