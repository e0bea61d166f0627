// One function for each kind of transport fault; the order is the order in which they are asked.
#include "simulators/kit/transport_faults.hpp"

#include "simulators/kit/admin.hpp"

#include <algorithm>

namespace sim::kit {
namespace {

Answer fated(Fate fate) {
    Answer a;
    a.fate = fate;
    return a;
}

Fate fate_named(const std::string& name, Fate otherwise) {
    if (name == "reset") return Fate::reset;
    if (name == "close") return Fate::close_before_status;
    if (name == "eof") return Fate::eof_before_length;
    if (name == "hang") return Fate::hang;
    return otherwise;
}

Answer page(int status, const std::string& title) {
    return html_answer(
        status,
        "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" + title +
            "</h1><p>Vui lòng quay lại sau.</p></body></html>\n"
    );
}

Answer http_error(const Fault& f) {
    auto status = static_cast<int>(std::clamp<std::int64_t>(f.number("status", 500), 400, 599));
    auto a = text_answer(status, f.param("body", "error\n"));
    if (auto wait = f.param("retry_after"); !wait.empty())
        a.headers.emplace_back("Retry-After", wait);
    return a;
}

Answer redirect(const Fault& f) {
    auto a = text_answer(302, "");
    a.headers.emplace_back("Location", f.param("to", "https://elsewhere.test/"));
    return a;
}

Answer down(const Fault& f) {
    auto mode = f.param("mode", "503");
    if (mode == "503") return text_answer(503, "Service Unavailable\n");
    return fated(fate_named(mode, Fate::reset));
}

bool in_window(const Fault& f, core::Instant now) {
    auto from = from_rfc3339(f.param("from")), to = from_rfc3339(f.param("to"));
    return (!from || now >= *from) && (!to || now < *to);
}

Instead made(std::string_view name, const Fault& f, Answer answer) {
    Instead out;
    out.fault = name;
    out.processed = f.param("processed") == "true";
    out.answer = std::move(answer);
    return out;
}

/// One byte of a letter is lost: what is left is no UTF-8.
void spoil(std::string& body) {
    auto at = std::find_if(body.begin(), body.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0xc2;
    });
    if (at != body.end())
        *at = '\xa9';
    else
        body.insert(body.size() / 2, "\xa9");
}

const std::vector<std::string> names{
    "html_200",
    "empty_200",
    "bad_gateway",
    "http_error",
    "redirect",
    "down",
    "hang",
    "reset",
    "close",
    "cut_before_processing",
    "slow",
    "throttle_silent",
    "truncated",
    "bom",
    "cut_after_processing",
    "bad_utf8",
    "fail_n",
    "always_fail",
    "suspend_after",
    "tls_expired",
    "tls_wrong_host",
    "tls_unknown_ca"};

}  // namespace

const std::vector<std::string>& transport_switches() {
    return names;
}

const Fault* Switches::strikes(std::string_view name, const Occasion& occasion) {
    for (const auto& prefix : prefixes_)
        if (const auto* f = table_.strikes(prefix + std::string(name), occasion)) return f;
    return nullptr;
}

const Fault* Switches::on(std::string_view name) const {
    for (const auto& prefix : prefixes_)
        if (const auto* f = table_.on(prefix + std::string(name))) return f;
    return nullptr;
}

bool Switches::setting(std::string_view name, bool otherwise) const {
    const auto* f = on(name);
    return f ? f->param("on", "true") != "false" : otherwise;
}

std::optional<Instead> TransportFaults::plain(const Occasion& o) {
    using Make = Answer (*)(const Fault&);
    static const std::vector<std::pair<std::string_view, Make>> kinds{
        {"reset", [](const Fault&) { return fated(Fate::reset); }},
        {"close", [](const Fault&) { return fated(Fate::close_before_status); }},
        {"cut_before_processing",
         [](const Fault& f) { return fated(fate_named(f.param("mode"), Fate::reset)); }},
        {"hang", [](const Fault&) { return fated(Fate::hang); }},
        {"bad_gateway", [](const Fault&) { return page(502, "502 Bad Gateway"); }},
        {"html_200", [](const Fault&) { return page(200, "Hệ thống đang bảo trì"); }},
        {"empty_200", [](const Fault&) { return json_answer(200, ""); }},
        {"http_error", http_error},
        {"always_fail", http_error},
        {"redirect", redirect}};
    for (const auto& [name, make] : kinds)
        if (const auto* f = switches_.strikes(name, o)) return made(name, *f, make(*f));
    return {};
}

