// The held state as JSON.
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_portal/views.hpp"

namespace sim::national_portal {
namespace {

using kit::JsonWriter;

void texts(JsonWriter& w, const Texts& fields) {
    w.object();
    for (const auto& [name, value] : fields) w.field(name, value);
    w.end_object();
}

void summary(JsonWriter& w, const HeldDossier& d) {
    w.field("code", d.code).field("portal_origin", d.portal_origin).field("status", d.status());
    w.field("procedure", d.field("MaTTHC"))
        .field("creates", d.creates)
        .field("updates", d.updates)
        .field("repeats", d.repeats);
    w.field("lines", d.progress.size())
        .field("duplicate_lines", d.duplicate_lines)
        .field("status_messages", d.status_messages.size());
    w.field("first_seen", kit::rfc3339(d.first_seen))
        .field("last_changed", kit::rfc3339(d.last_changed));
}

std::string overview(const World& w, const Sender& sender) {
    std::uint64_t creates = 0, updates = 0, repeats = 0, lines = 0, duplicates = 0, messages = 0;
    std::map<int, int> by_status;
    for (const auto& [code, d] : w.dossiers.all()) {
        creates += static_cast<std::uint64_t>(d.creates);
        updates += static_cast<std::uint64_t>(d.updates);
        repeats += static_cast<std::uint64_t>(d.repeats);
        duplicates += static_cast<std::uint64_t>(d.duplicate_lines);
        lines += d.progress.size();
        messages += d.status_messages.size();
        ++by_status[d.status()];
    }
    JsonWriter out;
    out.object()
        .field("partner", "national_portal")
        .field("dossiers", w.dossiers.all().size())
        .field("creates", creates);
    out.field("updates", updates)
        .field("repeats", repeats)
        .field("lines", lines)
        .field("duplicate_lines", duplicates);
    out.field("status_messages", messages)
        .field("forgotten", w.dossiers.forgotten().size())
        .key("by_status")
        .object();
    for (const auto& [status, n] : by_status) out.field(std::to_string(status), n);
    out.end_object()
        .field("surveys", w.surveys.all().size())
        .field("sessions_open", w.sessions.count());
    out.field("sessions_opened", w.sessions.opened()).field("tokens_opened", w.tokens.opened());
    out.field("outbox_unfinished", sender.unfinished()).field("outbox", sender.all().size());
    out.field("journal_written", w.journal.written())
        .field("journal_forgotten", w.journal.forgotten());
    return out.end_object().take();
}

std::string list(const std::map<std::string, HeldDossier>& all) {
    JsonWriter out;
    out.array();
    for (const auto& [code, d] : all) {
        out.object();
        summary(out, d);
        out.end_object();
    }
    return out.end_array().take();
}

std::string surveys(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& [key, fields] : w.surveys.all()) texts(out, fields);
    return out.end_array().take();
}

std::string questions(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& [id, q] : w.questions.all()) {
        out.object()
            .field("id", id)
            .field("from_portal", q.from_portal)
            .field("text", q.text)
            .field("answers", q.answers)
            .key("answer");
        texts(out, q.answer);
        out.end_object();
    }
    return out.end_array().take();
}

std::string outbox(const Sender& sender) {
    JsonWriter out;
    out.array();
    for (const auto& [id, o] : sender.all()) {
        out.object()
            .field("id", id)
            .field("kind", o.kind)
            .field("service", o.service)
            .field("dossier", o.dossier)
            .field("path", o.path);
        out.field("state", name_of(o.state))
            .field("attempts", o.attempts)
            .field("queued", kit::rfc3339(o.queued));
        out.field("due", kit::rfc3339(o.due)).field("last_status", o.last_status);
        out.field(
               "last_answer", kit::is_utf8(o.last_answer) ? o.last_answer : kit::hex(o.last_answer)
        )
            .end_object();
    }
    return out.end_array().take();
}

std::string files(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& [id, f] : w.files) {
        out.object()
            .field("id", id)
            .field("name", f.name)
            .field("bytes", f.content.size())
            .field("missing", f.missing);
        out.field("fetched", f.fetched).field("sha256", kit::sha256_hex(f.content)).end_object();
    }
    return out.end_array().take();
}

}  // namespace

std::string dossier_json(const HeldDossier& d) {
    JsonWriter w;
    w.object();
    summary(w, d);
    w.key("fields");
    texts(w, d.fields);
    w.key("lists").object();
    for (const auto& [name, rows] : d.lists) {
        w.key(name).array();
        for (const auto& row : rows) texts(w, row);
        w.end_array();
    }
    w.end_object().key("statuses").array();
    for (int s : d.statuses) w.value(s);
    w.end_array().key("progress").array();
    for (const auto& l : d.progress) {
        w.object()
            .field("status", l.status)
            .field("arrived", kit::rfc3339(l.arrived))
            .field("duplicate", l.duplicate)
            .key("fields");
        texts(w, l.fields);
        w.end_object();
    }
    w.end_array().key("status_messages_list").array();
    for (const auto& m : d.status_messages) {
        w.object()
            .field("status", m.status)
            .field("arrived", kit::rfc3339(m.arrived))
            .key("fields");
        texts(w, m.fields);
        w.end_object();
    }
    w.end_array().field("packets_dropped", d.packets_dropped).key("packets").array();
    for (const auto& p : d.packets) {
        w.object().field("status", p.status).field("update", p.update).field("effect", p.effect);
        w.field("arrived", kit::rfc3339(p.arrived)).key("raw").raw(p.raw).end_object();
    }
    return w.end_array().end_object().take();
}

std::optional<std::string> state_json(const World& w, const Sender& sender, std::string_view rest) {
    if (rest.empty()) return overview(w, sender);
    if (rest == "dossiers") return list(w.dossiers.all());
    if (rest == "forgotten") return list(w.dossiers.forgotten());
    if (rest == "surveys") return surveys(w);
    if (rest == "questions") return questions(w);
    if (rest == "outbox") return outbox(sender);
    if (rest == "files") return files(w);
    static constexpr std::string_view one = "dossiers/";
    const auto* d = rest.starts_with(one) ? w.dossiers.find(rest.substr(one.size())) : nullptr;
    return d ? std::optional(dossier_json(*d)) : std::nullopt;
}

}  // namespace sim::national_portal
