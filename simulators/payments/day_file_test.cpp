// The day file: columns, sums, digest, sequence, and every fault of the switch `statement`.
#include "simulators/payments/day_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sim::payments {
namespace {

using std::chrono::hours;

struct Desk {
    kit::Faults faults{1, {"national_platform"}, {"statement"}};
    DayFiles files{"national_platform"};
    core::Day day = *from_compact_day("20260105");
    core::Instant now = *kit::from_compact_time("20260106060000");
    std::vector<DayLine> lines;
    Desk() {
        DayLine l;
        l.at = *kit::from_compact_time("20260105143208");
        l.transaction = "PP0000000001";
        l.reference = "LT260057K3M9Q2C";
        l.dossier = "H56.14-260105-0007";
        l.amount = 16'000;
        l.account = "0001";
        l.text = "Le phi ho so H56.14-260105-0007";
        lines.push_back(l);
    }
    std::optional<DayFile> make() { return files.make("LTTEST01", day, lines, faults, now); }
    void fault(const std::string& kind) {
        kit::Fault f("statement");
        f.params["kind"] = kind;
        REQUIRE(faults.set(f).has_value());
    }
};

TEST_CASE("day file: the example of the description, byte for byte, and its digest") {
    Desk d;
    auto file = d.make();
    REQUIRE(file);
    CHECK(file->name == "national_platform_LTTEST01_20260105_1.csv");
    CHECK(
        file->csv ==
        "line_type,provider,merchant_code,transaction_time,provider_transaction,reference,dossier_"
        "code,"
        "amount,fee_amount,net_amount,currency,status,method,bank_code,settlement_date,settlement_"
        "batch,"
        "beneficiary_account,original_transaction,description\n"
        "TXN,national_platform,LTTEST01,2026-01-05T14:32:08+07:00,PP0000000001,LT260057K3M9Q2C,"
        "H56.14-260105-0007,16000,0,16000,VND,SUCCESS,bank,TESTBANK,2026-01-06,B20260106-01,0001,,"
        "Le phi ho so H56.14-260105-0007\n"
        "TRAILER,national_platform,LTTEST01,2026-01-05T23:59:59+07:00,1,,,16000,0,16000,VND,,,,,,,,"
        "\n"
    );
    CHECK(file->digest_name == file->name + ".sha256");
    CHECK(file->digest == kit::sha256_hex(file->csv) + "  " + file->name + "\n");
}

TEST_CASE("day file: there at 06:00 of the next day; a changed one has the next number") {
    Desk d;
    d.now -= core::Duration(1);
    CHECK_FALSE(d.make());
    d.now += core::Duration(1);
    CHECK(d.make()->name.ends_with("_1.csv"));
    CHECK(d.make()->name.ends_with("_1.csv"));
    d.lines.push_back(d.lines[0]);
    CHECK(d.make()->name.ends_with("_2.csv"));
}

TEST_CASE("day file: refunds count in no batch; reversed money counts nowhere; fees are taken off"
) {
    Desk d;
    d.lines[0].fee = 500;
    auto refund = d.lines[0];
    refund.type = "REFUND";
    refund.fee = 0;
    refund.status = "REFUNDED";
    refund.original = "PP0000000001";
    auto reversed = d.lines[0];
    reversed.status = "REVERSED";
    reversed.fee = 0;
    d.lines.push_back(refund);
    d.lines.push_back(reversed);
    auto csv = d.make()->csv;
    CHECK(csv.find(",3,,,16000,500,15500,VND") != std::string::npos);
    CHECK(csv.find("16000,0,,VND,REFUNDED,bank,TESTBANK,,,0001,PP0000000001") != std::string::npos);
}

TEST_CASE("day file: text with commas and quotes is quoted") {
    Desk d;
    d.lines[0].text = "A, \"B\"";
    CHECK(d.make()->csv.find(",\"A, \"\"B\"\"\"\n") != std::string::npos);
}

TEST_CASE("F-148 day file: each kind of fault is what it says, and stays so until the table changes"
) {
    for (const auto& kind : statement_kinds()) {
        CAPTURE(kind);
        Desk good, d;
        d.fault(kind);
        auto right = good.make();
        auto file = d.make();
        if (kind == "missing_file" || kind == "late") {
            CHECK_FALSE(file);
            d.now += hours(48);
            CHECK(d.make().has_value() == (kind == "late"));
            continue;
        }
        REQUIRE(file);
        CHECK(file->faults == std::vector<std::string>{kind});
        CHECK((file->csv != right->csv || file->digest != right->digest));
        CHECK(d.make()->csv == file->csv);
        bool digest_good = file->digest.starts_with(kit::sha256_hex(file->csv));
        CHECK(digest_good == (kind != "wrong_digest"));
        auto lines = std::count(file->csv.begin(), file->csv.end(), '\n');
        bool one_more = kind == "duplicate_line" || kind == "extra";
        bool one_less = kind == "missing" || kind == "no_trailer";
        CHECK(lines == (one_more ? 4 : one_less ? 2 : 3));
    }
}

}  // namespace
}  // namespace sim::payments
