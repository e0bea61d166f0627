// Tests of the transport table: what an exchange proves, cell by cell.
#include "connectors/kit/transport.hpp"

#include "connectors/kit/outcome.hpp"

#include <doctest/doctest.h>

namespace gw::connector_kit {
namespace {

using mapping::ReplyClass;
using enum ReplyClass;

ports::HttpResult answer(
    long status, std::string body, std::string header = "", std::string value = ""
) {
    ports::HttpResult r;
    r.ok = true;
    r.response.status = status;
    r.response.body = std::move(body);
    if (!header.empty()) r.response.headers.emplace_back(header, value);
    r.took = core::Duration(50);
    return r;
}
ReplyClass write(const ports::HttpResult& r) {
    return meaning_of(observe(r), Kind::conditional);
}
ReplyClass read(const ports::HttpResult& r) {
    return meaning_of(observe(r), Kind::read);
}
ReplyClass keyed(const ports::HttpResult& r) {
    return meaning_of(observe(r), Kind::idempotent);
}

TEST_CASE("TR-3 F-8 transport: X-Road-Error tells who failed") {
    struct Row {
        const char* type;
        ReplyClass write, read;
    };
    const Row rows[] = {
        {"Client.AccessDenied", reject, reject},
        {"Server.ClientProxy.NetworkError", retry, retry},
        {"Server.ClientProxy.OutdatedGlobalConf", retry, retry},
        {"Server.ClientProxy.ServiceFailed.Timeout", unknown_outcome, retry},
        {"Server.ServerProxy.AccessDenied", reject, reject},
        {"Server.ServerProxy.UnknownService", reject, reject},
        {"Server.ServerProxy.ServiceDisabled", retry, retry},
        {"Server.ServerProxy.NetworkError", unknown_outcome, retry},
        {"Server.ServerProxy.ServiceFailed.HttpError", unknown_outcome, retry},
        {"Server.ServerProxy.DatabaseError", retry, retry},
        {"Server.ServerProxy.SomethingNew", unknown_outcome, retry},
    };
    for (const Row& row : rows) {
        const auto r = answer(500, R"({"type":"x"})", "X-Road-Error", row.type);
        CHECK_MESSAGE(write(r) == row.write, row.type);
        CHECK_MESSAGE(read(r) == row.read, row.type);
    }
}

TEST_CASE(
    "F-8 F-23 transport: a 500 without X-Road-Error comes from the provider and proves nothing"
) {
    CHECK(write(answer(500, "{}")) == unknown_outcome);
    CHECK(read(answer(500, "{}")) == retry);
    CHECK(keyed(answer(504, "")) == retry);
}

TEST_CASE("F-15 transport: a quick 502 or 503 that is not JSON did not reach the other side") {
    CHECK(write(answer(502, "<html>Bad Gateway</html>")) == retry);
    auto slow = answer(502, "<html>Bad Gateway</html>");
    slow.took = core::Duration(1'500);
    CHECK(write(slow) == unknown_outcome);
    CHECK(write(answer(502, R"({"code":502})")) == unknown_outcome);
    CHECK(write(answer(503, "")) == retry);
}

TEST_CASE("transport: 429 and 503 with Retry-After are throttling, with the partner's wish clamped"
) {
    CHECK(write(answer(429, "")) == throttled);
    const auto r = answer(503, "", "Retry-After", "120");
    CHECK(write(r) == throttled);
    CHECK(retry_after(r.response) == core::Duration(120'000));
    CHECK_FALSE(retry_after(answer(503, "", "Retry-After", "86401").response));
    CHECK_FALSE(retry_after(answer(503, "", "Retry-After", "-5").response));
    CHECK_FALSE(retry_after(answer(503, "", "Retry-After", "Wed, 21 Oct 2026").response).has_value()
    );
}

TEST_CASE(
    "transport: a Retry-After nobody can follow is named in the verdict, one that is followed is "
    "not"
) {
    const auto said = [](const std::string& wish) {
        const auto r = answer(429, "", "Retry-After", wish);
        return verdict_of_transport("p", observe(r), Kind::read, r, {}).sentence;
    };
    CHECK(said("-5").find("Retry-After") != std::string::npos);
    CHECK(said("86401").find("Retry-After") != std::string::npos);
    CHECK(said("30").find("Retry-After") == std::string::npos);
}

TEST_CASE("F-20 transport: a date in Retry-After counts by the partner's own clock") {
    const auto wish = [](const std::string& until, const std::string& there) {
        auto r = answer(503, "", "Retry-After", until).response;
        if (!there.empty()) r.headers.emplace_back("Date", there);
        return retry_after(r);
    };
    const std::string there = "Wed, 21 Oct 2026 07:28:00 GMT";
    CHECK(wish("Wed, 21 Oct 2026 07:30:05 GMT", there) == core::Duration(125'000));
    CHECK(wish("Thu, 22 Oct 2026 07:28:00 GMT", there) == core::Duration(86'400'000));
    CHECK_FALSE(wish("Thu, 22 Oct 2026 07:28:01 GMT", there));
    CHECK_FALSE(wish("Wed, 21 Oct 2026 07:27:59 GMT", there));
    CHECK_FALSE(wish("Wed, 21 Oct 2026 07:30:05 GMT", ""));
    CHECK_FALSE(wish("Wed, 21 Xyz 2026 07:30:05 GMT", there));
    CHECK(
        wish("Fri, 01 Jan 2027 00:00:10 GMT", "Thu, 31 Dec 2026 23:59:50 GMT") ==
        core::Duration(20'000)
    );
}

TEST_CASE("F-17 transport: a redirect is never followed and is our configuration") {
    const auto r = answer(302, "", "Location", "http://elsewhere.test/");
    CHECK(write(r) == reject);
    const auto v = verdict_of_transport("national_portal", observe(r), Kind::once, r);
    CHECK(v.ours);
    CHECK(
        error_of(v).advice == core::Advice::retry
    );  // the route is parked, no message is quarantined
    CHECK(error_of(v).blame == core::Blame::ours);
}

TEST_CASE("F-10 transport: 401 is REAUTH") {
    CHECK(write(answer(401, "")) == reauth);
}

TEST_CASE(
    "transport: 403, 404, 405 and 410 without JSON are paths and rights; with JSON the content"
) {
    for (const long status : {403L, 404L, 405L, 410L}) {
        CHECK(observe(answer(status, "Not Found")) == Seen::wrong_path);
        CHECK(observe(answer(status, R"({"error":"x"})")) == Seen::refused);
    }
    for (const long status : {400L, 413L, 415L, 422L}) CHECK(write(answer(status, "")) == reject);
}

TEST_CASE("transport: the stage of a failure decides by effect class") {
    ports::HttpResult before, after, certificate;
    after.failure.bytes_left = true;
    certificate.failure.bytes_left = certificate.failure.our_certificate = true;
    for (const Kind kind : {Kind::read, Kind::idempotent, Kind::conditional, Kind::once}) {
        const bool writes = kind == Kind::conditional || kind == Kind::once;
        CHECK(meaning_of(observe(before), kind) == retry);
        CHECK(meaning_of(observe(after), kind) == (writes ? unknown_outcome : retry));
        CHECK(meaning_of(observe(certificate), kind) == retry);
    }
    CHECK(is_ours(observe(certificate)));
}

TEST_CASE(
    "F-3 F-4 transport: HTML and empty 200 are unknown for writes of partners without own rules"
) {
    CHECK(write(answer(200, "<!DOCTYPE html><html></html>")) == unknown_outcome);
    CHECK(write(answer(200, " \r\n")) == unknown_outcome);
    CHECK(read(answer(200, "")) == retry);
    CHECK(write(answer(200, "OK")) == unknown_outcome);
}

TEST_CASE("F-24 transport: a byte-order mark before JSON is read over; XML is readable") {
    CHECK(observe(answer(200, "\xEF\xBB\xBF {\"a\":1}")) == Seen::readable);
    CHECK(observe(answer(200, "<?xml version=\"1.0\"?><a/>")) == Seen::readable);
}

TEST_CASE("transport: a partner's own cell wins over the general table") {
    constexpr TransportRule own[] = {{Seen::html, retry, retry, retry, hold}};
    CHECK(meaning_of(Seen::html, Kind::conditional, own) == retry);
    CHECK(meaning_of(Seen::html, Kind::once, own) == hold);
    CHECK(meaning_of(Seen::empty, Kind::conditional, own) == unknown_outcome);
}

TEST_CASE("transport: every word has a row for every class, a word and a sentence") {
    for (int i = 1; i <= static_cast<int>(Seen::proxy_error); ++i) {
        const auto seen = static_cast<Seen>(i);
        CHECK_FALSE(to_word(seen).empty());
        CHECK_FALSE(sentence_vi(seen).empty());
        const auto& rules = general_rules();
        CHECK(std::count_if(rules.begin(), rules.end(), [seen](const TransportRule& r) {
                  return r.seen == seen;
              }) == 1);
    }
}

TEST_CASE("F-191 outcome: each class word becomes one advice with the right blame") {
    struct Row {
        ReplyClass meaning;
        core::Advice advice;
        core::Blame blame;
    };
    const Row rows[] = {
        {reauth, core::Advice::retry, core::Blame::ours},
        {throttled, core::Advice::retry, core::Blame::partner},
        {retry, core::Advice::retry, core::Blame::partner},
        {reject, core::Advice::give_up, core::Blame::message},
        {dead, core::Advice::give_up, core::Blame::message},
        {unknown_outcome, core::Advice::enquire, core::Blame::partner},
        {hold, core::Advice::hold, core::Blame::partner},
        {not_found, core::Advice::hold, core::Blame::partner},
    };
    for (const Row& row : rows) {
        Verdict v;
        v.meaning = row.meaning;
        const auto result = outcome_of(v);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().advice == row.advice);
        CHECK(result.error().blame == row.blame);
    }
    Verdict v;
    v.meaning = ok;
    CHECK_FALSE(outcome_of(v)->already_there);
    v.meaning = already;
    CHECK(outcome_of(v)->already_there);
}

}  // namespace
}  // namespace gw::connector_kit
