// Small days of a store, one for each group of its verbs.
#include "tests/crash/play.hpp"

namespace gw::test {
namespace {

using ports::LegAction;

void first_start(Play& p) {
    p.start();
    p.accept("k1");
    p.stop();
    p.start();
    p.accept("k2");
}

void accepting(Play& p) {
    p.start();
    for (int i = 0; i < 8; ++i) p.accept("k" + std::to_string(i), "D" + std::to_string(i % 3));
    auto again = p.await(p.store().accept(full("k3", "D0")));
    if (!again || !again->repeated) throw std::logic_error("the repeat was taken for new");
    ports::Acceptance bare;
    bare = acceptance("");
    p.accept(std::move(bare));
}

void delivering(Play& p) {
    p.start();
    for (int i = 0; i < 4; ++i) p.accept("k" + std::to_string(i), "D" + std::to_string(i / 2));
    p.send_all(LegState::delivered);
    p.send_all(LegState::delivered);
}

void retrying(Play& p) {
    p.start();
    p.accept("k1");
    p.accept("k2");
    p.send_all(LegState::retry);
    p.send_all(LegState::unknown, day_one + std::chrono::minutes(2));
    p.send_all(LegState::delivered, day_one + std::chrono::minutes(5));
}

void people_act(Play& p) {
    p.start();
    for (int i = 0; i < 3; ++i) p.accept("k" + std::to_string(i));
    p.send_all(LegState::blocked);
    p.act(core::LegId{1}, LegAction::redrive);
    p.act(core::LegId{2}, LegAction::record_done);
    p.act(core::LegId{3}, LegAction::cancel);
    p.send_all(LegState::dead);
    p.act(core::LegId{1}, LegAction::redrive);
}

void lanes(Play& p) {
    p.start();
    for (int i = 0; i < 5; ++i) {
        ports::Acceptance a = full("k" + std::to_string(i), "D1");
        with_leg(a, "D1", "population");
        with_leg(a, "", "population");
        p.accept(std::move(a));
    }
    p.send_all(LegState::dead);
    for (const core::Claim& c : p.claim(3, day_one, "population"))
        p.settle(c, p.intend(c), LegState::delivered);
}

void releasing(Play& p) {
    p.start();
    for (int i = 0; i < 4; ++i) p.accept("k" + std::to_string(i));
    const auto claims = p.claim(3);
    p.release(claims.at(0), day_one + std::chrono::minutes(5));
    p.settle(claims.at(1), p.intend(claims.at(1)), LegState::delivered);
    p.release(claims.at(2), day_one);
    p.send_all(LegState::retry, day_one + std::chrono::minutes(6));
}

void dying_while_sending(Play& p) {
    p.start();
    for (int i = 0; i < 3; ++i) p.accept("k" + std::to_string(i));
    for (const core::Claim& c : p.claim(2)) p.intend(c);
    p.stop();
    p.start(day_one + std::chrono::minutes(1));
    p.accept("k9");
    p.send_all(LegState::delivered, day_one + std::chrono::hours(1));
}

void objects(Play& p) {
    p.start();
    for (std::int64_t version = 0; version < 5; ++version) p.write_object("D1", version);
    p.write_object("D2", 0);
    p.write_object("D2", 1, true);
    p.write_object("D2", 0);
    ports::Acceptance stale = full("stale", "D1");
    stale.objects.push_back(object_write("D1", 2));
    if (p.await(p.store().accept(std::move(stale)))) throw std::logic_error("a stale write passed");
    p.accept("after");
}

void the_feed(Play& p) {
    p.start();
    for (int i = 0; i < 4; ++i) {
        ports::Acceptance a = full("k" + std::to_string(i), "D1");
        a.feed.push_back(feed_item("D1", "payment.paid"));
        p.accept(std::move(a));
    }
    p.forget_feed(3);
    p.accept("k9", "D1");
    p.forget_feed(10);
}

void many_at_once(Play& p) {
    p.start();
    p.accept_together(12, "a");
    p.send_all(LegState::delivered);
    p.accept_together(12, "b");
}

void checkpoints(Play& p) {
    p.start();
    for (int i = 0; i < 3; ++i) p.accept("a" + std::to_string(i));
    p.checkpoint();
    for (int i = 0; i < 3; ++i) p.accept("b" + std::to_string(i));
    p.send_all(LegState::delivered);
    p.checkpoint();
    p.accept(full("large", "D-large", 40'000));
    p.checkpoint();
    p.accept("c1");
    p.stop();
    p.start(day_one + std::chrono::minutes(1));
    p.accept("c2");
}

void rotation(Play& p) {
    p.start();
    for (int i = 0; i < 5; ++i) p.accept("k" + std::to_string(i), "D" + std::to_string(i / 2));
    ports::Acceptance free = full("free", "D0");
    with_leg(free, "", "population");
    p.accept(std::move(free));
    p.send_all(LegState::delivered);
    p.send_all(LegState::delivered);
    for (const core::Claim& c : p.claim(3, day_one, "population"))
        p.settle(c, p.intend(c), LegState::delivered);
    p.rotate();
    p.accept("later", "D1");
    p.stop();
    p.start(day_two);
    auto again = p.await(p.store().accept(full("k3", "D1")));
    if (!again || !again->repeated) throw std::logic_error("the repeat was taken for new");
    p.send_all(LegState::delivered, day_two);
    p.rotate(day_two + std::chrono::hours(1));
    p.accept("last", "D2");
}

/// Without facts: what is removed is no longer known.
void removing(Play& p) {
    p.start();
    for (int i = 0; i < 3; ++i) {
        auto a = full("k" + std::to_string(i), "D1");
        a.legs.clear();
        if (!p.await(p.store().accept(std::move(a)))) throw std::logic_error("not accepted");
    }
    p.rotate();
    p.rotate(day_one + std::chrono::hours(24 * 400));
    p.accept("k1", "D1");
}

}  // namespace

const std::vector<Script>& scripts() {
    static const std::vector<Script> all{
        {"first_start", first_start},
        {"accepting", accepting},
        {"delivering", delivering},
        {"retrying", retrying},
        {"people_act", people_act},
        {"lanes", lanes},
        {"releasing", releasing},
        {"dying_while_sending", dying_while_sending},
        {"objects", objects},
        {"the_feed", the_feed},
        {"many_at_once", many_at_once},
        {"checkpoints", checkpoints},
        {"rotation", rotation},
        {"removing", removing},
    };
    return all;
}

}  // namespace gw::test
