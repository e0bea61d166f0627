// Overload, faults of platforms and of SOAP: one small function each, asked in the order of the
// table.
#include "simulators/population/lies.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/population/soap.hpp"

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
    if (mode == "hang") {
        Answer a;
        a.fate = kit::Fate::hang;
        return a;
    }
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
    // Without the header the same words come from the provider itself (F-8).
    auto said = type == "none" ? "Server.ServerProxy.ServiceFailed" : type;
    out.object().field("type", said).field("message", "Lỗi trục liên thông");
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

struct Row {
    const char* name;
    Answer (*make)(Scene&, const Fault&);
};
const Row rows[] = {
    {"error", [](Scene&, const Fault& f) { return xroad_error(f); }},
    {"proxy_error", [](Scene& s, const Fault& f) { return proxy_error(s, f); }},
    {"overload", overload},
    {"soap_fault",
     [](Scene&, const Fault& f) {
         return soap_fault(f, "Lỗi hệ thống, không xử lý được yêu cầu", 500);
     }},
    {"soap_fault_text", [](Scene& s, const Fault& f) { return fault_as_text(s, f); }},
};

}  // namespace

std::optional<kit::Instead> lie_instead(
    World& w, const kit::Call& call, const Query& q, core::Instant now
) {
    Scene s{w, call, q, now};
    auto o = w.occasion(q, now);
    if (auto lie = w.transport.instead(o)) return lie;
    for (const auto& [name, make] : rows) {
        const auto* f = w.faults.strikes(name, o);
        if (!f) continue;
        kit::Instead lie;
        lie.fault = name;
        lie.processed = f->param("processed") == "true";
        lie.answer = make(s, *f);
        return lie;
    }
    return attack(w, q, now);
}

std::string lie_about(World& w, const Query& q, Answer& a, core::Instant now) {
    auto o = w.occasion(q, now);
    auto struck = w.transport.about(o, a);
    if (const auto* f = w.faults.strikes("timeout", o)) {
        a.delay += core::Duration(f->number("ms", 15'000));
        struck = "timeout";
    }
    return struck;
}

}  // namespace sim::population
