// Rules of rows, keys, feed pages.
#include "gateway/store/rows.hpp"

#include <doctest/doctest.h>

namespace gw::store {

TEST_CASE("rows: the version of a snapshot is that of its dossier") {
    CHECK(
        snapshot_version(R"({"key":"a","dossier":{"code":"version","x":{"version":3},"version":7}})"
        ) == 7
    );
    CHECK(snapshot_version(R"({"fee":{"version":1},"version": 4})") == 4);
    CHECK(snapshot_version(R"({"dossier":"version"})") == 0);
    CHECK(snapshot_version(R"({"a":"\"version\":5"})") == 0);
    for (const char* odd : {"", "[]", "{", "{\"version\"", "{\"version\":", "\"", "{\"a", "{}}}{"})
        CHECK(snapshot_version(odd) == 0);
}

TEST_CASE("rows: types match exactly or by their first word") {
    CHECK(type_matches({}, "payment.paid"));
    CHECK(type_matches({"payment.*"}, "payment.paid"));
    CHECK_FALSE(type_matches({"payment.*"}, "payments.paid"));
    CHECK_FALSE(type_matches({"payment"}, "payment.paid"));
    CHECK(type_matches({"a.b", "payment.paid"}, "payment.paid"));
}

TEST_CASE("rows: keys tell parts apart") {
    CHECK(key_of({"ab", "c"}) != key_of({"a", "bc"}));
    CHECK(key_of({"a"}).size() == 16);
}

TEST_CASE("rows: a fence is above all that were given before, in this epoch and in older ones") {
    CHECK(next_fence(0, 1) > 0);
    CHECK(next_fence(next_fence(0, 1), 1) == next_fence(0, 1) + 1);
    CHECK(next_fence(next_fence(0, 1) + 1'000, 2) > next_fence(0, 1) + 1'000'000);
}

TEST_CASE("rows: cursors come back as they went, and nothing else is one") {
    core::Object o;
    o.updated_at = core::from_ms(-5);
    o.id = "H56.14 ĐẶC BIỆT";
    o.agency = "H56";
    const auto place = parse_cursor(to_cursor(o));
    REQUIRE(place.has_value());
    CHECK(place->updated_at == o.updated_at);
    CHECK(place->id == o.id);
    CHECK(place->agency == o.agency);
    for (const char* odd : {"x", "AAAA", "MTIz", "=", "MQph"})
        CHECK_FALSE(parse_cursor(odd).has_value());
}

TEST_CASE("rows: each audit row's hash depends on every field and on the row before") {
    core::AuditRow row;
    row.id = 1;
    row.actor = "a";
    const core::Digest first = chain({}, row);
    CHECK(chain(first, row) != first);
    core::AuditRow moved = row;
    moved.actor = "";
    moved.action = "a";
    CHECK(chain({}, moved) != first);
}

}  // namespace gw::store
