// Tests of the collector: inbox items become ready only with every file, in virtual time on the
// memory store.
#include "gateway/engine/collector.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/store/memory.hpp"
#include "tests/kit/doubles.hpp"

#include <doctest/doctest.h>

using namespace gw;
using core::Document;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const std::string a_pdf = "%PDF-1.4 synthetic";

struct Fixture {
    explicit Fixture(test::ScriptedHttp::Script script) : http(clock, std::move(script)) {}
    void item(const std::string& manifest, int count = 1) {
        ports::Acceptance a = test::an_acceptance(clock.now());
        for (int i = 1; i <= count; ++i) {
            core::ObjectWrite w;
            w.object.kind = "inbox_item";
            w.object.agency = "H56";
            w.object.id = "inb_" + std::to_string(i);
            w.object.state = "collecting";
            w.object.created_at = w.object.updated_at = clock.now();
            w.object.body =
                R"({"id":")" + w.object.id +
                R"(","partner":"national_portal","kind":"dossier","state":"collecting","manifest":)" +
                manifest + "}";
            a.objects.push_back(w);
        }
        REQUIRE(loop.get(store->accept(a)).has_value());
        collector = std::make_unique<engine::Collector>(
            loop.executor(),
            engine::CollectorOptions(),
            *store,
            blobs,
            http,
            clock,
            random,
            wakes,
            engine::EngineHooks()
        );
        loop.start(collector->run());
    }
    core::Object read() { return *loop.get(store->object("inbox_item", "H56", "inb_1")).value(); }
    Document body() { return formats::read_json(read().body).value(); }
    std::vector<core::FeedItem> feed() {
        return loop.get(store->feed("H56", 0, 100, {})).value().items;
    }
    test::SimClock clock{core::from_ms(1'767'600'000'000)};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::MemoryBlobs blobs;
    engine::Wakes wakes;
    std::unique_ptr<ports::Store> store =
        store::open_memory_store(store::new_memory_state(), clock.now());
    test::VirtualLoop loop{clock};
    std::unique_ptr<engine::Collector> collector;  // goes before the loop
};

}  // namespace

TEST_CASE("NP-45 collector: an item is ready when its last file is stored, and not before") {
    bool second_is_there = false;
    Fixture f([&](const ports::HttpRequest& r) {
        if (r.url == "https://portal.test/f/2" && !second_is_there) return test::answered(404);
        return test::answered(200, a_pdf);
    });
    f.item(R"([{"name":"a.pdf","source":"https://portal.test/f/1"},
               {"name":"b.pdf","source":{"url":"https://portal.test/f/2"}}])");
    f.loop.run_for(minutes(1));
    CHECK(f.read().state == "collecting");
    CHECK(f.feed().empty());
    CHECK(f.body().at("/manifest/0/state")->as_text() == "clean");
    CHECK(f.body().at("/manifest/0/source") == nullptr);
    second_is_there = true;
    f.loop.run_for(hours(1));
    CHECK(f.read().state == "ready");
    REQUIRE(f.feed().size() == 1);
    CHECK(f.feed()[0].type == "inbox.item_ready");
    CHECK(
        f.feed()[0].data ==
        R"({"inbox_id":"inb_1","partner":"national_portal","kind":"dossier","file_count":2})"
    );
    CHECK(f.feed()[0].actor == "partner:national_portal");
    const std::string id = f.body().at("/manifest/1/attachment_id")->as_text();
    const auto attachment = *f.loop.get(f.store->object("attachment", "H56", id)).value();
    CHECK(attachment.ref == crypto::to_hex(crypto::sha256(a_pdf)));
    CHECK(attachment.body.find(R"("media_type":"application/pdf")") != std::string::npos);
    CHECK(f.blobs.files.size() == 1);
}

TEST_CASE("NP-48 collector: base64 answers and parts of a message become files") {
    const std::string encoded = crypto::to_base64(a_pdf);
    Fixture f([&](const ports::HttpRequest&) { return test::answered(200, encoded); });
    f.item(
        R"([{"name":"a.pdf","source":{"url":"https://lgsp.test/getfile","method":"POST","body":"{}","encoding":"base64"}},
            {"name":"b.pdf","source":{"base64":")" +
        encoded + R"("}}])"
    );
    f.loop.run_for(seconds(10));
    CHECK(f.http.requests.front().method == "POST");
    CHECK(f.read().state == "ready");
    CHECK(f.body().at("/manifest/1/size")->as_integer() == static_cast<int>(a_pdf.size()));
}

TEST_CASE(
    "DS-5 F-207 collector: a file that is not what was announced fails after three repetitions"
) {
    Fixture f([](const ports::HttpRequest&) { return test::answered(200, a_pdf); });
    f.item(R"([{"name":"a.pdf","size":9999,"source":"https://portal.test/f/1"}])");
    f.loop.run_for(hours(2));
    CHECK(f.http.requests.size() == 4);
    CHECK(f.read().state == "failed");
    REQUIRE(f.feed().size() == 1);
    CHECK(f.feed()[0].data == R"({"inbox_id":"inb_1","reason":"file.mismatch"})");
}

TEST_CASE("NP-45 F-209 collector: after 72 hours without the file the item fails visibly") {
    Fixture f([](const ports::HttpRequest&) { return test::answered(503); });
    f.item(R"([{"name":"a.pdf","source":"https://portal.test/f/1"}])");
    f.loop.run_for(hours(71));
    CHECK(f.read().state == "collecting");
    f.loop.run_for(hours(2));
    CHECK(f.read().state == "failed");
    CHECK(f.feed()[0].type == "inbox.item_failed");
    CHECK(f.body().text_of("reason") == "file.unavailable");
}

TEST_CASE("collector: an item without files is ready at once, an HTML page is no file") {
    Fixture f([](const ports::HttpRequest&) { return test::answered(200, "<html>sorry</html>"); });
    SUBCASE("no files") {
        f.item("[]");
        f.loop.run_for(seconds(5));
        CHECK(f.read().state == "ready");
    }
    SUBCASE("HTML") {
        f.item(R"([{"name":"a.pdf","source":"https://portal.test/f/1"}])");
        f.loop.run_for(minutes(10));
        CHECK(f.read().state == "collecting");
    }
}

TEST_CASE("collector: the next item begins when one is done, not at the next look") {
    Fixture f([](const ports::HttpRequest&) { return test::answered(200, a_pdf); });
    f.item(R"([{"name":"a.pdf","source":"https://portal.test/f/1"}])", 30);
    f.loop.run_for(seconds(4));
    CHECK(f.feed().size() == 30);
    CHECK(f.http.requests.size() == 30);
}
