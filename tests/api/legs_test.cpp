// The administration's look at one leg, and what is refused by hand.
#include "gateway/api/leg_json.hpp"
#include "tests/api/dead_leg.hpp"

#include <doctest/doctest.h>

namespace gw::test {

TEST_CASE("leg: what the partner answered is shown without numbers of persons") {
    CHECK(
        api::without_numbers("{\"SoDinhDanh\":\"020190000001\",\"code\":-1}") ==
        "{\"SoDinhDanh\":\"020******001\",\"code\":-1}"
    );
    CHECK(api::without_numbers("20260105143208 12345678") == "20260105143208 12345678");
    ports::AttemptView attempt;
    attempt.answer = std::string("\xff") + "khong co 0100000001";
    const auto shown = api::attempt_json(attempt);
    CHECK(shown.text_of("answer").find("khong co") != std::string::npos);
    CHECK(shown.text_of("answer").find("0100000001") == std::string::npos);
    attempt.answer.clear();
    CHECK(api::attempt_json(attempt).find("answer") == nullptr);
}

TEST_CASE("leg: what is no longer possible is refused with the state, and counted") {
    ApiKit kit;
    kit.dossier("H37.14-260302-0001");
    kill_leg(kit);
    const auto dead = kit.admin("GET", "/admin/partners/portal/queue?state=dead");
    const auto path = "/admin/legs/" + dead.text("/items/0/id");
    const auto why = R"({"reason_vi":"thử","actor":"CB0007"})";
    const auto refused = kit.admin("POST", path + "/done", why);
    CHECK(refused.status == 409);
    CHECK(refused.text("/code") == "leg.state");
    CHECK(refused.text("/message_vi").find("dead") != std::string::npos);
    CHECK(kit.admin("GET", path).status == 200);
    const auto metrics = kit.admin("GET", "/metrics").body;
    CHECK(metrics.find("lienthong_api_problems_total{code=\"leg.state\"} 1") != std::string::npos);
    CHECK(metrics.find("lienthong_accept_seconds_bucket{le=\"+Inf\"} ") != std::string::npos);
    CHECK(metrics.find("lienthong_accept_seconds_count 0") == std::string::npos);
}

TEST_CASE("backup: a folder that cannot be written is named") {
    ApiKit kit;
    const auto refused = kit.admin("POST", "/admin/backup", R"({"path":"/nowhere/lienthong.db"})");
    CHECK(refused.status == 422);
    CHECK(refused.text("/code") == "backup.folder");
    CHECK(refused.text("/message_vi").find("/nowhere") != std::string::npos);
}

}  // namespace gw::test
