// A dossier's life over the API: keys, versions, steps, lists, what partners get.
#include "gateway/crypto/digest.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

constexpr const char* code = "H37.14-260302-0001";
constexpr const char* path = "/v1/dossiers/H37.14-260302-0001";

ports::Headers one(std::string name, std::string value) {
    ports::Headers headers;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

std::string below(std::string_view part) {
    return std::string(path) + std::string(part);
}

}  // namespace

TEST_CASE("dossiers: a new one is stored with its legs, events and version") {
    ApiKit kit;
    const auto made = kit.dossier(code);
    CHECK(made.header("ETag") == "\"1\"");
    CHECK(made.header("Location") == path);
    CHECK(made.text("/version") == "1");
    CHECK(made.header("Cache-Control") == "no-store");
    const auto read = kit.call("GET", path);
    CHECK(read.status == 200);
    CHECK(read.header("ETag") == "\"1\"");
    CHECK(read.text("/owner/full_name") == "TRẦN THỊ MẪU");
    const auto legs = kit.loop.get(kit.store->legs_of("H37", code)).value();
    REQUIRE(legs.size() >= 1);
    CHECK(legs[0].leg.operation == "portal.Send");
}

TEST_CASE("OC-1 OC-2 idempotency: a repeat gets the first answer and changes nothing") {
    ApiKit kit;
    auto body = received_request();
    body.find("documents")->items()[0].set("attachment_id", text(kit.file()));
    const auto key = one("Idempotency-Key", "same-key");
    const auto first = kit.call("POST", "/v1/dossiers", body, key);
    REQUIRE(first.status == 201);
    const int before = kit.intake.accepted;
    const auto again = kit.call("POST", "/v1/dossiers", body, key);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(again.header("ETag") == first.header("ETag"));
    CHECK(again.header("Location") == first.header("Location"));
    CHECK(kit.intake.accepted == before);
    body.set("note", text("khác"));
    const auto other = kit.call("POST", "/v1/dossiers", body, key);
    CHECK(other.status == 409);
    CHECK(other.code() == "idempotency.conflict");
}

TEST_CASE("idempotency: a repeat whose first answer is gone is told so, never that it was done now"
) {
    ApiKit kit;
    const auto key = one("Idempotency-Key", "old-key");
    auto body = received_request();
    body.find("documents")->items()[0].set("attachment_id", text(kit.file()));
    REQUIRE(kit.call("POST", "/v1/dossiers", body, key).status == 201);
    kit.intake.answers_gone = true;
    const auto again = kit.call("POST", "/v1/dossiers", body, key);
    CHECK(again.status == 410);
    CHECK(again.code() == "gone");
}

TEST_CASE("OC-2 OC-3 idempotency: a refusal is kept, a bad request is not") {
    ApiKit kit;
    kit.dossier(code);
    const auto key = one("Idempotency-Key", "refused");
    const auto wrong = progress("registered", "2026-03-02T16:00:00+07:00");
    const auto first = kit.call("POST", below("/progress"), wrong, key);
    CHECK(first.status == 422);
    CHECK(first.code() == "status.transition_not_allowed");
    CHECK(
        kit.call("POST", below("/progress"), wrong, key).header("Idempotency-Replayed") == "true"
    );
    const auto right = progress("processing", "2026-03-02T16:00:00+07:00");
    CHECK(kit.call("POST", below("/progress"), right, key).code() == "idempotency.conflict");
    const auto bad = one("Idempotency-Key", "bad");
    CHECK(kit.call("POST", below("/progress"), std::string("{"), bad).status == 400);
    CHECK(kit.call("POST", below("/progress"), right, bad).status == 201);
}

