// What each partner has of a dossier (contract 3.12).
#include "gateway/api/sync_state.hpp"

#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/connected_databases.hpp"
#include "gateway/core/delivery.hpp"
#include "gateway/core/text.hpp"
#include "gateway/engine/sync_feed.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <map>

namespace gw::api {

namespace {

using core::Document;
using core::LegState;

std::string_view state_word(const ports::LegView& view) {
    switch (view.state) {
        case LegState::ready:
            return "waiting";
        case LegState::sending:
            return "sending";
        case LegState::retry:
            return "retrying";
        case LegState::unknown:
            return "unknown_outcome";
        case LegState::blocked:
            return "blocked";
        case LegState::delivered:
            return "delivered";
        case LegState::superseded:
        case LegState::cancelled:
            return "not_needed";
        case LegState::expired:
            return "dead";
        case LegState::dead:
            return view.attempts_message > 0 ? "rejected" : "dead";
    }
    return "dead";
}

/// From best to worst.
std::size_t rank(std::string_view state) {
    constexpr std::string_view order[] = {
        "not_needed",
        "confirmed",
        "delivered",
        "sending",
        "waiting",
        "retrying",
        "unknown_outcome",
        "blocked",
        "rejected",
        "dead"};
    return static_cast<std::size_t>(
        std::find(std::begin(order), std::end(order), state) - std::begin(order)
    );
}

/// Legs of one partner and kind, as one entry.
struct Entry {
    const ports::LegView* latest = nullptr;     // last one of the lane
    const ports::LegView* open = nullptr;       // first one that is not done
    const ports::LegView* delivered = nullptr;  // last one that is done
};

/// OC-12: a partner's own words, cut, with what may be somebody's number behind stars.
std::string masked(std::string_view words) {
    constexpr std::size_t shown_max = 200, number_min = 9;
    std::string out;
    std::size_t digits = 0;
    const auto mask = [&] {
        if (digits >= number_min) out.replace(out.size() - digits, digits, "***");
        digits = 0;
    };
    for (const char c : words) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit) mask();
        out.push_back(c);
        if (digit) ++digits;
    }
    mask();
    return core::truncate_marked(out, shown_max);
}

/// What stands in the «places» of a sentence about a leg, by their names, in order.
std::vector<std::string> words_for(
    std::string_view sentence, const std::string& name, std::string words, core::Instant since
) {
    constexpr std::string_view open = "«", close = "»";
    if (words.empty()) words = "không rõ nội dung";
    std::vector<std::string> values;
    for (auto at = sentence.find(open); at != sentence.npos; at = sentence.find(open, at)) {
        at += open.size();
        const auto end = sentence.find(close, at);
        const auto place = core::to_lower(sentence.substr(at, end - at));
        if (place == "tên cơ quan")
            values.push_back(name);
        else
            values.push_back(place == "giờ" ? core::to_rfc3339(since).substr(0, 16) : words);
    }
    return values;
}

/// The sentence that a clerk reads about this leg.
std::string sentence_of(const Context& context, const ports::LegView& view) {
    std::string name = view.leg.partner;
    auto since = view.enqueued_at;
    if (context.parts.partners)
        for (const auto& info : context.parts.partners()) {
            if (info.partner != view.leg.partner) continue;
            if (!info.name_vi.empty()) name = info.name_vi;
            if (info.state != "up" && info.since > since) since = info.since;
        }
    const auto words = masked(view.what);
    const auto vietnamese = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    auto general = core::problem_text(view.reason);
    // Codes of a partner have their own sentence in its answers.toml; it came with the code.
    if (general == nullptr && std::any_of(words.begin(), words.end(), vietnamese)) return words;
    if (general == nullptr)
        general = core::problem_text(
            view.state == LegState::unknown ? "partner.outcome_unknown"
            : view.state == LegState::dead || view.state == LegState::blocked
                ? "partner.rejected"
                : "partner.unavailable"
        );
    return core::fill(general->message_vi, words_for(general->message_vi, name, words, since));
}

