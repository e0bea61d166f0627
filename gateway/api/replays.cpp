// Replays: legs that stand still are sent again under their own keys (contract 3.12). Few at once,
// many step by step (replay_run.hpp).
#include "gateway/api/handlers.hpp"
#include "gateway/api/jobs.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/reason.hpp"
#include "gateway/api/replay_course.hpp"
#include "gateway/api/replay_run.hpp"
#include "gateway/api/replay_select.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

std::optional<Reply> check_request(Call& call) {
    if (auto refusal = check_body(call, call.body, "ReplayRequest")) return refusal;
    if (call.body.find("selector")->size() > 0) return std::nullopt;
    return refuse_field(call, core::Finding("/selector", "field.required", {"Hồ sơ cần gửi lại"}));
}

/// A replay by its id: of the caller's tenant, of any for the administration.
asio::awaitable<core::Result<Stored>> find_replay(Context& context, const Call& call) {
    Stored stored;
    ports::ObjectFilter filter;
    filter.kind = "job";
    filter.agency = call.who.tenant;
    filter.ids.push_back(call.path[0]);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return page.error();
    if (page->items.empty()) co_return stored;
    auto body = formats::read_stored(page->items.front().body);
    if (!body) co_return body.error();
    stored.object = std::move(page->items.front());
    stored.body = std::move(*body);
    stored.found = stored.body.text_of("kind") == "replay";
    co_return stored;
}

bool is_bulk(const Document& job) {
    return job.find("sha256") != nullptr;
}

/// The officer of a call on the administration socket, who must be named there; the refusal.
std::optional<Reply> know_actor(Call& call, std::string& reason) {
    if (call.who.admin) return read_reason(call, reason);
    reason = call.body.text_of("reason_vi");
    return std::nullopt;
}

/// Writes the job in its new state with the audit row, and shows it.
asio::awaitable<Reply> write_replay(
    Context& context, Call& call, Stored& job, std::string_view state, std::string reason
) {
    job.body.set("state", Document::text(std::string(state)));
    Reply reply(call.route->status, formats::write_json(job_json(job.body)));
    const auto tenant = std::exchange(call.who.tenant, job.object.agency);
    auto write = object_write(call, "job", call.path[0], job.body, job.object.version);
    write.object.created_at = job.object.created_at;
    ports::Acceptance acceptance;
    acceptance.objects.push_back(std::move(write));
    auto detail = Document::object();
    detail.set("state", Document::text(std::string(state)));
    if (!reason.empty()) detail.set("reason_vi", Document::text(reason));
    auto row = audit_row(call, "job/" + call.path[0], formats::write_json(detail));
    call.who.tenant = tenant;
    acceptance.audit.push_back(std::move(row));
    acceptance.needed = true;
    reply.with("Location", (call.who.admin ? "/admin/jobs/" : "/v1/jobs/") + call.path[0]);
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return version_conflict(call, done.version);
    co_return std::move(done.reply);
}

/// The frozen list of a bulk replay goes into the same commit as its job.
void freeze(Document& job, ports::Acceptance& acceptance, const Call& call, ReplaySelection& all) {
    job.set("sha256", Document::text(replay_digest(all.legs)));
    job.set("phase", Document::text("canary"));
    acceptance.objects = replay_parts(call.who.tenant, job.text_of("id"), all.legs, call.now);
}

/// pause, resume, stop.
asio::awaitable<Reply> turn(
    Context& context,
    Call& call,
    std::string_view from,  // "active,paused"
    std::string_view state
) {
    std::string reason;
    if (auto refusal = know_actor(call, reason); refusal) co_return std::move(*refusal);
    auto job = co_await find_replay(context, call);
    if (!job) co_return refuse(call, job.error());
    if (!job->found || !is_bulk(job->body)) co_return refuse(call, "not_found");
    const auto now_in = job->body.text_of("state");
    const auto allowed = split(from, ',');
    if (std::find(allowed.begin(), allowed.end(), now_in) == allowed.end()) {
        core::Problem problem("replay.state", "not possible while the replay is " + now_in);
        problem.values = {now_in};
        co_return refuse(call, problem);
    }
    const auto at = Document::text(core::to_rfc3339(call.now));
    if (state == "paused") job->body.set("pause_reason", Document::text("person"));
    if (state == "paused") job->body.set("paused_at", at);
    if (state == "stopped") job->body.set("ended_at", at);
    if (state == replay_active) {
        // A new beginning: slowly, and judged by what comes from now on.
        for (const char* name : {"pause_reason", "paused_at", "verdicts"}) job->body.remove(name);
        if (job->body.find("ramp_at") != nullptr) job->body.set("ramp_at", at);
    }
    auto reply = co_await write_replay(context, call, *job, state, std::move(reason));
    co_return reply;
}

}  // namespace

