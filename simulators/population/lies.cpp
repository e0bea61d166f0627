// Each fault is one small function; the order of the table is the order in which they are asked.
#include "simulators/population/lies.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/soap.hpp"

#include <algorithm>

namespace sim::population {
namespace {

using kit::Answer;
using kit::Fault;

struct Scene {
    World& w;
    const kit::Call& call;
    const Query& q;
    core::Instant now;
};

Answer fated(kit::Fate fate) {
    Answer a;
    a.fate = fate;
    return a;
}

kit::Fate fate_named(const std::string& name, kit::Fate otherwise) {
    if (name == "reset") return kit::Fate::reset;
    if (name == "close") return kit::Fate::close_before_status;
    if (name == "eof") return kit::Fate::eof_before_length;
    if (name == "hang") return kit::Fate::hang;
    return otherwise;
}

Answer page(int status, const char* title) {
    return kit::html_answer(
        status,
        std::string("<!DOCTYPE html>\n<html><head><title>") + title + "</title></head><body><h1>" +
            title + "</h1><p>Vui lòng quay lại sau.</p></body></html>\n"
    );
}

Answer soap_fault(const Fault& f, const std::string& text, int status) {
    Answer a;
    a.status = static_cast<int>(f.number("status", status));
    a.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    a.body = fault_text(f.param("code", "Server"), f.param("text", text));
    return a;
}

Answer overload(Scene& s, const Fault& f) {
    auto mode = f.param("mode", "fault");
    if (mode == "503") {
        auto a = kit::text_answer(503, "Service Unavailable\n");
        if (auto after = f.param("retry_after"); !after.empty())
            a.headers.emplace_back("Retry-After", after);
        return a;
    }
    if (mode == "hang") return fated(kit::Fate::hang);
    if (mode == "json" || s.q.form != Form::soap)
        return kit::json_answer(
            200, R"({"error_code":"-1","message":"Hệ thống quá tải, vui lòng thử lại sau"})"
        );
    return soap_fault(f, "Hệ thống quá tải, vui lòng thử lại sau", 500);
}

Answer fault_as_text(const Scene& s, const Fault& f) {
    auto text =
        f.param("text", "Client received SOAP Fault from server: Unable to process request");
    if (s.q.form == Form::soap) return kit::text_answer(200, text);
    kit::JsonWriter out;
    out.object().field("error_code", "0").field("message", text);
    return kit::json_answer(200, out.end_object().take());
}

Answer xroad_error(const Fault& f) {
    auto type = f.param("type", "Server.ServerProxy.ServiceFailed");
    kit::JsonWriter out;
    out.object().field("type", type).field("message", "Lỗi trục liên thông");
    out.field("detail", "00000000-0000-4000-8000-000000000000");
    auto a = kit::json_answer(type.starts_with("Client.") ? 400 : 500, out.end_object().take());
    if (type != "none") a.headers.emplace_back("X-Road-Error", type);
    return a;
}

Answer proxy_error(const Scene& s, const Fault&) {
    kit::JsonWriter out;
    out.object().field("title", "Internal Server Error").key("errors").object().end_object();
    out.field("status", 500).field("inputSend", s.call.body);
    return kit::json_answer(500, out.end_object().take());
}

Answer redirect(const Fault& f) {
    auto a = kit::text_answer(302, "");
    a.headers.emplace_back("Location", f.param("to", "https://c06.test/elsewhere"));
    return a;
}

bool in_window(const Fault& f, core::Instant now) {
    auto from = kit::from_rfc3339(f.param("from")), to = kit::from_rfc3339(f.param("to"));
    return (!from || now >= *from) && (!to || now < *to);
}

struct Row {
    const char* name;
    Answer (*make)(Scene&, const Fault&);
};
const Row rows[] = {
    {"down",
     [](Scene&, const Fault& f) {
         auto mode = f.param("mode", "503");
         return mode == "503" ? kit::text_answer(503, "Service Unavailable\n")
                              : fated(fate_named(mode, kit::Fate::reset));
     }},
    {"reset", [](Scene&, const Fault&) { return fated(kit::Fate::reset); }},
    {"close", [](Scene&, const Fault&) { return fated(kit::Fate::close_before_status); }},
    {"cut_before_processing",
     [](Scene&, const Fault& f) { return fated(fate_named(f.param("mode"), kit::Fate::reset)); }},
    {"hang", [](Scene&, const Fault&) { return fated(kit::Fate::hang); }},
    {"bad_gateway", [](Scene&, const Fault&) { return page(502, "502 Bad Gateway"); }},
    {"html_200", [](Scene&, const Fault&) { return page(200, "Hệ thống đang bảo trì"); }},
    {"empty_200", [](Scene&, const Fault&) { return kit::text_answer(200, ""); }},
    {"error", [](Scene&, const Fault& f) { return xroad_error(f); }},
    {"redirect", [](Scene&, const Fault& f) { return redirect(f); }},
    {"proxy_error", [](Scene& s, const Fault& f) { return proxy_error(s, f); }},
    {"overload", overload},
    {"soap_fault",
     [](Scene&, const Fault& f) {
         return soap_fault(f, "Lỗi hệ thống, không xử lý được yêu cầu", 500);
     }},
    {"soap_fault_text", [](Scene& s, const Fault& f) { return fault_as_text(s, f); }},
};

/// F-12: answers after 6 to 30 seconds.
bool slow(World& w, const kit::Occasion& o, Answer& a) {
    const auto* f = w.faults.strikes("slow", o);
    if (!f) return false;
    auto least = f->number("min_ms", 6'000), most = std::max(least, f->number("max_ms", 30'000));
    auto span = static_cast<std::size_t>(most - least + 1);
    a.delay +=
        core::Duration(f->number("ms", least + static_cast<std::int64_t>(w.words.below(span))));
    return true;
}

/// F-13: above `per_second` every further call of that second waits `step_ms` longer.
bool throttle(World& w, const kit::Occasion& o, Answer& a) {
    const auto* f = w.faults.strikes("throttle_silent", o);
    if (!f) return false;
    while (!w.recent.empty() && w.recent.front() + core::Duration(1'000) <= o.now)
        w.recent.pop_front();
    w.recent.push_back(o.now);
    auto over = static_cast<std::int64_t>(w.recent.size()) - f->number("per_second", 5);
    if (over <= 0) return false;
    a.delay +=
        core::Duration(std::min(over * f->number("step_ms", 500), f->number("max_ms", 30'000)));
    return true;
}

bool cut_short(World& w, const kit::Occasion& o, Answer& a) {
    const auto* f = w.faults.strikes("truncated", o);
    if (!f) return false;
    if (f->param("mode", "eof") == "short")
        a.body.resize(a.body.size() / 2);
    else
        a.fate = kit::Fate::eof_before_length;
    return true;
}

/// One byte of a letter is lost: what is left is no UTF-8.
void spoil(Answer& a) {
    auto at =
        std::ranges::find_if(a.body, [](char c) { return static_cast<unsigned char>(c) >= 0xc2; });
    if (at != a.body.end())
        *at = '\xa9';
    else
        a.body.insert(a.body.size() / 2, "\xa9");
}

}  // namespace

std::optional<Lie> lie_instead(World& w, const kit::Call& call, const Query& q, core::Instant now) {
    Scene s{w, call, q, now};
    auto o = w.occasion(q, now);
    for (const auto& [name, make] : rows) {
        if (std::string_view(name) == "down")
            if (const auto* planned = w.faults.on(name); planned && !in_window(*planned, now))
                continue;
        const auto* f = w.faults.strikes(name, o);
        if (!f) continue;
        Lie lie;
        lie.fault = name;
        lie.processed = f->param("processed") == "true";
        lie.answer = make(s, *f);
        return lie;
    }
    return attack(w, q, now);
}

std::string lie_about(World& w, const Query& q, Answer& a, core::Instant now) {
    auto o = w.occasion(q, now);
    std::string struck;
    if (slow(w, o, a)) struck = "slow";
    if (const auto* f = w.faults.strikes("timeout", o)) {
        a.delay += core::Duration(f->number("ms", 15'000));
        struck = "timeout";
    }
    if (throttle(w, o, a)) struck = "throttle_silent";
    if (w.faults.strikes("bom", o)) {
        a.body.insert(0, "\xef\xbb\xbf");
        struck = "bom";
    }
    if (w.faults.strikes("bad_utf8", o)) {
        spoil(a);
        struck = "bad_utf8";
    }
    if (cut_short(w, o, a)) struck = "truncated";
    if (const auto* f = w.faults.strikes("cut_after_processing", o)) {
        a.fate = fate_named(f->param("mode"), kit::Fate::reset);
        struck = "cut_after_processing";
    }
    return struck;
}

}  // namespace sim::population