Document last_error(const Context& context, const ports::LegView& view) {
    auto error = Document::object();
    error.set("type", Document::text(context.options().problem_base + view.reason));
    error.set("code", Document::text(view.reason));
    if (!view.what.empty()) error.set("detail", Document::text(view.what));
    error.set("message_vi", Document::text(sentence_of(context, view)));
    error.set("partner", Document::text(view.leg.partner));
    return error;
}

Document entry_json(const Context& context, const std::string& message, const Entry& entry) {
    const auto& shown = entry.open != nullptr ? *entry.open : *entry.latest;
    auto body = Document::object();
    body.set("partner", Document::text(shown.leg.partner));
    body.set("message", Document::text(message));
    body.set("state", Document::text(std::string(state_word(shown))));
    if (entry.delivered != nullptr && entry.delivered->dossier_version > 0)
        body.set("sent_version", Document::number(entry.delivered->dossier_version));
    body.set("attempts", Document::number(shown.attempts_message + shown.attempts_partner));
    if (shown.next_attempt_at)
        body.set("next_attempt_at", Document::text(core::to_rfc3339(*shown.next_attempt_at)));
    if (!shown.reason.empty()) body.set("last_error", last_error(context, shown));
    return body;
}

/// The leg in front of `view` in its lane that holds it; 0 = none.
std::int64_t holder_of(const std::vector<ports::LegView>& legs, const ports::LegView& view) {
    for (const auto& other : legs) {
        if (other.lane != view.lane || core::raw(other.leg.id) >= core::raw(view.leg.id)) continue;
        const bool is_stuck = other.state == LegState::dead && other.flag != core::skipped_flag;
        if (!core::is_final(other.state) || is_stuck) return core::raw(other.leg.id);
    }
    return 0;
}

std::string message_of(const Context& context, const std::string& operation) {
    if (context.parts.operation_of) {
        const auto* row = context.parts.operation_of(operation);
        if (row != nullptr && !row->message.empty()) return std::string(row->message);
    }
    return std::string(engine::short_name(operation));
}

/// "confirmed" when the last attempt read it back from the partner.
asio::awaitable<core::Result<void>> add_confirmation(
    Context& context, const ports::LegView& view, Document& body
) {
    auto attempts = co_await context.parts.store->attempts_of(view.leg.id);
    if (!attempts) co_return attempts.error();
    if (attempts->empty() || !attempts->back().enquiry) co_return core::Result<void>();
    const auto& last = attempts->back();
    body.set("state", Document::text("confirmed"));
    if (last.ended) body.set("confirmed_at", Document::text(core::to_rfc3339(*last.ended)));
    const auto* row =
        context.parts.operation_of ? context.parts.operation_of(view.leg.operation) : nullptr;
    if (row != nullptr)
        body.set("confirmed_by", Document::text(std::string(engine::short_name(row->enquiry))));
    co_return core::Result<void>();
}

}  // namespace

asio::awaitable<core::Result<Document>> sync_of(
    Context& context, std::string tenant, std::string code
) {
    auto legs = co_await context.parts.store->legs_of(std::move(tenant), std::move(code));
    if (!legs) co_return legs.error();
    std::map<std::pair<std::string, std::string>, Entry> entries;
    for (const auto& view : *legs) {
        auto& entry = entries[{view.leg.partner, message_of(context, view.leg.operation)}];
        entry.latest = &view;
        const bool done = core::is_final(view.state) && view.state != LegState::dead;
        if (!done && entry.open == nullptr) entry.open = &view;
        if (view.state == LegState::delivered) entry.delivered = &view;
    }
    auto list = Document::list();
    for (const auto& [key, entry] : entries) {
        auto body = entry_json(context, key.second, entry);
        if (entry.open != nullptr) {
            if (const auto front = holder_of(*legs, *entry.open); front != 0)
                body.set("blocked_by", Document::text(std::to_string(front)));
        } else if (entry.latest->state == LegState::delivered) {
            auto added = co_await add_confirmation(context, *entry.latest, body);
            if (!added) co_return added.error();
        }
        list.push(std::move(body));
    }
    co_return list;
}

