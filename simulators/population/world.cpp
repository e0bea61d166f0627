// The world, its switches, and the paths that exist.
#include "simulators/population/world.hpp"

#include "simulators/kit/text.hpp"

namespace sim::population {

World::World(Options o, std::uint64_t seed)
    : options(std::move(o)),
      faults(seed, {"population", "xroad", "lgsp"}, switches()),
      transport(kit::Switches(faults, {""}), seed),
      journal(options.journal_entries_max),
      audit(options.audit_rows_max),
      people(std::make_unique<People>(seed, options.people)),
      words(seed) {
    if (options.officers.empty()) options.officers = invented_officers();
    for (const auto& one : options.officers) officers[one.code] = one;
}

kit::Occasion World::occasion(const Query& q, core::Instant now) const {
    kit::Occasion o;
    o.service = q.name;
    o.dossier = q.field("MaYeuCau");
    o.field = q.has("SoDinhDanh") ? q.field("SoDinhDanh") : q.field("SoCMND");
    o.now = now;
    return o;
}

bool World::setting(const char* name, bool otherwise, const kit::Occasion& o) {
    const auto* f = faults.strikes(name, o);
    return f ? f->param("on", "true") != "false" : otherwise;
}

void World::reset(std::uint64_t seed) {
    faults.reset(seed);
    transport.reset(seed);
    journal.reset();
    audit.reset();
    people = std::make_unique<People>(seed, options.people);
    words = kit::Random(seed);
    tokens.clear();
    request_ids.clear();
    cut_off = false;
    exchanges = 0;
}

const std::vector<std::string>& switches() {
    static const std::vector<std::string> all = [] {
        auto out = kit::transport_switches();
        for (const char* name : {// transport and platforms
                                 "timeout",
                                 "error",
                                 "soap_fault",
                                 "soap_fault_text",
                                 "proxy_error",
                                 "clock_skew",
                                 "token_revoked",
                                 "answer_id_differs",
                                 "overload",
                                 "overload_as_not_found",
                                 // what replies look like
                                 "empty_collection",
                                 "null_name",
                                 "name_in_ten",
                                 "year_only",
                                 "year_conflict",
                                 "bare_codes",
                                 "admin_code_mix",
                                 "no_district",
                                 "diacritics",
                                 "nfd",
                                 "two_hits",
                                 "wrapped",
                                 "absent",
                                 "namespace",
                                 "dashed_dates",
                                 "both_dates",
                                 "three_levels",
                                 "count_form",
                                 "head_order",
                                 // what is refused
                                 "enforce_order",
                                 "refuse_duplicate_request_id",
                                 "officer_denied",
                                 "wrong_authhash",
                                 "want_ascii",
                                 "cutoff_after",
                                 "timestamp_strict",
                                 // attacks on whoever reads the answer
                                 "xml_bomb",
                                 "quadratic_blowup",
                                 "doctype",
                                 "external_entity",
                                 "endless",
                                 "drip",
                                 "oversized",
                                 "deep_xml",
                                 "many_elements",
                                 "many_attributes"})
            out.emplace_back(name);
        return out;
    }();
    return all;
}

namespace {

Spot at_exchange(std::string_view rest) {
    Spot s;
    if (rest == "/dancu" || rest == "/csdl/dancu") s.place = Place::service;
    constexpr std::string_view named = "/csdl/";
    if (s.place == Place::none && rest.starts_with(named) &&
        operation_named(rest.substr(named.size()))) {
        s.place = Place::service;
        s.operation = rest.substr(named.size());
    }
    return s;
}

/// /r1/{instance}/{class}/{member}/{subsystem}/{service}
Spot behind_r1(std::string_view path) {
    auto parts = kit::split(path.substr(1), '/');
    Spot s;
    if (parts.size() < 6) return s;
    s.place = Place::service;
    s.xroad_target = parts[1] + "/" + parts[2] + "/" + parts[3] + "/" + parts[4];
    if (operation_named(parts[5])) s.operation = parts[5];
    return s;
}

Spot at_platform(std::string_view path) {
    Spot s;
    s.door = Door::platform;
    if (path == "/lgsp/token" || path == "/token") s.place = Place::token;
    if (path == "/lgsp/dancu" || path == "/lgsp/dancu/json" || path == "/lgsp/dancu/xacthuc")
        s.place = Place::service;
    if (path.ends_with("/json")) s.form = Form::json;
    if (path.ends_with("/xacthuc")) s.form = Form::rest;
    return s;
}

Spot of_path(std::string_view path, bool post) {
    for (std::string_view adapter :
         {"/XrdAdapter/RestService/forward", "/VXPAdapter/RestService/forward"})
        if (path.starts_with(adapter)) {
            auto s = at_exchange(path.substr(adapter.size()));
            s.adapter = true;
            return s;
        }
    if (path.starts_with("/r1/")) return behind_r1(path);
    if (path.starts_with("/lgsp/") || path == "/token") return at_platform(path);
    if (path == "/" && post) {
        Spot s;
        s.place = Place::service;
        s.xroad_soap = true;
        return s;
    }
    return at_exchange(path);
}

}  // namespace

Spot locate(const kit::Call& call) {
    auto s = of_path(call.path, call.method == "POST");
    bool asks = call.method == "GET" && kit::lower_ascii(call.query).starts_with("wsdl");
    if (s.place == Place::service && s.form == Form::soap && asks) s.place = Place::wsdl;
    return s;
}

}  // namespace sim::population
