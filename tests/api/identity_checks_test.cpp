// Look-ups of persons over the API: asked once for each key, named in the dossier, counted.
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

#include <memory>

namespace gw::test {

namespace {

constexpr const char* code = "H37.14-260302-0001";
constexpr const char* number = "020190000001";  // of received_request()

ports::Headers one(std::string name, std::string value) {
    ports::Headers headers;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

/// The population database, with one person in it.
class OnePerson : public ports::Lookup {
public:
    bool answers(std::string_view kind) const override { return kind == "identity_check"; }
    asio::awaitable<ports::LookupAnswer> ask(ports::Question) override {
        ++asked;
        ports::LookupAnswer answer;
        answer.outcome = outcome;
        answer.says = texts(
            {{"citizen_number", number}, {"full_name", "TRẦN THỊ MẪU"}, {"birth", "1990-04-12"}}
        );
        co_return answer;
    }
    std::string outcome = "found";
    int asked = 0;
};

/// There before the kit that is arranged with it.
struct Person {
    OnePerson person;
};
struct Checks : Person, ApiKit {
    explicit Checks(int per_hour = 60)
        : ApiKit([this, per_hour](api::Parts& parts) {
              core::ProcedureLicence procedure;
              procedure.procedure = "1.001193";
              parts.licences.procedures.push_back(procedure);
              core::OfficerLicence officer;
              officer.officer = "CB0001";
              officer.citizen_number = "020090000009";
              officer.agency = "H37.14";
              officer.full_view = true;
              officer.per_hour = per_hour;
              parts.licences.officers.push_back(officer);
              parts.lookups["population"] = &person;
              parts.plan = [routes = parts.routes, find = parts.operation_of](
                               const auto& events, const auto& snapshots
                           ) { return core::plan(events, snapshots, routes, find); };
          }) {}
    core::Document body(const char* name = "TRẦN THỊ MẪU") {
        auto out = texts(
            {{"kind", "confirm"},
             {"dossier_code", code},
             {"procedure_code", "1.001193"},
             {"purpose", "Đối chiếu"}}
        );
        out.set(
            "subject", texts({{"citizen_number", number}, {"full_name", name}, {"birth", "1990"}})
        );
        return out;
    }
    Answer check(const std::string& key, const char* name = "TRẦN THỊ MẪU") {
        return call("POST", "/v1/identity-checks", body(name), one("Idempotency-Key", key));
    }
    /// The case that a partner handed over, before it is a dossier.
    void hand_over() {
        auto item = texts({{"id", "inb_1"}, {"kind", "dossier"}, {"state", "ready"}});
        auto payload = received_request();
        payload.set("status", text("registered"));
        item.set("payload", std::move(payload));
        auto acceptance = an_acceptance(clock.now());
        core::ObjectWrite write;
        write.object.kind = "inbox_item";
        write.object.agency = "H37";
        write.object.id = "inb_1";
        write.object.state = "ready";
        write.object.ref = code;
        write.object.body = formats::write_json(item);
        write.object.created_at = write.object.updated_at = clock.now();
        acceptance.objects.push_back(std::move(write));
        REQUIRE(loop.get(store->accept(std::move(acceptance))).has_value());
    }
    std::string databases() {
        return call("GET", std::string("/v1/dossiers/") + code).text("/connected_databases/0");
    }
};

}  // namespace

TEST_CASE("contract 2.1 identity checks: the dossier names the database that was asked") {
    Checks kit;
    kit.dossier(code);
    CHECK(kit.databases().empty());
    const auto checked = kit.check("a");
    REQUIRE_MESSAGE(checked.status == 200, checked.body);
    CHECK(checked.text("/outcome") == "match");
    CHECK(kit.databases() == "population");
    const auto dossier = kit.call("GET", std::string("/v1/dossiers/") + code);
    CHECK(dossier.text("/version") == "2");
    const auto feed = kit.call("GET", "/v1/events?after=begin&types=dossier.updated");
    CHECK(feed.text("/items/0/data/changed/0") == "connected_databases");
    CHECK(
        kit.call("GET", std::string("/v1/dossiers/") + code + "/sync").body.find("K45") ==
        std::string::npos
    );
    CHECK(kit.check("b").status == 200);
    CHECK(kit.call("GET", std::string("/v1/dossiers/") + code).text("/version") == "2");
    // It stays when the one-stop replaces what it has entered.
    auto none = core::Document::object();
    none.set("connected_databases", core::Document::list());
    const auto path = std::string("/v1/dossiers/") + code;
    CHECK(kit.call("PATCH", path, none, one("If-Match", "\"2\"")).status == 200);
    CHECK(kit.databases() == "population");
}

TEST_CASE("contract 2.1 identity checks: also when it was asked before the dossier was taken in") {
    Checks kit;
    kit.hand_over();
    REQUIRE(kit.check("a").text("/outcome") == "match");
    kit.dossier(code);
    CHECK(kit.databases() == "population");
    CHECK(kit.call("GET", std::string("/v1/dossiers/") + code).text("/version") == "1");
}

TEST_CASE("identity checks: a database that did not answer is not named") {
    Checks kit;
    kit.dossier(code);
    kit.person.outcome = "unavailable";
    CHECK(kit.check("a").text("/outcome") == "unavailable");
    CHECK(kit.databases().empty());
}

TEST_CASE("OC-2 identity checks: a repeat asks nobody, another body under the key is refused") {
    Checks kit;
    kit.dossier(code);
    const auto first = kit.check("a", "TRAN THI MAU");
    CHECK(first.text("/outcome") == "match");
    CHECK(first.text("/person/citizen_number") == number);
    const auto again = kit.check("a", "TRAN THI MAU");
    CHECK(again.status == 200);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(kit.person.asked == 1);
    CHECK(again.text("/id") == first.text("/id"));
    CHECK(again.text("/outcome") == "match");
    CHECK(again.text("/differences/0/field") == "full_name");
    CHECK(again.text("/differences/0/comparison") == first.text("/differences/0/comparison"));
    CHECK(again.json.find("person") == nullptr);
    CHECK(again.body.find("TRẦN") == std::string::npos);
    const auto other = kit.check("a");
    CHECK(other.status == 409);
    CHECK(other.code() == "idempotency.conflict");
    CHECK(kit.person.asked == 1);
}

TEST_CASE("PD-16 identity checks: whom it was about is nowhere, not even with a refusal") {
    Checks kit;
    kit.dossier(code);
    kit.check("a");
    auto wrong = kit.body();
    wrong.set("kind", text("guess"));
    CHECK(kit.call("POST", "/v1/identity-checks", wrong).status == 422);
    for (std::int64_t id = 2;; ++id) {  // behind the file and the dossier, which name their owner
        const auto message = kit.loop.get(kit.store->message(core::MessageId{id})).value();
        if (!message) break;
        if (message->envelope.kind != "POST /v1/identity-checks") continue;
        CHECK(message->envelope.body->empty());
    }
}

TEST_CASE("007 identity checks: a used-up hour says when the next one begins") {
    Checks kit(1);
    kit.dossier(code);
    CHECK(kit.check("a").status == 200);
    const auto refused = kit.check("b");
    CHECK(refused.status == 429);
    CHECK(refused.code() == "identity_check.quota_exceeded");
    const int wait = std::stoi(refused.header("Retry-After"));
    CHECK(wait > 3'500);
    CHECK(wait <= 3'600);
    CHECK(refused.text("/free_at") == "2026-03-02T18:00:00.000+07:00");
    kit.loop.run_for(std::chrono::seconds(wait));
    kit.log_in_again();
    CHECK(kit.check("b").status == 200);
}

}  // namespace gw::test
