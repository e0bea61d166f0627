// The player of scripts itself, the transport faults, and the parts of pages.
#include "simulators/kit/conversation.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/pages.hpp"
#include "simulators/kit/transport_faults.hpp"

#include <doctest/doctest.h>

namespace sim::kit {
namespace {

std::string play(const std::string& script) {
    Faults faults(1, {"p"}, {"x"});
    Conversation c(
        [](const Call& call, core::Instant) {
            if (call.path == "/cut") {
                Answer a;
                a.fate = Fate::reset;
                return a;
            }
            return text_answer(200, "token=abc;said=" + call.body);
        },
        faults,
        core::Instant()
    );
    return c.play(script);
}

TEST_CASE("conversation: what the other side makes up is bound and said again") {
    CHECK(
        play("> POST /a\n< 200\n<< token={{t}};said=\n> POST /b\n>> {{t}}\n< 200\n<< "
             "{{*}};said=abc\n") == ""
    );
    CHECK(play("> GET /cut\n< cut\n") == "");
    CHECK(play("! fault p.x count=1\n! wait 5\n") == "");
}

TEST_CASE("conversation: every difference is told with its line") {
    CHECK(play("> GET /a\n< 201\n").starts_with("line 2: status 200"));
    CHECK(play("> GET /a\n< 200\n<< other\n").starts_with("body"));
    CHECK(play("> GET /a\n< cut\n").starts_with("line 2: the answer came"));
    CHECK(play("> GET /cut\n< 200\n").starts_with("line 2: no answer"));
    CHECK(play("! fault p.nothing\n").starts_with("line 1: unknown switch"));
}

std::vector<std::string> both() {
    auto out = transport_switches();
    for (const auto& name : transport_switches()) out.push_back("a." + name);
    return out;
}

TEST_CASE("transport faults: a prefix reaches one partner, the star reaches both") {
    Faults table(1, {}, both());
    TransportFaults a(Switches(table, {"a.", ""}), 1), b(Switches(table, {"b.", ""}), 1);
    Occasion o;
    Fault mine("a.hang"), everyone("*.empty_200");
    mine.count = everyone.count = 1;
    REQUIRE(table.set(mine));
    CHECK_FALSE(b.instead(o));
    CHECK(a.instead(o)->answer.fate == Fate::hang);
    REQUIRE(table.set(everyone));
    CHECK(b.instead(o)->answer.body.empty());
}

TEST_CASE("F-3 F-12 F-15 F-16 F-24 transport faults: each kind looks as its name says") {
    Faults table(1, {"p"}, transport_switches());
    TransportFaults t(Switches(table, {""}), 1);
    Occasion o;
    o.now = *from_rfc3339("2026-01-05T10:00:00Z");
    auto with = [&](const char* name, std::map<std::string, std::string> params = {}) {
        table.clear();
        Fault f(name);
        f.params = std::move(params);
        REQUIRE(table.set(f));
        return t.instead(o);
    };
    CHECK(with("html_200")->answer.body.find("<html>") != std::string::npos);
    CHECK(with("bad_gateway")->answer.status == 502);
    CHECK(with("http_error", {{"status", "429"}, {"retry_after", "7"}})->answer.status == 429);
    CHECK(with("redirect")->answer.status == 302);
    CHECK(with("close")->answer.fate == Fate::close_before_status);
    CHECK(with("cut_before_processing", {{"mode", "eof"}})->answer.fate == Fate::eof_before_length);
    CHECK(with("down")->answer.status == 503);
    CHECK_FALSE(with("down", {{"to", "2026-01-05T09:00:00Z"}}));
    CHECK(with("hang", {{"processed", "true"}})->processed);
    CHECK(with("always_fail")->answer.status == 500);
    CHECK_FALSE(with("suspend_after", {{"calls", "1"}}));
    CHECK(t.instead(o)->answer.status == 403);
    CHECK(with("fail_n", {{"n", "1"}})->answer.status == 503);
    CHECK_FALSE(t.instead(o));
    auto about = [&](const char* name, std::map<std::string, std::string> params = {}) {
        CHECK_FALSE(with(name, std::move(params)));
        auto a = text_answer(200, "Hồ sơ");
        CHECK(t.about(o, a) == name);
        return a;
    };
    CHECK(about("slow", {{"ms", "20000"}}).delay == core::Duration(20'000));
    CHECK(about("bom").body.starts_with("\xef\xbb\xbf"));
    CHECK_FALSE(is_utf8(about("bad_utf8").body));
    CHECK(about("truncated").fate == Fate::eof_before_length);
    CHECK(about("cut_after_processing").fate == Fate::reset);
    CHECK_FALSE(with("tls_expired"));
    CHECK(t.certificate_name(o.now) == "tls_expired");
}

TEST_CASE("pages: marked as simulated, and nothing from outside becomes markup") {
    pages::Frame f;
    f.partner = "A & B";
    f.colour = "#000";
    f.links = {{"/", "Đầu"}};
    auto html = pages::framed(f, "<x>", "/", pages::card(1, "<y>", true));
    CHECK(html.find("MÔ PHỎNG") != std::string::npos);
    CHECK(html.find("<x>") == std::string::npos);
    CHECK(html.find("<y>") == std::string::npos);
    CHECK(html.find("A &amp; B") != std::string::npos);
    Call call;
    call.body = "a=1&b=%3Cz%3E";
    CHECK(pages::form_field(call, "b") == "<z>");
    CHECK(pages::see("/p").status == 303);
}

}  // namespace
}  // namespace sim::kit
