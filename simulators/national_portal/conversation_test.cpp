// Plays the conversation scripts against the portal: the script is the gateway (form:
// scripts/README.md).
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/test_caller.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace sim::national_portal {
namespace {

namespace fs = std::filesystem;
using kit::Json;
using kit::JsonDocument;
using Values = std::map<std::string, std::string>;

struct Exchange {
    std::vector<std::string> before;  // "! …" lines
    std::string method, target, body, status, answer;
    std::vector<std::pair<std::string, std::string>> headers;
};
struct Script {
    std::string starts, name;
    std::vector<Exchange> exchanges;
};

Script read(const fs::path& path) {
    Script s;
    s.name = path.filename().string();
    std::ifstream in(path);
    std::vector<std::string> before;
    bool in_answer = true;
    for (std::string line; std::getline(in, line);) {
        auto rest = [&line](std::size_t n) {
            return line.size() > n ? line.substr(n) : std::string();
        };
        if (line.starts_with("@ starts "))
            s.starts = rest(9);
        else if (line.starts_with("! "))
            before.push_back(rest(2));
        else if (line.starts_with(">> "))
            s.exchanges.back().body = rest(3);
        else if (line.starts_with("<< "))
            s.exchanges.back().answer = rest(3);
        else if (line.starts_with("< ")) {
            s.exchanges.back().status = rest(2);
            in_answer = true;
        } else if (line.starts_with("> ") && in_answer) {
            Exchange e;
            auto words = kit::split(rest(2), ' ');
            e.method = words.at(0);
            e.target = words.at(1);
            e.before = std::move(before);
            before.clear();
            s.exchanges.push_back(std::move(e));
            in_answer = false;
        } else if (line.starts_with("> ")) {
            auto colon = line.find(": ");
            s.exchanges.back().headers.emplace_back(line.substr(2, colon - 2), rest(colon + 2));
        }
    }
    return s;
}

std::string filled(std::string text, const Values& values) {
    for (const auto& [name, value] : values)
        for (std::size_t at; (at = text.find("{{" + name + "}}")) != std::string::npos;)
            text.replace(at, name.size() + 4, value);
    return text;
}

/// Text with places against a text without: the first appearance of a name binds it.
bool matches(std::string_view wanted, std::string_view heard, Values& values) {
    auto open = wanted.find("{{");
    if (open == std::string_view::npos) return wanted == heard;
    auto close = wanted.find("}}", open);
    if (!heard.starts_with(wanted.substr(0, open))) return false;
    std::string name(wanted.substr(open + 2, close - open - 2));
    auto after = wanted.substr(close + 2);
    heard.remove_prefix(open);
    auto next = after.substr(0, after.find("{{"));
    auto end = next.empty() ? (after.empty() ? heard.size() : 0) : heard.find(next);
    if (end == std::string_view::npos) return false;
    if (name != "*") {
        if (values.count(name) > 0 && values.at(name) != heard.substr(0, end)) return false;
        values[name] = std::string(heard.substr(0, end));
    }
    return matches(after, heard.substr(end), values);
}

/// What a text of the portal means; texts themselves are not documented.
std::string kind_of(const std::string& text) {
    for (const char* sign :
         {"không thành công", "đã tồn tại", "không tồn tại", "Phiên làm việc", "thành công"})
        if (text.find(sign) != std::string::npos) return sign;
    return text;
}

bool same(const Json& wanted, const Json& heard, Values& values, bool is_message);

bool same_text(
    const std::string& wanted, const std::string& heard, Values& values, bool is_message
) {
    JsonDocument in_wanted, in_heard;
    if (kit::parse_json(in_wanted, wanted) && in_wanted.IsObject())  // JSON inside text
        return kit::parse_json(in_heard, heard) && same(in_wanted, in_heard, values, false);
    if (matches(wanted, heard, values)) return true;
    return is_message && kind_of(wanted) == kind_of(heard);
}

bool same(const Json& wanted, const Json& heard, Values& values, bool is_message) {
    if (wanted.IsString() && heard.IsString())
        return same_text(kit::text_of(&wanted), kit::text_of(&heard), values, is_message);
    if (wanted.GetType() != heard.GetType())
        return wanted.IsString() && kit::text_of(&wanted) == "{{*}}";
    if (wanted.IsArray()) {
        if (wanted.Size() != heard.Size()) return false;
        for (rapidjson::SizeType i = 0; i < wanted.Size(); ++i)
            if (!same(wanted[i], heard[i], values, false)) return false;
        return true;
    }
    if (!wanted.IsObject()) return wanted == heard;
    if (wanted.MemberCount() != heard.MemberCount()) return false;
    for (const auto& m : wanted.GetObject()) {
        auto other = heard.FindMember(m.name);
        if (other == heard.MemberEnd() ||
            !same(m.value, other->value, values, kit::text_of(&m.name) == "message"))
            return false;
    }
    return true;
}

void check_answer(const Exchange& e, const kit::Answer& heard, Values& values) {
    CAPTURE(heard.body);
    CAPTURE(e.answer);
    if (e.status == "cut") {
        CHECK(heard.fate != kit::Fate::answer);
        return;
    }
    CHECK(heard.fate == kit::Fate::answer);
    CHECK(std::to_string(heard.status) == e.status);
    JsonDocument wanted, got;
    if (kit::parse_json(wanted, e.answer)) {
        REQUIRE(kit::parse_json(got, heard.body));
        CHECK(same(wanted, got, values, false));
    } else {
        CHECK(heard.body.substr(0, 1) == e.answer.substr(0, 1));
    }
}

/// "NAME key=value …"
std::pair<std::string, Values> statement(const std::string& line) {
    std::pair<std::string, Values> out;
    for (const auto& word : kit::split(line, ' ')) {
        auto eq = word.find('=');
        if (eq == std::string::npos)
            out.first = word;
        else
            out.second[word.substr(0, eq)] = word.substr(eq + 1);
    }
    return out;
}

void prepare(Caller& c, const std::string& line) {
    auto [name, values] = statement(line.substr(line.find(' ') + 1));
    if (line.starts_with("send ")) {
        std::string request;
        for (const auto& [key, value] : values)
            request += (request.empty() ? "{\"" : ",\"") + key + "\":\"" + value + "\"";
        REQUIRE_FALSE(c.portal.send(request + "}", c.now).empty());
        return;
    }
    REQUIRE(line.starts_with("fault "));
    kit::Fault f(name);
    auto taken = [&values](const char* key) {
        auto node = values.extract(key);
        return node.empty() ? std::string() : node.mapped();
    };
    f.service = taken("service");
    f.dossier = taken("dossier");
    f.field = taken("field");
    if (auto n = taken("count"); !n.empty()) f.count = std::stoull(n);
    if (auto n = taken("after"); !n.empty()) f.after = std::stoull(n);
    if (auto p = taken("probability"); !p.empty()) f.probability = std::stod(p);
    f.params = values;
    CHECK(c.portal.faults().set(std::move(f)).has_value());
}

void play_gateway(const Script& script) {
    Caller c;
    Values values;
    for (const auto& e : script.exchanges) {
        CAPTURE(e.target);
        for (const auto& line : e.before) prepare(c, line);
        auto headers = e.headers;
        for (auto& [name, value] : headers) value = filled(value, values);
        auto mark = e.target.find('?');
        auto query = mark == std::string::npos ? std::string() : e.target.substr(mark + 1);
        auto answer =
            c.raw(e.method, e.target.substr(0, mark), filled(e.body, values), headers, query);
        check_answer(e, answer, values);
        c.now += std::chrono::seconds(20);
    }
    for (const auto& [code, d] : c.portal.dossiers()) {
        CAPTURE(code);
        CHECK(d.creates + d.portal_origin == 1);
        CHECK(d.duplicate_lines == 0);
    }
}

/// Every member of the script's body is in ours; one element of a list stands for all.
bool has_members(const Json& wanted, const Json& ours) {
    if (wanted.IsArray())
        return ours.IsArray() &&
               (wanted.Empty() || (!ours.Empty() && has_members(wanted[0], ours[0])));
    if (!wanted.IsObject()) return true;
    if (!ours.IsObject()) return false;
    return std::ranges::all_of(wanted.GetObject(), [&ours](const auto& m) {
        auto other = ours.FindMember(m.name);
        return other != ours.MemberEnd() && has_members(m.value, other->value);
    });
}

void check_call(const Exchange& e, const OutCall& call) {
    CHECK(call.method == e.method);
    CHECK(call.path == e.target);
    JsonDocument wanted, ours;
    REQUIRE(kit::parse_json(wanted, e.body));
    REQUIRE(kit::parse_json(ours, call.body));
    CAPTURE(call.body);
    CHECK(has_members(wanted, ours));
    Values values;
    for (const auto& [name, value] : call.headers) values[name] = value;
    for (const auto& [name, value] : e.headers) {
        CAPTURE(name);
        REQUIRE(values.count(name) == 1);
        Values bound;
        CHECK(matches(value, values.at(name), bound));
        if (bound.count("signature") > 0)
            CHECK(
                bound.at("signature") == kit::hmac_sha256_hex(
                                             "mau-inbound-secret",
                                             values.at("X-Portal-Timestamp") + "." +
                                                 values.at("X-Portal-Nonce") + "." + call.body
                                         )
            );
    }
}

void play_portal(const Script& script) {
    Caller c;
    c.create(an_item() + "," + an_item({{"MaHoSo", "H37.14-260302-0002"}}));
    static const std::map<std::string, std::string> kinds{
        {"nhanhsdvcqg", R"({"kind":"dossier","as":"base64","procedure":"1.001193"})"},
        {"NhanThongBaoThueDat", R"({"kind":"tax_notice","unknown":"false"})"},
        {"NhanChungTuThueDat", R"({"kind":"tax_receipt"})"},
        {"NhanHoSoKhuyenMai", R"({"kind":"promotion","dossier":"G22.99.02-260302-0007"})"},
        {"NhanBoSungKhuyenMai",
         R"({"kind":"promotion_supplement","dossier":"G22.99.02-260302-0007"})"}};
    std::string before;  // the same service again is a repeat of the portal's own
    for (const auto& e : script.exchanges) {
        for (const auto& line : e.before) prepare(c, line);
        if (e.target != before)
            REQUIRE_FALSE(
                c.portal.send(kinds.at(e.target.substr(e.target.rfind('/') + 1)), c.now).empty()
            );
        before = e.target;
        auto calls = c.portal.due(c.now);
        REQUIRE(calls.size() == 1);
        check_call(e, calls[0]);
        c.portal.answered(calls[0].id, std::stoi(e.status), e.answer, c.now);
        auto state = c.portal.sender().all().at(calls[0].id).state;
        bool last = &e == &script.exchanges.back() || (&e + 1)->target != e.target;
        CHECK(state == (!last || e.status[0] != '2' ? SendState::waiting : SendState::done));
        c.now += std::chrono::seconds(1);
    }
}

TEST_CASE("conversations: every script plays against the portal") {
    std::vector<fs::path> paths;
    for (const auto& one : fs::directory_iterator("simulators/national_portal/scripts"))
        if (one.path().extension() == ".conv") paths.push_back(one.path());
    std::ranges::sort(paths);
    REQUIRE(paths.size() >= 20);
    for (const auto& path : paths) {
        auto script = read(path);
        CAPTURE(script.name);
        REQUIRE_FALSE(script.exchanges.empty());
        if (script.starts == "gateway")
            play_gateway(script);
        else
            play_portal(script);
    }
}

TEST_CASE("conversations: the player notices a wrong answer") {
    JsonDocument wanted, heard;
    Values values;
    auto compare = [&](const char* a, const char* b) {
        return kit::parse_json(wanted, a) && kit::parse_json(heard, b) &&
               same(wanted, heard, values, false);
    };
    CHECK(
        compare(R"({"error_code":"0","session":"{{s}}"})", R"({"session":"abc","error_code":"0"})")
    );
    CHECK(values.at("s") == "abc");
    CHECK_FALSE(compare(R"({"session":"{{s}}"})", R"({"session":"other"})"));
    CHECK_FALSE(compare(R"({"error_code":"0"})", R"({"error_code":0})"));
    CHECK_FALSE(compare(R"({"a":1})", R"({"a":1,"b":2})"));
    CHECK(compare(
        R"({"message":"Đồng bộ thành công"})", R"({"message":"Thành công rồi: thành công"})"
    ));
    CHECK_FALSE(
        compare(R"({"message":"Đồng bộ thành công"})", R"({"message":"Đồng bộ không thành công"})")
    );
    CHECK(compare(
        R"({"message":"{\"error_code\":\"0\"}"})", R"({"message":"{ \"error_code\" : \"0\" }"})"
    ));
}

}  // namespace
}  // namespace sim::national_portal
