// Keys of messages: found whatever was rolled back, written out or reopened.
#include "gateway/store/sqlite/message_keys.hpp"

#include "gateway/store/rows.hpp"
#include "gateway/store/sqlite/opening.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>

#include <random>

using gw::store::key_of;
using gw::store::sqlite::Database;
using gw::store::sqlite::MessageKeys;

namespace {

struct Store {
    Store() {
        options.folder = folder.path();
        opened = gw::store::sqlite::open_database(options);
    }
    Database& db() { return *opened.writer; }
    std::int64_t rows() { return db().number("SELECT count(*) FROM inbox"); }

    gw::test::TempFolder folder;
    gw::store::SqliteOptions options;
    gw::store::sqlite::Opened opened;
};

gw::core::Digest digest_of(std::int64_t message) {
    gw::core::Digest digest{};
    for (std::size_t i = 0; i < 8; ++i) digest[i] = static_cast<std::uint8_t>(message >> (8 * i));
    return digest;
}

std::string name_of(std::int64_t message) {
    return "key-" + std::to_string(message);
}

/// Adds the message and its key, as accepting does.
void add(Store& store, MessageKeys& keys, std::int64_t message) {
    gw::store::sqlite::Statement row(
        store.db(),
        "INSERT INTO message (id, partner, agency, kind, message_key, received_at, digest, "
        "first_event, event_count, body, sum) VALUES (?1, 'p', 'a', 'k', ?2, 0, ?3, 0, 0, x'', 0)"
    );
    const std::string name = name_of(message);
    const gw::core::Digest digest = digest_of(message);
    row.run(message, name, gw::store::sqlite::Blob(digest));
    MessageKeys::Seen seen;
    seen.digest = digest;
    seen.message = message;
    keys.add(key_of({"p", name}), seen);
}

bool knows(MessageKeys& keys, std::int64_t message) {
    const auto seen = keys.find(key_of({"p", name_of(message)}));
    if (!seen) return false;
    CHECK(seen->message == message);
    CHECK(seen->digest == digest_of(message));
    return true;
}

}  // namespace

TEST_CASE("message keys: a batch that is rolled back leaves none of its keys") {
    Store store;
    MessageKeys keys(store.db(), 2);
    for (std::int64_t message = 1; message <= 4; ++message) {
        store.db().exec("BEGIN");
        add(store, keys, message);
        keys.write_out();
        store.db().exec("COMMIT");
        keys.committed();
    }
    const std::int64_t written = store.rows();
    CHECK(written == 2);
    store.db().exec("BEGIN");
    add(store, keys, 5);
    add(store, keys, 6);
    keys.undo(1);
    CHECK(knows(keys, 5));
    CHECK_FALSE(knows(keys, 6));
    keys.write_out();
    store.db().exec("ROLLBACK");
    keys.undo(0);
    CHECK(store.rows() == written);
    CHECK_FALSE(knows(keys, 5));
    for (std::int64_t message = 1; message <= 4; ++message) CHECK(knows(keys, message));
    CHECK_FALSE(keys.in_memory(key_of({"p", name_of(5)})));
}

TEST_CASE("message keys: whatever is committed is known, after any stop too") {
    Store store;
    std::mt19937 random(7);
    constexpr std::size_t memory_max = 20;
    std::vector<std::int64_t> good;
    std::int64_t last = 0;
    for (int start = 0; start < 30; ++start) {
        MessageKeys keys(store.db(), memory_max);
        const std::int64_t starts_from =
            store.db().number("SELECT value FROM meta WHERE name = 'keys_written_to'");
        CHECK(last - starts_from <= static_cast<std::int64_t>(6 * memory_max));
        for (const std::int64_t message : good) CHECK(knows(keys, message));
        const int batches = static_cast<int>(random() % 40);
        for (int batch = 0; batch < batches; ++batch) {
            store.db().exec("BEGIN");
            const std::int64_t before = last;
            for (auto n = random() % 9; n > 0; --n) add(store, keys, ++last);
            keys.write_out();
            if (random() % 4 == 0) {
                store.db().exec("ROLLBACK");
                keys.undo(0);
                last = before;
                continue;
            }
            store.db().exec("COMMIT");
            keys.committed();
            for (std::int64_t message = before + 1; message <= last; ++message)
                good.push_back(message);
        }
        for (const std::int64_t message : good) CHECK(knows(keys, message));
        CHECK_FALSE(knows(keys, last + 1));
    }
    CHECK(store.rows() >= static_cast<std::int64_t>(good.size() - 6 * memory_max));
}
