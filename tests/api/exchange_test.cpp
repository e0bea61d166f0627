// Inbox, event feed, webhooks, replays, catalogue, administration and description over the API.
#include "gateway/access/webhook_secrets.hpp"
#include "gateway/api/openapi.hpp"
#include "gateway/crypto/digest.hpp"
#include "tests/api/api_kit.hpp"
#include "tests/api/dead_leg.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

ports::Headers one(std::string name, std::string value) {
    ports::Headers headers;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

/// An inbox item as a connector leaves it; `with_file`: its one file is stored.
std::string put_item(ApiKit& kit, bool with_file, const char* state = "ready") {
    auto entry = texts({{"name", "to-khai.pdf"}, {"source", "https://portal.test/secret"}});
    if (with_file) entry.set("attachment_id", text(kit.file()));
    auto manifest = core::Document::list();
    manifest.push(std::move(entry));
    auto body = texts(
        {{"id", "inb_01KE5TW4Y00000000000000010"},
         {"partner", "national_portal"},
         {"kind", "dossier"},
         {"partner_ref", "H37.14-260302-0001"},
         {"state", state},
         {"tray", "coordination"}}
    );
    body.set("manifest", std::move(manifest));
    body.set("payload", texts({{"code", "H37.14-260302-0001"}}));
    auto acceptance = an_acceptance(kit.clock.now());
    core::ObjectWrite write;
    write.object.kind = "inbox_item";
    write.object.agency = "H37";
    write.object.id = body.text_of("id");
    write.object.state = state;
    write.object.ref = "H37.14-260302-0001";
    write.object.body = formats::write_json(body);
    write.object.created_at = write.object.updated_at = kit.clock.now();
    acceptance.objects.push_back(std::move(write));
    REQUIRE(kit.loop.get(kit.store->accept(std::move(acceptance))).has_value());
    return "/v1/inbox/" + body.text_of("id");
}

const std::string ack = R"({"dossier_code":"H37.14-260302-0001","outcome":"created"})";

}  // namespace

TEST_CASE("inbox: claimed, acknowledged, not given twice") {
    ApiKit kit;
    const auto path = put_item(kit, true);
    const auto list = kit.call("GET", "/v1/inbox?state=ready&kind=dossier");
    REQUIRE(list.json.find("items")->size() == 1);
    CHECK(list.text("/items/0/tray") == "coordination");  // NP-46
    CHECK(list.body.find("secret") == std::string::npos);
    CHECK(kit.call("POST", path + "/ack", ack).code() == "inbox.not_claimed");
    const auto claimed = kit.call("POST", path + "/claim");
    CHECK_MESSAGE(claimed.status == 200, claimed.body);
    CHECK(claimed.text("/state") == "claimed");
    CHECK(claimed.text("/payload/code") == "H37.14-260302-0001");
    const auto other = one("LT-Actor", "CB0002");
    CHECK(kit.call("POST", path + "/claim", "", other).code() == "inbox.claimed");
    CHECK(kit.call("POST", path + "/ack", ack, other).code() == "inbox.claimed");
    CHECK(kit.call("GET", "/v1/inbox?state=ready").json.find("items")->size() == 0);
    CHECK(kit.call("POST", path + "/ack", ack).text("/state") == "acknowledged");
    CHECK(kit.call("POST", path + "/claim").status == 409);
}

TEST_CASE("OC-10 inbox: an item whose lease ran out is ready again") {
    ApiKit kit;
    const auto path = put_item(kit, true);
    kit.call("POST", path + "/claim");
    kit.loop.run_for(std::chrono::minutes(5));
    CHECK(kit.call("GET", "/v1/inbox?state=ready").json.find("items")->size() == 0);
    kit.loop.run_for(std::chrono::minutes(5));
    const auto token = "Bearer " + kit.token();
    CHECK(
        kit.call("GET", "/v1/inbox?state=ready", "", one("Authorization", token))
            .json.find("items")
            ->size() == 1
    );
    ports::Headers headers;
    headers.emplace_back("Authorization", token);
    headers.emplace_back("LT-Actor", "CB0002");
    CHECK(kit.call("POST", path + "/claim", "", headers).status == 200);
}

