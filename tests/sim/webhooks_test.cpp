// Tests of webhook signatures and deliveries, in virtual time on the memory store.
#include "gateway/engine/webhooks.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/store/memory.hpp"
#include "tests/kit/doubles.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace gw;
using core::Document;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr const char* a_secret = "whsec_U1lOVEhFVElDLVdFQkhPT0stU0VDUkVULTMyQllURSE=";

struct Fixture {
    explicit Fixture(test::ScriptedHttp::Script script) : http(clock, std::move(script)) {}
    void endpoint(std::string types = "[]") {
        ports::Acceptance a = test::an_acceptance(clock.now());
        core::ObjectWrite w;
        w.object.kind = "webhook_endpoint";
        w.object.agency = "H56";
        w.object.id = "whk_1";
        w.object.body = R"({"url":"https://motcua.test/hook","types":)" + types + R"(,"secret":")" +
                        a_secret + R"(","state":"active","cursor":0})";
        a.objects.push_back(w);
        REQUIRE(loop.get(store->accept(a)).has_value());
    }
    void events(
        int count, const std::string& dossier, const std::string& type = "dossier.updated"
    ) {
        ports::Acceptance a = test::an_acceptance(clock.now());
        for (int i = 0; i < count; ++i) {
            core::FeedItem item;
            item.agency = "H56";
            item.type = type;
            item.dossier = dossier;
            item.timestamp = clock.now();
            item.data = "{}";
            a.feed.push_back(item);
        }
        REQUIRE(loop.get(store->accept(a)).has_value());
    }
    void start() {
        hooks = std::make_unique<engine::Webhooks>(
            loop.executor(),
            engine::WebhookOptions(),
            *store,
            http,
            clock,
            random,
            engine::sign_with_secret,
            [](const std::string&) { return true; },
            engine::EngineHooks()
        );
        loop.start(hooks->run());
    }
    Document body_of(const std::string& kind) {
        auto object = loop.get(store->object(kind, "H56", "whk_1"));
        if (!object || !*object) return Document();
        return formats::read_json((*object)->body).value();
    }
    test::SimClock clock{core::from_ms(1'767'600'000'000)};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    std::unique_ptr<ports::Store> store =
        store::open_memory_store(store::new_memory_state(), clock.now());
    test::VirtualLoop loop{clock};
    std::unique_ptr<engine::Webhooks> hooks;  // goes before the loop
};

}  // namespace

TEST_CASE("OC-14 webhook signature: the published vectors") {
    std::ifstream file("tests/vectors/webhooks.json");
    std::stringstream text;
    text << file.rdbuf();
    const auto vectors = formats::read_json(text.str()).value();
    int checked = 0;
    for (const Document& v : vectors.find("vectors")->items()) {
        const Document* secret = v.find("secret");
        const std::string expected = v.text_of("expected");
        if (secret == nullptr || expected.compare(0, 3, "v1,") != 0) continue;
        std::vector<std::string> secrets;
        if (secret->is_text()) secrets.push_back(secret->as_text());
        for (const Document& s : secret->items()) secrets.push_back(s.as_text());
        const Document& input = *v.find("input");
        const auto header = engine::webhook_signature(
            engine::sign_with_secret,
            secrets,
            input.text_of("webhook-id"),
            std::stoll(input.text_of("webhook-timestamp")),
            input.text_of("body")
        );
        CAPTURE(v.text_of("id"));
        REQUIRE(header.has_value());
        CHECK(*header == expected);
        ++checked;
    }
    CHECK(checked >= 4);
    CHECK_FALSE(engine::sign_with_secret("whsec_AAAA", "x").has_value());
}

TEST_CASE(
    "webhooks: events go out signed, in eight at a time and one a dossier, and the cursor is kept"
) {
    Fixture f([](const ports::HttpRequest&) { return test::answered(204); });
    f.endpoint();
    f.events(5, "D1");
    for (int i = 0; i < 30; ++i) f.events(1, "E" + std::to_string(i));
    f.start();
    f.loop.run_for(seconds(20));
    CHECK(f.http.requests.size() == 35);
    CHECK(f.http.open_max == 8);
    const auto& r = f.http.requests.front();
    CHECK(r.method == "POST");
    CHECK(ports::header(r.headers, "webhook-id").substr(0, 4) == "evt_");
    const auto expected = engine::webhook_signature(
        engine::sign_with_secret,
        {a_secret},
        ports::header(r.headers, "webhook-id"),
        std::stoll(std::string(ports::header(r.headers, "webhook-timestamp"))),
        r.body
    );
    CHECK(ports::header(r.headers, "webhook-signature") == *expected);
    CHECK(f.body_of("webhook_cursor").find("cursor")->as_integer() == 35);
}

TEST_CASE("webhooks: only the wanted types, and nothing twice after a restart") {
    Fixture f([](const ports::HttpRequest&) { return test::answered(200); });
    f.endpoint(R"(["payment.*"])");
    f.events(3, "D1", "dossier.updated");
    f.events(2, "D1", "payment.paid");
    f.start();
    f.loop.run_for(seconds(20));
    CHECK(f.http.requests.size() == 2);
    f.hooks->stop();
    f.hooks->cancel();
    f.loop.run_for(seconds(1));
    f.start();
    f.loop.run_for(seconds(20));
    CHECK(f.http.requests.size() == 2);
}

