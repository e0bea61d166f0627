// Work that goes on after its call was answered: replays and imports. A job is an object; a restart
// goes on with it.
#pragma once

#include "gateway/api/effects.hpp"

#include <string>
#include <string_view>

namespace gw::api {

/// A new job as it is stored: {"id", "kind", "state", "created_at", "requested_by", "done",
/// "failed"}.
core::Document new_job(Context& context, const Call& call, std::string_view kind);
/// The job without what only its runner needs.
core::Document job_json(const core::Document& job);
/// Stores a job in state "queued" (or another) and answers 202; waits for its end as `Prefer:
/// wait=N` asks. `with`: what else belongs into its commit.
asio::awaitable<Reply> start_job(
    Context& context,
    Call& call,
    core::Document job,
    int wait_seconds,
    ports::Acceptance with = ports::Acceptance()
);
/// Seconds of `Prefer: wait=N`, at most 20; 0 when not asked for.
int prefer_wait(const Context& context, const Call& call);
/// Holds the answer until the job ends or `seconds` are over.
asio::awaitable<Reply> wait_for_job(
    Context& context, Call& call, std::string id, int seconds, Reply otherwise
);

/// The call that writes about a stored object belong to when nobody calls: tenant, client and
/// officer of `body`.
Call call_of(Context& context, const core::Object& object, const core::Document& body);

/// A stored job in the hands of its runner.
struct Running {
    Running() = default;
    Call call;  // stands for the call that asked for it
    Stored job;
    std::int64_t done() const;
    void count(std::string_view member, std::int64_t by);
};
/// Stores what the job has done so far. Errors: those of the store.
asio::awaitable<core::Result<void>> save_job(Context& context, Running& running);

/// Legs to redrive: `leg_ids` of the job, from `done` on.
asio::awaitable<core::Result<void>> run_replay(Context& context, Running& running);
/// Lines of the blob `blob`, from `done` on.
asio::awaitable<core::Result<void>> run_import(Context& context, Running& running);

/// Removes uploads that nobody went on with, and their chunks.
asio::awaitable<void> sweep_uploads(Context& context);

/// Looks again at results that are held because of their signatures.
asio::awaitable<void> recheck_results(Context& context);

/// All jobs that wait, also of an earlier process, until draining.
asio::awaitable<void> run_jobs(Context& context);

}  // namespace gw::api
