// Line by line; what is compared is the status and the bytes of the body.
#include "simulators/kit/conversation.hpp"

#include "simulators/kit/text.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace sim::kit {
namespace {

std::string_view after(std::string_view line, std::size_t n) {
    line.remove_prefix(std::min(n, line.size()));
    while (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

std::int64_t whole(std::string_view text) {
    std::int64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

}  // namespace

std::string script_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<std::string> scripts_in(const std::string& folder) {
    std::vector<std::string> out;
    for (const auto& one : std::filesystem::directory_iterator(folder))
        if (one.path().extension() == ".conv") out.push_back(one.path().string());
    std::ranges::sort(out);
    return out;
}

std::string Conversation::play(std::string_view script) {
    int number = 0;
    for (const auto& line : split(script, '\n')) {
        ++number;
        if (line.empty() || line[0] == '#' || line[0] == '@' || line[0] == '=') continue;
        auto wrong = statement(line);
        if (!wrong.empty()) return "line " + std::to_string(number) + ": " + wrong;
    }
    return compare_body();
}

std::string Conversation::statement(std::string_view line) {
    if (line.starts_with("<<")) {
        expected_ += after(line, 2);
        return {};
    }
    if (body_due_)
        if (auto wrong = compare_body(); !wrong.empty()) return wrong;
    if (line.starts_with("! fault")) return set_fault(after(line, 7));
    if (line.starts_with("! wait")) {
        now_ += core::Duration(whole(after(line, 6)) * 1'000);
        return {};
    }
    if (line.starts_with(">>")) {
        call_.body += filled(after(line, 2));
        return {};
    }
    if (line[0] == '>') {
        auto text = filled(after(line, 1));
        if (!asked_) {
            call_ = Call();
            asked_ = true;
            auto parts = split(text, ' ');
            if (parts.size() != 2) return "a request is METHOD and path";
            call_.method = parts[0];
            auto mark = parts[1].find('?');
            call_.path = url_decode(parts[1].substr(0, mark));
            if (mark != std::string::npos) call_.query = parts[1].substr(mark + 1);
            return {};
        }
        auto colon = text.find(": ");
        if (colon == std::string::npos) return "a header is Name: value";
        call_.headers.emplace_back(text.substr(0, colon), text.substr(colon + 2));
        return {};
    }
    if (line[0] != '<') return "unknown statement";
    answer_ = handler_(call_, now_);
    asked_ = false;
    body_due_ = true;
    expected_.clear();
    auto said = std::string(after(line, 1));
    bool whole_answer = answer_.fate == Fate::answer;
    if (said == "cut") {
        body_due_ = false;
        return whole_answer ? "the answer came, a cut was due" : "";
    }
    if (!whole_answer) return "no answer came";
    return std::to_string(answer_.status) == said ? std::string()
                                                  : "status " + std::to_string(answer_.status) +
                                                        ", due was " + said + ": " + answer_.body;
}

std::string Conversation::compare_body() {
    if (!std::exchange(body_due_, false) || expected_.empty()) return {};
    return fits(filled(expected_), answer_.body)
               ? std::string()
               : "body\n" + answer_.body + "\ndue was\n" + expected_;
}

std::string Conversation::filled(std::string_view text) const {
    std::string out(text);
    for (const auto& [name, value] : bound_) {
        auto place = "{{" + name + "}}";
        for (std::size_t at = 0; (at = out.find(place, at)) != std::string::npos;
             at += value.size())
            out.replace(at, place.size(), value);
    }
    return out;
}

bool Conversation::fits(std::string_view pattern, std::string_view text) {
    auto open = pattern.find("{{");
    if (open == std::string_view::npos) return pattern == text;
    auto close = pattern.find("}}", open);
    if (close == std::string_view::npos || !text.starts_with(pattern.substr(0, open))) return false;
    auto name = pattern.substr(open + 2, close - open - 2);
    auto rest = pattern.substr(close + 2);
    text.remove_prefix(open);
    // The value ends where the next literal text begins.
    auto next = rest.substr(0, rest.find("{{"));
    for (auto end = next.empty() ? text.size() : text.find(next); end != std::string_view::npos;
         end = end < text.size() ? text.find(next, end + 1) : std::string_view::npos) {
        if (!fits(rest, text.substr(end))) continue;
        if (name != "*")
            bound_.insert_or_assign(std::string(name), std::string(text.substr(0, end)));
        return true;
    }
    return false;
}

std::string Conversation::set_fault(std::string_view text) {
    auto parts = split(text, ' ');
    Fault f(parts.at(0));
    for (std::size_t i = 1; i < parts.size(); ++i) {
        auto eq = parts[i].find('=');
        if (eq == std::string::npos) continue;
        auto key = parts[i].substr(0, eq), value = parts[i].substr(eq + 1);
        if (key == "count")
            f.count = static_cast<std::uint64_t>(whole(value));
        else if (key == "after")
            f.after = static_cast<std::uint64_t>(whole(value));
        else if (key == "service")
            f.service = value;
        else if (key == "dossier")
            f.dossier = value;
        else if (key == "field")
            f.field = value;
        else
            f.params[key] = value;
    }
    return faults_.set(std::move(f)) ? std::string() : "unknown switch " + parts[0];
}

}  // namespace sim::kit