TEST_CASE("inbox: an item with a missing file is only taken knowingly") {
    ApiKit kit;
    const auto path = put_item(kit, false);
    kit.call("POST", path + "/claim");
    CHECK(kit.call("POST", path + "/ack", ack).code() == "inbox.incomplete");
    const std::string knowing =
        R"({"dossier_code":"H37.14-260302-0001","outcome":"created","accept_incomplete":{"reason_vi":"Có bản giấy","missing":["to-khai.pdf"]}})";
    CHECK(
        kit.call("POST", path + "/ack", knowing, one("LT-Actor", "-")).code() ==
        "auth.actor_missing"
    );
    CHECK(kit.call("POST", path + "/ack", knowing).status == 200);
    CHECK(kit.call("POST", path + "/ack", std::string(R"({"outcome":"lost"})")).status == 422);
}

TEST_CASE("inbox: a claim is for one worker, also where two jobs have one name") {
    ApiKit kit;
    const auto path = put_item(kit, true);
    const auto job = one("LT-Actor", "system:inbox");
    CHECK(kit.call("POST", path + "/claim", "", job).status == 200);
    CHECK(kit.call("POST", path + "/claim", "", job).code() == "inbox.claimed");
    CHECK(kit.call("POST", path + "/ack", ack, job).status == 200);
}

TEST_CASE("inbox: a failed item that was claimed and left is failed again, and taken knowingly") {
    ApiKit kit;
    const auto path = put_item(kit, true, "failed");
    CHECK(kit.call("POST", path + "/claim").status == 200);
    CHECK(kit.call("POST", path + "/ack", ack).code() == "inbox.incomplete");
    kit.loop.run_for(std::chrono::minutes(11));
    kit.log_in_again();
    CHECK(kit.call("GET", "/v1/inbox?state=ready").json.find("items")->size() == 0);
    CHECK(kit.call("GET", "/v1/inbox?state=failed").json.find("items")->size() == 1);
    CHECK(kit.call("POST", path + "/claim").status == 200);
    CHECK(kit.call("POST", path + "/ack", ack).code() == "inbox.incomplete");
    const std::string knowing =
        R"({"dossier_code":"H37.14-260302-0001","outcome":"created","accept_incomplete":{"reason_vi":"Có bản giấy","missing":[]}})";
    CHECK(kit.call("POST", path + "/ack", knowing).status == 200);
}

TEST_CASE("inbox: a refusal is the one-stop's own") {
    ApiKit kit;
    const auto path = put_item(kit, true);
    auto body = texts({{"reason_code", "R1"}, {"reason_vi", "Không thuộc thẩm quyền"}});
    body.set("officer", officer());
    CHECK(kit.call("POST", path + "/refuse", body).text("/state") == "refused");
    const auto events =
        kit.loop.get(kit.store->events_of("H37", "H37.14-260302-0001", "inbox.refused"));
    CHECK(events.value().size() == 1);
}

TEST_CASE("OC-16 feed: in order from a cursor, types filter, no personal data") {
    ApiKit kit;
    const auto start = kit.call("GET", "/v1/events").text("/next");
    kit.dossier("H37.14-260302-0001");
    kit.dossier("H37.14-260302-0002");
    const auto page = kit.call("GET", "/v1/events?limit=1&after=" + start);
    REQUIRE(page.json.find("items")->size() == 1);
    CHECK(page.text("/has_more") == "true");
    CHECK(page.text("/items/0/dossier_code") == "H37.14-260302-0001");
    CHECK(page.text("/items/0/actor") == "CB0001");
    const auto rest = kit.call("GET", "/v1/events?after=" + page.text("/next"));
    CHECK(rest.json.find("items")->size() >= 1);
    CHECK(rest.body.find("MẪU") == std::string::npos);
    CHECK(
        kit.call("GET", "/v1/events?after=begin&types=payment.*").json.find("items")->size() == 0
    );
    CHECK(kit.call("GET", "/v1/events?after=nonsense").code() == "request.parameter");
}

TEST_CASE("OC-16 feed: a cursor from beyond its end is gone, not silence") {
    ApiKit kit;
    kit.dossier("H37.14-260302-0001");
    const auto end = kit.call("GET", "/v1/events").text("/next");
    CHECK(kit.call("GET", "/v1/events?after=" + end).status == 200);
    ApiKit older;  // as after a restore: the same feed, some events shorter
    const auto ahead = older.call("GET", "/v1/events?after=" + end);
    CHECK(ahead.status == 410);
    CHECK(ahead.code() == "gone");
    const auto from = older.call("GET", "/v1/events?after=" + ahead.text("/oldest_cursor"));
    CHECK(from.status == 200);
}