asio::awaitable<core::Result<bool>> population_was_asked(
    Context& context, std::string tenant, std::string code
) {
    if (code.empty()) co_return false;
    ports::ObjectFilter filter;
    filter.kind = "identity_check";
    filter.agency = std::move(tenant);
    filter.dossier = std::move(code);
    auto checks = co_await context.parts.store->objects(std::move(filter));
    if (!checks) co_return checks.error();
    const auto answered = [](const core::Object& check) {
        return check.state == "match" || check.state == "mismatch";
    };
    co_return std::any_of(checks->items.begin(), checks->items.end(), answered);
}

Document sync_summary(const Document& entries) {
    std::string state = "not_needed", partner;
    for (const auto& entry : entries.items()) {
        auto one = entry.text_of("state");
        if (rank(one) < rank(state) || (rank(one) == rank(state) && !partner.empty())) continue;
        state = std::move(one);
        partner = entry.text_of("partner");
    }
    auto summary = Document::object();
    summary.set("state", Document::text(state));
    if (!partner.empty()) summary.set("partner", Document::text(partner));
    return summary;
}

namespace {

/// K14: the index counts what the portal has acknowledged; a day after its reception is late.
void add_unacknowledged(
    Document& findings, const Document& dossier, const Document& entries, core::Instant now
) {
    const auto received = core::parse_rfc3339(dossier.text_of("received_at"));
    if (!received || now - *received < std::chrono::hours(24)) return;
    for (const auto& entry : entries.items()) {
        const auto state = entry.text_of("state");
        if (entry.text_of("message") != "dossier" || state == "not_needed") continue;
        if (entry.find("sent_version") != nullptr) continue;
        if (state == "delivered" || state == "confirmed") continue;
        core::Finding late(
            "", "index.loss", {"1.4 Đồng bộ hồ sơ (K14)", "quá 24 giờ mà Cổng chưa ghi nhận hồ sơ"}
        );
        late.warning = true;
        findings.push(finding_json(late));
        return;
    }
}

/// K45: the population database was asked for this dossier, and the dossier does not say so.
asio::awaitable<core::Result<void>> add_unnamed_database(
    Context& context, const Call& call, const Document& dossier, Document& findings
) {
    if (core::names_database(dossier, core::population_database)) co_return core::Result<void>();
    auto asked = co_await population_was_asked(context, call.who.tenant, call.path[0]);
    if (!asked) co_return asked.error();
    if (!*asked) co_return core::Result<void>();
    core::Finding loss(
        "/connected_databases",
        "index.loss",
        {"4.5 Khai thác dữ liệu dân cư (K45)",
         "đã tra cứu dân cư nhưng hồ sơ chưa ghi cơ sở dữ liệu đã kết nối"}
    );
    loss.warning = true;
    findings.push(finding_json(loss));
    co_return core::Result<void>();
}

}  // namespace

asio::awaitable<Reply> get_sync(Context& context, Call& call) {
    auto there = co_await read_object(context, "dossier", call.who.tenant, call.path[0]);
    if (!there) co_return refuse(call, there.error());
    if (!there->found) co_return refuse(call, "not_found");
    auto known = co_await know_procedure(context, call, there->body);
    if (!known) co_return refuse(call, known.error());
    auto entries = co_await sync_of(context, call.who.tenant, call.path[0]);
    if (!entries) co_return refuse(call, entries.error());
    const Attachments none;
    const auto with = command_context(context, call, none);
    auto warnings = Document::list();
    for (const auto& loss : core::index_losses(there->body, with))
        warnings.push(finding_json(loss));
    add_unacknowledged(warnings, there->body, *entries, call.now);
    auto added = co_await add_unnamed_database(context, call, there->body, warnings);
    if (!added) co_return refuse(call, added.error());
    auto body = Document::object();
    body.set("items", std::move(*entries));
    body.set("next_cursor", Document::null());
    if (warnings.size() > 0) body.set("warnings", std::move(warnings));
    co_return Reply(200, formats::write_json(body));
}

}  // namespace gw::api