TEST_CASE("OC-2 idempotency: a repeat while the first runs is told so") {
    ApiKit kit;
    kit.dossier(code);
    kit.intake.takes = core::Duration(500);
    const auto body = formats::write_json(progress("processing", "2026-03-02T16:00:00+07:00"));
    const auto token = kit.token();
    const auto request = [&] {
        ports::Headers headers;
        headers.emplace_back("Authorization", "Bearer " + token);
        headers.emplace_back("Idempotency-Key", "twice");
        headers.emplace_back("Content-Type", "application/json");
        return kit.request("POST", below("/progress"), body, headers);
    };
    int first_status = 0;
    const auto run = [](api::Api& api, ports::InRequest r, int& status) -> asio::awaitable<void> {
        auto given = co_await api.handle(std::move(r));
        status = given.status;
    };
    kit.loop.start(run(*kit.api, request(), first_status));
    kit.loop.run_for(core::Duration(100));
    const auto second = kit.send(request());
    CHECK(second.status == 409);
    CHECK(second.code() == "idempotency.in_progress");
    CHECK(second.header("Retry-After") == "1");
    kit.loop.run_for(core::Duration(1'000));
    CHECK(first_status == 201);
    CHECK(kit.send(request()).header("Idempotency-Replayed") == "true");
}

TEST_CASE("dossiers: the same code twice is refused") {
    ApiKit kit;
    kit.dossier(code);
    auto body = received_request();
    body.remove("documents");
    const auto answer = kit.call("POST", "/v1/dossiers", body);
    CHECK(answer.status == 409);
    CHECK(answer.code() == "dossier.exists");
}

TEST_CASE("OC-5 versions: PATCH and PUT want the version they change") {
    ApiKit kit;
    kit.dossier(code);
    const std::string note = R"({"note":"Ghi chú"})";
    CHECK(kit.call("PATCH", path, note).code() == "version.required");
    const auto stale = kit.call("PATCH", path, note, one("If-Match", "\"7\""));
    CHECK(stale.status == 412);
    CHECK(stale.code() == "version.conflict");
    CHECK(stale.text("/current_version") == "1");
    const auto good = kit.call("PATCH", path, note, one("If-Match", "\"1\""));
    CHECK(good.status == 200);
    CHECK(good.header("ETag") == "\"2\"");
    CHECK(good.text("/note") == "Ghi chú");
    CHECK(kit.call("PATCH", path, note, one("If-Match", "1")).code() == "request.malformed");
    const auto status =
        kit.call("PATCH", path, std::string(R"({"status":"finished"})"), one("If-Match", "\"2\""));
    CHECK(status.status == 422);
    CHECK(status.text("/errors/0/code") == "field.immutable");
    CHECK(status.json.at("/errors/0/allowed") == nullptr);
}

TEST_CASE("dossiers: PUT may create, and then not again") {
    ApiKit kit;
    auto body = received_request();
    body.remove("documents");
    body.remove("code");
    const auto create = one("If-None-Match", "*");
    const auto made = kit.call("PUT", path, body, create);
    CHECK_MESSAGE(made.status == 201, made.body);
    CHECK(kit.call("PUT", path, body, create).status == 412);
    body.set("code", text("H37.14-260302-0009"));
    CHECK(kit.call("PUT", path, body, one("If-Match", "\"1\"")).code() == "validation.failed");
}

TEST_CASE("progress: steps are recorded, listed and told") {
    ApiKit kit;
    kit.dossier(code);
    const auto step =
        kit.call("POST", below("/progress"), progress("processing", "2026-03-02T16:00:00+07:00"));
    CHECK_MESSAGE(step.status == 201, step.body);
    CHECK(step.header("ETag") == "\"2\"");
    CHECK(kit.call("GET", path).text("/status") == "processing");
    const auto list = kit.call("GET", below("/progress"));
    REQUIRE(list.json.find("items")->size() >= 1);
    CHECK(list.json.find("items")->items().back().text_of("status") == "processing");
    CHECK(kit.call("GET", below("?include=progress,sync")).text("/sync/state") == "waiting");
    const auto sync = kit.call("GET", below("/sync"));
    CHECK(sync.json.find("items")->size() == 2);
    CHECK(sync.text("/items/0/message") == "dossier");
    CHECK(sync.text("/items/1/state") == "waiting");
    CHECK_FALSE(sync.text("/items/1/blocked_by").empty());
}

TEST_CASE("progress: a batch is all or none and always a list") {
    ApiKit kit;
    kit.dossier(code);
    auto items = core::Document::list();
    items.push(progress("processing", "2026-03-02T15:00:00+07:00"));
    auto body = core::Document::object();
    body.set("items", items);
    CHECK(kit.call("POST", below("/progress/batch"), body).json.find("items")->size() == 1);
    items.push(progress("registered", "2026-03-02T16:00:00+07:00"));
    body.set("items", items);
    const auto refused = kit.call("POST", below("/progress/batch"), body);
    CHECK(refused.status == 422);
    CHECK(refused.text("/errors/0/pointer") == "/items/1/status");
    CHECK(
        kit.call("POST", below("/progress/batch"), items).text("/errors/0/pointer") == "/1/status"
    );
    auto last = core::Document::list();
    last.push(items.items()[1]);
    CHECK(
        kit.call("POST", below("/progress/batch"), last).text("/errors/0/pointer") == "/0/status"
    );
    CHECK(kit.call("GET", path).text("/version") == "2");
    CHECK(kit.call("POST", below("/progress/batch"), std::string("{}")).status == 422);
}

TEST_CASE("contract 1.4 lists: one that is read whole has pages too, cursors are ours or refused") {
    ApiKit kit;
    kit.dossier(code);
    const auto more = progress("processing", "2026-03-02T15:00:00+07:00");
    REQUIRE(kit.call("POST", below("/progress"), more).status == 201);
    const auto all = kit.call("GET", below("/progress"));
    CHECK(all.json.find("items")->size() == 2);
    CHECK(all.json.find("next_cursor")->is_null());
    const auto first = kit.call("GET", below("/progress?limit=1"));
    CHECK(first.text("/items/0/seq") == "1");
    const auto second =
        kit.call("GET", below("/progress?limit=1&cursor=" + first.text("/next_cursor")));
    CHECK(second.text("/items/0/seq") == "2");
    CHECK(second.json.find("next_cursor")->is_null());
    CHECK(kit.call("GET", below("/progress?limit=0")).code() == "request.parameter");
    // A damaged cursor is the caller's mistake, also one that only the store can read.
    const auto damaged = crypto::to_base64url("c1:nonsense");
    for (const auto& list : {below("/progress"), std::string("/v1/dossiers")}) {
        const auto refused = kit.call("GET", list + "?cursor=" + damaged);
        CHECK(refused.status == 400);
        CHECK(refused.code() == "request.parameter");
        CHECK(refused.text("/message_vi").find("«cursor»") != std::string::npos);
    }
    CHECK(kit.call("GET", "/v1/partners?limit=1").status == 200);
    CHECK(kit.call("GET", "/v1/catalogue/mappings?limit=1").status == 200);
}

TEST_CASE("OC-8 officers: results and corrections name one") {
    ApiKit kit;
    kit.dossier(code);
    const auto nobody = one("LT-Actor", "-");
    const auto result = texts({{"name", "Giấy khai sinh"}, {"result_code", "KQ.G15.000031"}});
    CHECK(kit.call("POST", below("/results"), result, nobody).code() == "auth.actor_missing");
    const auto fix = corrected(progress("registered", "2026-03-02T16:00:00+07:00"));
    CHECK(kit.call("POST", below("/progress"), fix, nobody).code() == "auth.actor_missing");
}

TEST_CASE("steps: supplement, fee, result and survey through their routes") {
    ApiKit kit;
    kit.dossier(code);
    auto wanted =
        texts({{"requested_at", "2026-03-02T15:00:00+07:00"}, {"text", "Bổ sung ảnh rõ nét"}});
    wanted.set("requested_by", officer());
    const auto supplement = kit.call("POST", below("/supplements"), wanted);
    REQUIRE_MESSAGE(supplement.status == 201, supplement.body);
    CHECK(kit.call("GET", path).text("/status") == "supplement_wanted");
    auto came = texts(
        {{"received_at", "2026-03-02T16:00:00+07:00"}, {"new_due_at", "2026-03-10T17:00:00+07:00"}}
    );
    came.set("received_by", officer());
    const auto received =
        kit.call("POST", supplement.header("Location").substr(0) + "/receive", came);
    CHECK_MESSAGE(received.status == 200, received.body);
    const auto fee_made = kit.call("POST", below("/fees"), fee("LP1", 8'000, 2));
    REQUIRE_MESSAGE(fee_made.status == 201, fee_made.body);
    CHECK(fee_made.text("/amount") == "16000");
    const auto changed = kit.call(
        "PATCH",
        fee_made.header("Location"),
        std::string(R"({"quantity":3})"),
        one("If-Match", fee_made.header("ETag"))
    );
    CHECK_MESSAGE(changed.status == 200, changed.body);
    auto result = texts({{"name", "Giấy khai sinh"}, {"result_code", "KQ.G15.000031"}});
    result.set("attachment_id", text(kit.file("%PDF-1.7 kết quả")));
    const auto added = kit.call("POST", below("/results"), result);
    REQUIRE_MESSAGE(added.status == 201, added.body);
    const auto revoked = kit.call(
        "POST", added.header("Location") + "/revoke", std::string(R"({"reason_vi":"Sai tên"})")
    );
    CHECK_MESSAGE(revoked.status == 200, revoked.body);
    const auto survey = texts(
        {{"satisfaction", "very_satisfied"},
         {"given_by", "citizen"},
         {"given_at", "2026-03-02T16:30:00+07:00"}}
    );
    const auto given = kit.call("PUT", below("/survey"), survey);
    CHECK_MESSAGE(given.status == 200, given.body);
    const auto withdrawn =
        kit.call("POST", below("/withdraw"), std::string(R"({"reason_vi":"Đổi ý"})"));
    CHECK_MESSAGE(withdrawn.status == 200, withdrawn.body);
    CHECK(withdrawn.text("/status") == "withdrawn");
}

TEST_CASE("races: a step whose dossier moved on meanwhile is computed again") {
    ApiKit kit;
    kit.dossier(code);
    kit.intake.takes = core::Duration(500);
    std::vector<int> statuses;
    const auto run = [](api::Api& api, ports::InRequest r, std::vector<int>& all
                     ) -> asio::awaitable<void> {
        auto given = co_await api.handle(std::move(r));
        all.push_back(given.status);
    };
    const auto token = kit.token();
    for (int i = 0; i < 3; ++i) {
        ports::Headers headers;
        headers.emplace_back("Authorization", "Bearer " + token);
        headers.emplace_back("Idempotency-Key", "race-" + std::to_string(i));
        headers.emplace_back("Content-Type", "application/json");
        const auto body = formats::write_json(progress("processing", "2026-03-02T16:00:00+07:00"));
        kit.loop.start(
            run(*kit.api, kit.request("POST", below("/progress"), body, headers), statuses)
        );
    }
    kit.loop.run_for(core::Duration(5'000));
    CHECK(statuses == std::vector<int>{201, 201, 201});
    CHECK(kit.call("GET", path).text("/version") == "4");
}

TEST_CASE("lists: filters, cursors, and no personal data unless asked for") {
    ApiKit kit;
    for (int i = 1; i <= 3; ++i) kit.dossier("H37.14-260302-000" + std::to_string(i));
    auto page = kit.call("GET", "/v1/dossiers?limit=2&status=received");
    CHECK(page.json.find("items")->size() == 2);
    CHECK(page.body.find("MẪU") == std::string::npos);
    const auto cursor = page.text("/next_cursor");
    REQUIRE_FALSE(cursor.empty());
    page = kit.call("GET", "/v1/dossiers?limit=2&status=received&cursor=" + cursor);
    CHECK(page.json.find("items")->size() == 1);
    CHECK(page.json.find("next_cursor")->is_null());
    CHECK(kit.call("GET", "/v1/dossiers?procedure=1.001193").json.find("items")->size() == 3);
    CHECK(kit.call("GET", "/v1/dossiers?procedure=1.999999").json.find("items")->size() == 0);
    CHECK(kit.call("GET", "/v1/dossiers?agency=H37.14").json.find("items")->size() == 3);
    CHECK(kit.call("GET", "/v1/dossiers?sync_state=dead").json.find("items")->size() == 0);
    CHECK(kit.call("GET", "/v1/dossiers?include=owner").body.find("MẪU") != std::string::npos);
}

TEST_CASE("validation: a dry run says what would be refused and stores nothing") {
    ApiKit kit;
    auto body = received_request();
    body.remove("documents");
    const int before = kit.intake.accepted;
    auto answer = kit.call("POST", "/v1/validations/dossier", body);
    CHECK(answer.text("/ok") == "true");
    body.remove("summary");
    answer = kit.call("POST", "/v1/validations/dossier", body);
    CHECK(answer.status == 200);
    CHECK(answer.text("/ok") == "false");
    CHECK(answer.text("/errors/0/pointer") == "/summary");
    CHECK(kit.intake.accepted == before);
}

TEST_CASE("dossiers: a code that another agency has is refused, however it comes") {
    ApiKit kit;
    kit.loop.start(kit.api->run());
    kit.dossier(code);
    auto body = received_request();
    body.remove("documents");
    const auto bearer = "Bearer " + kit.token("onestop-h01");
    auto headers = one("Authorization", bearer);
    const auto posted = kit.call("POST", "/v1/dossiers", body, headers);
    CHECK(posted.status == 409);
    CHECK(posted.code() == "dossier.exists");
    CHECK(posted.body.find("H37.14-260302-0001") == std::string::npos);
    headers.emplace_back("If-None-Match", "*");
    CHECK(kit.call("PUT", path, body, headers).code() == "dossier.exists");
    headers = one("Authorization", bearer);
    headers.emplace_back("Idempotency-Key", "import");
    auto request = kit.request("POST", "/v1/dossiers/import", "", headers);
    std::vector<std::string> pieces{formats::write_json(body)};
    request.stream = std::make_shared<PieceStream>(std::move(pieces));
    const auto job = kit.send(std::move(request));
    REQUIRE_MESSAGE(job.status == 202, job.body);
    kit.loop.run_for(core::Duration(2'000));
    const auto done = kit.call("GET", job.header("Location"), "", one("Authorization", bearer));
    CHECK(done.text("/failed") == "1");
    CHECK(done.text("/errors/0/code") == "dossier.exists");
    CHECK(kit.call("GET", path, "", one("Authorization", bearer)).status == 404);
    CHECK(kit.call("GET", path).text("/version") == "1");
    kit.api->drain();
    kit.loop.run_for(core::Duration(1'000));
}

TEST_CASE("NP-33 import: lines become dossiers once, taken over, faults name their line") {
    ApiKit kit;
    kit.loop.start(kit.api->run());
    auto first = received_request(), second = first;
    first.remove("documents");
    second.remove("documents");
    second.set("code", text("H37.14-260302-0002"));
    const auto lines =
        formats::write_json(first) + "\n{\"code\":1}\n\n" + formats::write_json(second);
    ports::Headers headers;
    headers.emplace_back("Authorization", "Bearer " + kit.token());
    headers.emplace_back("Idempotency-Key", "import");
    auto request = kit.request("POST", "/v1/dossiers/import", "", headers);
    std::vector<std::string> pieces{lines.substr(0, 100), lines.substr(100)};
    request.stream = std::make_shared<PieceStream>(std::move(pieces));
    const auto job = kit.send(std::move(request));
    REQUIRE_MESSAGE(job.status == 202, job.body);
    kit.loop.run_for(core::Duration(2'000));
    const auto done = kit.call("GET", job.header("Location"));
    CHECK(done.text("/state") == "done");
    CHECK(done.text("/done") == "3");
    CHECK(done.text("/failed") == "1");
    CHECK(done.text("/errors/0/line") == "2");
    const auto taken = kit.call("GET", "/v1/dossiers/H37.14-260302-0002");
    CHECK(taken.status == 200);
    CHECK(taken.text("/imported") == "true");
    kit.api->drain();
    kit.loop.run_for(core::Duration(1'000));
}

}  // namespace gw::test
