// Templates of texts to citizens, as the province keeps them: which event causes which text on
// which channel (notifications.md 2). Pure.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::core {

struct NoticeParam {
    NoticeParam() = default;
    std::string name;               // "ma_ho_so"
    std::vector<std::string> from;  // pointers into the snapshot of the event; first that is there
    std::string form;       // "": as it is; "date": 05/01/2026; "money": 16.000; "time": 14:30
                            // 05/01/2026; "unpaid": sum of a list of fees
    std::size_t max = 0;    // characters
    std::string otherwise;  // when nothing is there
    bool mandatory = true;
};
/// One kind of notice.
struct NoticeEvent {
    NoticeEvent() = default;
    std::string name;  // "dossier_received"
    /// What causes it by itself; "" = only asked for by the one-stop.
    struct Cause {
        Cause() = default;
        std::string event;
        std::vector<std::pair<std::string, std::string>> when;  // pointer into the snapshot = text
    };
    std::vector<Cause> causes;
    std::vector<std::string> channels;  // in the order of trying
    std::string priority = "p2";        // p1, p2, p3
    std::string category = "transactional";
    Duration life{24 * 3'600'000};
    bool status = false;    // tells a state of the dossier: a newer one makes it pointless (NT-12)
    bool action = false;    // demands something of the citizen: never skipped for a newer one
    bool any_hour = false;  // no quiet hours: codes, answers to a question
    std::vector<NoticeParam> params;
};
struct NoticeTemplate {
    NoticeTemplate() = default;
    std::string event, channel, variant = "normal";  // variant: normal, discreet (NT-4)
    std::string text;                 // with {ma_ho_so}; "" when the provider holds the text
    std::string provider_template;    // id at the provider; ""
    std::vector<std::string> params;  // for the provider, in its order
    bool accented = false;            // SMS: keep marks
};
struct NoticeTemplates {
    NoticeTemplates() = default;
    std::vector<NoticeEvent> events;
    std::vector<NoticeTemplate> templates;
    std::vector<std::string> discreet_procedures;
    const NoticeEvent* event(std::string_view name) const;
    /// The variant, or the normal one when there is none of that variant; never the normal one for
    /// "discreet" (NT-4).
    const NoticeTemplate* find(
        std::string_view event, std::string_view channel, std::string_view variant
    ) const;
};
/// Everything wrong with the templates, each a sentence: unknown events and places, texts that
/// would be longer than `parts_max` messages with the longest parameters.
std::vector<std::string> check_templates(const NoticeTemplates& templates, int parts_max);

/// The event that `kind` with this snapshot causes; nullptr: none.
const NoticeEvent* caused_by(
    const NoticeTemplates& templates, std::string_view kind, const Document& snapshot
);
/// Values of the event's parameters as its snapshot gives them: {"ma_ho_so": "H56…", …}.
Document params_of(const NoticeEvent& event, const Document& snapshot);
/// The first mandatory parameter that is missing in `params`; "" = none.
std::string missing_param(const NoticeEvent& event, const Document& params);
/// {"text"?, "template"?, "data"?, "accented"}: what one channel would send.
Document render(const NoticeEvent& event, const NoticeTemplate& with, const Document& params);

}  // namespace gw::core
