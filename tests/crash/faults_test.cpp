// Each verb of the store while the n-th call of the disk fails: refused or kept, never half, never
// acknowledged after the disk has lied.
#include "gateway/ports/log.hpp"
#include "gateway/store/sqlite/backup.hpp"
#include "tests/crash/play.hpp"
#include "tests/crash/probe.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace gw::test {
namespace {

using Call = DiskFault::Call;
using ports::LegAction;

/// What a verb may need: made before the disk begins to fail.
struct Given {
    std::vector<core::Claim> claims;
    std::int64_t fence = 0;
};
struct Verb {
    const char* name;
    std::function<void(Play&, Given&)> run;
};

template <class T>
void must(const core::Result<T>& result) {
    if (!result) throw std::runtime_error(result.error().code);
}

const std::vector<Verb>& verbs() {
    static const std::vector<Verb> all{
        {"accept", [](Play& p, Given&) { p.accept(full("new", "D1", 9'000)); }},
        {"claim", [](Play& p, Given&) { p.claim(1); }},
        {"release", [](Play& p, Given& g) { p.release(g.claims.at(1), day_two); }},
        {"intend", [](Play& p, Given& g) { p.intend(g.claims.at(1)); }},
        {"settle",
         [](Play& p, Given& g) {
             p.settle(g.claims.at(0), g.fence, LegState::delivered, day_one, {feed_item("D0")});
         }},
        {"act", [](Play& p, Given&) { p.act(core::LegId{5}, LegAction::cancel); }},
        {"forget_feed", [](Play& p, Given&) { p.forget_feed(3); }},
        {"object", [](Play& p, Given&) { must(p.await(p.store().object("dossier", "H56", "O"))); }},
        {"answer_of",
         [](Play& p, Given&) {
             must(p.await(p.store().answer_of("onestop", "k1", full("k1", "D1").message.digest)));
         }},
        {"legs_of", [](Play& p, Given&) { must(p.await(p.store().legs_of("H56", "D1"))); }},
        {"events_of", [](Play& p, Given&) { must(p.await(p.store().events_of("H56", "D1", ""))); }},
        {"message", [](Play& p, Given&) { must(p.await(p.store().message(core::MessageId{1}))); }},
        {"feed", [](Play& p, Given&) { must(p.await(p.store().feed("H56", 0, 9, {}))); }},
        {"audit_of", [](Play& p, Given&) { must(p.await(p.store().audit_of("H56", "k1"))); }},
        {"rotate", [](Play& p, Given&) { p.rotate(); }},
        {"stats", [](Play& p, Given&) { must(p.await(p.store().stats())); }},
    };
    return all;
}

struct Seen {
    int runs = 0, refused = 0, wrong = 0;
};

/// A store with some work in it, on its disk.
struct Base {
    Base() {
        Play play;
        play.start();
        for (int i = 0; i < 5; ++i) play.accept("k" + std::to_string(i), "D" + std::to_string(i));
        play.write_object("O", 0);
        play.checkpoint();
        play.accept("k7", "D7");
        play.stop();
        folder = play.folder();
        image = play.disk().image();
    }
    std::string folder;
    Image image;
};
const Base& base() {
    static const Base one;
    return one;
}

/// What lies on the disk, read by a new process.
std::string after_restart(const Play& play, const Image& image) {
    Disk disk(image);
    const DiskInUse in_use(play.folder(), disk);
    boost::asio::io_context io;
    auto store = open_store(io, play.folder(), day_two);
    const auto whole = store::sqlite::examine(database_of(play.folder()));
    if (!whole) return whole.error().what;
    Probe probe(database_of(play.folder()));
    for (const std::string& fact : play.facts())
        if (probe.number(fact) == 0) return "acknowledged and lost: " + fact;
    return "";
}

/// True: the verb never came to the call that fails.
bool once(const Verb& verb, const DiskFault& fault, Seen& seen) {
    Play play(base().image, base().folder);
    play.start();
    Given given;
    given.claims = play.claim(3);
    given.fence = play.intend(given.claims.at(0));
    play.disk().fail(fault);
    bool refused = false;
    try {
        verb.run(play, given);
    } catch (const std::runtime_error&) {
        refused = true;
    }
    const bool failed = play.disk().calls_failed() > 0;
    const Image image = play.disk().image();  // a power cut keeps at most this
    play.disk().fail(DiskFault());
    ++seen.runs;
    if (!failed) {
        CHECK_FALSE(refused);
        return true;
    }
    if (refused) ++seen.refused;
    // Who has seen an error of the disk takes nothing more; who saw a full one goes on.
    const bool more = play.await(play.store().accept(acceptance("later"))).has_value();
    const bool is_fatal = (fault.call == Call::write || fault.call == Call::sync) && !fault.full;
    const bool by_writer = std::string_view(verb.name) != "rotate";  // segments are no one's answer
    if (refused && is_fatal && by_writer) CHECK_MESSAGE(!more, verb.name);
    if (refused && is_fatal && (by_writer || !fault.silent)) CHECK(play.was_told_to_stop());
    if (refused && fault.full) CHECK_MESSAGE(more, verb.name);
    play.stop();
    const std::string found = after_restart(play, image);
    if (!found.empty()) ++seen.wrong;
    if (!fault.silent) CHECK_MESSAGE(found == "", verb.name << ", call " << fault.countdown);
    return false;
}

Seen loop(Call call, bool for_ever, bool is_full, bool silent = false) {
    ports::log::set_level(ports::log::Level::error);
    Seen seen;
    for (const Verb& verb : verbs()) {
        DiskFault fault;
        fault.call = call;
        fault.for_ever = for_ever;
        fault.full = is_full;
        fault.silent = silent;
        while (fault.countdown < 200 && !once(verb, fault, seen)) ++fault.countdown;
        CHECK(fault.countdown < 200);
    }
    ports::log::set_level(ports::log::Level::info);
    return seen;
}

}  // namespace

TEST_CASE("store verbs: the n-th flush fails, once or for ever: refused, and nothing is taken after"
) {
    CHECK(loop(Call::sync, false, false).refused > 4);
    CHECK(loop(Call::sync, true, false).refused > 4);
}

TEST_CASE("store verbs: the n-th write fails: refused, and nothing is taken after") {
    const Seen seen = loop(Call::write, false, false);
    CHECK(seen.refused > 5);
    MESSAGE(seen.runs << " failing writes");
}

TEST_CASE("store verbs: the n-th write finds no room: refused or done, and the store goes on") {
    const Seen seen = loop(Call::write, false, true);
    CHECK(seen.runs > 15);
}

TEST_CASE("store verbs: the n-th read fails: refused or done, never half") {
    CHECK(loop(Call::read, false, false).refused > 4);
    CHECK(loop(Call::read, true, false).refused > 4);
}

TEST_CASE("store verbs: a disk that swallows the n-th write is seen") {
    CHECK(loop(Call::write, false, false, true).wrong > 4);
}

TEST_CASE(
    "store start: the n-th call of the disk fails: a start that says so, and the next is clean"
) {
    ports::log::set_level(ports::log::Level::error);
    for (const Call call : {Call::open, Call::read, Call::write, Call::sync}) {
        DiskFault fault;
        fault.call = call;
        for (bool failed = true; failed; ++fault.countdown) {
            REQUIRE(fault.countdown < 300);
            Play play(base().image, base().folder);
            play.disk().fail(fault);
            bool started = true;
            try {
                play.start();
            } catch (const std::runtime_error&) {
                started = false;
            }
            failed = play.disk().calls_failed() > 0;
            CHECK((started || failed));
            play.disk().fail(DiskFault());
            play.stop();
            const Image image = play.disk().image();
            CHECK(after_restart(play, image) == "");
        }
    }
    ports::log::set_level(ports::log::Level::info);
}

}  // namespace gw::test
