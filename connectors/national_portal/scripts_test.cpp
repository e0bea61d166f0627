// Plays the conversation scripts of simulators/national_portal/scripts against the connector.
#include "gateway/crypto/digest.hpp"
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

namespace gw::national_portal {
namespace {

using core::Document;
using test::PortalKit;

/// One request with its answer, as the script says it.
struct Exchange {
    std::string method, target, body, answer;
    std::vector<std::pair<std::string, std::string>> headers;
    long status = 0;  // 0 = cut
};
/// "= …" with the exchanges that follow it, or exchanges alone.
struct Step {
    std::string ask;
    std::vector<Exchange> exchanges;
};
struct Script {
    std::map<std::string, std::string> about;
    std::vector<Step> steps;
};

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// What the runner makes up for a place.
std::string filled(std::string text, const std::map<std::string, std::string>& values) {
    replace_all(text, "\"{{*}}\"", "\"\"");
    replace_all(text, "{{*}}", "0");
    for (const auto& [name, value] : values) replace_all(text, "{{" + name + "}}", value);
    for (auto at = text.find("{{"); at != text.npos; at = text.find("{{")) {
        const auto end = text.find("}}", at);
        REQUIRE(end != text.npos);
        text.replace(at, end + 2 - at, "VALUE-" + text.substr(at + 2, end - at - 2));
    }
    return text;
}

Script parse(const std::string& text) {
    Script script;
    script.steps.emplace_back();
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#' || line[0] == '!') continue;
        const std::string rest = line.size() > 2 ? line.substr(2) : "";
        auto& exchanges = script.steps.back().exchanges;
        if (line[0] == '@') {
            const auto blank = rest.find(' ');
            script.about[rest.substr(0, blank)] = rest.substr(blank + 1);
        } else if (line[0] == '=') {
            script.steps.push_back({rest, {}});
        } else if (line.starts_with(">> ")) {
            exchanges.back().body = line.substr(3);
        } else if (line.starts_with("<< ")) {
            exchanges.back().answer = line.substr(3);
        } else if (line[0] == '>') {
            const auto colon = rest.find(": ");
            const auto blank = rest.find(' ');
            if (colon != rest.npos && colon < blank) {
                exchanges.back().headers.emplace_back(
                    rest.substr(0, colon), rest.substr(colon + 2)
                );
            } else {
                exchanges.emplace_back();
                exchanges.back().method = rest.substr(0, blank);
                exchanges.back().target = rest.substr(blank + 1);
            }
        } else if (line[0] == '<') {
            exchanges.back().status = rest == "cut" ? 0 : std::stol(rest);
        } else {
            FAIL("unknown line: ", line);
        }
    }
    return script;
}

void check_request(const Exchange& wanted, const ports::HttpRequest& got) {
    CHECK(got.method == wanted.method);
    CHECK(got.url.substr(got.url.find('/', 8)) == filled(wanted.target, {}));
    for (const auto& [name, value] : wanted.headers)
        CHECK_MESSAGE(ports::header(got.headers, name) == filled(value, {}), name);
    CHECK(got.body == filled(wanted.body, {}));
}

std::string_view word_of(const core::Result<core::Receipt>& result) {
    if (result) return result->already_there ? "already_there" : "delivered";
    switch (result.error().advice) {
        case core::Advice::retry:
            return "retry";
        case core::Advice::enquire:
            return "enquire";
        case core::Advice::give_up:
            return "give_up";
        case core::Advice::hold:
            return "hold";
        case core::Advice::stop:
            return "stop";
    }
    return "";
}
std::string_view word_of(core::Found found) {
    constexpr std::string_view words[] = {
        "done", "different", "not_found", "processing", "cannot_tell"};
    return words[static_cast<std::size_t>(found)];
}

connector_kit::OptionValues values_for(const Script& script) {
    connector_kit::OptionValues values{{"username", "mau-user"}, {"password", "mau-password"}};
    if (script.about.at("transport") != "lgsp") return values;
    values["transport"] = "lgsp";
    values["envelope"] = "double";
    values["url"] = "http://lgsp.test/lgsp";
    values["client_id"] = "mau-client";
    values["client_secret"] = "mau-secret";
    values["create_path"] = "KetNoiMotCuaQuocGia/ThemMoiHoSo";
    values["update_path"] = "KetNoiMotCuaQuocGia/CapNhatHoSo";
    return values;
}

constexpr const char* survey_json =
    R"({"key":"survey:2026-03","survey":{"month":"2026-03","raters":120,"officers":{"very_satisfied":90,)"
    R"("satisfied":10,"dissatisfied":0},"service":{"very_satisfied":88,"satisfied":12,"dissatisfied":0},)"
    R"("opinions":[],"unit":{"code":"000.00.00.H37","name":"UBND tỉnh Lạng Sơn"}}})";
constexpr const char* answer_json =
    R"({"key":"fbk_1:v1","feedback":{"external_id":"HD-MAU-001","source":"portal"},"answer":{)"
    R"("text":"Cần giấy chứng sinh","officer":{"officer_code":"CB0001","name":"Lê Thị Giả",)"
    R"("title":"Công chức tư pháp"},"at":"2026-03-02T15:00:00.000+07:00"}})";

/// Plays a script in which the gateway asks.
class Outgoing {
public:
    explicit Outgoing(const Script& script) : kit_(values_for(script)) {
        for (const Step& step : script.steps) play(step);
        CHECK_MESSAGE(
            kit_.http.answers.empty(), "the connector asked for less than the script says"
        );
    }

private:
    void play(const Step& step) {
        std::istringstream words(step.ask);
        std::string verb, what, code;
        words >> verb >> what;
        if (verb == "send" || verb == "enquire") return ask(step, verb == "send", what);
        if (verb == "pull") return pull(step, what, words);
        if (verb == "expect") {
            words >> code;
            if (what == "rows") {
                CHECK(std::to_string(rows_) == code);
                return;
            }
            if (what == "found") {
                CHECK(word_of(enquiry_->found) == code);
                return;
            }
            CHECK(word_of(*result_) == what);
            if (!code.empty()) CHECK(result_->error().code == code);
            return;
        }
        const std::string note = step.ask.size() > 5 ? step.ask.substr(5) : "";
        if (verb == "note" && !result_) note_ = note;
        if (verb == "note") CHECK(note_ == note);
    }
    core::Claim claim(const std::string& what) {
        if (what == "line") return kit_.line(note_);
        if (what == "packet") return kit_.packet(note_);
        if (what == "survey") return alone(push_survey, survey_json);
        if (what == "answer") return alone(push_answer, answer_json);
        if (what == "question") return alone(push_question, answer_json);
        Document code = Document::object();
        code.set("system", Document::text("national_portal"));
        code.set("code", Document::text("G22.99.01-260302-0001"));
        Document codes = Document::list();
        codes.push(std::move(code));
        kit_.dossier.set("origin", Document::text("national_portal"));
        kit_.dossier.set("code", Document::text("H37.14-260302-0002"));
        kit_.dossier.set("other_codes", std::move(codes));
        Document snapshot = Document::object();
        snapshot.set("dossier", kit_.dossier);
        return kit_.claim(push_status, snapshot);
    }
    /// What belongs to no dossier.
    core::Claim alone(std::string_view operation, const char* snapshot) {
        auto claim = kit_.claim(operation, *formats::read_json(snapshot));
        claim.leg.dossier.clear();
        return claim;
    }
    void give(const Step& step) {
        for (const Exchange& e : step.exchanges)
            kit_.http.answers.push_back(
                e.status == 0 ? test::failed(true) : test::answered(e.status, filled(e.answer, {}))
            );
    }
    void check_asked(const Step& step, std::size_t before) {
        REQUIRE(kit_.http.asked.size() == before + step.exchanges.size());
        for (std::size_t i = 0; i < step.exchanges.size(); ++i)
            check_request(step.exchanges[i], kit_.http.asked[before + i]);
    }
    /// "SERVICE name=value …"
    void pull(const Step& step, const std::string& service, std::istringstream& words) {
        Document arguments = Document::object();
        for (std::string word; words >> word;) {
            const auto eq = word.find('=');
            arguments.set(word.substr(0, eq), Document::text(word.substr(eq + 1)));
        }
        const auto before = kit_.http.asked.size();
        give(step);
        const auto result = test::run(kit_.io, kit_.portal->pull(service, std::move(arguments)));
        REQUIRE(result.has_value());
        rows_ = result->is_list() ? result->size() : 0;
        check_asked(step, before);
    }
    void ask(const Step& step, bool send, const std::string& what) {
        const auto before = kit_.http.asked.size();
        give(step);
        if (send) {
            result_ = kit_.send(claim(what));
            const auto& note = *result_ ? (*result_)->lane_note : result_->error().lane_note;
            if (note) note_ = *note;
        } else {
            auto enquiry = kit_.enquire(claim(what));
            REQUIRE(enquiry.has_value());
            enquiry_ = *enquiry;
            if (enquiry_->receipt.lane_note) note_ = *enquiry_->receipt.lane_note;
        }
        check_asked(step, before);
    }

