// /sim/state: overview, phones, outbox, templates, for programs.
#include "simulators/kit/json_writer.hpp"
#include "simulators/phone/views.hpp"

namespace sim::phone {
namespace {

using kit::JsonWriter;

std::string overview(const World& w) {
    auto t = totals_of(w);
    JsonWriter out;
    out.object().field("partner", "phone").field("phones", w.phones.size());
    out.field("messages", t.messages).field("sms", t.sms).field("zns", t.zns);
    out.field("received", t.received).field("read", t.read).field("on_the_way", t.on_the_way);
    out.field("lost", t.lost).field("doubled", t.doubled).field("sms_balance", w.balance);
    out.field("token_refreshes", w.tokens.refreshes());
    out.field("refresh_tokens_reused", w.tokens.reused());
    out.field("outbox", w.outbox.all().size()).field("outbox_unfinished", w.outbox.unfinished());
    out.key("calls").object();
    for (const auto& [service, n] : w.calls) out.field(service, n);
    out.end_object().field("journal_written", w.journal.written());
    return out.field("journal_forgotten", w.journal.forgotten()).end_object().take();
}

void instant(JsonWriter& out, const char* name, const std::optional<core::Instant>& t) {
    out.key(name);
    if (t)
        out.value(kit::rfc3339(*t));
    else
        out.null();
}

void message(JsonWriter& out, const Message& m) {
    out.object().field("id", m.id).field("channel", name_of(m.channel));
    out.field("arrival", name_of(m.arrival)).field("sender", m.sender);
    out.field("text", kit::is_utf8(m.text) ? m.text : kit::hex(m.text));
    out.field("msg_id", m.msg_id).field("tracking_id", m.tracking_id);
    out.field("template_id", m.template_id).field("template_name", m.template_name);
    out.key("params").object();
    for (const auto& [name, value] : m.params) out.field(name, value);
    out.end_object().field("parts", m.parts).field("accented", m.accented);
    out.field("same_before", m.same_before).field("accepted", kit::rfc3339(m.accepted));
    instant(out, "delivered", m.delivered);
    instant(out, "read", m.read);
    out.end_object();
}

void phone_json(JsonWriter& out, const Phone& p, bool whole) {
    out.object().field("number", p.number).field("exists", p.exists).field("zalo", p.on_zalo);
    out.field("refuses_sms", p.refuses_sms).field("refuses_zns", p.refuses_zns);
    out.field("doubled", p.doubled()).field("messages_count", p.messages.size());
    if (whole) {
        out.key("messages").array();
        for (const auto& m : p.messages) message(out, m);
        out.end_array().key("said").array();
        for (const auto& s : p.said) {
            out.object().field("channel", name_of(s.channel)).field("text", s.text);
            out.field("at", kit::rfc3339(s.at)).end_object();
        }
        out.end_array();
    }
    out.end_object();
}

std::string outbox(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& [id, one] : w.outbox.all()) {
        out.object().field("id", id).field("kind", one.kind).field("phone", one.phone);
        out.field("msg_id", one.msg_id).field("state", name_of(one.state));
        out.field("attempts", one.attempts).field("queued", kit::rfc3339(one.queued));
        out.field("due", kit::rfc3339(one.due)).field("last_status", one.last_status).end_object();
    }
    return out.end_array().take();
}

std::string templates(const World& w) {
    JsonWriter out;
    out.array();
    for (const auto& t : w.options.templates) {
        out.object().field("id", t.id).field("name", t.name).field("status", t.status);
        out.field("text", t.text).key("params").array();
        for (const auto& p : t.params) out.value(p.name);
        out.end_array().end_object();
    }
    return out.end_array().take();
}

}  // namespace

Totals totals_of(const World& w) {
    Totals t;
    for (const auto& [number, p] : w.phones) {
        t.doubled += p.doubled();
        for (const auto& m : p.messages) {
            ++t.messages;
            ++(m.channel == Channel::sms ? t.sms : t.zns);
            t.received += m.arrival == Arrival::delivered || m.arrival == Arrival::read ? 1 : 0;
            t.read += m.arrival == Arrival::read ? 1 : 0;
            t.on_the_way += m.arrival == Arrival::on_the_way ? 1 : 0;
            t.lost += m.arrival == Arrival::lost ? 1 : 0;
        }
    }
    return t;
}

std::optional<std::string> state_json(const World& w, std::string_view rest) {
    if (rest.empty()) return overview(w);
    if (rest == "outbox") return outbox(w);
    if (rest == "templates") return templates(w);
    JsonWriter out;
    if (rest == "phones") {
        out.array();
        for (const auto& [number, p] : w.phones) phone_json(out, p, false);
        return out.end_array().take();
    }
    static constexpr std::string_view one = "phones/";
    if (!rest.starts_with(one)) return {};
    auto it = w.phones.find(std::string(rest.substr(one.size())));
    if (it == w.phones.end()) return {};
    phone_json(out, it->second, true);
    return out.take();
}

}  // namespace sim::phone
