// The walk over the tracking feed: ids of the future, and a rewind that is cut short.
#include "connectors/vnpost/tracking.hpp"

#include "connectors/vnpost/codec.hpp"
#include "connectors/vnpost/connector.hpp"
#include "gateway/core/text.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

#include <set>

namespace gw::vnpost {
namespace {

/// Keeps what stands beside the facts, once for each message key.
class KeepingFacts : public ports::Facts {
public:
    explicit KeepingFacts(test::ObjectStore& store) : store_(store) {}
    std::vector<ports::FactMessage> heard;
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        ports::Taken taken;
        const std::string& key = message.message.message_key;
        taken.repeated = !key.empty() && !keys_.insert(key).second;
        if (taken.repeated) co_return taken;
        for (auto write : message.beside) {
            const auto& o = write.object;
            const auto at = store_.kept.find(test::ObjectStore::Key(o.kind, o.agency, o.id));
            const auto version = at == store_.kept.end() ? 0 : at->second.version;
            CHECK(write.expected_version == version);
            write.object.version = version + 1;
            store_.put(std::move(write.object));
        }
        heard.push_back(std::move(message));
        co_return taken;
    }

private:
    test::ObjectStore& store_;
    std::set<std::string> keys_;
};

struct Walk {
    Walk() {
        std::vector<mapping::Problem> problems;
        auto loaded = mapping::test::real_folder().load(problems);
        REQUIRE_MESSAGE(loaded.has_value(), mapping::test::all(problems));
        connector_kit::Parts parts;
        parts.partner = "vnpost";
        parts.http = &http;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
        parts.random = &random;
        parts.library = *loaded;
        const std::string file = "mappings/vnpost/answers.toml";
        parts.answers = *mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        parts.values = {
            {"url", "https://post.test/bus"},
            {"customer_key", "synthetic"},
            {"customer_secret", "synthetic-secret"},
            {"customer_code", "KH0000001"},
            {"agency", "H56"},
            {"office_name", "Trung tâm mẫu"},
            {"office_phone", "84100000009"},
            {"office_email", "motcua@motcua.test"},
            {"office_address", "Số 1, đường Mẫu"},
            {"office_province", "38"},
            {"office_commune", "00000"}};
        Options options = read_options(parts.values, "vnpost");
        options.page_size = 2;
        options.pages_per_run = 2;
        job = make_tracking(std::make_shared<Post>(std::move(parts), std::move(options)));
        http.otherwise = [this](const ports::HttpRequest& request) { return answer(request); };
    }
    /// The feed as the post keeps it: two events after the id asked with.
    ports::HttpResult answer(const ports::HttpRequest& request) {
        const auto at = request.url.find("lastId=");
        if (at == std::string::npos)
            return test::answered(200, R"({"access_token":"SYNTHETIC","expires_in":360000})");
        const std::string after = request.url.substr(at + 7, 24);
        asked.push_back(after);
        if (--calls_left < 0 || after < lost_before) return test::answered(502, "<html>");
        std::string rows;
        int count = 0;
        for (auto it = ids.upper_bound(after); it != ids.end() && count < 2; ++it, ++count)
            rows += (rows.empty() ? "" : ",") + row(*it, status);
        return test::answered(200, R"({"_size":2,"_embedded":{"rh:doc":[)" + rows + "]}}");
    }
    static std::string row(const std::string& id, const std::string& status) {
        return R"({"_id":{"$oid":")" + id +
               R"("},"CustomerCode":"KH0000001","OrderNumber":"H56.14-260105-0007",)"
               R"("EventTime":"2026-01-06 09:10:00","POSID":"440000",)"
               R"("ItemCode":"EA123456785VN","StatusCode":)" +
               status + R"(,"StatusMessage":"x","Notes":""})";
    }
    void event(core::Duration ago) { ids.insert(id_of_second(clock.now() - ago)); }
    bool run() { return test::run(io, job->run(clock.now())).has_value(); }
    core::Document cursor() {
        const auto kept = store.of_kind("cursor");
        REQUIRE(kept.size() == 1);
        return *formats::read_json(kept[0].body);
    }
    void set_cursor(const std::string& last_id, const std::string& rewound_on) {
        core::Object object;
        object.kind = "cursor";
        object.agency = "H56";
        object.id = "vnpost/KH0000001";
        object.version = 1;
        object.body = R"({"last_id":")" + last_id + R"(","rewound_on":")" + rewound_on + "\"}";
        store.put(std::move(object));
    }
    std::size_t facts_heard() const {
        std::size_t n = 0;
        for (const auto& message : facts.heard) n += message.facts.size();
        return n;
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-01-07T11:00:00+07:00")};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::ObjectStore store;
    KeepingFacts facts{store};
    std::set<std::string> ids;
    std::vector<std::string> asked;
    int calls_left = 1'000;
    std::string status = "4", lost_before;
    std::unique_ptr<ports::Job> job;
};

