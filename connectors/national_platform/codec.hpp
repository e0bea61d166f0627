// The national payment platform's dialect 1.0.6 on the wire (payments.md 5). Pure.
#pragma once

#include "connectors/national_platform/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/model.hpp"
#include "gateway/mapping/answers.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::national_platform {

/// SHA-256 over the values and the secret, joined with "|": lower-case hex. nullopt: a value holds
/// the separator or a control character (PY-7: two messages would be one).
std::optional<std::string> sign(const std::vector<std::string>& values, std::string_view secret);

/// The signed INIT body. Errors: those of the mapping; give_up "national_platform.snapshot",
/// "national_platform.beneficiaries" (fees of one payment go to different accounts),
/// "national_platform.separator"; hold "national_platform.beneficiary" (none is configured).
core::Result<std::string> init_body(
    const Options& options, const mapping::Library& library, const core::Claim& claim, core::Day day
);
/// QUERY and GET_BILL; the time is that of INIT, character for character (PY-8).
std::string question_body(
    const Options& options, std::string_view kind, const core::Document& payment
);

/// The platform's own words in a direct or wrapped answer; null: there are none.
core::Document platform_words(std::string_view body, connector_kit::Envelope envelope);

/// What an answer to INIT proves.
struct Begun {
    Begun() = default;
    std::optional<core::Error> error;  // nothing is proved, or nothing was sent
    core::Document says;               // pending with its page, or failed; source "init"
    bool refused = false;
};
Begun read_begun(
    const Options& options,
    const mapping::Answers& answers,
    const core::Document& payment,
    const ports::HttpResult& result
);
/// What an answer to QUERY says, without provider and source; null: it says nothing.
core::Document read_state(
    const Options& options,
    const mapping::Answers& answers,
    const core::Document& payment,
    const core::Document& words
);

/// https, and exactly one of these hosts; nothing hidden in it.
bool is_allowed_page(std::string_view url, const std::vector<std::string>& hosts);
/// Where a receipt may be fetched: as above, or at the host of the service itself.
bool is_allowed_bill(const Options& options, std::string_view url);

/// One notice. `verified` only when it is readable.
struct Notice {
    Notice() = default;
    bool readable = false, verified = false, ours = false;
    std::string reference, hash;  // hash: as received
    std::string key, decisive;    // repeats have the same; decisive: what may never differ
    core::Document says;          // without provider and source
};
Notice read_notice(const Options& options, std::string_view body);

/// The answer to a notice: five fields and their hash.
std::string notice_reply(
    const Options& options,
    std::string_view code,
    std::string_view text,
    const Notice& notice,
    core::Instant now
);

}  // namespace gw::national_platform
