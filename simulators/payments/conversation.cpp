// Reads a script line by line and compares byte for byte; the form is described in
// scripts/README.md.
#include "simulators/payments/conversation.hpp"

#include "simulators/kit/text.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>

namespace sim::payments {
namespace {

using Places = std::map<std::string, std::string>;

std::string filled(std::string text, const Places& places) {
    for (const auto& [name, value] : places)
        for (std::size_t at; (at = text.find("{{" + name + "}}")) != std::string::npos;)
            text.replace(at, name.size() + 4, value);
    return text;
}

/// "NAME key=value …"
kit::Fault fault_of(const std::string& line) {
    kit::Fault f;
    for (const auto& word : kit::split(line, ' ')) {
        auto eq = word.find('=');
        auto key = word.substr(0, eq), value = eq == std::string::npos ? "" : word.substr(eq + 1);
        if (eq == std::string::npos)
            f.switch_name = word;
        else if (key == "service")
            f.service = value;
        else if (key == "field")
            f.field = value;
        else if (key == "count")
            std::from_chars(value.data(), value.data() + value.size(), f.count);
        else
            f.params[key] = value;
    }
    return f;
}

struct Run {
    explicit Run(Player& p) : player(p) {}
    Player& player;
    Places places;
    std::vector<OutCall> waiting;
    std::vector<std::string> wrong;
    void say(const Exchange& e, const std::string& what, std::string_view heard) {
        wrong.push_back(e.target + ": " + what + ": " + std::string(heard.substr(0, 900)));
    }
};

void prepare(Run& run, const Exchange& e) {
    for (const auto& line : e.before) {
        auto blank = line.find(' ');
        auto word = line.substr(0, blank);
        auto rest = blank == std::string::npos ? std::string() : line.substr(blank + 1);
        if (word == "at") {
            run.player.set_time(rest);
        } else if (word == "fault") {
            if (!run.player.faults->set(fault_of(rest))) run.say(e, "unknown switch", rest);
        } else if (word == "act") {
            auto more = rest.find(' ');
            auto why = run.player.act(
                rest.substr(0, more), more == std::string::npos ? "" : rest.substr(more + 1)
            );
            if (!why.empty()) run.say(e, "act", why);
        } else if (word != "notice") {
            run.say(e, "unknown statement", line);
        }
    }
}

void ask(Run& run, const Exchange& e) {
    kit::Call call;
    auto mark = e.target.find('?');
    call.method = e.method;
    call.path = e.target.substr(0, mark);
    if (mark != std::string::npos) call.query = filled(e.target.substr(mark + 1), run.places);
    call.body = filled(e.body, run.places);
    call.headers = e.headers;
    auto heard = run.player.handle(call);
    if (e.status == "cut") {
        if (heard.fate == kit::Fate::answer) run.say(e, "an answer came", heard.body);
        return;
    }
    if (heard.fate != kit::Fate::answer) return run.say(e, "no answer came", "");
    if (std::to_string(heard.status) != e.status)
        run.say(e, "status " + std::to_string(heard.status), heard.body);
    bool page = e.answer.starts_with("<") || e.answer.starts_with("%");
    bool good = page ? heard.body.starts_with(e.answer.substr(0, 1))
                     : fits(e.answer, heard.body, run.places);
    if (!good) run.say(e, "another answer", heard.body);
}

void hear(Run& run, const Exchange& e) {
    for (auto& call : run.player.due()) run.waiting.push_back(std::move(call));
    if (run.waiting.empty()) return run.say(e, "no notice came", "");
    auto call = run.waiting.front();
    run.waiting.erase(run.waiting.begin());
    if (call.method != e.method) run.say(e, "another method", call.method);
    if (!fits(e.target, call.path, run.places)) run.say(e, "another path", call.path);
    if (!fits(e.body, call.body, run.places)) run.say(e, "another body", call.body);
    int status = 0;
    std::from_chars(e.status.data(), e.status.data() + e.status.size(), status);
    run.player.answered(call.id, status, filled(e.answer, run.places));
}

}  // namespace

bool fits(std::string_view wanted, std::string_view heard, Places& places) {
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
        if (places.count(name) > 0 && places.at(name) != heard.substr(0, end)) return false;
        places[name] = std::string(heard.substr(0, end));
    }
    return fits(after, heard.substr(end), places);
}

std::vector<Exchange> read_script(const std::string& path) {
    std::ifstream in(path);
    std::vector<Exchange> out;
    std::vector<std::string> before;
    bool open = false;  // headers and body of a request may follow
    for (std::string line; std::getline(in, line);) {
        auto rest = [&line](std::size_t n) {
            return line.size() > n ? line.substr(n) : std::string();
        };
        if (line.starts_with("! ")) {
            before.push_back(rest(2));
        } else if (line.starts_with(">> ") && open) {
            out.back().body = rest(3);
        } else if (line.starts_with("<< ") && !out.empty()) {
            out.back().answer = rest(3);
        } else if (line.starts_with("< ") && !out.empty()) {
            out.back().status = rest(2);
            open = false;
        } else if (line.starts_with("> ") && !open) {
            Exchange e;
            auto blank = line.find(' ', 2);
            e.method = line.substr(2, blank - 2);
            e.target = rest(blank + 1);
            for (const auto& one : before) e.notice = e.notice || one == "notice";
            e.before = std::move(before);
            before.clear();
            out.push_back(std::move(e));
            open = true;
        } else if (line.starts_with("> ")) {
            auto colon = line.find(": ");
            out.back().headers.emplace_back(line.substr(2, colon - 2), rest(colon + 2));
        }
    }
    if (out.empty()) throw std::runtime_error("no conversation in " + path);
    return out;
}

std::vector<std::string> play(const std::vector<Exchange>& script, Player& player) {
    Run run(player);
    for (const auto& e : script) {
        prepare(run, e);
        e.notice ? hear(run, e) : ask(run, e);
    }
    for (auto& call : player.due()) run.waiting.push_back(std::move(call));
    for (const auto& call : run.waiting)
        run.wrong.push_back(
            "a notice that the script does not know: " + call.path + " " + call.body
        );
    return run.wrong;
}

}  // namespace sim::payments
