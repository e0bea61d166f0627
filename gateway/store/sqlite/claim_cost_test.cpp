// What a claim costs, counted in steps of SQLite's machine and not in time.
#include "gateway/store/sqlite/opening.hpp"
#include "gateway/store/sqlite/space.hpp"
#include "gateway/store/sqlite/writer.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

namespace gw::test {
namespace {

using store::sqlite::Writer;

/// A writer of its own, without threads.
struct Bench {
    TempFolder folder;
    store::sqlite::Opened opened;
    std::unique_ptr<store::sqlite::Space> space;
    std::unique_ptr<Writer> writer;
    int keys = 0;

    Bench() {
        store::SqliteOptions options;
        options.folder = folder.path();
        opened = store::sqlite::open_database(options);
        store::sqlite::Space::Limits limits;
        limits.ballast = 0;
        limits.free_min = 0;
        limits.refuse_share = 1;
        space = std::make_unique<store::sqlite::Space>(folder.path(), limits, [] {
            return store::DiskSpace();
        });
        writer = std::make_unique<Writer>(
            *opened.writer, *space, store::sqlite::WriterOptions(), opened.key, opened.epoch
        );
    }
    template <class Work>
    auto in_one(Work work) {
        writer->begin();
        writer->open_request(false);
        auto result = work();
        writer->close_request(true);
        writer->commit();
        return result;
    }
    void add(int lanes, const std::string& agency, core::Urgency urgency = core::Urgency::p2) {
        while (lanes > 0) {
            ports::Acceptance a = acceptance("k" + std::to_string(++keys));
            for (int i = 0; i < 500 && lanes > 0; ++i, --lanes) {
                const std::string dossier = agency + std::to_string(keys) + "-" + std::to_string(i);
                with_leg(a, dossier, "national_portal", core::Effect::idempotent, urgency);
                a.events.back().agency = a.legs.back().leg.agency = agency;
            }
            REQUIRE(in_one([&] { return writer->accept(a); }).has_value());
        }
    }
    ports::Claims claim(int most) {
        ports::ClaimWish wish;
        wish.partner = "national_portal";
        wish.most = most;
        wish.now = day_one;
        wish.in_flight.limit = 8;
        return in_one([&] { return writer->claim(wish); }).value();
    }
    /// Everything that may go is refused by us and waits for a person.
    void block_all() {
        for (;;) {
            const auto claims = claim(200);
            if (claims.claims.empty()) return;
            for (const core::Claim& c : claims.claims) {
                const auto s = settlement(LegState::blocked, Outcome::refused);
                REQUIRE(in_one([&] { return writer->settle(c.lane, c.fence, s, {}); }).has_value());
            }
        }
    }
    /// Steps of all statements since the last look.
    std::int64_t steps() {
        std::int64_t sum = 0;
        sqlite3* db = opened.writer->handle();
        for (auto* s = sqlite3_next_stmt(db, nullptr); s != nullptr; s = sqlite3_next_stmt(db, s))
            sum += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
        return sum;
    }
    /// One claim of `most` whose lanes are given back.
    std::int64_t cost_of_claim(int most) {
        steps();
        const ports::Claims claims = claim(most);
        const std::int64_t cost = steps();
        REQUIRE(static_cast<int>(claims.claims.size()) == most);
        for (const core::Claim& c : claims.claims) {
            const auto s = settlement(LegState::dead, Outcome::refused);
            REQUIRE(in_one([&] { return writer->settle(c.lane, c.fence, s, {}); }).has_value());
        }
        return cost;
    }
};

}  // namespace

TEST_CASE("claim: 4,000 blocked lanes cost nothing") {
    Bench b;
    b.add(100, "H56");
    const std::int64_t before = b.cost_of_claim(16);
    b.block_all();
    b.add(4'000, "H56");
    b.block_all();
    b.add(100, "H56");
    CHECK(b.cost_of_claim(16) == before);
    b.block_all();
    b.steps();
    CHECK(b.claim(16).claims.empty());
    CHECK(b.steps() < 100);  // nobody polls a blocked lane
}

TEST_CASE("claim: the lanes of one agency are not read to find another's") {
    Bench b;
    b.add(50, "H56");
    b.add(50, "H57");
    const std::int64_t before = b.cost_of_claim(4);
    b.add(5'000, "H56");
    const std::int64_t after = b.cost_of_claim(4);
    CHECK(after == before);
    CHECK(after < 1'500);
}

TEST_CASE("claim: a class deep below another is found without reading it") {
    Bench b;
    b.add(3'000, "H56", core::Urgency::p1);
    b.add(1, "H56", core::Urgency::p3);
    b.steps();
    const auto claims = b.claim(8).claims;
    CHECK(b.steps() < 2'000);
    int bulk = 0;
    for (const auto& c : claims) bulk += c.leg.urgency == core::Urgency::p3 ? 1 : 0;
    CHECK(bulk == 1);
}

}  // namespace gw::test
