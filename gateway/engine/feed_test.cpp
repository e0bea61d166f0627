// Tests of the feed's JSON and of what a settlement tells the one-stop.
#include "gateway/engine/feed_json.hpp"
#include "gateway/engine/sync_feed.hpp"

#include <doctest/doctest.h>

using namespace gw;
using core::LegState;

TEST_CASE("OC-16 feed json: the bytes of the contract's example") {
    core::FeedItem item;
    item.id = "evt_01KE6H43580000000000000031";
    item.type = "payment.paid";
    item.timestamp = *core::parse_rfc3339("2026-01-05T14:32:09.120+07:00");
    item.seq = 90244;
    item.dossier = "H56.14-260105-0007";
    item.dossier_seq = 9;
    item.actor = "partner:national_platform";
    item.data =
        R"({"payment_id":"pay_01KE6H0KTR0000000000000002","amount":16000,"currency":"VND","state":"paid","provider":"national_platform"})";
    CHECK(
        engine::event_json(item) ==
        R"({"id":"evt_01KE6H43580000000000000031","type":"payment.paid","timestamp":"2026-01-05T14:32:09.120+07:00","seq":90244,"dossier_code":"H56.14-260105-0007","dossier_seq":9,"actor":"partner:national_platform","data":{"payment_id":"pay_01KE6H0KTR0000000000000002","amount":16000,"currency":"VND","state":"paid","provider":"national_platform"}})"
    );
}

TEST_CASE("feed json: without a dossier there are no dossier members") {
    core::FeedItem item;
    item.id = "evt_1";
    item.type = "inbox.item_ready";
    item.actor = "partner:p";
    item.timestamp = core::from_ms(0);
    item.seq = 4;
    const std::string json = engine::event_json(item);
    CHECK(json.find("dossier") == std::string::npos);
    CHECK(json.find(R"("actor":"partner:p","data":{}})") != std::string::npos);
}

TEST_CASE("sync feed: an enquiry that proved it also says which version the partner has") {
    core::Claim claim;
    claim.leg.partner = "national_portal";
    claim.leg.operation = "national_portal.DongBoHoSoMC";
    claim.leg.agency = "H56";
    claim.leg.dossier = "H56.14-260105-0007";
    claim.state = LegState::unknown;
    claim.snapshot = std::make_shared<const std::string>(R"({"dossier":{"version":3}})");
    core::Settlement s;
    s.state = LegState::delivered;
    s.was_enquiry = true;
    core::Operation operation;
    operation.message = "dossier";
    const auto items = engine::sync_feed(claim, s, &operation, core::from_ms(0));
    REQUIRE(items.size() == 2);
    CHECK(items[0].type == "dossier.sync_changed");
    CHECK(
        items[0].data == R"({"partner":"national_portal","message":"dossier","state":"delivered"})"
    );
    CHECK(items[1].type == "dossier.sync_confirmed");
    CHECK(items[1].data == R"({"partner":"national_portal","message":"dossier","sent_version":3})");
    CHECK(items[1].actor == "system:sync");
}

TEST_CASE("sync feed: waiting again is no news, an unknown outcome is news once") {
    core::Claim claim;
    claim.leg.dossier = "H56.14-260105-0007";
    claim.leg.operation = "toy.Push";
    core::Settlement s;
    s.state = LegState::retry;
    CHECK(engine::sync_feed(claim, s, nullptr, core::from_ms(0)).empty());
    s.state = LegState::unknown;
    s.reason = "toy.lost";
    const auto items = engine::sync_feed(claim, s, nullptr, core::from_ms(0));
    REQUIRE(items.size() == 1);
    CHECK(
        items[0].data ==
        R"({"partner":"","message":"Push","state":"unknown_outcome","error_code":"toy.lost"})"
    );
    claim.state = LegState::unknown;
    CHECK(engine::sync_feed(claim, s, nullptr, core::from_ms(0)).empty());
    claim.leg.dossier.clear();
    s.state = LegState::dead;
    CHECK(engine::sync_feed(claim, s, nullptr, core::from_ms(0)).empty());
}