TEST_CASE("feed: a long poll answers when something comes, or when its time is over") {
    ApiKit kit;
    const auto before = kit.clock.now();
    CHECK(kit.call("GET", "/v1/events?wait=3").json.find("items")->size() == 0);
    CHECK(kit.clock.now() - before == core::Duration(3'000));
    const auto token = kit.token();
    std::string body;
    const auto run = [](api::Api& api, ports::InRequest r, std::string& out
                     ) -> asio::awaitable<void> {
        auto given = co_await api.handle(std::move(r));
        out = given.body;
    };
    auto request =
        kit.request("GET", "/v1/events?wait=25", "", one("Authorization", "Bearer " + token));
    kit.loop.start(run(*kit.api, std::move(request), body));
    kit.loop.run_for(core::Duration(1'000));
    CHECK(body.empty());
    kit.dossier("H37.14-260302-0001");
    kit.loop.run_for(core::Duration(1'000));
    CHECK(body.find("dossier.created") != std::string::npos);
}

TEST_CASE("webhooks: the secret is shown once, endpoints are changed by version") {
    ApiKit kit;
    const std::string wanted = R"({"url":"https://motcua.test/hook","types":["dossier.*"]})";
    const auto made = kit.call("POST", "/v1/webhook-endpoints", wanted);
    REQUIRE_MESSAGE(made.status == 201, made.body);
    CHECK(made.text("/secret").starts_with("whsec_"));
    const auto path = made.header("Location");
    CHECK(kit.call("GET", path).body.find("whsec_") == std::string::npos);
    CHECK(kit.call("GET", "/v1/webhook-endpoints").body.find("whsec_") == std::string::npos);
    const auto rotated = kit.call("POST", path + "/rotate");
    CHECK(rotated.text("/secret") != made.text("/secret"));
    const auto off =
        kit.call("PATCH", path, std::string(R"({"state":"disabled"})"), one("If-Match", "\"2\""));
    CHECK_MESSAGE(off.text("/state") == "disabled", off.body);
    CHECK(kit.call("PATCH", path, std::string("{}")).code() == "version.required");
    CHECK(kit.call("GET", path + "/attempts").status == 200);
    CHECK(kit.call("DELETE", path).status == 204);
    CHECK(kit.call("GET", path).status == 404);
    for (const auto* url :
         {"http://motcua.test/x",
          "https://user@motcua.test/",
          "ftp://a",
          "https://",
          "https://127.0.0.1/",
          "https://169.254.169.254/x",
          "https://10.0.0.1/",
          "https://[::1]/"}) {
        CAPTURE(url);
        const auto bad = R"({"url":")" + std::string(url) + R"(","types":["*"]})";
        CHECK(kit.call("POST", "/v1/webhook-endpoints", bad).code() == "webhook.url_not_allowed");
    }
}

TEST_CASE("webhooks: no secret stands in the store, and a repeated call gets the same one") {
    ApiKit kit;
    const std::string wanted = R"({"url":"https://motcua.test/hook","types":["dossier.*"]})";
    const auto key = one("Idempotency-Key", "hook");
    const auto made = kit.call("POST", "/v1/webhook-endpoints", wanted, key);
    REQUIRE_MESSAGE(made.status == 201, made.body);
    const auto again = kit.call("POST", "/v1/webhook-endpoints", wanted, key);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(again.body == made.body);
    const auto stored =
        kit.loop.get(kit.store->object("webhook_endpoint", "H37", made.text("/id"))).value();
    REQUIRE(stored.has_value());
    CHECK(stored->body.find("whsec_") == std::string::npos);
    const auto reference = formats::read_json(stored->body)->text_of("secret");
    CHECK(made.text("/secret") == access::webhook_secret(kit.signer, reference).value());
    auto answer = kit.loop.get(kit.store->answer_of(
        "onestop", "H37 POST /v1/webhook-endpoints hook", crypto::sha256(wanted)
    ));
    REQUIRE(answer.has_value());
    REQUIRE(answer->repeated);
    CHECK(answer->answer->body.find("whsec_") == std::string::npos);
    const auto path = made.header("Location") + "/rotate";
    const auto rotated = kit.call("POST", path, "", one("Idempotency-Key", "turn"));
    CHECK(rotated.text("/secret").starts_with("whsec_"));
    CHECK(kit.call("POST", path, "", one("Idempotency-Key", "turn")).body == rotated.body);
}

TEST_CASE("sync: a refused leg is shown with its reason and replayed under its key") {
    ApiKit kit;
    kit.loop.start(kit.api->run());
    kit.dossier("H37.14-260302-0001");
    kill_leg(kit);
    const auto state = kit.call("GET", "/v1/dossiers/H37.14-260302-0001/sync");
    CHECK(state.text("/items/0/state") == "rejected");
    CHECK(state.text("/items/0/last_error/code") == "portal.refused");
    CHECK(
        state.text("/items/0/last_error/message_vi") ==
        "Hệ thống «Cổng mẫu» từ chối: «the portal does not know the procedure». Sửa thông tin rồi "
        "gửi "
        "lại."
    );
    const std::string dry =
        R"({"selector":{"dossier_codes":["H37.14-260302-0001"]},"partner":"portal","reason_vi":"Đã sửa mã","dry_run":true})";
    const auto planned = kit.call("POST", "/v1/sync/replays", dry);
    CHECK_MESSAGE(planned.text("/state") == "planned", planned.body);
    CHECK(planned.text("/total") == "1");
    auto real = dry;
    real.replace(real.find(",\"dry_run\":true"), 15, "");
    const auto done = kit.call("POST", "/v1/sync/replays", real, one("Prefer", "wait=5"));
    CHECK_MESSAGE(done.text("/state") == "done", done.body);
    const auto legs = kit.loop.get(kit.store->legs_of("H37", "H37.14-260302-0001")).value();
    CHECK(legs[0].state == core::LegState::ready);
    CHECK(
        kit.call("POST", "/v1/sync/replays", real, one("LT-Actor", "-")).code() ==
        "auth.actor_missing"
    );
    kit.api->drain();
    kit.loop.run_for(core::Duration(1'000));
}

TEST_CASE("OC-12 sync: a clerk reads the partner's own sentence, without anybody's number") {
    ApiKit kit;
    kit.dossier("H37.14-260302-0001");
    kill_leg(kit, "Cổng báo số 038190000000 chưa đúng. Sửa rồi gửi lại.");
    const auto state = kit.call("GET", "/v1/dossiers/H37.14-260302-0001/sync");
    CHECK(
        state.text("/items/0/last_error/message_vi") ==
        "Cổng báo số *** chưa đúng. Sửa rồi gửi lại."
    );
    kit.dossier("H37.14-260302-0002");
    kill_leg(kit, "");
    const auto silent = kit.call("GET", "/v1/dossiers/H37.14-260302-0002/sync");
    CHECK_FALSE(silent.text("/items/0/last_error/message_vi").empty());
}

TEST_CASE("sync: many replays wait for a second person") {
    ApiKit kit;
    kit.loop.start(kit.api->run());
    for (int i = 1; i <= 3; ++i) {
        kit.dossier("H37.14-260302-000" + std::to_string(i));
        kill_leg(kit);
    }
    const std::string all =
        R"({"selector":{"filter":{"state":"dead"}},"partner":"portal","reason_vi":"Đã sửa"})";
    const auto job = kit.call("POST", "/v1/sync/replays", all);
    CHECK(job.text("/state") == "waiting_approval");
    const auto path = "/v1/sync/replays/" + job.text("/id") + "/approve";
    CHECK(kit.call("POST", path).code() == "auth.second_person_required");
    CHECK(kit.call("POST", path, "", one("LT-Actor", "LD0001")).status == 202);
    kit.loop.run_for(core::Duration(1'000));
    CHECK(kit.call("GET", "/v1/jobs/" + job.text("/id")).text("/state") == "done");
    kit.api->drain();
    kit.loop.run_for(core::Duration(1'000));
}

TEST_CASE("catalogue: units of a day, conversion, lists, 304") {
    ApiKit kit;
    CHECK(
        kit.call("GET", "/v1/catalogue/admin-units?valid_on=2025-06-30").body.find("Hà Giang") !=
        std::string::npos
    );
    const auto now = kit.call("GET", "/v1/catalogue/admin-units");
    CHECK(now.body.find("Hà Giang") == std::string::npos);
    CHECK(
        kit.call("GET", "/v1/catalogue/admin-units", "", one("If-None-Match", now.header("ETag")))
            .status == 304
    );
    const auto converted = kit.call(
        "GET", "/v1/catalogue/admin-units/convert?code=02&valid_on=2025-01-01&to=2026-01-01"
    );
    CHECK(converted.text("/targets/0/code") == "08");
    const auto back = kit.call(
        "GET", "/v1/catalogue/admin-units/convert?code=08&valid_on=2026-01-01&to=2025-01-01"
    );
    CHECK(back.json.find("targets")->size() == 2);
    CHECK(kit.call("GET", "/v1/catalogue/code-lists/nothing").status == 404);
    CHECK(kit.call("GET", "/v1/catalogue/procedures").status == 200);
    CHECK(kit.call("GET", "/v1/partners").text("/items/0/partner") == "portal");
}

TEST_CASE("administration: only on the unix socket, with a reason for every act") {
    ApiKit kit;
    kit.dossier("H37.14-260302-0001");
    CHECK(kit.admin("GET", "/admin/status").text("/store/writable") == "true");
    const auto seen = kit.admin("GET", "/admin/dossiers/H37.14-260302-0001");
    CHECK(seen.status == 200);
    CHECK(seen.body.find("MẪU") == std::string::npos);
    const auto leg = "/admin/legs/" + seen.text("/legs/0/id");
    CHECK(kit.admin("GET", leg).text("/operation") == "portal.Send");
    CHECK(kit.admin("GET", leg + "/explain").text("/bytes") == "would send portal.Send");
    CHECK(kit.admin("GET", "/admin/messages/1").status == 200);
    CHECK(kit.admin("GET", "/admin/messages/99999").status == 404);
    kill_leg(kit);
    CHECK(kit.admin("POST", leg + "/redrive", "{}").status == 422);
    const std::string why = R"({"reason_vi":"Đã sửa","actor":"system:op"})";
    CHECK(kit.admin("POST", leg + "/redrive", why).text("/state") == "ready");
    CHECK(kit.admin("POST", leg + "/done", why).status == 409);
    CHECK(kit.admin("POST", leg + "/cancel", why).text("/state") == "cancelled");
    CHECK(
        kit.admin("GET", "/metrics").body.find("lienthong_legs{partner=\"portal\"") !=
        std::string::npos
    );
    CHECK(kit.call("GET", "/metrics").status == 200);
    CHECK(kit.send(kit.request("GET", "/metrics")).status == 401);
}

TEST_CASE("health: open, and honest while the gateway stops") {
    ApiKit kit;
    CHECK(kit.send(kit.request("GET", "/healthz")).status == 200);
    CHECK(kit.send(kit.request("GET", "/readyz")).status == 200);
    kit.api->drain();
    CHECK(kit.send(kit.request("GET", "/readyz")).status == 503);
}

TEST_CASE("routes: everything but the open ones asks who is there") {
    ApiKit kit;
    for (const auto& route : api::all_routes()) {
        CAPTURE(route.id);
        if (route.door == api::Door::open) continue;
        const auto answer =
            kit.send(kit.request(std::string(route.method), std::string(route.path)));
        CHECK(answer.status == (route.door == api::Door::admin ? 404 : 401));
        const bool asks_scope = route.scopes != 0 || route.id == "openapi";
        CHECK((asks_scope || route.door == api::Door::admin));
        if (route.method == "POST" && route.door == api::Door::token)
            CHECK(route.key != api::KeyRule::none);
    }
}

TEST_CASE("openapi: every route is in it, every path exists, every reference is declared") {
    ApiKit kit;
    const auto document = kit.call("GET", "/v1/openapi.json");
    REQUIRE(document.text("/openapi") == "3.1.0");
    const auto* paths = document.json.find("paths");
    std::size_t described = 0;
    for (const auto& path : paths->members()) described += path.value.size();
    std::size_t public_routes = 0;
    for (const auto& route : api::all_routes()) {
        if (route.door == api::Door::admin) continue;
        CAPTURE(route.id);
        ++public_routes;
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(c + 32);
        const auto* path = paths->find(route.path);
        REQUIRE(path != nullptr);
        CHECK(path->find(method)->text_of("operationId") == route.id);
        CHECK_FALSE(route.summary.empty());
    }
    CHECK(described == public_routes);
    const auto* schemas = document.json.at("/components/schemas");
    std::size_t at = 0, references = 0;
    const std::string mark = "#/components/schemas/";
    while ((at = document.body.find(mark, at)) != std::string::npos) {
        at += mark.size();
        const auto name = document.body.substr(at, document.body.find('"', at) - at);
        CAPTURE(name);
        CHECK(schemas->find(name) != nullptr);
        ++references;
    }
    CHECK(references > 50);
}

}  // namespace gw::test
