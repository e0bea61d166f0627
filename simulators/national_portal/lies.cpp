// Each fault is one small function; the order of the tables is the order in which they are asked.
#include "simulators/national_portal/lies.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"

#include <algorithm>

namespace sim::national_portal {
namespace {

using kit::Answer;
using kit::Fault;
using kit::JsonWriter;

struct Scene {
    World& w;
    const Inquiry& q;
    const std::string& body;
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

Answer xroad_error(const Fault& f) {
    auto type = f.param("type", "Server.ServerProxy.ServiceFailed");
    JsonWriter out;
    out.object()
        .field("type", type)
        .field("message", "Lỗi trục liên thông")
        .field("detail", "00000000-0000-4000-8000-000000000000");
    Answer a = kit::json_answer(type.starts_with("Client.") ? 400 : 500, out.end_object().take());
    if (type != "none") a.headers.emplace_back("X-Road-Error", type);
    return a;
}

Answer proxy_error(const Scene& s) {
    JsonWriter out;
    out.object()
        .field("title", "Internal Server Error")
        .key("errors")
        .object()
        .end_object()
        .field("status", 500);
    return kit::json_answer(500, out.field("inputSend", s.body).end_object().take());
}

Answer business(Scene& s, const char* code, const std::string& message) {
    return wrap(s.w, s.q, Reply(Verdict::busy, code, message), s.now);
}

Answer down(const Fault& f) {
    auto mode = f.param("mode", "503");
    if (mode != "503") return fated(fate_named(mode, kit::Fate::reset));
    return kit::text_answer(503, "Service Unavailable\n");
}

bool in_window(const Fault& f, core::Instant now) {
    auto from = kit::from_rfc3339(f.param("from")), to = kit::from_rfc3339(f.param("to"));
    return (!from || now >= *from) && (!to || now < *to);
}

std::optional<Lie> make(const char* name, const Fault& f, Answer answer) {
    Lie lie;
    lie.fault = name;
    lie.processed = f.param("processed") == "true";
    lie.answer = std::move(answer);
    return lie;
}

/// F-25: once for each dossier, unless a count says otherwise.
std::optional<Lie> reject(Scene& s, const kit::Occasion& o) {
    if (!is_writing(s.q.service)) return {};
    const auto* f = s.w.faults.strikes("reject_once", o);
    if (!f) return {};
    if (f->count == 0 &&
        !s.w.rejected_once.insert(std::to_string(f->id) + " " + s.q.dossier).second)
        return {};
    auto text = f->param("text", "Đồng bộ không thành công: dữ liệu không hợp lệ");
    return make("reject_once", *f, business(s, f->param("code", "-1").c_str(), text));
}

/// F-32: the first n calls of each dossier fail, undone.
std::optional<Lie> fail_first(Scene& s, const kit::Occasion& o) {
    const auto* f = s.w.faults.strikes("fail_n", o);
    if (!f) return {};
    auto& failed = s.w.failed_calls[std::to_string(f->id) + " " + s.q.dossier];
    if (failed >= f->number("n", 3)) return {};
    ++failed;
    return make("fail_n", *f, kit::text_answer(503, "Service Unavailable\n"));
}

std::optional<Lie> simple(Scene& s, const kit::Occasion& o) {
    auto& faults = s.w.faults;
    if (const auto* f = faults.strikes("reset", o))
        return make("reset", *f, fated(kit::Fate::reset));
    if (const auto* f = faults.strikes("close", o))
        return make("close", *f, fated(kit::Fate::close_before_status));
    if (const auto* f = faults.strikes("cut_before_processing", o))
        return make(
            "cut_before_processing", *f, fated(fate_named(f->param("mode"), kit::Fate::reset))
        );
    if (const auto* f = faults.strikes("hang", o)) return make("hang", *f, fated(kit::Fate::hang));
    if (const auto* f = faults.strikes("bad_gateway", o))
        return make("bad_gateway", *f, page(502, "502 Bad Gateway"));
    if (const auto* f = faults.strikes("html_200", o))
        return make("html_200", *f, page(200, "Hệ thống đang bảo trì"));
    if (const auto* f = faults.strikes("empty_200", o))
        return make("empty_200", *f, kit::json_answer(200, ""));
    if (const auto* f = faults.strikes("error", o)) return make("error", *f, xroad_error(*f));
    if (const auto* f = faults.strikes("redirect", o)) {
        Answer a = kit::text_answer(302, "");
        a.headers.emplace_back("Location", f->param("to", "https://portal.test/elsewhere"));
        return make("redirect", *f, std::move(a));
    }
    if (s.q.door == Door::lgsp)
        if (const auto* f = faults.strikes("proxy_error", o))
            return make("proxy_error", *f, proxy_error(s));
    if (const auto* f = faults.strikes("soap_fault_text", o)) {
        auto text =
            "<soap:Envelope><soap:Body><soap:Fault><faultstring>Client received SOAP Fault from "
            "server</faultstring></soap:Fault></soap:Body></soap:Envelope>";
        return make("soap_fault_text", *f, business(s, "-1", f->param("text", text)));
    }
    if (const auto* f = faults.strikes("always_fail", o))
        return make(
            "always_fail",
            *f,
            business(
                s, f->param("code", "-1").c_str(), f->param("text", say(Say::overload, 0, Blank()))
            )
        );
    return {};
}

/// F-12: answers after 6 to 30 seconds.
bool slow(World& w, const kit::Occasion& o, Answer& a) {
    const auto* f = w.faults.strikes("slow", o);
    if (!f) return false;
    auto least = f->number("min_ms", 6'000), most = std::max(least, f->number("max_ms", 30'000));
    auto drawn =
        least +
        static_cast<std::int64_t>(w.words.below(static_cast<std::size_t>(most - least + 1)));
    a.delay += core::Duration(f->number("ms", drawn));
    return true;
}

/// F-13: above `per_second` every further call of that second waits `step_ms` longer.
bool throttle(World& w, const kit::Occasion& o, Answer& a) {
    const auto* f = w.faults.strikes("throttle_silent", o);
    if (!f) return false;
    while (!w.recent.empty() && w.recent.front() + core::Duration(1'000) <= o.now)
        w.recent.pop_front();
    w.recent.push_back(o.now);
    auto over = static_cast<std::int64_t>(w.recent.size()) - f->number("per_second", 10);
    if (over <= 0) return false;
    a.delay +=
        core::Duration(std::min(over * f->number("step_ms", 500), f->number("max_ms", 30'000)));
    return true;
}

bool cut_short(World& w, const kit::Occasion& o, Answer& a) {
    const auto* f = w.faults.strikes("truncated", o);
    if (!f) return false;
    // "eof": fewer bytes than announced; "short": a consistent length over half a text.
    if (f->param("mode", "eof") == "short")
        a.body.resize(a.body.size() / 2);
    else
        a.fate = kit::Fate::eof_before_length;
    return true;
}

/// One byte of a letter is lost: what is left is no UTF-8.
void spoil(Answer& a) {
    auto at = std::find_if(a.body.begin(), a.body.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0xc2;
    });
    if (at != a.body.end())
        *at = '\xa9';
    else
        a.body.insert(a.body.size() / 2, "\xa9");
}

}  // namespace

std::optional<Lie> lie_instead(
    World& w, const Inquiry& q, const std::string& body, core::Instant now
) {
    Scene s{w, q, body, now};
    kit::Occasion o;
    o.service = q.service;
    o.dossier = q.dossier;
    o.now = now;
    if (const auto* f = w.faults.on("down"); f && in_window(*f, now))
        if (const auto* hit = w.faults.strikes("down", o)) return make("down", *hit, down(*hit));
    if (auto lie = simple(s, o)) return lie;
    if (auto lie = fail_first(s, o)) return lie;
    return reject(s, o);
}

std::string lie_about(World& w, const Inquiry& q, Answer& a, core::Instant now) {
    kit::Occasion o;
    o.service = q.service;
    o.dossier = q.dossier;
    o.now = now;
    std::string struck;
    if (slow(w, o, a)) struck = "slow";
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

}  // namespace sim::national_portal
