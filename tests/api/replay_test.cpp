// Bulk replays over the API and in virtual time: canary, ramp, pauses, deaths in the middle.
#include "gateway/api/replay_run.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <set>

namespace gw::test {

namespace {

using core::LegState;
using std::chrono::seconds;

struct Bulk : ApiKit {
    explicit Bulk(std::size_t approval_above = 100)
        : ApiKit([approval_above](api::Parts& parts) {
              parts.options.replay_approval_above = approval_above;
          }) {
        start();
    }
    /// A runner that knows only what is in the store, as after a start of the process.
    void start() {
        runner = std::make_unique<api::Replays>(
            *store,
            intake,
            [this] { return std::vector<api::PartnerInfo>{partner}; },
            core::ReplayPolicy()
        );
    }
    core::Result<void> step() {
        loop.run_for(seconds(1));
        return loop.get(runner->run(clock.now()));
    }
    /// So many dossiers, each with one leg that came to rest so.
    void plant(int n, core::Effect effect = core::Effect::conditional) {
        for (int i = 0; i < n; ++i) {
            auto a = an_acceptance(clock.now());
            core::Event e;
            e.kind = "dossier.received";
            e.agency = "H37";
            e.dossier = "H37.14-260302-" + std::to_string(++planted);
            e.occurred_at = e.recorded_at = clock.now();
            e.snapshot = std::make_shared<const std::string>("{}");
            core::PlannedLeg planned;
            planned.leg.partner = "portal";
            planned.leg.operation = "portal.Send";
            planned.leg.agency = e.agency;
            planned.leg.dossier = e.dossier;
            planned.leg.effect = effect;
            planned.leg.effect_key = "portal.Send:" + e.dossier;
            a.events.push_back(std::move(e));
            a.legs.push_back(std::move(planned));
            REQUIRE(loop.get(store->accept(std::move(a))).has_value());
        }
        settle_all(LegState::dead, n);
    }
    /// The partner's verdict about what waits for it; how many there were.
    int settle_all(LegState state, int most = 1'000, std::string reason = "portal.refused") {
        auto claims = loop.get(store->claim("portal", most, clock.now())).value();
        for (const auto& claim : claims.claims) {
            const auto fence = loop.get(store->intend(claim, core::Digest{1}, clock.now())).value();
            core::Settlement s;
            s.state = state;
            s.outcome =
                state == LegState::delivered ? core::Outcome::delivered : core::Outcome::refused;
            if (state != LegState::delivered) s.reason = reason;
            if (state == LegState::retry || state == LegState::unknown)
                s.due_at = clock.now() + seconds(3'600);
            s.attempts_partner = state == LegState::retry && reason != "ours.not_ready" ? 1 : 0;
            s.began = s.ended = clock.now();
            std::vector<core::FeedItem> none;
            REQUIRE(loop.get(store->settle(claim.lane, fence, s, none)).has_value());
            if (state == LegState::delivered) ++delivered[core::raw(claim.leg.id)];
        }
        return static_cast<int>(claims.claims.size());
    }
    int legs_in(LegState state) {
        return static_cast<int>(loop.get(store->legs_in("portal", state, 1'000)).value().size());
    }
    Answer begin(std::string more = "") {
        return admin(
            "POST",
            "/admin/replays",
            R"({"selector":{"filter":{"state":"dead"}},"partner":"portal","reason_vi":"Đã sửa",)"
            R"("actor":"CB0001")" +
                more + "}"
        );
    }
    Answer turn(const std::string& id, const std::string& what, std::string who = "CB0002") {
        return admin(
            "POST",
            "/admin/replays/" + id + "/" + what,
            R"({"reason_vi":"Kiểm tra","actor":")" + who + "\"}"
        );
    }
    Answer show(const std::string& id) { return admin("GET", "/admin/replays/" + id); }
    /// How often the job sent this leg back, as the audit trail has it.
    int sent_back(std::int64_t leg) {
        const auto rows = loop.get(store->audit_of("", "leg/" + std::to_string(leg))).value();
        int n = 0;
        for (const auto& row : rows) n += row.action == "sync.replay" ? 1 : 0;
        return n;
    }
    std::unique_ptr<api::Replays> runner;
    api::PartnerInfo partner = [] {
        api::PartnerInfo info;
        info.partner = "portal";
        return info;
    }();
    std::map<std::int64_t, int> delivered;
    int planted = 1'000;
};

}  // namespace

TEST_CASE("F-28 bulk replay: ten first, the rest after their verdicts, slowly, each once, as p3") {
    Bulk kit;
    kit.plant(40);
    const auto made = kit.begin();
    REQUIRE_MESSAGE(made.text("/state") == "active", made.body);
    CHECK(made.text("/total") == "40");
    const auto id = made.text("/id");
    REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 10);
    for (const auto& view : kit.loop.get(kit.store->legs_in("portal", LegState::ready, 50)).value())
        CHECK(view.leg.urgency == core::Urgency::p3);
    for (int i = 0; i < 5; ++i) REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 10);
    CHECK(kit.settle_all(LegState::delivered) == 10);
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/phase") == "ramp");
    REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 2);  // a tenth of 20 a second
    for (int i = 0; i < 30 && kit.show(id).text("/state") == "active"; ++i) {
        kit.settle_all(LegState::delivered);
        REQUIRE(kit.step().has_value());
    }
    const auto end = kit.show(id);
    CHECK_MESSAGE(end.text("/state") == "done", end.body);
    CHECK(end.text("/delivered") == "40");
    CHECK(end.text("/failed") == "0");
    CHECK(kit.delivered.size() == 40);
    for (const auto& [leg, times] : kit.delivered) {
        CHECK(times == 1);
        CHECK(kit.sent_back(leg) == 1);
    }
    const auto items = kit.admin("GET", "/admin/replays/" + id + "?items=delivered");
    CHECK(items.json.at("/items")->size() == 40);
}

TEST_CASE("bulk replay: at most a fifth of what the partner takes") {
    Bulk kit;
    kit.partner.capacity_per_s = 10;
    kit.plant(60);
    kit.begin();
    REQUIRE(kit.step().has_value());
    kit.settle_all(LegState::delivered);
    REQUIRE(kit.step().has_value());
    int sum = 0;
    for (int i = 1; i <= 40; ++i) {
        REQUIRE(kit.step().has_value());
        sum += kit.settle_all(LegState::delivered);
        CHECK(sum <= 2 * i + 1);
    }
    CHECK(sum > 10);
}

TEST_CASE("bulk replay: a death between sending back and writing it down doubles nothing") {
    for (int dies_at = 0; dies_at < 14; ++dies_at) {
        CAPTURE(dies_at);
        Bulk kit;
        kit.plant(25);
        const auto id = kit.begin().text("/id");
        for (int i = 0; i < 60 && kit.show(id).text("/state") == "active"; ++i) {
            const bool dies = i == dies_at || i == dies_at + 1;
            if (dies)
                kit.intake.fault =
                    core::Error(core::Advice::stop, core::Blame::ours, "store.failed", "");
            const bool went = kit.step().has_value();
            kit.intake.fault.reset();
            if (dies && !went) kit.start();
            kit.settle_all(LegState::delivered);
        }
        const auto end = kit.show(id);
        CHECK_MESSAGE(end.text("/state") == "done", end.body);
        CHECK(end.text("/delivered") == "25");
        CHECK(kit.delivered.size() == 25);
        for (const auto& [leg, times] : kit.delivered) {
            CHECK(times == 1);
            CHECK(kit.sent_back(leg) == 1);
        }
    }
}

TEST_CASE("bulk replay: two of the canary fail again: it pauses, a person resumes it") {
    Bulk kit;
    kit.plant(30);
    const auto id = kit.begin().text("/id");
    REQUIRE(kit.step().has_value());
    kit.settle_all(LegState::dead, 2);
    kit.settle_all(LegState::delivered);
    REQUIRE(kit.step().has_value());
    auto seen = kit.show(id);
    CHECK(seen.text("/state") == "paused");
    CHECK(seen.text("/pause_reason") == "failures");
    CHECK(seen.text("/failed") == "2");
    CHECK(kit.runner->counts().pauses == 1);
    for (int i = 0; i < 5; ++i) REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 0);
    CHECK(kit.turn(id, "resume").text("/state") == "active");
    for (int i = 0; i < 40; ++i) {
        REQUIRE(kit.step().has_value());
        kit.settle_all(LegState::delivered);
    }
    seen = kit.show(id);
    CHECK_MESSAGE(seen.text("/state") == "done", seen.body);
    CHECK(seen.text("/delivered") == "28");
    CHECK(kit.turn(id, "resume").status == 409);
}

