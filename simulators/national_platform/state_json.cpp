// The held state as JSON.
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_platform/views.hpp"

namespace sim::national_platform {
namespace {

using kit::JsonWriter;

void write(JsonWriter& out, const Payment& p) {
    out.object().field("reference", p.reference).field("merchant", p.merchant);
    out.field("dossier", p.dossier).field("state", name_of(p.state)).field("amount", p.amount);
    out.field("paid_amount", p.paid_amount()).field("text", p.text).field("started", p.started);
    out.field("created", kit::rfc3339(p.created)).field("expires", kit::rfc3339(p.expires));
    out.field("changed", kit::rfc3339(p.changed)).field("checkout", "/checkout/" + p.token);
    out.field("clock_12h_suspect", p.clock_12h_suspect).field("failed_tries", p.failed_tries);
    out.field("repeated_inits", p.repeated_inits).field("queries", p.queries);
    out.field("bills", p.bills).field("bill_reads", p.bill_reads);
    out.field("notices_sent", p.notices_sent);
    out.field("notices_acknowledged", p.notices_acknowledged);
    out.field("answers_refused", p.answers_refused);
    out.field("answers_badly_signed", p.answers_badly_signed).key("transactions").array();
    for (const auto& t : p.transactions) {
        out.object().field("number", t.number).field("bank", t.bank).field("amount", t.amount);
        out.field("at", kit::rfc3339(t.at)).field("late", t.late).end_object();
    }
    out.end_array().key("fees").array();
    for (const auto& f : p.fees) {
        out.object().field("kind", f.kind).field("code", f.code).field("name", f.name);
        out.field("amount", f.amount).end_object();
    }
    out.end_array().end_object();
}

std::string overview(const World& w) {
    std::map<std::string, int> by_state;
    std::int64_t money = 0;
    int sent = 0, acknowledged = 0;
    for (const auto& [reference, p] : w.held) {
        ++by_state[std::string(name_of(p.state))];
        money += p.paid_amount();
        sent += p.notices_sent;
        acknowledged += p.notices_acknowledged;
    }
    JsonWriter out;
    out.object().field("partner", "national_platform").field("payments", w.held.size());
    out.field("paid_amount", money).field("refused_inits", w.refused_inits);
    out.field("notices_sent", sent).field("notices_acknowledged", acknowledged);
    out.field("notices_unfinished", w.outbox.unfinished()).key("by_state").object();
    for (const auto& [state, n] : by_state) out.field(state, n);
    out.end_object().field("journal_written", w.journal.written());
    return out.field("journal_forgotten", w.journal.forgotten()).end_object().take();
}

}  // namespace

std::optional<std::string> state_json(const World& w, std::string_view rest) {
    static constexpr std::string_view one = "payments/";
    if (rest.empty()) return overview(w);
    if (rest == "notices") return w.outbox.json();
    JsonWriter out;
    if (rest == "payments") {
        out.array();
        for (const auto& [reference, p] : w.held) write(out, p);
        return out.end_array().take();
    }
    if (!rest.starts_with(one)) return {};
    auto it = w.held.find(std::string(rest.substr(one.size())));
    if (it == w.held.end()) return {};
    write(out, it->second);
    return out.take();
}

}  // namespace sim::national_platform
