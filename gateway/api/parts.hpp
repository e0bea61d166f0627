// What the API is built from.
#pragma once

#include "gateway/access/tokens.hpp"
#include "gateway/api/limits.hpp"
#include "gateway/api/payment_settings.hpp"
#include "gateway/api/tables.hpp"
#include "gateway/core/calendar.hpp"
#include "gateway/core/identity_check.hpp"
#include "gateway/core/notice_commands.hpp"
#include "gateway/core/plan.hpp"
#include "gateway/core/status.hpp"
#include "gateway/engine/drain.hpp"
#include "gateway/engine/facts.hpp"
#include "gateway/engine/object_waits.hpp"
#include "gateway/engine/webhooks.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/blob_store.hpp"
#include "gateway/ports/clock.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/signer.hpp"
#include "gateway/ports/store.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

/// How a partner is, as the engine and the connectors know it (contract 3.11). Queue figures are
/// added by the API.
struct PartnerInfo {
    PartnerInfo() = default;
    std::string partner, name_vi, state = "up", reason_vi, cause = "unknown", route;
    core::Instant since{};
    bool throttled = false;
    std::optional<double> capacity_per_s;     // what it is known to take; unset: nobody knows
    std::optional<core::Instant> p0_late_at;  // when a p0 leg last had to wait for long
    bool closed = false;                      // by its hours, maintenance or the calls of the day
    std::optional<core::Instant> certificate_expires_at, credential_expires_at;
};

struct Options {
    Options() = default;
    std::string base_url;  // "https://gateway.test", without slash at the end
    std::string problem_base = "https://lienthong.test/problems/";
    std::string version = "0.1.0";
    std::uint64_t json_bytes_max = 1 << 20;
    std::uint64_t attachment_bytes_max = 100ULL << 20;
    std::uint64_t import_bytes_max = 64ULL << 20;
    core::Duration inbox_lease{600'000};
    core::Duration long_poll_max{25'000}, prefer_wait_max{20'000}, poll_step{200};
    core::Duration webhook_rotation{7 * 86'400'000LL};
    core::Duration upload_life{7 * 86'400'000LL};
    std::size_t replay_approval_above = 100;
    std::size_t replay_canary = 10;                    // a replay of more legs goes step by step
    core::Duration replay_age_max{90 * 86'400'000LL};  // older legs only when asked for
    LimitOptions limits;
    PaymentSettings payments;
    bool catalogue_refuses = true;                   // else what it speaks against is a warning
    bool webhook_plain_http = false;                 // tests: http:// to loopback is allowed
    std::vector<std::string> webhook_networks;       // not public, and may be called all the same
    std::vector<std::string> province_roots;         // {"H56"}
    std::vector<std::string> known_places;           // citizen-number place codes
    std::vector<std::string> reused_province_codes;  // codes that changed owner on 1 July 2025
};

class SignatureDesk;

/// The pointers outlive the API; none is null except `webhooks`, `notices`, `signatures`.
struct Parts {
    Parts() = default;
    ports::Store* store = nullptr;
    ports::Intake* intake = nullptr;
    ports::BlobStore* blobs = nullptr;
    ports::Clock* clock = nullptr;
    ports::Random* random = nullptr;
    ports::Signer* signer = nullptr;  // key "file_links"
    access::Tokens* tokens = nullptr;
    const core::Transitions* transitions = nullptr;
    const core::Calendar* calendar = nullptr;
    std::vector<core::Route> routes;
    std::function<const core::Operation*(std::string_view)> operation_of;
    engine::Planner plan;        // of the same routes, for changes of objects other than dossiers
    engine::NoticeMaker notice;  // notices that events cause; may be empty
    const core::NoticeSettings* notices = nullptr;  // nullptr: no notices at all
    SignatureDesk* signatures = nullptr;            // nullptr: nobody looks at signatures
    ports::Facts* facts = nullptr;
    engine::ObjectWaits* waits = nullptr;           // told by `facts`
    std::map<std::string, ports::Lookup*> lookups;  // by partner
    core::Licences licences;                        // who may look persons up
    CodeTables tables;
    mapping::Library library;                                // whose code lists people add to
    engine::Webhooks* webhooks = nullptr;                    // for tests and attempts of endpoints
    std::map<std::string, engine::Dispatcher*> dispatchers;  // by partner
    engine::DrainWatch* drain = nullptr;                     // nullptr: no plans
    std::vector<ports::Source*> sources;                     // partners' calls, by path prefix
    std::function<std::vector<PartnerInfo>()> partners;      // empty function = none known
    /// What would be sent now for a leg; empty function = not offered.
    std::function<core::Result<ports::Prepared>(const core::Claim&)> explain;
    /// Further metrics in Prometheus text; may be empty.
    std::function<void(std::string&)> more_metrics;
    Options options;
};

}  // namespace gw::api
