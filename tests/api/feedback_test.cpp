// Questions of citizens over the API: listed, answered, sent on; and code lists of partners.
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

constexpr const char* question_json =
    R"({"id":"fbk_01","external_id":"HD-MAU-001","partner":"national_portal","source":"portal",)"
    R"("content":"Cần giấy tờ gì?","sender":{"name":"LÊ THỊ GIẢ","phone":"0100000001",)"
    R"("email":"gia@cong-dan.test"},"received_at":"2026-03-02T09:00:00.000+07:00","state":"new",)"
    R"("inbox_id":"inb_01","digest":"d"})";
constexpr const char* answer_json =
    R"({"text":"Cần giấy chứng sinh","officer":{"officer_code":"CB0001","name":"Lê Thị Giả"}})";

core::Object object(std::string kind, std::string id, std::string state, std::string body) {
    core::Object made;
    made.kind = std::move(kind);
    made.agency = "H37";
    made.id = std::move(id);
    made.state = std::move(state);
    made.body = std::move(body);
    return made;
}

/// The API with one open question and a route for its answer.
class QuestionApi {
public:
    QuestionApi() : kit([this](api::Parts& parts) { arrange(parts); }) {
        put(object("feedback", "fbk_01", "new", question_json));
    }
    void put(core::Object made) {
        ports::Acceptance a;
        a.message.partner = "lienthong";
        a.message.agency = "H37";
        a.message.kind = "test";
        a.message.body = std::make_shared<const std::string>();
        core::ObjectWrite write;
        write.object = std::move(made);
        a.objects.push_back(std::move(write));
        REQUIRE(kit.loop.get(kit.store->accept(std::move(a))).has_value());
    }
    std::vector<core::Claim> due() {
        return kit.loop.get(kit.store->claim("national_portal", 10, kit.clock.now()))
            .value()
            .claims;
    }
    core::Operation operation;
    ApiKit kit;

private:
    void arrange(api::Parts& parts) {
        operation.name = "national_portal.DongBoKetQuaHoiDapGuiTuDVCQG";
        operation.effect = core::Effect::idempotent;
        core::Route row;
        row.partner = "national_portal";
        row.event = "feedback.answered";
        row.operations.emplace_back(operation.name);
        row.when = {{"/feedback/source", "portal"}};
        parts.routes.push_back(row);
        auto known = parts.operation_of;
        parts.operation_of = [this, known](std::string_view name) -> const core::Operation* {
            return name == operation.name ? &operation : known(name);
        };
        parts.plan = [routes = parts.routes, find = parts.operation_of](
                         const auto& events, const auto& snapshots
                     ) { return core::plan(events, snapshots, routes, find); };
    }
};

}  // namespace

TEST_CASE("feedback: listed by state with its deadline, the sender masked") {
    QuestionApi q;
    const auto all = q.kit.call("GET", "/v1/feedback?state=new");
    CHECK(all.status == 200);
    CHECK(all.text("/items/0/id") == "fbk_01");
    CHECK(all.text("/items/0/content") == "Cần giấy tờ gì?");
    CHECK(all.text("/items/0/due_at").substr(0, 10) == "2026-03-23");
    for (const char* hidden : {"GIẢ", "0100000001", "gia@cong-dan.test", "digest"})
        CHECK_MESSAGE(all.body.find(hidden) == std::string::npos, hidden);
    CHECK(q.kit.call("GET", "/v1/feedback?state=answered").json.find("items")->size() == 0);
}

TEST_CASE("NP-55 feedback: an answer leaves at once, the same key sends it once") {
    QuestionApi q;
    const char* path = "/v1/feedback/fbk_01/answer";
    ports::Headers key;
    key.emplace_back("Idempotency-Key", "answer-1");
    const auto given = q.kit.call("POST", path, answer_json, key);
    CHECK(given.status == 200);
    CHECK(given.text("/state") == "answered");
    CHECK(given.text("/answer/text") == "Cần giấy chứng sinh");
    CHECK(q.kit.call("POST", path, answer_json, key).body == given.body);
    const auto claims = q.due();
    REQUIRE(claims.size() == 1);
    CHECK(claims[0].leg.operation == "national_portal.DongBoKetQuaHoiDapGuiTuDVCQG");
    const auto snapshot = *formats::read_json(*claims[0].snapshot);
    CHECK(snapshot.at("/feedback/external_id")->as_text() == "HD-MAU-001");
    CHECK(snapshot.at("/answer/officer/name")->as_text() == "Lê Thị Giả");
    CHECK(q.kit.call("GET", "/v1/feedback?state=answered").json.find("items")->size() == 1);
}

TEST_CASE("feedback: an answer without officer or to nothing is refused") {
    QuestionApi q;
    CHECK(q.kit.call("POST", "/v1/feedback/fbk_01/answer", R"({"text":"a"})").status == 422);
    CHECK(q.kit.call("POST", "/v1/feedback/fbk_99/answer", answer_json).status == 404);
    CHECK(q.due().empty());
}

TEST_CASE("OC-10 inbox: a question is acknowledged without a dossier") {
    QuestionApi q;
    q.put(object(
        "inbox_item",
        "inb_01",
        "ready",
        R"({"id":"inb_01","kind":"question","state":"ready","manifest":[],"payload":{}})"
    ));
    CHECK(q.kit.call("POST", "/v1/inbox/inb_01/claim").status == 200);
    const auto acked = q.kit.call("POST", "/v1/inbox/inb_01/ack", R"({"outcome":"created"})");
    CHECK_MESSAGE(acked.status == 200, acked.body);
    CHECK(acked.text("/state") == "acknowledged");
}

TEST_CASE("catalogue: a code list that a partner keeps, as it was on a day") {
    QuestionApi q;
    const std::string path = "/v1/catalogue/code-lists/national_portal.GioiTinh";
    auto old = object(
        "code_list_version",
        "national_portal.GioiTinh@aaa",
        "closed",
        R"({"rows":[{"MA":"1"}],"valid_from":"2026-01-01","valid_to":"2026-02-19"})"
    );
    old.ref = "national_portal.GioiTinh";
    q.put(std::move(old));
    q.put(object(
        "code_list",
        "national_portal.GioiTinh",
        "valid",
        R"({"rows":[{"MA":"1"},{"MA":"2"}],"valid_from":"2026-02-20"})"
    ));
    CHECK(q.kit.call("GET", path).json.find("items")->size() == 2);
    CHECK(q.kit.call("GET", path + "?valid_on=2026-02-01").json.find("items")->size() == 1);
}

}  // namespace gw::test
