// A synthetic dossier and the context its commands run in.
#pragma once

#include "gateway/core/dossier.hpp"
#include "tests/kit/core_tables.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace gw::test {

inline core::Document text(std::string value) {
    return core::Document::text(std::move(value));
}

/// {name: text, …}
inline core::Document texts(std::initializer_list<std::pair<const char*, const char*>> members) {
    core::Document out = core::Document::object();
    for (const auto& [name, value] : members) out.set(name, text(value));
    return out;
}

inline core::Instant at(const char* rfc3339) {
    return *core::parse_rfc3339(rfc3339);
}

/// The context of an officer in H37 on Monday 2 March 2026, 17:00. Ids count from 1: "prg_1".
class DossierKit {
public:
    DossierKit() : transitions_(read_transitions()), calendar_(read_calendar()) {
        context.now = at("2026-03-02T17:00:00+07:00");
        context.agency = "H37";
        context.actor = "CB0001";
        context.transitions = &transitions_;
        context.calendar = &calendar_;
        context.province_roots = {"H37"};
        context.known_places = read_places();
        context.reused_province_codes = {"15", "24", "44", "52", "80", "82", "91"};
        context.new_id = [this](std::string_view prefix) {
            return std::string(prefix) + "_" + std::to_string(++ids_);
        };
        context.attachment = [](const std::string& id) -> std::optional<core::Object> {
            if (id.rfind("att_missing", 0) == 0) return std::nullopt;
            core::Object object;
            object.id = id;
            object.state = id.rfind("att_", 0) == 0 && id.size() > 9 ? id.substr(4) : "clean";
            return object;
        };
    }
    DossierKit(const DossierKit&) = delete;
    DossierKit& operator=(const DossierKit&) = delete;

    core::CommandContext context;
    const core::Transitions& transitions() const { return transitions_; }

private:
    core::Transitions transitions_;
    core::Calendar calendar_;
    int ids_ = 0;
};

inline core::Document officer() {
    return texts({{"officer_code", "CB0001"}, {"name", "Cán bộ Mẫu"}});
}

inline core::Document applicant() {
    core::Document identities = core::Document::list();
    identities.push(texts({{"kind", "citizen_number"}, {"number", "020190000001"}}));
    core::Document out = texts(
        {{"kind", "citizen"}, {"full_name", "TRẦN THỊ MẪU"}, {"birth", "1990"}, {"sex", "female"}}
    );
    out.set("identities", identities);
    return out;
}

inline core::Document paper(const char* component, const char* attachment) {
    return texts(
        {{"component_code", component},
         {"name", "Tờ khai"},
         {"attachment_id", attachment},
         {"copy_kind", "electronic"}}
    );
}

inline core::Document fee(const char* code, std::int64_t unit, std::int64_t quantity) {
    core::Document out = texts(
        {{"code", code},
         {"name", "Lệ phí"},
         {"kind", "ordinary"},
         {"nature", "charge"},
         {"collect_when", "at_reception"}}
    );
    out.set("unit_amount", core::Document::number(unit));
    out.set("quantity", core::Document::number(quantity));
    return out;
}

/// A good request for POST /v1/dossiers, received at 09:00, due on Monday 9 March 17:00 (5 days).
inline core::Document received_request() {
    core::Document out = texts(
        {{"code", "H37.14-260302-0001"},
         {"channel", "counter"},
         {"origin", "local"},
         {"status", "received"},
         {"summary", "Đăng ký khai sinh"},
         {"submitted_at", "2026-03-02T08:30:00+07:00"},
         {"received_at", "2026-03-02T09:00:00+07:00"},
         {"due_at", "2026-03-09T17:00:00+07:00"},
         {"result_delivery", "counter"}}
    );
    out.set("procedure", texts({{"code", "1.001193"}}));
    out.set("owner", applicant());
    const core::Document unit =
        texts({{"code", "000.00.14.H37"}, {"name", "Trung tâm Phục vụ hành chính công (mẫu)"}});
    out.set("receiving_unit", unit);
    out.set("deciding_agency", texts({{"code", "H37.14"}, {"name", "UBND xã Mẫu"}}));
    core::Document papers = core::Document::list();
    papers.push(paper("TP-1", "att_1"));
    out.set("documents", papers);
    return out;
}

inline core::Document registered_request() {
    core::Document out = received_request();
    out.set("status", text("registered"));
    out.remove("received_at");
    return out;
}

inline core::Document progress(const char* status, const char* when) {
    core::Document out = texts({{"at", when}, {"text", "Bước xử lý"}, {"status", status}});
    out.set("officer", officer());
    return out;
}

inline core::Document corrected(core::Document entry) {
    entry.set("correction", texts({{"reason_vi", "Ghi nhầm trạng thái"}}));
    return entry;
}

/// "code pointer=code …", errors only; "done" when the command was allowed.
inline std::string refusal(const core::Decision& decision) {
    const auto* problem = std::get_if<core::Problem>(&decision);
    if (problem == nullptr) return "done";
    std::string out = problem->code;
    for (const core::Finding& f : problem->findings)
        if (!f.warning) out += " " + f.pointer + "=" + f.code;
    return out;
}

/// The change, or an exception that says why it was refused.
inline core::Change made(const core::Decision& decision) {
    if (std::holds_alternative<core::Problem>(decision))
        throw std::runtime_error(refusal(decision));
    return std::get<core::Change>(decision);
}

inline std::string warnings(const core::Change& change) {
    std::string out;
    for (const core::Finding& f : change.warnings)
        out += (out.empty() ? "" : " ") + f.pointer + "=" + f.code;
    return out;
}

/// Kinds of the events, in order.
inline std::string kinds(const core::Change& change) {
    std::string out;
    for (const core::EventDraft& e : change.events) out += (out.empty() ? "" : " ") + e.kind;
    return out;
}

}  // namespace gw::test