TEST_CASE("webhooks: a failing endpoint is tried by the schedule, then the event stays in the feed"
) {
    bool broken = true;
    Fixture f([&broken](const ports::HttpRequest&) { return test::answered(broken ? 500 : 200); });
    f.endpoint();
    f.events(1, "D1");
    f.start();
    f.loop.run_for(hours(100));
    CHECK(f.http.requests.size() == 10);
    const auto waited = f.http.times[1] - f.http.times[0];
    CHECK(waited >= seconds(4));
    CHECK(waited <= seconds(7));
    CHECK(f.http.times[9] - f.http.times[0] > hours(60));
    CHECK(f.body_of("webhook_endpoint").text_of("state") == "failing");
    broken = false;
    f.events(1, "D2");
    f.loop.run_for(minutes(1));
    CHECK(f.http.requests.size() == 11);
    CHECK(f.body_of("webhook_endpoint").text_of("state") == "active");
}

TEST_CASE("webhooks: 410 switches the endpoint off, a redirect is a failure") {
    long status = 302;
    Fixture f([&status](const ports::HttpRequest&) { return test::answered(status); });
    f.endpoint();
    f.events(1, "D1");
    f.start();
    f.loop.run_for(seconds(3));
    CHECK(f.http.requests.size() == 1);
    CHECK(f.hooks->attempts("whk_1").front().error == "webhook.refused");
    status = 410;
    f.loop.run_for(minutes(1));
    CHECK(f.http.requests.size() == 2);
    f.events(5, "D2");
    f.loop.run_for(hours(1));
    CHECK(f.http.requests.size() == 2);
    CHECK(f.body_of("webhook_endpoint").text_of("state") == "disabled");
}

TEST_CASE("webhooks: 503 with Retry-After slows the whole endpoint") {
    bool busy = true;
    Fixture f([&busy](const ports::HttpRequest&) {
        auto a = test::answered(busy ? 503 : 200);
        if (busy) a.response.headers.emplace_back("Retry-After", "120");
        return a;
    });
    f.endpoint();
    f.events(1, "D1");
    f.start();
    f.loop.run_for(seconds(2));
    f.events(1, "D2");
    busy = false;
    f.loop.run_for(seconds(100));
    CHECK(f.http.requests.size() == 1);
    f.loop.run_for(seconds(60));
    CHECK(f.http.requests.size() == 3);
}

TEST_CASE("webhooks: events that one kind of event is refused for keep no other waiting") {
    Fixture f([](const ports::HttpRequest& r) {
        const bool bad = r.body.find("dossier.sync_changed") != std::string::npos;
        return test::answered(bad ? 400 : 204);
    });
    f.endpoint();
    for (int i = 0; i < 1'001; ++i) f.events(1, "D" + std::to_string(i), "dossier.sync_changed");
    f.events(1, "E1", "payment.paid");
    f.start();
    f.loop.run_for(seconds(20));
    int paid = 0;
    for (const auto& r : f.http.requests) paid += r.body.find("payment.paid") != r.body.npos;
    CHECK(paid == 1);
}

TEST_CASE(
    "webhooks: after a restart one refused event is tried by its schedule, the others not again"
) {
    Fixture f([](const ports::HttpRequest& r) {
        return test::answered(r.body.find("\"D0\"") != std::string::npos ? 400 : 204);
    });
    f.endpoint();
    for (int i = 0; i < 50; ++i) f.events(1, "D" + std::to_string(i));
    f.start();
    f.loop.run_for(seconds(20));  // at once, after 5 s; the next in 5 min
    CHECK(f.http.requests.size() == 51);
    f.hooks->stop();
    f.hooks->cancel();
    f.loop.run_for(seconds(1));
    f.start();
    f.loop.run_for(minutes(1));
    CHECK(f.http.requests.size() == 51);
    f.loop.run_for(minutes(6));
    REQUIRE(f.http.requests.size() == 52);
    CHECK(f.hooks->attempts("whk_1").front().n == 3);
}

TEST_CASE("webhooks: 410 to the last try switches off, a busy answer shortens no longer wait") {
    int asked = 0;
    Fixture f([&](const ports::HttpRequest&) { return test::answered(++asked < 10 ? 400 : 410); });
    f.endpoint();
    f.events(1, "D1");
    f.start();
    f.loop.run_for(hours(100));
    CHECK(asked == 10);
    CHECK(f.body_of("webhook_endpoint").text_of("state") == "disabled");

    int told = 0;
    Fixture slow([&](const ports::HttpRequest&) {
        auto a = test::answered(told < 2 ? 503 : 200);
        if (told++ == 0) a.response.headers.emplace_back("Retry-After", "120");
        return a;
    });
    slow.endpoint();
    slow.events(1, "D1");
    slow.events(1, "D2");  // both leave at once; the second says no time
    slow.start();
    slow.loop.run_for(seconds(100));
    CHECK(slow.http.requests.size() == 2);
    slow.loop.run_for(seconds(60));
    CHECK(slow.http.requests.size() == 4);
}
