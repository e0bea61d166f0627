// SOAP of Viettel's SMS service (notifications.md 7). Pure.
#pragma once

#include "connectors/sms_viettel/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/ports/http.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw::sms_viettel {

/// The account stands in the request, never in what is kept: `text_body` is without it.
ports::HttpRequest sms_request(const Options& options, const core::Document& notice);
ports::HttpRequest balance_request(const Options& options);

struct Answer {
    Answer() = default;
    std::string result, message, balance;
};
/// nullopt: no answer of the service in it: a fault, HTML, nothing.
std::optional<Answer> read_answer(std::string_view body);

}  // namespace gw::sms_viettel
