// `lienthong replay`.
#include "gateway/app/command_calls.hpp"
#include "gateway/formats/json.hpp"

namespace gw::app {

using core::Document;

int replay(const CommandOptions& options, const ReplayOptions& what) {
    Document selector, codes = Document::list();
    for (const auto& code : what.codes) codes.push(Document::text(code));
    if (!what.codes.empty()) selector.set("dossier_codes", std::move(codes));
    if (!what.state.empty() || !what.why.empty()) {
        Document filter;
        if (!what.state.empty()) filter.set("state", Document::text(what.state));
        if (!what.why.empty()) filter.set("reason", Document::text(what.why));
        selector.set("filter", std::move(filter));
    }
    Document body;
    body.set("selector", std::move(selector));
    body.set("partner", Document::text(what.partner));
    body.set("reason_vi", Document::text(options.reason));
    body.set("actor", Document::text(actor(options)));
    if (what.max_age_days > 0) body.set("max_age_days", Document::number(what.max_age_days));
    body.set("dry_run", Document::boolean(what.dry_run));
    return show(options, "POST", "/admin/replays", formats::write_json(body));
}

int list_replays(const CommandOptions& options, const std::string& state) {
    const std::string only = state.empty() ? "" : "&state=" + encode(state);
    return show(options, "GET", "/admin/replays?limit=500" + only);
}

int show_replay(const CommandOptions& options, const ReplayOptions& what) {
    const std::string items = what.items.empty() ? "" : "?items=" + encode(what.items);
    return show(options, "GET", "/admin/replays/" + encode(what.id) + items);
}

int turn_replay(const CommandOptions& options, const std::string& id, const std::string& turn) {
    return show(options, "POST", "/admin/replays/" + encode(id) + "/" + turn, reason_body(options));
}

}  // namespace gw::app
