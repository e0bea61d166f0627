// A reply as bytes: codes as text or number, shapes of the result, one to three layers of JSON.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_portal/world.hpp"

#include <charconv>

namespace sim::national_portal {
namespace {

using kit::JsonWriter;

kit::Occasion occasion(const Inquiry& q, core::Instant now) {
    kit::Occasion o;
    o.service = q.service;
    o.dossier = q.dossier;
    o.now = now;
    return o;
}

/// F-1: "0", "00", 0.
std::string code_json(World& w, const std::string& code, const kit::Occasion& o) {
    const auto* f = w.faults.strikes("code_types", o);
    if (!f) return kit::json_quote(code);
    static constexpr const char* forms[] = {"text", "padded", "number"};
    auto form = f->param("form", forms[w.words.below(3)]);
    int n = 0;
    auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), n);
    bool is_number = error == std::errc() && end == code.data() + code.size();
    if (form == "number" && is_number) return std::to_string(n);
    if (form == "padded" && is_number && n >= 0) return kit::json_quote("0" + code);
    return kit::json_quote(code);
}

/// F-2: the text is true, the code is not.
void mismatch(World& w, Reply& r, const kit::Occasion& o) {
    const auto* f = w.faults.strikes("code_text_mismatch", o);
    if (!f) return;
    bool drawn = w.words.below(2) == 0;
    r.code = r.verdict == Verdict::ok ? f->param("code", drawn ? "3" : "-3") : std::string("0");
}

/// F-18. A result that the caller came for never vanishes: only empty ones become null or missing.
std::string shaped(World& w, const Reply& r, const kit::Occasion& o) {
    const auto* f = w.faults.strikes("result_shape", o);
    if (!f || r.result.empty()) return r.result;
    bool empty = r.result == "[]";
    static constexpr const char* shapes[] = {"object", "text", "array", "null", "missing"};
    auto shape = f->param("shape", shapes[w.words.below(empty ? 5 : 3)]);
    if (shape == "object" && r.result.starts_with('[')) return R"({"data":)" + r.result + "}";
    if (shape == "text") return kit::json_quote(r.result);
    if (shape == "null" && empty) return "null";
    if (shape == "missing" && empty) return "";
    return r.result;
}

std::string plain(World& w, const Reply& r, const kit::Occasion& o) {
    JsonWriter out;
    out.object().key("error_code").raw(code_json(w, r.code, o)).field("message", r.message);
    auto result = shaped(w, r, o);
    if (!result.empty()) out.key("result").raw(result);
    return out.end_object().take();
}

std::string nested(World& w, const Reply& r, const kit::Occasion& o) {
    JsonWriter out;
    out.object()
        .field("code", "200")
        .field("status", "OK")
        .field("correlationId", kit::hex(std::to_string(w.words.next())));
    out.key("response")
        .object()
        .key("error_code")
        .raw(code_json(w, r.code, o))
        .field("message", r.message);
    auto result = shaped(w, r, o);
    if (!result.empty()) out.key("data").raw(result);
    return out.end_object().end_object().take();
}

std::string platform(World& w, const Inquiry& q, const Reply& r, const kit::Occasion& o) {
    auto wrapping = w.options.lgsp_wrapping;
    if (w.faults.strikes("message_object", o)) wrapping = Wrapping::object;
    int layers = w.faults.strikes("double_encoded", o) ? 2 : 1;
    if (layers == 2) wrapping = Wrapping::twice;
    JsonWriter out;
    if (q.service == "getfile" && r.verdict == Verdict::ok)
        return out.object()
            .field("error_code", "0")
            .field("message", r.message)
            .end_object()
            .take();
    if (wrapping == Wrapping::direct) return plain(w, r, o);
    if (wrapping == Wrapping::nested) return nested(w, r, o);
    auto inner = plain(w, r, o);
    out.object().field("error_code", "0").key("message");
    if (wrapping == Wrapping::object)
        out.raw(inner);
    else
        out.value(layers == 2 ? kit::json_quote(inner) : inner);
    return out.end_object().take();
}

}  // namespace

kit::Answer wrap(World& w, const Inquiry& q, Reply r, core::Instant now) {
    auto o = occasion(q, now);
    mismatch(w, r, o);
    return kit::json_answer(200, q.door == Door::lgsp ? platform(w, q, r, o) : plain(w, r, o));
}

}  // namespace sim::national_portal
