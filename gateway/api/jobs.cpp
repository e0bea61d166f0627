// Work that goes on after its call was answered.
#include "gateway/api/jobs.hpp"

#include "gateway/api/handlers.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/signatures.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

constexpr core::Duration look_again(250);
constexpr core::Duration after_failure(2'000);
constexpr core::Duration sweep_every(3'600'000);

Route route_of_jobs(core::Urgency urgency) {
    Route route;
    route.id = "jobs.run";
    route.method = "JOB";
    route.path = "/v1/jobs/{id}";
    route.urgency = urgency;
    return route;
}
const Route job_route = route_of_jobs(core::Urgency::p2);
const Route import_route = route_of_jobs(core::Urgency::p3);

bool has_ended(std::string_view state) {
    return state != "queued" && state != "running" && state != "active";
}

}  // namespace

Call call_of(Context& context, const core::Object& job, const Document& body) {
    Call call;
    call.route = body.text_of("kind") == "import" ? &import_route : &job_route;
    call.now = context.now();
    call.problem_base = context.options().problem_base;
    call.request_id = job.id;
    call.who.tenant = job.agency;
    call.who.client = body.text_of("client");
    call.who.officer = body.text_of("officer");
    call.raw = std::make_shared<const std::string>();
    call.digest = crypto::sha256("");
    return call;
}

namespace {

asio::awaitable<core::Result<void>> run_one(Context& context, Running& running) {
    const auto kind = running.job.body.text_of("kind");
    core::Result<void> ended;
    if (kind == "replay") ended = co_await run_replay(context, running);
    if (kind == "import") ended = co_await run_import(context, running);
    if (!ended) co_return ended;
    running.job.body.set("state", Document::text("done"));
    running.job.body.set("ended_at", Document::text(core::to_rfc3339(context.now())));
    auto saved = co_await save_job(context, running);
    co_return saved;
}

/// The next job that waits; none: `found` stays false.
asio::awaitable<core::Result<Running>> next_job(Context& context) {
    Running running;
    for (const auto* state : {"running", "queued"}) {
        ports::ObjectFilter filter;
        filter.kind = "job";
        filter.state = state;
        filter.limit = 1;
        auto page = co_await context.parts.store->objects(std::move(filter));
        if (!page) co_return page.error();
        if (page->items.empty()) continue;
        const auto& object = page->items.front();
        auto stored = co_await read_object(context, "job", object.agency, object.id);
        if (!stored) co_return stored.error();
        running.job = std::move(*stored);
        running.call = call_of(context, running.job.object, running.job.body);
        break;
    }
    co_return running;
}

}  // namespace

std::int64_t Running::done() const {
    const auto* value = job.body.find("done");
    return value == nullptr ? 0 : value->as_integer().value_or(0);
}

void Running::count(std::string_view member, std::int64_t by) {
    const auto* value = job.body.find(member);
    const auto before = value == nullptr ? 0 : value->as_integer().value_or(0);
    job.body.set(std::string(member), Document::number(before + by));
}

Document new_job(Context& context, const Call& call, std::string_view kind) {
    auto job = Document::object();
    job.set("id", Document::text(context.new_id("job")));
    job.set("kind", Document::text(std::string(kind)));
    job.set("state", Document::text("queued"));
    job.set("created_at", Document::text(core::to_rfc3339(call.now)));
    job.set("requested_by", Document::text(call.who.actor()));
    job.set("client", Document::text(call.who.client));
    if (!call.who.officer.empty()) job.set("officer", Document::text(call.who.officer));
    job.set("done", Document::number(0));
    job.set("failed", Document::number(0));
    return job;
}

Document job_json(const Document& job) {
    auto body = Document::object();
    for (const auto& member : job.members()) {
        const bool inner = member.name == "client" || member.name == "officer" ||
                           member.name.starts_with("blob") || member.name == "verdicts";
        if (!inner) body.add(member.name, member.value);
    }
    return body;
}

