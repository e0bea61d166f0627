// Faults, clock, journal, administration and text helpers of the simulators' kit.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"

#include <doctest/doctest.h>

namespace sim::kit {
namespace {

const core::Instant noon = *from_rfc3339("2026-03-02T12:00:00+07:00");

std::string drawn(Faults& faults, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += faults.strikes("hang", {}) ? '1' : '0';
    return out;
}
Faults table(std::uint64_t seed = 7) {
    return Faults(seed, {"national_portal", "lgsp"}, {"hang", "slow"});
}
Fault half(const char* name) {
    Fault f(name);
    f.probability = 0.5;
    return f;
}

TEST_CASE("faults: the same seed gives the same sequence, another seed another one") {
    auto a = table(), b = table(), c = table(8);
    for (auto* f : {&a, &b, &c}) f->set(half("national_portal.hang"));
    auto first = drawn(a, 200);
    CHECK(first == drawn(b, 200));
    CHECK(first != drawn(c, 200));
}

TEST_CASE("faults: another switch does not change the sequence of the first") {
    auto a = table(), b = table();
    a.set(half("*.hang"));
    b.set(half("hang"));
    b.set(half("lgsp.slow"));
    std::string one, two;
    for (int i = 0; i < 50; ++i) {
        one += a.strikes("hang", {}) ? '1' : '0';
        b.strikes("slow", {});
        two += b.strikes("hang", {}) ? '1' : '0';
    }
    CHECK(one == two);
}

TEST_CASE("faults: after lets occasions pass, count ends it") {
    auto f = table();
    Fault x("hang");
    x.after = 2;
    x.count = 3;
    f.set(x);
    CHECK(drawn(f, 8) == "00111000");
}

TEST_CASE("faults: match restricts service, dossier and field") {
    auto f = table();
    Fault x("hang");
    x.service = "Dong*";
    x.dossier = "H56-1";
    f.set(x);
    Occasion o;
    o.service = "DongBoHoSoMC";
    o.dossier = "H56-2";
    CHECK(f.strikes("hang", o) == nullptr);
    o.dossier = "H56-1";
    CHECK(f.strikes("hang", o) != nullptr);
    o.service = "TraCuuHoSo";
    CHECK(f.strikes("hang", o) == nullptr);
}

TEST_CASE("faults: an unknown switch, a foreign partner and a wrong probability are refused") {
    auto f = table();
    CHECK_FALSE(f.set(Fault("nonsense")));
    CHECK_FALSE(f.set(Fault("vnpost.hang")));
    Fault x("hang");
    x.probability = 1.5;
    CHECK_FALSE(f.set(x));
    CHECK(f.set(Fault("lgsp.hang")));
}

TEST_CASE("clock: real, frozen, scaled, advanced") {
    core::Instant world = noon;
    Clock clock([&world] { return world; });
    CHECK(clock.now() == noon);
    clock.run_from(noon - std::chrono::hours(24), 0);
    world += std::chrono::hours(1);
    CHECK(clock.now() == noon - std::chrono::hours(24));
    clock.advance(core::Duration(500));
    CHECK(clock.now() == noon - std::chrono::hours(24) + core::Duration(500));
    clock.run_from(noon, 60);
    world += std::chrono::seconds(1);
    CHECK(clock.now() == noon + std::chrono::minutes(1));
    clock.follow_real();
    CHECK(clock.now() == world);
}

TEST_CASE("journal: memory is bounded, the sink gets every entry, the rest is counted") {
    Journal journal(3, 10);
    std::string lines;
    journal.set_sink([&lines](std::string_view line) { lines += line; });
    for (int i = 0; i < 5; ++i) {
        Entry e;
        e.key = "H56-" + std::to_string(i);
        e.answer = "câu trả lời dài";
        journal.add(e);
    }
    CHECK(journal.written() == 5);
    CHECK(journal.forgotten() == 2);
    CHECK(journal.held().front().key == "H56-2");
    CHECK(journal.held().front().answer.ends_with("…"));
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 5);
    JsonDocument doc;
    REQUIRE(parse_json(doc, journal.json({4, 10, "", ""})));
    CHECK(member(doc, "entries")->Size() == 2);
    REQUIRE(parse_json(doc, journal.json({0, 10, "", "H56-3"})));
    CHECK(text_at((*member(doc, "entries"))[0], "sequence") == "4");
}

struct Desk {
    Faults faults = table();
    Journal journal;
    Clock clock{[] { return noon; }};
    std::uint64_t reset_with = 0;
    Admin admin{faults, journal, hooks()};
    AdminHooks hooks() {
        AdminHooks h;
        h.reset = [this](std::uint64_t seed) { reset_with = seed; };
        h.state = [](std::string_view rest) {
            return rest == "x" ? std::optional<std::string>("[1]") : std::nullopt;
        };
        return h;
    }
    Answer ask(
        const char* method, const char* path, const char* body = "", const char* query = ""
    ) {
        Call c;
        c.method = method;
        c.path = path;
        c.body = body;
        c.query = query;
        return admin.handle(c, clock.now());
    }
};

TEST_CASE("admin: faults are set, listed and cleared") {
    Desk d;
    auto made = d.ask(
        "POST",
        "/sim/faults",
        R"({"switch":"*.hang","probability":0.5,"count":2,"after":1,"match":{"service":"A"},"params":{"ms":5}})"
    );
    CHECK(made.status == 201);
    auto list = d.ask("GET", "/sim/faults").body;
    CHECK(
        list.find(
            R"("switch":"*.hang","probability":0.5,"count":2,"after":1,"match":{"service":"A"},"params":{"ms":"5"})"
        ) != std::string::npos
    );
    CHECK(d.ask("POST", "/sim/faults", R"({"switch":"no"})").status == 400);
    CHECK(d.ask("POST", "/sim/faults", R"({"swich":"hang"})").status == 400);
    CHECK(d.ask("POST", "/sim/faults", "[").status == 400);
    CHECK(d.ask("DELETE", "/sim/faults/hang").body == R"({"cleared":1})");
    CHECK(d.faults.all().empty());
}

TEST_CASE("admin: the clock is frozen, advanced and read; a foreign clock is not touched") {
    Desk d;
    CHECK(d.ask("POST", "/sim/clock", R"({"mode":"virtual"})").status == 409);
    d.admin.set_clock(&d.clock);
    auto set = d.ask(
        "POST",
        "/sim/clock",
        R"({"mode":"virtual","now":"2026-01-05T08:00:00+07:00","advance_ms":60000})"
    );
    CHECK(set.body.find("2026-01-05T08:01:00.000+07:00") != std::string::npos);
    CHECK(d.ask("POST", "/sim/clock", R"({"now":"today"})").status == 400);
    CHECK(d.ask("GET", "/sim/clock").body.find("virtual") != std::string::npos);
}

TEST_CASE("admin: reset, state, journal and unknown subjects") {
    Desk d;
    CHECK(d.ask("POST", "/sim/reset", R"({"seed":9})").status == 200);
    CHECK(d.reset_with == 9);
    CHECK(d.ask("GET", "/sim/reset").status == 405);
    CHECK(d.ask("GET", "/sim/state/x").body == "[1]");
    CHECK(d.ask("GET", "/sim/state/y").status == 404);
    CHECK(d.ask("GET", "/sim/journal").status == 200);
    CHECK(d.ask("DELETE", "/sim/journal").status == 405);
    CHECK(d.ask("GET", "/sim/nothing").status == 404);
}

TEST_CASE("admin: with a token nobody enters without it") {
    Desk d;
    d.admin.set_token("bi-mat");
    CHECK(d.ask("GET", "/sim/faults").status == 401);
    Call c;
    c.method = "GET";
    c.path = "/sim/faults";
    c.headers.emplace_back("x-sim-token", "bi-mat");
    CHECK(d.admin.handle(c, noon).status == 200);
}

TEST_CASE("text: times in Vietnam, there and back") {
    CHECK(compact_time(noon) == "20260302120000");
    CHECK(from_compact_time("20260302120000") == noon);
    CHECK_FALSE(from_compact_time("20260230120000"));
    CHECK_FALSE(from_compact_time("20260302250000"));
    CHECK_FALSE(from_compact_time("2026030212000"));
    CHECK(rfc3339(noon) == "2026-03-02T12:00:00.000+07:00");
    CHECK(from_rfc3339("2026-03-02T05:00:00.5Z") == noon + core::Duration(500));
    CHECK_FALSE(from_rfc3339("2026-03-02"));
    CHECK(short_day(noon) == "260302");
}

TEST_CASE("text: encodings") {
    CHECK(url_decode("a%2Fb+c%zz%4") == "a/b c%zz%4");
    CHECK(url_encode("đ a") == "%C4%91%20a");
    CHECK(html_escape("<a href='x'>\"&") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    CHECK(base64("mẫu") == "beG6q3U=");
    CHECK(from_base64("beG6\r\nq3U=") == "mẫu");
    CHECK_FALSE(from_base64("b*"));
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(
        hmac_sha256_hex("key", "The quick brown fox jumps over the lazy dog") ==
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    );
    CHECK(is_utf8("đầy đủ"));
    CHECK_FALSE(is_utf8("\xc3"));
    CHECK_FALSE(is_utf8("\xed\xa0\x80"));
    CHECK(code_points("đầy") == 3);
}

TEST_CASE("json: deep nesting and broken UTF-8 are no JSON; names are found without case") {
    JsonDocument doc;
    CHECK_FALSE(parse_json(doc, std::string(70, '[') + std::string(70, ']')));
    CHECK_FALSE(parse_json(doc, "\"\xff\""));
    REQUIRE(parse_json(doc, R"({"MaHoSo":"1","mahoso":2,"n":null})"));
    CHECK(text_at(doc, "mahoso") == "2");
    CHECK(text_at(doc, "MAHOSO") == "1");
    CHECK(text_at(doc, "n").empty());
    CHECK(
        JsonWriter()
            .object()
            .field("a", "x\n\"")
            .field("b", 3)
            .key("c")
            .array()
            .value(true)
            .null()
            .end_array()
            .end_object()
            .take() == R"({"a":"x\n\"","b":3,"c":[true,null]})"
    );
}

}  // namespace
}  // namespace sim::kit