TEST_CASE("bulk replay: a failed attempt counts although the leg goes on") {
    Bulk kit;
    kit.plant(30);
    const auto id = kit.begin().text("/id");
    REQUIRE(kit.step().has_value());
    kit.settle_all(LegState::retry);
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/pause_reason") == "failures");
    CHECK(kit.show(id).text("/retrying") == "10");
}

TEST_CASE("bulk replay: a leg that was on its way when the process ended says nothing yet") {
    Bulk kit;
    kit.plant(30);
    const auto id = kit.begin().text("/id");
    REQUIRE(kit.step().has_value());
    kit.settle_all(LegState::unknown, 3, "store.process_ended");
    kit.settle_all(LegState::retry, 2, "ours.not_ready");
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/state") == "active");
    CHECK(kit.show(id).text("/open") == "10");
    kit.settle_all(LegState::unknown, 5, "timed_out");
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/pause_reason") == "failures");
}

TEST_CASE("bulk replay: while the partner is closed nothing is sent back and nobody counts as late"
) {
    Bulk kit;
    kit.plant(40);
    const auto id = kit.begin().text("/id");
    REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 10);
    kit.partner.closed = true;
    for (int i = 0; i < 12; ++i) {
        kit.loop.run_for(seconds(3'600));
        REQUIRE(kit.step().has_value());
    }
    CHECK(kit.show(id).text("/state") == "active");
    CHECK(kit.show(id).text("/phase") == "canary");
    CHECK(kit.legs_in(LegState::ready) == 10);
    kit.partner.closed = false;
    kit.settle_all(LegState::dead);
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/pause_reason") == "failures");
    CHECK(kit.legs_in(LegState::dead) == 40);
}

TEST_CASE("bulk replay: pauses while the breaker is open and when payments wait") {
    Bulk kit;
    kit.plant(30);
    const auto id = kit.begin().text("/id");
    kit.partner.state = "down";
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/pause_reason") == "breaker_open");
    CHECK(kit.legs_in(LegState::ready) == 0);
    kit.partner.state = "up";
    kit.partner.p0_late_at = kit.clock.now() + seconds(1);
    CHECK(kit.turn(id, "resume").status == 200);
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/pause_reason") == "p0_waits");
    kit.loop.run_for(seconds(15));
    CHECK(kit.turn(id, "resume").status == 200);
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/state") == "active");
    CHECK(kit.legs_in(LegState::ready) == 10);
}

TEST_CASE("bulk replay: pause and stop hold at once, and a stopped one stays so") {
    Bulk kit;
    kit.plant(30);
    const auto id = kit.begin().text("/id");
    REQUIRE(kit.step().has_value());
    CHECK(kit.turn(id, "pause").text("/pause_reason") == "person");
    kit.settle_all(LegState::delivered);
    for (int i = 0; i < 3; ++i) REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 0);
    CHECK(kit.turn(id, "stop").text("/state") == "stopped");
    CHECK(kit.turn(id, "resume").status == 409);
    CHECK(kit.admin("GET", "/admin/replays").json.at("/items")->size() == 1);
    CHECK(kit.admin("GET", "/admin/replays?state=active").json.at("/items")->size() == 0);
    CHECK(kit.admin("POST", "/admin/replays/" + id + "/stop", "{}").status == 422);
}