    PortalKit kit_;
    std::size_t rows_ = 0;
    std::string note_;
    std::optional<core::Result<core::Receipt>> result_;
    std::optional<core::Enquiry> enquiry_;
};

/// Plays a script in which the portal asks.
void play_inbound(const Script& script) {
    PortalKit kit;
    std::multimap<std::string, std::string> wanted;
    int nonce = 0;
    for (const Step& step : script.steps) {
        std::istringstream words(step.ask);
        std::string verb, what, state;
        words >> verb >> what >> state;
        if (verb == "inbox") wanted.emplace(what, state);
        if (verb == "dossier") {
            core::Object known;
            known.kind = "dossier";
            known.agency = "H37";
            known.id = what;
            kit.store.put(known);
        }
        for (const Exchange& e : step.exchanges) {
            ports::InRequest request;
            request.method = e.method;
            request.path = e.target;
            request.body = e.body;
            std::map<std::string, std::string> values;
            values["timestamp"] = std::to_string(core::to_ms(kit.clock.now()) / 1'000);
            values["nonce"] = "nonce-" + std::to_string(++nonce);
            values["signature"] = crypto::to_hex(crypto::hmac_sha256(
                "mau-inbound-secret", values["timestamp"] + "." + values["nonce"] + "." + e.body
            ));
            for (const auto& [name, value] : e.headers)
                request.headers.emplace_back(name, filled(value, values));
            const auto answer =
                test::run(kit.io, kit.source->receive(std::move(request), kit.store));
            CHECK(answer.status == e.status);
            CHECK(answer.body == filled(e.answer, {}));
        }
    }
    std::multimap<std::string, std::string> found;
    for (const auto& object : kit.store.of_kind("inbox_item"))
        found.emplace(formats::read_json(object.body)->text_of("kind"), object.state);
    CHECK(found == wanted);
}

TEST_CASE("F-249 scripts: every conversation, byte by byte, against the connector") {
    int played = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator("simulators/national_portal/scripts")) {
        if (entry.path().extension() != ".conv") continue;
        INFO(entry.path().filename().string());
        const Script script = parse(mapping::test::file_text(entry.path()));
        ++played;
        if (script.about.at("starts") == "portal")
            play_inbound(script);
        else
            Outgoing run(script);
    }
    CHECK(played >= 24);
}

TEST_CASE("scripts: each file is named by a rule that it states") {
    for (const auto& entry :
         std::filesystem::directory_iterator("simulators/national_portal/scripts")) {
        if (entry.path().extension() != ".conv") continue;
        const std::string name = entry.path().stem().string();
        const Script script = parse(mapping::test::file_text(entry.path()));
        std::string rule = name.substr(0, name.find('_'));
        if (const auto zero = rule.find("-0"); zero != rule.npos) rule.erase(zero + 1, 1);
        CHECK_MESSAGE((script.about.at("rule") + " ").find(rule + " ") != std::string::npos, name);
    }
}

}  // namespace
}  // namespace gw::national_portal
