// /sim/state: overview, and everything that is held, for programs.
#include "simulators/kit/json_writer.hpp"
#include "simulators/vnpost/views.hpp"

namespace sim::vnpost {
namespace {

using kit::JsonWriter;

std::string overview(const World& w) {
    std::size_t creates = 0, repeats = 0, other = 0, cancels = 0, open = 0, events = 0, twice = 0;
    std::int64_t collected = 0, settled = 0;
    std::map<int, std::size_t> by_code;
    for (const auto& [key, p] : w.parcels) {
        creates += static_cast<std::size_t>(p.creates);
        repeats += static_cast<std::size_t>(p.repeats);
        other += static_cast<std::size_t>(p.other_content);
        cancels += static_cast<std::size_t>(p.cancels);
        open += p.ended() ? 0 : 1;
        twice += p.creates > 1 ? 1 : 0;
        ++by_code[p.code()];
        if (!p.collected) continue;
        collected += p.collected->amount;
        settled += p.collected->settled ? p.collected->amount : 0;
    }
    for (const auto& [customer, feed] : w.feeds) events += feed.all().size();
    JsonWriter out;
    out.object().field("partner", "vnpost").field("parcels", w.parcels.size());
    out.field("creates", creates).field("created_twice", twice).field("repeats", repeats);
    out.field("other_content", other).field("cancels", cancels).field("parcels_open", open);
    out.key("by_code").object();
    for (const auto& [code, n] : by_code) out.field(std::to_string(code), n);
    out.end_object().field("events", events).field("documents", w.documents.size());
    out.field("cod_collected", collected).field("cod_settled", settled);
    out.field("settlements", w.settlements.files().size());
    out.field("tokens_opened", w.tokens.opened()).key("calls").object();
    for (const auto& [service, n] : w.calls) out.field(service, n);
    out.end_object().field("journal_written", w.journal.written());
    return out.field("journal_forgotten", w.journal.forgotten()).end_object().take();
}

void summary(JsonWriter& out, const Parcel& p) {
    out.field("order", p.order).field("customer", p.customer).field("waybill", p.waybill);
    out.field("own_waybill", p.own_waybill).field("dossier", p.dossier());
    out.field("direction", p.direction()).field("code", p.code());
    out.field("status", message_of(p.code())).field("journey", p.journey).field("cod", p.cod);
    out.field("creates", p.creates).field("repeats", p.repeats);
    out.field("other_content", p.other_content).field("cancels", p.cancels);
    out.field("refused_cancels", p.refused_cancels).field("created", kit::rfc3339(p.created));
}

std::string parcels(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& [key, p] : w.parcels) {
        out.object();
        summary(out, p);
        out.end_object();
    }
    return out.end_array().take();
}

std::string parcel(const Parcel& p) {
    JsonWriter out;
    out.object();
    summary(out, p);
    out.key("fields").object();
    for (const auto& [name, value] : p.fields) out.field(name, value);
    out.end_object().key("history").array();
    for (const auto& h : p.history) {
        out.object().field("code", h.code).field("at", kit::rfc3339(h.at));
        out.field("note", h.note).field("office", h.office).end_object();
    }
    out.end_array().key("collected");
    if (p.collected)
        out.object()
            .field("amount", p.collected->amount)
            .field("at", kit::rfc3339(p.collected->at))
            .field("receipt_no", p.collected->receipt_no)
            .field("settled", p.collected->settled)
            .end_object();
    else
        out.null();
    out.key("next_at");
    if (p.next_at)
        out.value(kit::rfc3339(*p.next_at));
    else
        out.null();
    return out.end_object().take();
}

std::string documents(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& [key, d] : w.documents) {
        out.object().field("order", d.order).field("customer", d.customer);
        out.field("procedure_code", d.procedure_code).field("procedure_title", d.procedure_title);
        out.key("elements").array();
        for (const auto& name : d.elements) out.value(name);
        out.end_array().field("state", d.state).field("creates", d.creates);
        out.field("updates", d.updates).field("repeats", d.repeats).end_object();
    }
    return out.end_array().take();
}

std::string settlements(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& [name, f] : w.settlements.files())
        out.object()
            .field("name", name)
            .field("customer", f.customer)
            .field("lines", f.lines)
            .field("sum", f.sum)
            .field("path", "/settlement/" + name)
            .end_object();
    return out.end_array().take();
}

std::string waybills(const World& w) {
    JsonWriter out;
    out.object();
    for (const auto& [number, used] : w.waybills) out.field(number, used.first);
    return out.end_object().take();
}

}  // namespace

std::optional<std::string> state_json(const World& w, std::string_view rest) {
    if (rest.empty()) return overview(w);
    if (rest == "parcels") return parcels(w);
    if (rest == "documents") return documents(w);
    if (rest == "settlements") return settlements(w);
    if (rest == "waybills") return waybills(w);
    static constexpr std::string_view one = "parcels/";
    if (!rest.starts_with(one)) return {};
    auto it = w.parcels.find(std::string(rest.substr(one.size())));
    return it == w.parcels.end() ? std::nullopt : std::optional(parcel(it->second));
}

}  // namespace sim::vnpost