/// F-32: the first n calls about each dossier fail, undone.
std::optional<Instead> TransportFaults::fail_first(const Occasion& o) {
    const auto* f = switches_.strikes("fail_n", o);
    if (!f) return {};
    auto& failed = failed_[std::to_string(f->id) + " " + o.dossier];
    if (failed >= f->number("n", 3)) return {};
    ++failed;
    return made("fail_n", *f, text_answer(503, "Service Unavailable\n"));
}

std::optional<Instead> TransportFaults::instead(const Occasion& o) {
    if (const auto* f = switches_.on("down"); f && in_window(*f, o.now))
        if (const auto* hit = switches_.strikes("down", o)) return made("down", *hit, down(*hit));
    if (auto lie = plain(o)) return lie;
    // F-237: too much was asked, the access is closed.
    if (const auto* f = switches_.strikes("suspend_after", o);
        f &&
        f->fired > static_cast<std::uint64_t>(std::max<std::int64_t>(f->number("calls", 0), 0)))
        return made("suspend_after", *f, text_answer(403, "Access suspended\n"));
    return fail_first(o);
}

/// F-13: above `per_second` every further call of that second waits `step_ms` longer.
bool TransportFaults::throttle(const Occasion& o, Answer& a) {
    const auto* f = switches_.strikes("throttle_silent", o);
    if (!f) return false;
    while (!recent_.empty() && recent_.front() + core::Duration(1'000) <= o.now)
        recent_.pop_front();
    recent_.push_back(o.now);
    auto over = static_cast<std::int64_t>(recent_.size()) - f->number("per_second", 10);
    if (over <= 0) return false;
    a.delay +=
        core::Duration(std::min(over * f->number("step_ms", 500), f->number("max_ms", 30'000)));
    return true;
}

std::string TransportFaults::about(const Occasion& o, Answer& a) {
    std::string struck;
    if (const auto* f = switches_.strikes("slow", o)) {
        auto least = f->number("min_ms", 6'000),
             most = std::max(least, f->number("max_ms", 30'000));
        auto drawn =
            least +
            static_cast<std::int64_t>(random_.below(static_cast<std::size_t>(most - least + 1)));
        a.delay += core::Duration(f->number("ms", drawn));
        struck = "slow";
    }
    if (throttle(o, a)) struck = "throttle_silent";
    if (switches_.strikes("bom", o)) {
        a.body.insert(0, "\xef\xbb\xbf");
        struck = "bom";
    }
    if (switches_.strikes("bad_utf8", o)) {
        spoil(a.body);
        struck = "bad_utf8";
    }
    if (const auto* f = switches_.strikes("truncated", o)) {
        // "eof": fewer bytes than announced; "short": a consistent length over half a text.
        if (f->param("mode", "eof") == "short")
            a.body.resize(a.body.size() / 2);
        else
            a.fate = Fate::eof_before_length;
        struck = "truncated";
    }
    if (const auto* f = switches_.strikes("cut_after_processing", o)) {
        a.fate = fate_named(f->param("mode"), Fate::reset);
        struck = "cut_after_processing";
    }
    return struck;
}

std::string TransportFaults::certificate_name(core::Instant now) {
    Occasion o;
    o.now = now;
    for (const char* name : {"tls_expired", "tls_unknown_ca", "tls_wrong_host"})
        if (switches_.strikes(name, o)) return name;
    return {};
}

void TransportFaults::reset(std::uint64_t seed) {
    random_ = Random(mix(seed, "transport"));
    failed_.clear();
    recent_.clear();
}

}  // namespace sim::kit