int prefer_wait(const Context& context, const Call& call) {
    const auto prefer = ports::header(call.request.headers, "Prefer");
    const auto at = prefer.find("wait=");
    if (at == std::string_view::npos) return 0;
    const auto rest = prefer.substr(at + 5);
    const auto number = to_number(rest.substr(0, rest.find_first_of(", ;")));
    const auto most = static_cast<std::uint64_t>(context.options().prefer_wait_max.count() / 1'000);
    return number ? static_cast<int>(std::min(*number, most)) : 0;
}

asio::awaitable<Reply> start_job(
    Context& context, Call& call, Document job, int wait_seconds, ports::Acceptance acceptance
) {
    const auto id = job.text_of("id");
    Reply reply(202, formats::write_json(job_json(job)));
    reply.with("Location", (call.who.admin ? "/admin/jobs/" : "/v1/jobs/") + id);
    acceptance.objects.push_back(object_write(call, "job", id, job, 0));
    acceptance.audit.push_back(audit_row(call, "job/" + id));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.reply.status != 202 || wait_seconds == 0) co_return std::move(done.reply);
    auto ended = co_await wait_for_job(context, call, id, wait_seconds, std::move(done.reply));
    co_return ended;
}

asio::awaitable<Reply> wait_for_job(
    Context& context, Call& call, std::string id, int seconds, Reply otherwise
) {
    const auto until = context.now() + std::chrono::seconds(seconds);
    while (context.now() < until && !context.draining) {
        auto job = co_await read_object(context, "job", call.who.tenant, id);
        if (!job || !job->found) break;
        if (has_ended(job->object.state)) {
            otherwise.status = 200;
            otherwise.body = formats::write_json(job_json(job->body));
            break;
        }
        const auto next_look = std::min(until, context.now() + context.options().poll_step);
        co_await context.parts.clock->sleep_until(next_look);
    }
    co_return otherwise;
}

asio::awaitable<core::Result<void>> save_job(Context& context, Running& running) {
    auto& job = running.job;
    running.call.now = context.now();
    auto write = object_write(running.call, "job", job.object.id, job.body, job.object.version);
    write.object.created_at = job.object.created_at;
    ports::Acceptance acceptance;
    acceptance.objects.push_back(std::move(write));
    Reply none;
    auto done = co_await commit(context, running.call, std::move(acceptance), std::move(none));
    if (done.race) co_return core::give_up("job.changed", "the job was changed meanwhile");
    if (done.reply.status >= 400)
        co_return core::Error(
            core::Advice::retry, core::Blame::ours, "store.busy", "the job could not be saved"
        );
    ++job.object.version;
    co_return core::Result<void>();
}

asio::awaitable<void> run_jobs(Context& context) {
    auto next_sweep = context.now(), next_recheck = next_sweep;
    while (!context.draining) {
        if (context.now() >= next_sweep) {
            co_await sweep_uploads(context);
            next_sweep = context.now() + sweep_every;
        }
        if (context.parts.signatures != nullptr && context.now() >= next_recheck) {
            co_await recheck_results(context);
            next_recheck = context.now() + context.parts.signatures->options().recheck;
        }
        auto running = co_await next_job(context);
        bool rest = !running || !running->job.found;
        auto pause = look_again;
        if (!rest) {
            auto ended = co_await run_one(context, *running);
            rest = !ended;
            if (!ended) {
                const ports::log::Word code(ended.error().code);
                ports::log::warning("job.interrupted", {{"code", code}});
                pause = after_failure;
            }
        }
        if (!rest) continue;
        const auto next_look = context.now() + pause;
        co_await context.parts.clock->sleep_until(next_look);
    }
}

asio::awaitable<Reply> get_job(Context& context, Call& call) {
    auto job = co_await read_object(context, "job", call.who.tenant, call.path[0]);
    if (!job) co_return refuse(call, job.error());
    if (!job->found) co_return refuse(call, "not_found");
    Reply reply(200, formats::write_json(job_json(job->body)));
    reply.with("ETag", etag(job->object.version));
    co_return reply;
}

}  // namespace gw::api
