// The shared state and the names of the switches.
#include "simulators/phone/world.hpp"

namespace sim::phone {
namespace {

const std::vector<std::string> sms_own{
    "queued_only",
    "fail",
    "account",
    "template_mismatch",
    "no_balance",
    "balance_falling",
    "blacklist",
    "soap_fault",
    "soap_fault_text",
    "rate_limit",
    "strict_phone",
    "strict_encoding",
    "enforce_order",
    "guess"};
const std::vector<std::string> zalo_own{
    "error",
    "ambiguous_5xx",
    "no_error",
    "not_follower",
    "no_balance",
    "quota_zero",
    "quiet_hours",
    "token_expired",
    "refresh_used",
    "refresh_lost",
    "lost",
    "event_twice",
    "event_late",
    "event_never",
    "event_before_answer",
    "bad_mac",
    "old_timestamp",
    "clock_skew"};

/// One table for both partners: "sms.x", "sms_viettel.x", "zalo.x"; bare transport names are both.
std::vector<std::string> all_switches() {
    auto out = kit::transport_switches();
    auto add = [&out](const std::string& prefix, const std::vector<std::string>& own) {
        for (const auto& name : kit::transport_switches()) out.push_back(prefix + name);
        for (const auto& name : own) out.push_back(prefix + name);
    };
    add("sms.", sms_own);
    add("sms_viettel.", sms_own);
    add("zalo.", zalo_own);
    // Bare as well, because "*.name" becomes the bare name.
    for (const auto* own : {&sms_own, &zalo_own})
        for (const auto& name : *own) out.push_back(name);
    return out;
}

}  // namespace

World::World(Options o, std::uint64_t s)
    : options(std::move(o)),
      seed(s),
      faults(s, {}, all_switches()),
      sms(faults, {"sms.", "sms_viettel.", ""}),
      zalo(faults, {"zalo.", ""}),
      sms_transport(sms, s),
      zalo_transport(zalo, s + 1),
      journal(options.journal_entries_max),
      random(kit::mix(s, "phones")),
      outbox(options, journal),
      tokens(options, s),
      balance(options.sms_balance) {}

kit::Occasion World::occasion(
    std::string_view service, const std::string& number, const std::string& field, core::Instant now
) const {
    kit::Occasion o;
    o.service = std::string(service);
    o.dossier = number;
    o.field = field;
    o.now = now;
    return o;
}

void World::reset(std::uint64_t new_seed) {
    seed = new_seed;
    faults.reset(seed);
    sms_transport.reset(seed);
    zalo_transport.reset(seed + 1);
    journal.reset();
    random = kit::Random(kit::mix(seed, "phones"));
    phones.clear();
    outbox.reset();
    tokens.reset(seed);
    balance = options.sms_balance;
    calls.clear();
    used.clear();
    recent_sms.clear();
    zns_ids.clear();
    arriving_.clear();
    next_message_ = next_mo_ = 1;
}

}  // namespace sim::phone