asio::awaitable<Reply> create_replay(Context& context, Call& call) {
    if (auto refusal = check_request(call); refusal) co_return std::move(*refusal);
    auto all = co_await select_legs(context, call);
    if (!all) co_return refuse(call, all.error());
    const auto* wish = call.body.find("dry_run");
    const bool dry_run = wish != nullptr && wish->as_boolean();
    if (dry_run) {
        auto compared = co_await compare_bytes(context, *all);
        if (!compared) co_return refuse(call, compared.error());
    }
    const auto total = all->legs.size();
    // What cannot be undone goes step by step and with a second person, however few they are.
    const bool bulk = !dry_run && (all->once || total > context.options().replay_canary);
    const bool second = !dry_run && (all->once || total > context.options().replay_approval_above);
    auto job = new_job(context, call, "replay");
    job.set("partner", Document::text(call.body.text_of("partner")));
    job.set("reason_vi", Document::text(call.body.text_of("reason_vi")));
    job.set("total", Document::number(static_cast<std::int64_t>(total)));
    job.set("counts", all->to_json());
    ports::Acceptance with;
    if (bulk) {
        freeze(job, with, call, *all);
    } else {
        auto ids = Document::list();
        for (const auto leg : all->legs) ids.push(Document::number(leg));
        job.set("leg_ids", std::move(ids));
    }
    if (dry_run) {
        job.set("dry_run", Document::boolean(true));
        job.set("state", Document::text("planned"));
    } else if (second) {
        job.set("state", Document::text("waiting_approval"));
    } else if (bulk) {
        job.set("state", Document::text(std::string(replay_active)));
    }
    // Nobody waits for many: that takes its time.
    int wait = call.who.admin ? 20 : prefer_wait(context, call);
    if (bulk) wait = 0;
    auto reply = co_await start_job(context, call, std::move(job), wait, std::move(with));
    co_return reply;
}

asio::awaitable<Reply> approve_replay(Context& context, Call& call) {
    std::string reason;
    if (call.who.admin)
        if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    if (!call.who.has_person()) co_return refuse(call, "auth.actor_missing");
    auto job = co_await find_replay(context, call);
    if (!job) co_return refuse(call, job.error());
    if (!job->found) co_return refuse(call, "not_found");
    if (job->body.text_of("state") != "waiting_approval") co_return refuse(call, "not_found");
    if (job->body.text_of("requested_by") == call.who.actor())
        co_return refuse(call, "auth.second_person_required");
    job->body.set("approved_by", Document::text(call.who.actor()));
    const std::string state = is_bulk(job->body) ? std::string(replay_active) : "queued";
    auto reply = co_await write_replay(context, call, *job, state, std::move(reason));
    co_return reply;
}

asio::awaitable<Reply> pause_replay(Context& context, Call& call) {
    auto reply = co_await turn(context, call, replay_active, "paused");
    co_return reply;
}

asio::awaitable<Reply> resume_replay(Context& context, Call& call) {
    auto reply = co_await turn(context, call, "paused", replay_active);
    co_return reply;
}

asio::awaitable<Reply> stop_replay(Context& context, Call& call) {
    auto reply = co_await turn(context, call, "active,paused,waiting_approval", "stopped");
    co_return reply;
}

asio::awaitable<Reply> list_replays(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = "job";
    filter.agency = call.who.tenant;
    if (auto refusal = read_page(call, filter); refusal) co_return std::move(*refusal);
    if (const auto state = value_of(call.query, "state"); !state.empty())
        filter.state = std::string(state);
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    auto list = Document::list();
    for (const auto& object : page->items) {
        auto body = formats::read_stored(object.body);
        if (!body || body->text_of("kind") != "replay") continue;
        auto shown = job_json(*body);
        shown.remove("leg_ids");
        list.push(std::move(shown));
    }
    co_return Reply(200, page_json(std::move(list), page->next));
}

asio::awaitable<Reply> get_replay(Context& context, Call& call) {
    auto job = co_await find_replay(context, call);
    if (!job) co_return refuse(call, job.error());
    if (!job->found) co_return refuse(call, "not_found");
    auto shown = job_json(job->body);
    const auto wanted = value_of(call.query, "items");
    if (is_bulk(job->body) && !wanted.empty()) {
        ports::ObjectFilter filter;
        filter.kind = std::string(replay_part_kind);
        filter.agency = job->object.agency;
        filter.ids = ReplayCourse::part_ids(job->object);
        auto page = co_await context.parts.store->objects(std::move(filter));
        if (!page) co_return refuse(call, page.error());
        const auto course = ReplayCourse::read(job->object, page->items);
        if (!course) co_return refuse(call, course.error());
        auto items = Document::list();
        for (std::size_t i = 0; i < course->size(); ++i) {
            const auto word = to_word(course->outcome(i));
            if (wanted != "all" && wanted != word) continue;
            auto item = Document::object();
            item.set("leg", Document::number(course->leg(i)));
            item.set("outcome", Document::text(std::string(word)));
            items.push(std::move(item));
        }
        shown.set("items", std::move(items));
    }
    co_return Reply(200, formats::write_json(shown));
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
