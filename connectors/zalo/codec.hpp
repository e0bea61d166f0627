// Wire form of Zalo's notification service (notifications.md 9). Pure.
#pragma once

#include "connectors/zalo/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/time.hpp"
#include "gateway/ports/http.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::zalo {

/// {"phone","template_id","template_data","tracking_id"} (NT-17), without the token.
std::string send_body(const core::Document& notice);
ports::HttpRequest send_request(const Options& options, std::string body);
ports::HttpRequest status_request(const Options& options, std::string_view message_id);

struct Answer {
    Answer() = default;
    std::string error, message, message_id, status;
};
/// nullopt: no `error` in it: nobody knows what happened.
std::optional<Answer> read_answer(std::string_view body);

/// The mac of an event: SHA-256 over app_id + raw body + timestamp + secret, lower-case hex.
std::string event_mac(
    std::string_view app_id,
    std::string_view body,
    std::string_view timestamp,
    std::string_view secret
);
/// An event that was verified.
struct Event {
    Event() = default;
    std::string name, tracking_id, message_id;
    std::optional<core::Instant> delivered_at;
};
/// Verified by its header over the raw body, and not older or newer than the options allow.
/// nullopt: refused.
std::optional<Event> read_event(
    const Options& options, const ports::InRequest& request, core::Instant now
);

}  // namespace gw::zalo