using std::chrono::hours;

}  // namespace

TEST_CASE("vnpost feed: an id of the far future is a fact and moves no cursor") {
    Walk w;
    w.set_cursor(id_of_second(w.clock.now() - hours(3)), "2026-01-07");
    w.event(hours(2));
    w.ids.insert("ffffffff0000000000000001");
    REQUIRE(w.run());
    CHECK(w.facts_heard() == 3);  // the next page begins with the strange one again
    CHECK(w.cursor().text_of("last_id") == id_of_second(w.clock.now() - hours(2)));
    const auto messages = w.facts.heard.size();
    REQUIRE(w.run());  // the same row alone was kept once
    REQUIRE(w.run());
    CHECK(w.facts.heard.size() == messages);
    w.event(hours(1));
    REQUIRE(w.run());
    CHECK(w.cursor().text_of("last_id") == id_of_second(w.clock.now() - hours(1)));
    w.event(hours(-20));  // a clock that is a little ahead is followed
    REQUIRE(w.run());
    CHECK(w.cursor().text_of("last_id") == id_of_second(w.clock.now() + hours(20)));
}

TEST_CASE("vnpost feed: a cursor that once followed the future comes back") {
    Walk w;
    w.set_cursor("ffffffff0000000000000001", "2026-01-07");
    w.event(hours(2));
    REQUIRE(w.run());
    CHECK(w.facts_heard() == 1);
    CHECK(w.cursor().text_of("last_id") == id_of_second(w.clock.now() - hours(2)));
}

TEST_CASE("vnpost feed: PO-10 a rewind that is cut short goes on, its day counts at its end") {
    Walk w;
    for (int ago = 40; ago > 30; --ago) w.event(hours(ago));
    const auto last = id_of_second(w.clock.now() - hours(31));
    w.set_cursor(last, "2026-01-06");
    w.calls_left = 1;
    CHECK_FALSE(w.run());
    CHECK(w.cursor().text_of("rewound_on") == "2026-01-06");
    CHECK(w.cursor().text_of("rewind_at") == id_of_second(w.clock.now() - hours(39)));
    w.calls_left = 1'000;
    w.asked.clear();
    REQUIRE(w.run());  // two pages a run
    CHECK(w.asked.front() == id_of_second(w.clock.now() - hours(39)));
    CHECK(w.cursor().text_of("rewound_on") == "2026-01-06");
    while (w.cursor().text_of("rewound_on") != "2026-01-07") REQUIRE(w.run());
    CHECK(w.facts_heard() == 10);
    CHECK(w.cursor().text_of("last_id") == last);
    CHECK(w.cursor().find("rewind_at") == nullptr);
    w.asked.clear();
    REQUIRE(w.run());
    CHECK(w.asked == std::vector<std::string>{last});
}

TEST_CASE("vnpost feed: F-186 a long status in words is kept up to a whole letter") {
    Walk w;
    w.status = R"("Phát không thành công, người nhận vắng nhà")";
    w.event(hours(1));
    REQUIRE(w.run());
    REQUIRE(w.facts_heard() == 1);
    const core::Fact& fact = w.facts.heard.front().facts.front();
    CHECK(fact.says.text_of("code") == "Phát không thành công, người nh");
    CHECK(formats::read_json(formats::write_json(fact.says)).has_value());
    const auto body = formats::read_json(
        R"({"_embedded":{"rh:doc":[{"OrderNumber":"x)" + std::string(60, 'x') +
        "ểểểểểểểểểểểểểểểểểểểể\"}]}}"
    );
    REQUIRE(body.has_value());
    std::vector<mapping::Problem> problems;
    const auto library = mapping::test::real_folder().load(problems);
    const auto states = library->codes("vnpost.status");
    const auto page = read_page(*body, **states, core::local_day(w.clock.now()));
    CHECK(core::to_nfc(page->rows.front().fact.ref).has_value());
}

TEST_CASE("vnpost feed: PO-10 what cannot be read again holds up nothing new") {
    Walk w;
    w.event(hours(40));
    w.set_cursor(id_of_second(w.clock.now() - hours(3)), "2026-01-06");
    w.lost_before = id_of_second(w.clock.now() - hours(30));
    w.event(hours(1));
    CHECK_FALSE(w.run());
    CHECK(w.facts_heard() == 1);
    CHECK(w.cursor().text_of("last_id") == id_of_second(w.clock.now() - hours(1)));
    w.lost_before.clear();
    REQUIRE(w.run());
    CHECK(w.facts_heard() == 3);
    CHECK(w.cursor().text_of("rewound_on") == "2026-01-07");
}

}  // namespace gw::vnpost
