// The shared state and the switches that are settings.
#include "simulators/national_portal/world.hpp"

namespace sim::national_portal {
namespace {

bool setting(const kit::Faults& faults, std::string_view name, bool otherwise) {
    const auto* f = faults.on(name);
    return f ? f->param("on", "true") != "false" : otherwise;
}

RoutingCode routing(const kit::Faults& faults, RoutingCode otherwise) {
    const auto* f = faults.on("require_dstcode");
    if (!f) return otherwise;
    auto where = f->param("where", "header");
    if (where == "query") return RoutingCode::query;
    if (where == "both") return RoutingCode::both;
    return where == "none" ? RoutingCode::none : RoutingCode::header;
}

std::map<std::string, std::string> invented_accounts() {
    return {
        {"020190000001", "tech-id-mau-0001"},
        {"020090000002", "tech-id-mau-0002"},
        {"0000000001", "tech-id-mau-0003"},
        {"038190000000", "tech-id-mau-0004"}};
}

const std::vector<std::string> all_switches{// transport and envelope
                                            "code_types",
                                            "code_text_mismatch",
                                            "html_200",
                                            "empty_200",
                                            "double_encoded",
                                            "message_object",
                                            "soap_fault_text",
                                            "error",
                                            "session_expire_after",
                                            "token_revoked",
                                            "single_session",
                                            "hang",
                                            "slow",
                                            "throttle_silent",
                                            "cut_after_processing",
                                            "cut_before_processing",
                                            "bad_gateway",
                                            "down",
                                            "redirect",
                                            "result_shape",
                                            "tls_expired",
                                            "tls_unknown_ca",
                                            "tls_wrong_host",
                                            "clock_skew",
                                            "require_dstcode",
                                            "truncated",
                                            "bom",
                                            "bad_utf8",
                                            "proxy_error",
                                            "reset",
                                            "close",
                                            // queue
                                            "reject_once",
                                            "always_fail",
                                            "fail_n",
                                            // content
                                            "already_exists_on_first_send",
                                            "already_text_variant",
                                            "refuse_foreign_prefix",
                                            "refuse_unknown_procedure",
                                            "refuse_format",
                                            "enforce_order",
                                            "refuse_without_reason",
                                            "refuse_survey_sum",
                                            "forget",
                                            "stale_status",
                                            "lookup_unreadable",
                                            "lookup_always_yes",
                                            // inbound
                                            "inbound_placeholder_id",
                                            "inbound_duplicate",
                                            "tax_unknown_mid_batch",
                                            "base64_linebreaks",
                                            "inbound_base64_broken",
                                            "tax_tag_variant",
                                            "inbound_missing_files",
                                            "inbound_resend",
                                            "inbound_bad_signature"};

}  // namespace

const std::vector<std::string>& switches() {
    return all_switches;
}

World::World(Options o, std::uint64_t seed)
    : options(std::move(o)),
      faults(seed, {"national_portal", "lgsp", "xroad"}, switches()),
      journal(options.journal_entries_max),
      catalogue(options.more_procedures),
      dossiers(options.packets_max),
      sessions("SIM-SESSION-", kit::mix(seed, "sessions")),
      tokens("sim-token-", kit::mix(seed, "tokens")),
      words(kit::mix(seed, "words")),
      tech_ids(invented_accounts()) {}

const Options& World::rules() {
    if (known_revision_ == faults.revision()) return effective_;
    known_revision_ = faults.revision();
    auto& e = effective_ = options;
    e.refuse_foreign_prefix =
        setting(faults, "refuse_foreign_prefix", options.refuse_foreign_prefix);
    e.refuse_unknown_procedure =
        setting(faults, "refuse_unknown_procedure", options.refuse_unknown_procedure);
    e.refuse_format = setting(faults, "refuse_format", options.refuse_format);
    e.enforce_order = setting(faults, "enforce_order", options.enforce_order);
    e.refuse_survey_sum = setting(faults, "refuse_survey_sum", options.refuse_survey_sum);
    e.single_session = setting(faults, "single_session", options.single_session);
    e.routing_code = routing(faults, options.routing_code);
    return effective_;
}

void World::reset(std::uint64_t seed) {
    faults.reset(seed);
    journal.reset();
    dossiers.clear();
    surveys.clear();
    questions.clear();
    sessions = Sessions("SIM-SESSION-", kit::mix(seed, "sessions"));
    tokens = Sessions("sim-token-", kit::mix(seed, "tokens"));
    words = kit::Random(kit::mix(seed, "words"));
    files.clear();
    rejected_once.clear();
    failed_calls.clear();
    recent.clear();
    inbound_counter = 0;
}

std::string World::sentence(Say what, const Blank& blank) {
    auto variant = options.text_variant >= 0 ? static_cast<std::size_t>(options.text_variant)
                                             : words.below(variants(what));
    return say(what, variant, blank);
}

}  // namespace sim::national_portal
