// What time does to dossiers stands in the feed once, over changes and restarts.
#include "gateway/engine/dossier_clock.hpp"

#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using core::Document;
using std::chrono::hours;

struct Ticking : ApiKit {
    Ticking() : clock_job(make()) {
        intake.wakes.on_dossier([this](const core::ObjectWrite& written) {
            clock_job->changed(written, clock.now());
        });
    }
    std::unique_ptr<engine::DossierClock> make() {
        return std::make_unique<engine::DossierClock>(*store, intake, hours(24), clock.now());
    }
    void restart() { clock_job = make(); }
    /// Looks at `when`.
    void look(const char* when) {
        const core::Instant then = at(when);
        if (then > clock.now())
            loop.run_for(std::chrono::duration_cast<core::Duration>(then - clock.now()));
        REQUIRE(loop.get(clock_job->run(clock.now())).has_value());
        log_in_again();
    }
    /// "type type …" of what the clock told.
    std::string told() {
        const auto feed = call(
            "GET", "/v1/events?after=begin&types=dossier.due_soon,dossier.overdue,supplement.lapsed"
        );
        std::string out;
        for (const Document& item : feed.json.find("items")->items()) {
            CHECK(item.text_of("actor") == "system:dossiers.clock");
            out += (out.empty() ? "" : " ") + item.text_of("type");
        }
        return out;
    }
    std::unique_ptr<engine::DossierClock> clock_job;
};

}  // namespace

TEST_CASE("feed: a dossier is due soon and overdue, each told once and not again after a restart") {
    Ticking kit;
    REQUIRE(kit.dossier("H37.14-260302-0001").status == 201);
    kit.look("2026-03-03T09:00:00+07:00");
    CHECK(kit.told().empty());
    for (int i = 0; i < 2; ++i) {
        kit.look("2026-03-09T08:00:00+07:00");
        CHECK(kit.told() == "dossier.due_soon");
        kit.restart();
    }
    for (int i = 0; i < 2; ++i) {
        kit.look("2026-03-09T17:00:01+07:00");
        CHECK(kit.told() == "dossier.due_soon dossier.overdue");
        kit.restart();
    }
    const auto feed = kit.call("GET", "/v1/events?after=begin&types=dossier.overdue");
    CHECK(feed.text("/items/0/dossier_code") == "H37.14-260302-0001");
    CHECK(feed.text("/items/0/data/due_at") == "2026-03-09T17:00:00.000+07:00");
}

TEST_CASE("feed: a dossier that is finished is not overdue") {
    Ticking kit;
    REQUIRE(kit.dossier("H37.14-260302-0001").status == 201);
    kit.look("2026-03-02T18:00:00+07:00");
    const std::string path = "/v1/dossiers/H37.14-260302-0001/progress";
    const auto done = kit.call("POST", path, progress("finished", "2026-03-02T17:30:00+07:00"));
    REQUIRE_MESSAGE(done.status == 201, done.body);
    kit.look("2026-03-20T08:00:00+07:00");
    CHECK(kit.told().empty());
}

TEST_CASE("feed: a supplement that does not come lapses, in the dossier and in the feed") {
    Ticking kit;
    REQUIRE(kit.dossier("H37.14-260302-0001").status == 201);
    Document request = texts(
        {{"requested_at", "2026-03-02T16:00:00+07:00"},
         {"text", "Đề nghị bổ sung"},
         {"deadline", "2026-03-05"}}
    );
    request.set("requested_by", officer());
    const std::string path = "/v1/dossiers/H37.14-260302-0001";
    const auto asked = kit.call("POST", path + "/supplements", request);
    REQUIRE_MESSAGE(asked.status == 201, asked.body);
    kit.look("2026-03-05T23:00:00+07:00");
    CHECK(kit.told().empty());
    for (int i = 0; i < 2; ++i) {
        kit.look("2026-03-06T00:00:30+07:00");
        CHECK(kit.told() == "supplement.lapsed");
        kit.restart();
    }
    const auto dossier = kit.call("GET", path);
    CHECK(dossier.text("/supplements/0/status") == "lapsed");
    CHECK(dossier.header("ETag") == "\"3\"");
}

}  // namespace gw::test