TEST_CASE("F-41 bulk replay: many, or one that cannot be undone, wait for a second person") {
    Bulk kit(20);
    kit.plant(25);
    const auto made = kit.begin();
    CHECK(made.text("/state") == "waiting_approval");
    REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 0);
    const auto id = made.text("/id");
    CHECK(kit.turn(id, "approve", "CB0001").code() == "auth.second_person_required");
    CHECK(kit.turn(id, "approve", "CB0002").text("/approved_by") == "CB0002");
    REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 10);

    Bulk once;
    once.plant(11, core::Effect::conditional);
    once.plant(1, core::Effect::once);
    CHECK(once.begin().text("/state") == "waiting_approval");
}

TEST_CASE("F-41 replay: one leg whose effect nobody can repeat waits for a second person too") {
    Bulk kit;
    kit.plant(1, core::Effect::once);
    const auto made = kit.begin();
    CHECK_MESSAGE(made.text("/state") == "waiting_approval", made.body);
    for (int i = 0; i < 3; ++i) REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 0);
    const auto id = made.text("/id");
    CHECK(kit.turn(id, "approve", "system:op").code() == "auth.actor_missing");
    CHECK(kit.turn(id, "approve", "CB0002").text("/state") == "active");
    REQUIRE(kit.step().has_value());
    CHECK(kit.legs_in(LegState::ready) == 1);
}

