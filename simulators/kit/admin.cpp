// /sim/: one function for each subject, plain JSON in and out.
#include "simulators/kit/admin.hpp"

#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"

#include <charconv>

namespace sim::kit {
namespace {

Answer answer(int status, const char* type, std::string body) {
    Answer a;
    a.status = status;
    a.headers.emplace_back("Content-Type", type);
    a.body = std::move(body);
    return a;
}

std::optional<std::uint64_t> whole(std::string_view text) {
    std::uint64_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
    return n;
}

std::optional<std::string> read_fault(const Json& doc, Fault& f) {
    for (const auto& m : doc.GetObject()) {
        std::string name(m.name.GetString(), m.name.GetStringLength());
        if (name == "switch" && m.value.IsString())
            f.switch_name = text_of(&m.value);
        else if (name == "probability" && m.value.IsNumber())
            f.probability = m.value.GetDouble();
        else if (name == "count" && m.value.IsUint64())
            f.count = m.value.GetUint64();
        else if (name == "after" && m.value.IsUint64())
            f.after = m.value.GetUint64();
        else if (name == "params" && m.value.IsObject())
            f.params = texts_of(m.value);
        else if (name == "match" && m.value.IsObject()) {
            f.service = text_at(m.value, "service");
            f.dossier = text_at(m.value, "dossier");
            f.field = text_at(m.value, "field");
        } else {
            return "unknown member or wrong type: " + name;
        }
    }
    return {};
}

}  // namespace

Answer json_answer(int status, std::string body) {
    return answer(status, "application/json; charset=utf-8", std::move(body));
}
Answer text_answer(int status, std::string body) {
    return answer(status, "text/plain; charset=utf-8", std::move(body));
}
Answer html_answer(int status, std::string body) {
    return answer(status, "text/html; charset=utf-8", std::move(body));
}
Answer error_answer(int status, std::string_view what) {
    return json_answer(status, JsonWriter().object().field("error", what).end_object().take());
}

Answer Admin::handle(const Call& call, core::Instant now) {
    if (!token_.empty() && !same_secret(call.header("X-Sim-Token"), token_))
        return error_answer(401, "the header X-Sim-Token is missing or wrong");
    std::string_view rest = call.path;
    rest.remove_prefix(rest.size() > 5 ? 5 : rest.size());
    auto slash = rest.find('/');
    auto subject = rest.substr(0, slash);
    auto more = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (subject == "faults") return faults(call, more);
    if (subject == "clock") return clock(call, now);
    if (subject == "journal") return journal(call);
    if (subject == "reset") {
        if (call.method != "POST") return error_answer(405, "POST only");
        JsonDocument doc;
        bool readable = call.body.empty() || (parse_json(doc, call.body) && doc.IsObject());
        if (!readable) return error_answer(400, "the body is no JSON object");
        auto seed =
            call.body.empty() ? std::optional<std::uint64_t>() : whole(text_at(doc, "seed"));
        if (hooks_.reset) hooks_.reset(seed.value_or(1));
        return json_answer(200, R"({"reset":true})");
    }
    if (subject == "state" && hooks_.state) {
        auto json = hooks_.state(more);
        return json ? json_answer(200, std::move(*json))
                    : error_answer(404, "nothing is held under that name");
    }
    if (hooks_.other) return hooks_.other(call, rest);
    return error_answer(
        404, "unknown: /sim/faults, /sim/clock, /sim/journal, /sim/reset, /sim/state"
    );
}

Answer Admin::faults(const Call& call, std::string_view rest) {
    if (call.method == "GET") {
        JsonWriter w;
        w.object().key("faults").raw(faults_.list_json()).key("known").array();
        for (const auto& name : faults_.known()) w.value(name);
        return json_answer(200, w.end_array().end_object().take());
    }
    if (call.method == "DELETE") {
        auto name = rest.empty() ? call.parameter("switch") : std::string(rest);
        std::size_t gone = faults_.all().size();
        if (auto id = whole(name))
            gone = faults_.clear(*id);
        else if (!name.empty())
            gone = faults_.clear(name);
        else
            faults_.clear();
        return json_answer(200, JsonWriter().object().field("cleared", gone).end_object().take());
    }
    if (call.method != "POST") return error_answer(405, "GET, POST or DELETE");
    JsonDocument doc;
    if (!parse_json(doc, call.body) || !doc.IsObject())
        return error_answer(400, "the body is no JSON object");
    Fault f;
    if (auto wrong = read_fault(doc, f)) return error_answer(400, *wrong);
    auto id = faults_.set(f);
    if (!id)
        return error_answer(400, "unknown switch or probability outside 0 to 1: " + f.switch_name);
    return json_answer(201, JsonWriter().object().field("id", *id).end_object().take());
}

Answer Admin::clock(const Call& call, core::Instant now) {
    if (call.method == "POST") {
        if (!clock_)
            return error_answer(409, "the clock belongs to the program that runs this simulator");
        JsonDocument doc;
        if (!parse_json(doc, call.body) || !doc.IsObject())
            return error_answer(400, "the body is no JSON object");
        auto mode = text_at(doc, "mode");
        const Json* speed = member(doc, "speed");
        auto at = text_at(doc, "now").empty() ? std::optional(clock_->now())
                                              : from_rfc3339(text_at(doc, "now"));
        if (!at) return error_answer(400, "now: not an RFC 3339 time");
        if (mode == "real")
            clock_->follow_real();
        else if (mode == "virtual")
            clock_->run_from(*at, speed && speed->IsNumber() ? speed->GetDouble() : 0.0);
        else if (!mode.empty())
            return error_answer(400, "mode: real or virtual");
        auto by = text_at(doc, "advance_ms");
        if (!by.empty()) {
            auto ms = whole(by);
            if (!ms || *ms > 400ULL * 86'400'000)
                return error_answer(400, "advance_ms: 0 to 400 days");
            clock_->advance(core::Duration(static_cast<core::Duration::rep>(*ms)));
        }
        now = clock_->now();
    }
    JsonWriter w;
    w.object()
        .field("now", rfc3339(now))
        .field(
            "mode",
            !clock_             ? "given"
            : clock_->is_real() ? "real"
                                : "virtual"
        );
    if (clock_) w.field("speed", clock_->speed());
    return json_answer(200, w.end_object().take());
}

Answer Admin::journal(const Call& call) {
    if (call.method != "GET") return error_answer(405, "GET only: the journal is append-only");
    Journal::Query q;
    q.from = whole(call.parameter("from")).value_or(0);
    q.limit = std::min<std::uint64_t>(whole(call.parameter("limit")).value_or(200), 10'000);
    q.service = call.parameter("service");
    q.key = call.parameter("key");
    return json_answer(200, journal_.json(q));
}

}  // namespace sim::kit
