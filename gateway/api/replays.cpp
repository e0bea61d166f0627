// Replays: legs that stand still are sent again under their own keys (contract 3.12).
#include "gateway/api/handlers.hpp"
#include "gateway/api/jobs.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/schema.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;
using core::LegState;

constexpr int legs_max = 10'000;

bool can_redrive(LegState state) {
    return state == LegState::blocked || state == LegState::dead || state == LegState::retry;
}

/// "blocked", "dead", "retrying" as in the sync state; nullopt otherwise.
std::optional<LegState> filter_state(std::string_view word) {
    if (word == "blocked") return LegState::blocked;
    if (word == "dead" || word == "rejected") return LegState::dead;
    if (word == "retrying") return LegState::retry;
    return std::nullopt;
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

/// Adds the ids of legs that a replay would send again.
asio::awaitable<core::Result<void>> select_by_codes(
    Context& context,
    const Call& call,
    const Document& codes,
    const std::string& partner,
    Document& ids
) {
    for (const auto& code : codes.items()) {
        auto tenants = co_await tenants_of(context, call, code.as_text());
        if (!tenants) co_return tenants.error();
        for (const auto& tenant : *tenants) {
            auto legs = co_await context.parts.store->legs_of(tenant, code.as_text());
            if (!legs) co_return legs.error();
            for (const auto& view : *legs) {
                const bool wanted = partner.empty() || view.leg.partner == partner;
                if (wanted && can_redrive(view.state) && ids.size() < legs_max)
                    ids.push(Document::number(core::raw(view.leg.id)));
            }
        }
    }
    co_return core::Result<void>();
}

asio::awaitable<core::Result<void>> select_by_filter(
    Context& context,
    const Call& call,
    const Document& filter,
    const std::string& partner,
    Document& ids
) {
    const auto reason = filter.text_of("reason");
    const auto wanted = filter_state(filter.text_of("state"));
    for (const auto state : {LegState::blocked, LegState::dead, LegState::retry}) {
        if (wanted && *wanted != state) continue;
        auto legs = co_await context.parts.store->legs_in(partner, state, legs_max);
        if (!legs) co_return legs.error();
        for (const auto& view : *legs) {
            const bool ours = call.who.admin || view.leg.agency == call.who.tenant;
            const bool fits = reason.empty() || view.reason == reason;
            if (ours && fits && ids.size() < legs_max)
                ids.push(Document::number(core::raw(view.leg.id)));
        }
    }
    co_return core::Result<void>();
}

asio::awaitable<core::Result<Document>> select(Context& context, const Call& call) {
    auto ids = Document::list();
    const auto partner = call.body.text_of("partner");
    const auto& selector = *call.body.find("selector");
    if (const auto* codes = selector.find("dossier_codes"); codes != nullptr) {
        auto added = co_await select_by_codes(context, call, *codes, partner, ids);
        if (!added) co_return added.error();
    }
    if (const auto* filter = selector.find("filter"); filter != nullptr) {
        auto added = co_await select_by_filter(context, call, *filter, partner, ids);
        if (!added) co_return added.error();
    }
    co_return ids;
}

std::optional<Reply> check_request(Call& call) {
    if (auto refusal = check_body(call, call.body, "ReplayRequest")) return refusal;
    if (call.body.find("selector")->size() > 0) return std::nullopt;
    return refuse_field(call, core::Finding("/selector", "field.required", {"Hồ sơ cần gửi lại"}));
}

}  // namespace

asio::awaitable<Reply> create_replay(Context& context, Call& call) {
    if (auto refusal = check_request(call); refusal) co_return std::move(*refusal);
    auto ids = co_await select(context, call);
    if (!ids) co_return refuse(call, ids.error());
    const auto total = ids->size();
    auto job = new_job(context, call, "replay");
    job.set("partner", Document::text(call.body.text_of("partner")));
    job.set("reason_vi", Document::text(call.body.text_of("reason_vi")));
    job.set("total", Document::number(static_cast<std::int64_t>(total)));
    job.set("leg_ids", std::move(*ids));
    const auto* dry_run = call.body.find("dry_run");
    if (dry_run != nullptr && dry_run->as_boolean()) {
        job.set("dry_run", Document::boolean(true));
        job.set("state", Document::text("planned"));
    } else if (total > context.options().replay_approval_above) {
        job.set("state", Document::text("waiting_approval"));
    }
    const int wait = call.who.admin ? 20 : prefer_wait(context, call);
    auto reply = co_await start_job(context, call, std::move(job), wait);
    co_return reply;
}

asio::awaitable<Reply> approve_replay(Context& context, Call& call) {
    auto job = co_await read_object(context, "job", call.who.tenant, call.path[0]);
    if (!job) co_return refuse(call, job.error());
    if (!job->found || job->body.text_of("kind") != "replay") co_return refuse(call, "not_found");
    if (job->body.text_of("state") != "waiting_approval") co_return refuse(call, "not_found");
    if (job->body.text_of("requested_by") == call.who.actor())
        co_return refuse(call, "auth.second_person_required");
    job->body.set("state", Document::text("queued"));
    job->body.set("approved_by", Document::text(call.who.actor()));
    Reply reply(202, formats::write_json(job_json(job->body)));
    reply.with("Location", (call.who.admin ? "/admin/jobs/" : "/v1/jobs/") + call.path[0]);
    ports::Acceptance acceptance;
    acceptance.objects.push_back(
        object_write(call, "job", call.path[0], job->body, job->object.version)
    );
    acceptance.audit.push_back(audit_row(call, "job/" + call.path[0]));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return version_conflict(call, done.version);
    co_return std::move(done.reply);
}

asio::awaitable<core::Result<void>> run_replay(Context& context, Running& running) {
    constexpr std::int64_t save_every = 200;
    const auto* ids = running.job.body.find("leg_ids");
    if (ids == nullptr) co_return core::Result<void>();
    const std::vector<Document> all = ids->items();
    auto detail = Document::object();
    detail.set("job", Document::text(running.job.object.id));
    detail.set("reason_vi", Document::text(running.job.body.text_of("reason_vi")));
    const auto why = formats::write_json(detail);
    for (auto i = static_cast<std::size_t>(running.done()); i < all.size(); ++i) {
        running.call.now = context.now();
        const auto leg = core::LegId(all[i].as_integer().value_or(0));
        auto row = audit_row(running.call, "leg/" + all[i].as_text(), why);
        auto acted =
            co_await context.parts.store->act(leg, ports::LegAction::redrive, std::move(row));
        // A leg that moved on by itself meanwhile needs no replay.
        if (!acted && acted.error().advice != core::Advice::give_up) co_return acted.error();
        if (!acted) running.count("failed", 1);
        running.count("done", 1);
        if ((i + 1) % save_every != 0) continue;
        auto saved = co_await save_job(context, running);
        if (!saved) co_return saved.error();
    }
    co_return core::Result<void>();
}

}  // namespace gw::api