TEST_CASE("replay: a dry run says what would be sent and what not, and why") {
    Bulk kit;
    kit.plant(3);
    kit.plant(1, core::Effect::once);
    const auto made = kit.begin(R"(,"dry_run":true)");
    REQUIRE_MESSAGE(made.text("/state") == "planned", made.body);
    CHECK(made.text("/counts/sendable") == "4");
    CHECK(made.text("/counts/compared") == "4");
    CHECK(made.text("/counts/changed_since") == "4");
    kit.loop.run_for(seconds(86'400 * 3));
    const auto young = kit.begin(R"(,"dry_run":true,"max_age_days":2)");
    CHECK(young.text("/counts/too_old") == "4");
    CHECK(young.text("/total") == "0");
}

TEST_CASE("replay: what may have been done there already is never sent again by a list") {
    Bulk kit;
    kit.plant(2, core::Effect::once);
    for (const auto& view : kit.loop.get(kit.store->legs_in("portal", LegState::dead, 5)).value()) {
        core::AuditRow why;
        why.at = kit.clock.now();
        why.agency = "H37";
        why.subject = "leg";
        const auto acted =
            kit.loop.get(kit.store->act(view.leg.id, ports::LegAction::redrive, std::move(why)));
        REQUIRE(acted.has_value());
    }
    kit.settle_all(LegState::blocked, 2, "unknown_unresolved");
    const auto made = kit.admin(
        "POST",
        "/admin/replays",
        R"({"selector":{"filter":{"state":"blocked"}},"partner":"portal","reason_vi":"Thử",)"
        R"("actor":"CB0001","dry_run":true})"
    );
    CHECK(made.text("/counts/would_be_duplicate") == "2");
    CHECK(made.text("/total") == "0");
}

TEST_CASE("bulk replay: the list is frozen; another list is not sent") {
    Bulk kit;
    kit.plant(20);
    const auto id = kit.begin().text("/id");
    kit.plant(5);
    REQUIRE(kit.step().has_value());
    CHECK(kit.show(id).text("/total") == "20");

    Bulk other;
    other.plant(20);
    const auto job = other.begin().text("/id");
    auto part = other.loop.get(other.store->object("replay_part", "", job + ":0")).value();
    REQUIRE(part.has_value());
    core::ObjectWrite write;
    write.object = *part;
    write.expected_version = part->version;
    write.object.body.replace(write.object.body.find("[1,"), 3, "[2,");
    auto a = an_acceptance(other.clock.now());
    a.objects.push_back(std::move(write));
    REQUIRE(other.loop.get(other.store->accept(std::move(a))).has_value());
    REQUIRE(other.step().has_value());
    CHECK(other.show(job).text("/state") == "stopped");
    CHECK(other.legs_in(LegState::ready) == 0);
}

}  // namespace gw::test
