// Tests of which backups stay.
#include "gateway/app/backup_job.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::app;

TEST_CASE("backups: the newest stay, and of the days before the last one each") {
    const std::vector<std::string> names{
        "lienthong-20260103080000.db",
        "lienthong-20260104080000.db",
        "lienthong-20260104230000.db",
        "lienthong-20260105080000.db",
        "lienthong-20260105081500.db",
        "lienthong-20260105083000.db",
        "lienthong-20260105083000.db.sha256",
        "by-hand.db",
        "lienthong-20261305083000.db"};
    CHECK(backups_to_remove(names, 9, 0).empty());
    CHECK(
        backups_to_remove(names, 2, 2) ==
        std::vector<std::string>{
            "lienthong-20260105080000.db",
            "lienthong-20260104080000.db",
            "lienthong-20260103080000.db"}
    );
    CHECK(
        backups_to_remove(names, 1, 30) ==
        std::vector<std::string>{
            "lienthong-20260105081500.db",
            "lienthong-20260105080000.db",
            "lienthong-20260104080000.db"}
    );
    CHECK(backups_to_remove({"by-hand.db", "lienthong-.db"}, 1, 0).empty());
}

TEST_CASE("backups: a name says when, in Vietnam") {
    CHECK(
        backup_name(*core::parse_rfc3339("2026-01-05T14:30:15+07:00")) ==
        "lienthong-20260105143015.db"
    );
}
