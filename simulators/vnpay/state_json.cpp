// The held state as JSON.
#include "simulators/kit/json_writer.hpp"
#include "simulators/vnpay/views.hpp"

namespace sim::vnpay {
namespace {

using kit::JsonWriter;

void write(JsonWriter& out, const World& w, const std::string& key, const Payment& p) {
    out.object().field("key", key).field("reference", p.reference).field("terminal", p.terminal);
    out.field("state", name_of(p.state)).field("response", p.response).field("status", p.status);
    out.field("paid", p.paid()).field("late", p.late).field("amount", p.amount);
    out.field("refunded", p.refunded()).field("text", p.text).field("started", p.started);
    out.field("number", p.number).field("paid_at", p.paid_at).field("bank", p.bank);
    out.field("created", kit::rfc3339(p.created)).field("expires", kit::rfc3339(p.expires));
    out.field("changed", kit::rfc3339(p.changed)).field("page", "/paymentv2/pay/" + p.token);
    out.field("return_url", return_address(w, p)).field("opened", p.opened);
    out.field("returns", p.returns).field("queries", p.queries);
    out.field("notices_sent", p.notices_sent);
    out.field("notices_acknowledged", p.notices_acknowledged).key("answers").object();
    for (const auto& [code, n] : p.answers) out.field(code, n);
    out.end_object().key("refunds").array();
    for (const auto& r : p.refunds) {
        out.object().field("request_id", r.request_id).field("type", r.type);
        out.field("number", r.number).field("amount", r.amount).field("status", r.status);
        out.field("by", r.by).field("requested", kit::rfc3339(r.requested));
        out.field("decided", kit::rfc3339(r.decided)).end_object();
    }
    out.end_array().end_object();
}

std::string overview(const World& w) {
    std::map<std::string, int> by_result;
    std::int64_t money = 0, back = 0;
    int sent = 0, acknowledged = 0;
    for (const auto& [key, p] : w.held) {
        auto ended = p.response + "/" + p.status;
        ++by_result[p.state == State::ended ? ended : std::string(name_of(p.state))];
        if (p.paid()) money += p.amount;
        back += p.refunded();
        sent += p.notices_sent;
        acknowledged += p.notices_acknowledged;
    }
    JsonWriter out;
    out.object().field("partner", "vnpay").field("payments", w.held.size());
    out.field("paid_amount", money).field("refunded", back);
    out.field("refused_openings", w.refused_openings).field("notices_sent", sent);
    out.field("notices_acknowledged", acknowledged);
    out.field("notices_unfinished", w.outbox.unfinished()).key("by_result").object();
    for (const auto& [result, n] : by_result) out.field(result, n);
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
        for (const auto& [key, p] : w.held) write(out, w, key, p);
        return out.end_array().take();
    }
    if (!rest.starts_with(one)) return {};
    auto it = w.held.find(std::string(rest.substr(one.size())));
    if (it == w.held.end()) return {};
    write(out, w, it->first, it->second);
    return out.take();
}

}  // namespace sim::vnpay
