// What the database holds and what it noted, as JSON.
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/world.hpp"

#include <array>

namespace sim::population {
namespace {

using kit::JsonWriter;

std::string overview(const World& w, core::Instant now) {
    std::map<std::string_view, std::uint64_t> outcomes;
    std::uint64_t repeated = 0, unanswered = 0;
    for (const auto& row : w.audit.rows()) {
        ++outcomes[name_of(row.outcome)];
        repeated += row.repeated ? 1 : 0;
        unanswered += row.answered ? 0 : 1;
    }
    JsonWriter out;
    out.object().field("partner", "population").field("now", kit::rfc3339(now));
    out.field("people", w.people->size()).field("enrolled", w.people->enrolled().size());
    out.field("queries", w.audit.written())
        .field("repeated", repeated)
        .field("unanswered", unanswered);
    out.key("by_outcome").object();
    for (const auto& [name, n] : outcomes) out.field(name, n);
    out.end_object().field("officers", w.audit.officers().size()).field("cut_off", w.cut_off);
    out.field("tokens", w.tokens.size()).field("journal_written", w.journal.written());
    return out.end_object().take();
}

void write(JsonWriter& out, const AuditRow& row) {
    out.object().field("sequence", row.sequence).field("at", kit::rfc3339(row.at));
    out.field("door", row.door)
        .field("operation", row.operation)
        .field("request_id", row.request_id);
    out.field("procedure", row.procedure).field("kind", row.kind).field("officer", row.officer);
    out.field("unit", row.unit).field("account", row.account).field("client", row.client);
    out.field("number", row.number).field("outcome", name_of(row.outcome));
    out.field("reason", row.reason).field("answered", row.answered);
    out.field("repeated", row.repeated).field("fault", row.fault).end_object();
}

std::string audit(const World& w, const std::string& request_id) {
    JsonWriter out;
    out.array();
    for (const auto& row : w.audit.rows())
        if (request_id.empty() || row.request_id == request_id) write(out, row);
    return out.end_array().take();
}

std::string officers(const World& w, core::Instant now) {
    JsonWriter out;
    out.array();
    for (const auto& [code, count] : w.audit.officers()) {
        out.object().field("officer", code).field("asked", count.asked).field("found", count.found);
        out.field("denied", count.denied).field("persons", count.persons.size());
        out.field("last_10_minutes", w.audit.asked_within(code, core::Duration(600'000), now));
        out.field("last_hour", w.audit.asked_within(code, core::Duration(3'600'000), now));
        out.end_object();
    }
    return out.end_array().take();
}

void write(JsonWriter& out, const char* key, const Address& a) {
    out.key(key).object().field("province", a.province).field("district", a.district);
    out.field("commune", a.commune).field("detail", a.detail).field("country", a.country);
    out.field("old_codes", a.old_codes).end_object();
}

void write(JsonWriter& out, const char* key, const std::optional<Relative>& r) {
    if (!r) return;
    out.key(key).object().field("number", r->number).field("old_number", r->old_number);
    out.field("name", r->name.whole()).field("relation", r->relation).end_object();
}

void write(JsonWriter& out, const Person& p) {
    out.object().field("number", p.number).field("old_number", p.old_number);
    out.field("name", p.name.whole()).field("sex", p.sex);
    out.field("birth", p.birth.whole() ? p.birth.dashed() : p.birth.year_text());
    out.field("ethnic", p.ethnic).field("religion", p.religion).field("marital", p.marital);
    out.field("nationality", p.nationality).field("dead", p.dead).field("household", p.household);
    write(out, "permanent", p.permanent);
    write(out, "current", p.current);
    write(out, "father", p.father);
    write(out, "mother", p.mother);
    write(out, "spouse", p.spouse);
    write(out, "head", p.head);
    out.field("note", p.note).end_object();
}

std::string people(const std::vector<Person>& some) {
    JsonWriter out;
    out.array();
    for (const auto& p : some) write(out, p);
    return out.end_array().take();
}

}  // namespace

std::optional<std::string> state_json(const World& w, std::string_view rest, core::Instant now) {
    if (rest.empty()) return overview(w, now);
    auto slash = rest.find('/');
    auto subject = rest.substr(0, slash);
    std::string more(slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1));
    if (subject == "audit") return audit(w, more);
    if (subject == "officers") return officers(w, now);
    if (subject == "notable") return people(notable_people());
    if (subject == "people" && !more.empty()) {
        auto found =
            more.size() == 9 ? w.people->with_old_number(more) : w.people->with_number(more);
        if (!found.empty()) return people(found);
    }
    if (subject == "person" && more.size() <= 7 && !more.empty() &&
        more.find_first_not_of("0123456789") == std::string::npos)
        if (auto index = std::stoul(more); index < w.people->size())
            return people({w.people->person(index)});
    if (subject == "household" && !more.empty())
        if (auto home = w.people->household(more); !home.empty()) return people(home);
    return {};
}

}  // namespace sim::population
