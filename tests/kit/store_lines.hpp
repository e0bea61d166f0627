// What a store answers, as lines: to compare what is served.
#pragma once

#include "gateway/ports/store.hpp"

#include <sstream>
#include <string>
#include <vector>

namespace gw::test {

inline std::string text(const std::optional<core::Instant>& t) {
    return t ? std::to_string(core::to_ms(*t)) : "-";
}

inline std::string text(const ports::LegView& v) {
    std::ostringstream s;
    s << core::raw(v.leg.id) << ' ' << core::raw(v.lane) << ' ' << core::to_word(v.state) << ' '
      << v.leg.partner << ' ' << v.leg.operation << ' ' << v.leg.effect_key << ' ' << v.event_kind
      << ' ' << v.reason << ' ' << v.what << ' ' << v.flag << ' ' << v.reference << ' '
      << v.attempts_message << v.attempts_partner << ' ' << text(v.next_attempt_at)
      << text(v.ended_at) << text(v.enqueued_at) << v.leg.agency << v.leg.dossier;
    return s.str();
}
inline std::string text(const core::Event& e) {
    return std::to_string(core::raw(e.id)) + " " + std::to_string(core::raw(e.message)) + " " +
           e.kind + " " + e.agency + " " + e.dossier + " " + text(e.occurred_at) +
           text(e.recorded_at) + e.trace + *e.snapshot;
}
inline std::string text(const core::FeedItem& f) {
    return std::to_string(f.seq) + " " + f.id + " " + f.agency + " " + f.type + " " + f.dossier +
           " " + f.actor + " " + std::to_string(f.dossier_seq) + " " + text(f.timestamp) + f.data;
}
inline std::string text(const core::AuditRow& a) {
    return std::to_string(a.id) + " " + text(a.at) + a.agency + " " + a.actor + " " + a.action +
           " " + a.subject + " " + a.detail;
}
inline std::string text(const core::Object& o) {
    return o.agency + " " + o.id + " " + std::to_string(o.version) + " " + o.state + " " +
           o.dossier + " " + o.ref + " " + text(o.created_at) + text(o.updated_at) + o.body;
}
inline std::string text(const ports::AttemptView& a) {
    return std::to_string(a.n) + " " + text(a.began) + text(a.ended) + a.code + " " + a.what + " " +
           a.answer + std::to_string(a.bytes[0]) + std::to_string(a.bytes[31]);
}
inline std::string text(const ports::MessageView& m) {
    return std::to_string(core::raw(m.id)) + " " + m.envelope.partner + " " + m.envelope.kind +
           " " + m.envelope.message_key + " " + text(m.envelope.received_at) +
           std::to_string(m.events.size()) + m.trace + *m.envelope.body;
}
inline std::string text(const core::Claim& c) {
    return std::to_string(core::raw(c.leg.id)) + " " + c.leg.effect_key + " " +
           std::string(core::to_word(c.state)) + *c.snapshot;
}
inline std::string text(const ports::Accepted& a) {
    return std::to_string(core::raw(a.message)) + (a.repeated ? " again " : " new ") +
           (a.answer ? std::to_string(a.answer->status) + a.answer->headers + a.answer->body : "");
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

}  // namespace gw::test
