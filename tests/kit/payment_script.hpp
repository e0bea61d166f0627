// Conversation scripts of the payment providers, as simulators/*/scripts/README.md describes them.
#pragma once

#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

/// One request with its answer.
struct Exchange {
    std::string at, method, target, body, answer;
    long status = 0;      // 0 = cut
    bool notice = false;  // made by the provider
};
struct PaymentScript {
    std::map<std::string, std::string> about;
    std::vector<Exchange> exchanges;
};

/// "{{token}}" becomes "VALUE-token".
inline std::string filled(std::string text) {
    for (auto at = text.find("{{"); at != text.npos; at = text.find("{{")) {
        const auto end = text.find("}}", at);
        if (end == text.npos) throw std::logic_error("an open {{");
        text.replace(at, end + 2 - at, "VALUE-" + text.substr(at + 2, end - at - 2));
    }
    return text;
}

inline PaymentScript parse_payment_script(const std::string& text) {
    PaymentScript script;
    std::string at;
    bool notice = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        const std::string rest = line.size() > 2 ? line.substr(2) : "";
        auto& exchanges = script.exchanges;
        const auto blank = rest.find(' '), colon = rest.find(": ");
        if (line[0] == '@') {
            script.about[rest.substr(0, blank)] = rest.substr(blank + 1);
        } else if (rest.starts_with("at ")) {
            at = rest.substr(3);
        } else if (line[0] == '!') {
            notice = notice || rest == "notice";
        } else if (line.starts_with(">> ")) {
            exchanges.back().body = filled(line.substr(3));
        } else if (line.starts_with("<< ")) {
            exchanges.back().answer = filled(line.substr(3));
        } else if (line[0] == '<') {
            exchanges.back().status = rest == "cut" ? 0 : std::stol(rest);
        } else if (line[0] == '>' && (colon == rest.npos || colon > blank)) {
            Exchange e;
            e.at = at;
            e.method = rest.substr(0, blank);
            e.target = filled(rest.substr(blank + 1));
            e.notice = std::exchange(notice, false);
            exchanges.push_back(std::move(e));
        }
    }
    return script;
}

}  // namespace gw::test
