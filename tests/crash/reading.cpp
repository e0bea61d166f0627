// Reading of everything a store serves.
#include "tests/crash/reading.hpp"

#include <sstream>

namespace gw::test {
namespace {

constexpr int messages = 16;

std::string text(const std::optional<core::Instant>& t) {
    return t ? std::to_string(core::to_ms(*t)) : "-";
}

std::string text(const ports::LegView& v) {
    std::ostringstream s;
    s << core::raw(v.leg.id) << ' ' << core::raw(v.lane) << ' ' << core::to_word(v.state) << ' '
      << v.leg.partner << ' ' << v.leg.operation << ' ' << v.leg.effect_key << ' ' << v.event_kind
      << ' ' << v.reason << ' ' << v.what << ' ' << v.flag << ' ' << v.reference << ' '
      << v.attempts_message << v.attempts_partner << ' ' << text(v.next_attempt_at)
      << text(v.ended_at) << text(v.enqueued_at) << v.leg.agency << v.leg.dossier;
    return s.str();
}
std::string text(const core::Event& e) {
    return std::to_string(core::raw(e.id)) + " " + std::to_string(core::raw(e.message)) + " " +
           e.kind + " " + e.agency + " " + e.dossier + " " + text(e.occurred_at) + *e.snapshot;
}
std::string text(const core::FeedItem& f) {
    return std::to_string(f.seq) + " " + f.id + " " + f.agency + " " + f.type + " " + f.dossier +
           " " + f.actor + " " + std::to_string(f.dossier_seq) + " " + text(f.timestamp) + f.data;
}
std::string text(const core::AuditRow& a) {
    return std::to_string(a.id) + " " + text(a.at) + a.agency + " " + a.actor + " " + a.action +
           " " + a.subject + " " + a.detail;
}
std::string text(const core::Object& o) {
    return o.agency + " " + o.id + " " + std::to_string(o.version) + " " + o.state + " " +
           o.dossier + " " + o.ref + " " + text(o.created_at) + text(o.updated_at) + o.body;
}
std::string text(const ports::AttemptView& a) {
    return std::to_string(a.n) + " " + text(a.began) + text(a.ended) + a.code + " " + a.what + " " +
           a.answer + std::to_string(a.bytes[0]) + std::to_string(a.bytes[31]);
}
std::string text(const ports::MessageView& m) {
    return std::to_string(core::raw(m.id)) + " " + m.envelope.partner + " " + m.envelope.kind +
           " " + m.envelope.message_key + " " + text(m.envelope.received_at) + *m.envelope.body;
}
std::string text(const core::Claim& c) {
    return std::to_string(core::raw(c.leg.id)) + " " + c.leg.effect_key + " " +
           std::string(core::to_word(c.state)) + *c.snapshot;
}
std::string text(const ports::Accepted& a) {
    return std::to_string(core::raw(a.message)) + (a.repeated ? " again " : " new ") +
           (a.answer ? std::to_string(a.answer->status) + a.answer->body : "");
}

class Lines {
public:
    template <class T>
    void add(const std::string& what, const core::Result<T>& r) {
        lines.push_back(what + ": " + (r ? text(*r) : "error " + r.error().code));
    }
    template <class T>
    void add(const std::string& what, const core::Result<std::optional<T>>& r) {
        lines.push_back(
            what + ": " +
            (!r   ? "error " + r.error().code
             : *r ? text(**r)
                  : "nothing")
        );
    }
    template <class T>
    void add(const std::string& what, const core::Result<std::vector<T>>& r) {
        std::string all = what + ": ";
        if (!r) all += "error " + r.error().code;
        if (r)
            for (const T& one : *r) all += text(one) + " | ";
        lines.push_back(all);
    }
    std::vector<std::string> lines;
};

}  // namespace

std::vector<std::string> read_all(boost::asio::io_context& io, ports::Store& store) {
    Lines l;
    for (int i = 0; i < messages; ++i) {
        const std::string n = std::to_string(i), dossier = "D" + n;
        const core::LegId leg{i + 1};
        l.add("object " + n, run(io, store.object("dossier", "H56", dossier)));
        l.add("events of " + n, run(io, store.events_of("H56", dossier, "")));
        l.add("legs of " + n, run(io, store.legs_of("H56", dossier)));
        l.add("leg " + n, run(io, store.leg(leg)));
        l.add("attempts of " + n, run(io, store.attempts_of(leg)));
        l.add("claim view " + n, run(io, store.claim_view(leg)));
        l.add("message " + n, run(io, store.message(core::MessageId{i + 1})));
        l.add("audit of " + n, run(io, store.audit_of("H56", "k" + n)));
        const auto asked = full("k" + n, dossier).message;
        l.add(
            "answer " + n, run(io, store.answer_of(asked.partner, asked.message_key, asked.digest))
        );
        const auto feed = run(io, store.feed("H56", i, 1, {}));
        l.lines.push_back(
            "feed " + n + ": " +
            (!feed                 ? "error " + feed.error().code
             : feed->items.empty() ? "nothing"
                                   : text(feed->items.front()))
        );
    }
    return l.lines;
}

}  // namespace gw::test
