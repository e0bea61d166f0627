// Plays the conversation scripts against the database: the script is the gateway (form:
// scripts/README.md).
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/test_caller.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace sim::population {
namespace {

namespace fs = std::filesystem;

struct Exchange {
    std::string path, body, status, answer;
    Headers headers;
};
struct Script {
    std::vector<std::string> faults, outcomes;
    std::vector<Exchange> exchanges;
};

void take_line(Script& s, const std::string& line) {
    auto rest = [&line](std::size_t n) { return line.size() > n ? line.substr(n) : std::string(); };
    if (line.starts_with("@ outcome ")) s.outcomes = kit::split(rest(10), ' ');
    if (line.starts_with("! fault ")) s.faults.push_back(rest(8));
    if (line.starts_with("> POST ")) {
        s.exchanges.emplace_back();
        s.exchanges.back().path = rest(7);
    } else if (line.starts_with("> ")) {
        auto colon = line.find(": ");
        s.exchanges.back().headers.emplace_back(line.substr(2, colon - 2), line.substr(colon + 2));
    }
    if (line.starts_with(">> ")) s.exchanges.back().body = rest(3);
    if (line.starts_with("< ")) s.exchanges.back().status = rest(2);
    if (line.starts_with("<< ")) s.exchanges.back().answer = rest(3);
}

Script read(const fs::path& path) {
    Script s;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) take_line(s, line);
    return s;
}

/// A text with at most one place against a text; a place that is not `*` is bound to what stands
/// there.
bool matches(const std::string& wanted, const std::string& heard, std::string& token) {
    auto open = wanted.find("{{"), close = wanted.find("}}");
    if (open == std::string::npos) return wanted == heard;
    auto before = wanted.substr(0, open), after = wanted.substr(close + 2);
    if (heard.size() < before.size() + after.size() || !heard.starts_with(before) ||
        !heard.ends_with(after))
        return false;
    if (wanted.substr(open, 5) != "{{*}}")
        token = heard.substr(open, heard.size() - before.size() - after.size());
    return true;
}

void set_fault(Caller& c, const std::string& line) {
    auto words = kit::split(line, ' ');
    kit::Fault f("population." + words.at(0));
    for (std::size_t i = 1; i < words.size(); ++i) {
        auto eq = words[i].find('=');
        f.params[words[i].substr(0, eq)] = words[i].substr(eq + 1);
    }
    REQUIRE(c.database.faults().set(std::move(f)).has_value());
}

/// What the audit must say where the gateway concludes that word.
bool agrees(const AuditRow& row, const std::string& outcome) {
    if (outcome == "UNAVAILABLE") return row.outcome == Outcome::failed || !row.fault.empty();
    auto said = outcome == "REJECTED" ? std::string("refused") : kit::lower_ascii(outcome);
    return name_of(row.outcome) == said;
}

void play(const Script& script) {
    Caller c;
    std::string token;
    for (const auto& fault : script.faults) set_fault(c, fault);
    std::size_t asked = 0;
    for (const auto& e : script.exchanges) {
        auto headers = e.headers;
        for (auto& [name, value] : headers)
            if (auto at = value.find("{{token}}"); at != std::string::npos)
                value.replace(at, 9, token);
        auto a = c.raw("POST", e.path, e.body, headers);
        CAPTURE(a.body);
        CAPTURE(e.answer);
        if (e.status == "cut") {
            CHECK(a.fate != kit::Fate::answer);
        } else {
            CHECK(std::to_string(a.status) == e.status);
            auto body = a.body;
            while (body.ends_with("\n")) body.pop_back();
            CHECK(matches(e.answer, body, token));
        }
        if (e.path == "/lgsp/token") continue;
        REQUIRE(asked < script.outcomes.size());
        CAPTURE(script.outcomes[asked]);
        CHECK(agrees(c.last(), script.outcomes[asked]));
        ++asked;
    }
    CHECK(asked == script.outcomes.size());
}

TEST_CASE("conversations: every script plays against the database") {
    std::vector<fs::path> paths;
    for (const auto& one : fs::directory_iterator("simulators/population/scripts"))
        if (one.path().extension() == ".conv") paths.push_back(one.path());
    std::ranges::sort(paths);
    REQUIRE(paths.size() >= 40);
    for (const auto& path : paths) {
        auto name = path.filename().string();
        CAPTURE(name);
        auto script = read(path);
        REQUIRE_FALSE(script.exchanges.empty());
        play(script);
    }
}

TEST_CASE("conversations: the player notices another byte") {
    std::string token;
    CHECK(matches("a{{token}}c", "abbbc", token));
    CHECK(token == "bbb");
    CHECK_FALSE(matches("a{{token}}c", "abbbd", token));
    CHECK_FALSE(matches("abc", "abd", token));
    CHECK(matches("<!DOCTYPE html>{{*}}", "<!DOCTYPE html>\n<html>", token));
}

}  // namespace
}  // namespace sim::population
