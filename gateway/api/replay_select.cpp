// Which legs a replay would send again, and which not and why.
#include "gateway/api/replay_select.hpp"

#include "gateway/crypto/digest.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;
using core::LegState;

constexpr int legs_max = 10'000;
constexpr std::size_t compared_max = 500;

/// "blocked", "dead", "retrying" as in the sync state; nullopt otherwise.
std::optional<LegState> filter_state(std::string_view word) {
    if (word == "blocked") return LegState::blocked;
    if (word == "dead" || word == "rejected") return LegState::dead;
    if (word == "retrying") return LegState::retry;
    return std::nullopt;
}

core::Duration age_max(const Context& context, const Call& call) {
    const auto* days = call.body.find("max_age_days");
    if (days == nullptr) return context.options().replay_age_max;
    return core::Duration(86'400'000 * days->as_integer().value_or(0));
}

/// Puts one leg where it belongs.
void sort_in(ReplaySelection& all, const ports::LegView& view, core::Instant oldest) {
    const bool once = view.leg.effect == core::Effect::once;
    const bool stands = view.state == LegState::blocked || view.state == LegState::dead ||
                        view.state == LegState::retry;
    if (view.state == LegState::delivered) {
        ++all.delivered;
    } else if (once && (view.state == LegState::unknown || view.reason == "unknown_unresolved")) {
        ++all.duplicate;
    } else if (!stands) {
        ++all.under_way;
    } else if (view.reason == "manual_hold") {
        ++all.held;
    } else if (view.enqueued_at < oldest) {
        ++all.too_old;
    } else if (all.legs.size() >= static_cast<std::size_t>(legs_max)) {
        ++all.left_out;
    } else {
        all.legs.push_back(core::raw(view.leg.id));
        all.once = all.once || once;
    }
}

/// Tenants that hold the dossier: the caller's own, or all for the administration.
asio::awaitable<core::Result<std::vector<std::string>>> tenants_of(
    Context& context, const Call& call, std::string code
) {
    std::vector<std::string> tenants;
    if (!call.who.admin) {
        tenants.push_back(call.who.tenant);
        co_return tenants;
    }
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.dossier = std::move(code);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return page.error();
    for (const auto& object : page->items) tenants.push_back(object.agency);
    co_return tenants;
}

asio::awaitable<core::Result<void>> select_by_codes(
    Context& context, const Call& call, const Document& codes, ReplaySelection& all
) {
    const auto partner = call.body.text_of("partner");
    const auto oldest = call.now - age_max(context, call);
    for (const auto& code : codes.items()) {
        auto tenants = co_await tenants_of(context, call, code.as_text());
        if (!tenants) co_return tenants.error();
        for (const auto& tenant : *tenants) {
            auto legs = co_await context.parts.store->legs_of(tenant, code.as_text());
            if (!legs) co_return legs.error();
            for (const auto& view : *legs)
                if (partner.empty() || view.leg.partner == partner) sort_in(all, view, oldest);
        }
    }
    co_return core::Result<void>();
}

asio::awaitable<core::Result<void>> select_by_filter(
    Context& context, const Call& call, const Document& filter, ReplaySelection& all
) {
    const auto reason = filter.text_of("reason");
    const auto wanted = filter_state(filter.text_of("state"));
    const auto oldest = call.now - age_max(context, call);
    const std::string agency = call.who.admin ? std::string() : call.who.tenant;
    for (const auto state : {LegState::blocked, LegState::dead, LegState::retry}) {
        if (wanted && *wanted != state) continue;
        auto partner = call.body.text_of("partner");
        auto legs =
            co_await context.parts.store->legs_in(std::move(partner), state, legs_max, agency);
        if (!legs) co_return legs.error();
        for (const auto& view : *legs) {
            if (reason.empty() || view.reason == reason) sort_in(all, view, oldest);
        }
    }
    co_return core::Result<void>();
}

/// What was last sent of a leg; nullopt: nothing yet.
std::optional<core::Digest> last_sent(const std::vector<ports::AttemptView>& attempts) {
    std::optional<core::Digest> last;
    for (const auto& attempt : attempts)
        if (!attempt.enquiry && attempt.bytes != core::Digest{}) last = attempt.bytes;
    return last;
}

}  // namespace

Document ReplaySelection::to_json() const {
    auto body = Document::object();
    const std::pair<const char*, std::int64_t> numbers[] = {
        {"sendable", static_cast<std::int64_t>(legs.size())},
        {"already_delivered", delivered},
        {"would_be_duplicate", duplicate},
        {"too_old", too_old},
        {"held", held},
        {"under_way", under_way},
        {"left_out", left_out},
        {"compared", compared},
        {"changed_since", changed},
        {"refused_by_us", refused_by_us}};
    for (const auto& [name, number] : numbers) body.set(name, Document::number(number));
    return body;
}

asio::awaitable<core::Result<ReplaySelection>> select_legs(Context& context, const Call& call) {
    ReplaySelection all;
    const auto& selector = *call.body.find("selector");
    if (const auto* codes = selector.find("dossier_codes"); codes != nullptr) {
        auto added = co_await select_by_codes(context, call, *codes, all);
        if (!added) co_return added.error();
    }
    if (const auto* filter = selector.find("filter"); filter != nullptr) {
        auto added = co_await select_by_filter(context, call, *filter, all);
        if (!added) co_return added.error();
    }
    std::sort(all.legs.begin(), all.legs.end());
    all.legs.erase(std::unique(all.legs.begin(), all.legs.end()), all.legs.end());
    co_return all;
}

asio::awaitable<core::Result<void>> compare_bytes(Context& context, ReplaySelection& selection) {
    if (!context.parts.explain) co_return core::Result<void>();
    for (const auto number : selection.legs) {
        if (static_cast<std::size_t>(selection.compared) >= compared_max) break;
        const core::LegId id(static_cast<core::LegId>(number));
        auto attempts = co_await context.parts.store->attempts_of(id);
        if (!attempts) co_return attempts.error();
        auto claim = co_await context.parts.store->claim_view(id);
        if (!claim) co_return claim.error();
        if (!*claim) continue;
        ++selection.compared;
        const auto prepared = context.parts.explain(**claim);
        if (!prepared) {
            ++selection.refused_by_us;
            continue;
        }
        auto digest = prepared->digest;
        if (digest == core::Digest{}) digest = crypto::sha256(prepared->bytes);
        const auto before = last_sent(*attempts);
        if (before && *before != digest) ++selection.changed;
    }
    co_return core::Result<void>();
}

}  // namespace gw::api
