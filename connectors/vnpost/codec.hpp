// Wire form of the post's order service (postal.md 3). Pure.
#pragma once

#include "connectors/vnpost/options.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/fact.hpp"
#include "gateway/core/model.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::vnpost {

/// The delivery of a claim's snapshot, completed by the office's side. Errors: give_up
/// "vnpost.snapshot".
core::Result<core::Document> delivery_of(const core::Claim& claim, const Options& options);

/// The order body. Errors: those of the mapping; hold "code_unmapped" for an area the post does not
/// know (PO-7).
core::Result<std::string> encode_order(
    const Options& options, const mapping::Library& library, const core::Claim& claim, core::Day day
);
/// The requests, without token.
ports::HttpRequest order_request(const Options& options, std::string body);
ports::HttpRequest cancel_request(const Options& options, std::string_view order_number);
ports::HttpRequest tracking_request(const Options& options, std::string_view last_id);
ports::HttpRequest price_request(const Options& options, const core::Document& wire);

/// One page of the feed.
struct Page {
    Page() = default;
    struct Row {
        Row() = default;
        std::string id, customer;  // id: 24 hex digits, lower case; "" = none
        core::Fact fact;
    };
    std::vector<Row> rows;
    std::string highest;  // greatest id on the page; ""
};
inline constexpr std::string_view first_id = "000000000000000000000000";
/// Errors: give_up "vnpost.feed" when the body is no page.
core::Result<Page> read_page(
    const core::Document& body, const mapping::CodeList& states, core::Day day
);
/// The lowest id that an event of this second can have (PO-10).
std::string id_of_second(core::Instant at);
/// PO-12. nullopt: none of the accepted forms.
std::optional<core::Instant> read_event_time(std::string_view text);

}  // namespace gw::vnpost
