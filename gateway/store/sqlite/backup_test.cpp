// Backups under load, their proof, and what the proof finds.
#include "gateway/store/sqlite/backup.hpp"

#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/kit/temp_folder.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace gw::test {
namespace {

namespace asio = boost::asio;

struct BackupHarness {
    TempFolder folder;
    std::unique_ptr<ports::Store> open(asio::io_context& io, core::Instant now) {
        store::SqliteOptions options;
        options.folder = folder.path() + "/data";
        options.ballast_bytes = 0;
        options.disk_free_min = 0;
        options.disk_refuse_share = 1;
        return store::open_sqlite_store(io.get_executor(), options, now);
    }
    std::string copy() const { return folder.path() + "/copy.db"; }
};
using Bench = StoreBench<BackupHarness>;

ports::Acceptance full_acceptance(int i) {
    const std::string id = "D" + std::to_string(i);
    ports::Acceptance a = acceptance("k" + std::to_string(i), std::string(2'000, 'x'));
    with_leg(a, id);
    a.objects.push_back(object_write(id, 0));
    a.feed.push_back(feed_item(id));
    a.audit.push_back(audit_row(id));
    a.answer.emplace();
    return a;
}

asio::awaitable<int> accept_until(ports::Store& store, const bool& stop, int first) {
    int taken = 0;
    while (!stop) {
        auto a = full_acceptance(first + taken);
        const auto result = co_await store.accept(std::move(a));
        if (!result) co_return -1;
        ++taken;
    }
    co_return taken;
}

asio::awaitable<core::Result<void>> backup_then_stop(
    ports::Store& store, std::string path, bool& stop
) {
    auto result = co_await store.backup(std::move(path));
    stop = true;
    co_return result;
}

/// The copy takes the place of the store, as `lienthong restore` does it.
void put_back(Bench& b) {
    const std::string data = b.harness.folder.path() + "/data";
    b.store.reset();
    std::filesystem::remove_all(data);
    std::filesystem::create_directory(data);
    std::filesystem::copy(b.harness.copy(), data + "/lienthong.db");
    store::mark_restored(data + "/lienthong.db");
    b.store = b.harness.open(b.io, day_two);
}

ports::Acceptance sms(const std::string& key, const std::string& dossier = "D1") {
    ports::Acceptance a = acceptance(key);
    with_leg(a, dossier, "sms_viettel", core::Effect::once);
    a.feed.push_back(feed_item(dossier));
    return a;
}

core::Claim sms_claim(Bench& b, core::Instant now) {
    return b.claim(1, now, "sms_viettel").at(0);
}

/// A store with 50 dossiers and a proven copy of it.
void make_copy(Bench& b) {
    for (int i = 0; i < 50; ++i) b.accept(full_acceptance(i));
    REQUIRE(b.await(b.store->backup(b.harness.copy())).has_value());
}

std::string broken_after(const std::string& sql) {
    Bench b;
    make_copy(b);
    {
        store::sqlite::Database db(b.harness.copy(), store::sqlite::Database::Mode::write);
        db.exec(sql.c_str());
    }
    std::filesystem::remove(store::sqlite::digest_path(b.harness.copy()));  // the rows alone
    const auto checked = store::check_backup(b.harness.copy());
    return checked ? "" : checked.error().code;
}

}  // namespace

TEST_CASE("backup: taken while work goes on, it is proven and holds a consistent moment") {
    Bench b;
    for (int i = 0; i < 300; ++i) b.accept(full_acceptance(i));
    bool stop = false;
    int taken = 0;
    auto ended = [&](std::exception_ptr, int n) { taken = n; };
    asio::co_spawn(b.io, accept_until(*b.store, stop, 1'000), ended);
    CHECK(b.await(backup_then_stop(*b.store, b.harness.copy(), stop)).has_value());
    b.io.restart();
    b.io.run();
    CHECK(taken > 0);
    const auto messages = store::check_backup(b.harness.copy());
    REQUIRE(messages.has_value());
    CHECK(*messages >= 300);
    CHECK(*messages <= 300 + taken);
    CHECK_FALSE(std::filesystem::exists(b.harness.copy() + ".unproven"));
}

TEST_CASE("backup: a restored copy is a store") {
    Bench b;
    make_copy(b);
    b.store.reset();
    std::filesystem::remove_all(b.harness.folder.path() + "/data");
    std::filesystem::create_directory(b.harness.folder.path() + "/data");
    std::filesystem::copy(b.harness.copy(), b.harness.folder.path() + "/data/lienthong.db");
    b.store = b.harness.open(b.io, day_two);
    CHECK(b.stats().ready == 50);
    CHECK(b.accept(full_acceptance(7)).repeated);
    CHECK(b.claim(100, day_two).size() == 50);
}

TEST_CASE("backup: after a restore what may be sent only once is asked about before it is sent") {
    Bench b;
    b.accept(sms("first"));
    b.accept(sms("second"));
    ports::Acceptance other = acceptance("portal");
    b.accept(with_leg(other, "D1"));
    const std::int64_t epoch = b.store->health().epoch;
    REQUIRE(b.await(b.store->backup(b.harness.copy())).has_value());
    put_back(b);
    CHECK(b.store->health().epoch == epoch + 1'000'000);
    CHECK(b.claim(10, day_two).size() == 1);  // the portal deduplicates
    CHECK(b.stats("sms_viettel").unknown == 1);
    CHECK(b.claim(10, day_two, "sms_viettel").empty());
    const core::Instant later = day_two + std::chrono::minutes(1);
    for (int turn = 0; turn < 2; ++turn) {  // the second when it is its turn
        const core::Claim claim = sms_claim(b, later);
        CHECK(claim.state == LegState::unknown);
        CHECK(claim.sends_unknown == 1);
        core::Settlement done = settlement(LegState::delivered, Outcome::already_there, later);
        done.was_enquiry = true;
        CHECK(b.settle(claim.lane, claim.fence, done).empty());
    }
    b.accept(sms("third"));
    CHECK(sms_claim(b, later).state == LegState::ready);  // what came afterwards is new
    const std::int64_t second_epoch = b.store->health().epoch;
    b.restart(later);
    CHECK(b.store->health().epoch == second_epoch + 1);
    CHECK(b.stats("sms_viettel").ready == 1);
}

TEST_CASE("OC-16 backup: after a restore no number of the feed is used a second time") {
    Bench b;
    b.accept(sms("first"));
    REQUIRE(b.await(b.store->backup(b.harness.copy())).has_value());
    b.accept(sms("second"));
    b.accept(sms("third"));
    const std::int64_t cursor = b.await(b.store->feed_end("H56")).value();
    put_back(b);
    b.restart(day_two);  // nothing was written in between
    b.accept(sms("second"));
    const auto page = b.await(b.store->feed("H56", cursor, 10, {})).value();
    CHECK(page.items.size() == 1);
}

TEST_CASE("backup: the proof finds damage of every kind") {
    CHECK(broken_after("SELECT 1").empty());
    for (const char* sql :
         {"UPDATE leg SET urgency = 0 WHERE id = 3",
          "UPDATE message SET body = x'00' WHERE id = 3",
          "UPDATE object SET version = 9 WHERE id = 'D3'",
          "UPDATE answer SET status = 9 WHERE message_id = 3",
          "UPDATE audit SET actor = 'somebody' WHERE id = 3",
          "DELETE FROM audit WHERE id = 3",
          "UPDATE leg_count SET n = n - 1",
          "UPDATE lane SET note = 'x' WHERE id = 3"})
        CHECK(broken_after(sql) == "backup.broken");
}

TEST_CASE("backup: any byte that changed is refused by the digest beside the copy") {
    Bench b;
    make_copy(b);
    CHECK(store::check_backup(b.harness.copy()).has_value());
    const auto size = std::filesystem::file_size(b.harness.copy());
    for (const std::uintmax_t at : {std::uintmax_t{100}, size / 2, size - 1}) {
        std::fstream file(b.harness.copy(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const char was = static_cast<char>(file.get());
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(was ^ 1)).flush();
        CHECK(store::check_backup(b.harness.copy()).error().code == "backup.broken");
        file.seekp(static_cast<std::streamoff>(at));
        file.put(was).flush();
    }
    CHECK(store::check_backup(b.harness.copy()).has_value());
    std::filesystem::resize_file(b.harness.copy(), size / 100 * 99);
    CHECK(store::check_backup(b.harness.copy()).error().code == "backup.broken");
}

TEST_CASE("backup: a file that is missing or no database is broken") {
    TempFolder folder;
    CHECK(store::check_backup(folder.path() + "/none.db").error().code == "backup.broken");
}

TEST_CASE("backup: rows that are missing at the end are noticed by the count") {
    Bench b;
    make_copy(b);
    auto facts = store::sqlite::examine(b.harness.copy()).value();
    std::filesystem::rename(b.harness.copy(), b.harness.copy() + ".unproven");
    facts.messages += 1;
    CHECK_FALSE(store::sqlite::prove(b.harness.copy(), facts).has_value());
    CHECK_FALSE(std::filesystem::exists(b.harness.copy()));
    facts.messages -= 1;
    CHECK(store::sqlite::prove(b.harness.copy(), facts).has_value());
}

TEST_CASE("backup: one at a time, and a folder that cannot be written is an error, not the end") {
    Bench b;
    const auto result = b.await(b.store->backup("/nowhere/at/all/copy.db"));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().advice == core::Advice::retry);
    CHECK(b.refused(acceptance("k1")).empty());
    CHECK(b.await(b.store->backup(b.harness.copy())).has_value());
}

}  // namespace gw::test
