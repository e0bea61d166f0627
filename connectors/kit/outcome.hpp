// From the class of a reply to what the engine must do: Receipt or Error. Pure.
#pragma once

#include "connectors/kit/transport.hpp"
#include "gateway/core/model.hpp"
#include "gateway/mapping/answers.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::connector_kit {

/// One exchange, understood.
struct Verdict {
    Verdict() = default;
    mapping::ReplyClass meaning = mapping::ReplyClass::unknown_outcome;
    std::string code;      // stable: "national_portal.already_exists"
    std::string sentence;  // Vietnamese, for an operator; no content of the message
    std::string flag;      // "text_unrecognised", "queued", … or ""
    std::string field;     // wire field to correct, when the row names one
    std::string answer;    // evidence, secrets taken out, at most 4 KiB
    bool ours = false;     // our configuration or credential
    Seen seen = Seen::readable;
    std::optional<core::Duration> retry_after;
};

/// Verdict of an exchange that brought no readable answer.
Verdict verdict_of_transport(
    std::string_view partner,
    Seen seen,
    Kind kind,
    const ports::HttpResult& result,
    std::span<const TransportRule> own = {}
);
/// Verdict of a readable answer, by the rows of answers.toml.
Verdict verdict_of_reply(
    std::string_view partner,
    const mapping::Answers& answers,
    std::string_view service,
    std::string_view code,
    std::string_view text
);

/// The general rule. ALREADY becomes a receipt with already_there; NOT_FOUND a hold; REAUTH a
/// retry: connectors that know better handle these before.
core::Result<core::Receipt> outcome_of(const Verdict& verdict);
/// The error of a verdict that is no success.
core::Error error_of(const Verdict& verdict);

}  // namespace gw::connector_kit
