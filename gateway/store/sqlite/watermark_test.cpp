// How full the disk is decides who is still served: three marks, each left by itself.
#include "gateway/store/sqlite/space.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>

namespace gw::test {

namespace {

using core::Urgency;

struct Disk {
    std::shared_ptr<std::atomic<double>> share = std::make_shared<std::atomic<double>>(0.5);
    TempFolder folder;
    boost::asio::io_context io;
    std::unique_ptr<ports::Store> store;
    int n = 0;

    Disk() {
        store::SqliteOptions options;
        options.folder = folder.path();
        options.disk_shed_share = 0.80;
        options.disk_urgent_share = 0.90;
        options.disk_refuse_share = 0.95;
        options.ballast_bytes = 0;
        options.disk_probe = [share = share] {
            store::DiskSpace space;
            space.used_share = *share;
            space.free = 1 << 30;
            return space;
        };
        store = store::open_sqlite_store(io.get_executor(), options, day_one);
    }
    /// New work of this class is taken.
    bool takes(Urgency urgency, bool needed = false) {
        auto a = acceptance("k" + std::to_string(++n));
        a.urgency = urgency;
        a.needed = needed;
        const auto taken = run(io, store->accept(std::move(a)));
        if (!taken) CHECK(taken.error().code == "store.disk_nearly_full");
        return taken.has_value();
    }
    /// "0123": the classes that are taken at this share.
    std::string at(double used) {
        *share = used;
        std::string taken;
        for (const auto urgency : {Urgency::p0, Urgency::p1, Urgency::p2, Urgency::p3})
            if (takes(urgency)) taken += std::to_string(static_cast<int>(urgency));
        return taken;
    }
};

}  // namespace

TEST_CASE("disk marks: 80 % refuses p2 and p3, 90 % all but p0, 95 % everything new") {
    Disk disk;
    CHECK(disk.at(0.50) == "0123");
    CHECK(disk.at(0.80) == "0123");
    CHECK(disk.at(0.81) == "01");
    CHECK(disk.store->health().disk_level == 1);
    CHECK(disk.store->health().writable);
    CHECK(disk.at(0.91) == "0");
    CHECK(disk.store->health().disk_level == 2);
    CHECK(disk.at(0.96).empty());
    CHECK(disk.store->health().disk_level == 3);
    CHECK_FALSE(disk.store->health().writable);
    CHECK(disk.takes(Urgency::p3, true));
}

TEST_CASE("disk marks: each is left by itself when there is room again") {
    Disk disk;
    for (const double full : {0.81, 0.91, 0.96}) {
        disk.at(full);
        CHECK(disk.at(0.79) == "0123");
        CHECK(disk.store->health().writable);
        CHECK(disk.store->health().disk_level == 0);
    }
}

TEST_CASE("disk marks: a payment among the legs lets the whole acceptance in") {
    Disk disk;
    *disk.share = 0.91;
    auto a = acceptance("pay");
    with_leg(a, "D1", "national_portal", core::Effect::conditional, Urgency::p0);
    CHECK(run(disk.io, disk.store->accept(std::move(a))).has_value());
}

}  // namespace gw::test
