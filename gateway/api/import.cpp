// Import of many dossiers as newline-delimited JSON, for migration (contract 3.1).
#include "gateway/api/handlers.hpp"
#include "gateway/api/jobs.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr std::int64_t lines_max = 10'000;
constexpr std::size_t errors_kept = 100;

/// Lines of a stored file, one at a time.
class Lines {
public:
    Lines(std::unique_ptr<ports::BlobReader> reader, std::uint64_t from)
        : reader_(std::move(reader)), offset_(from) {}
    /// Next line that is not empty; nullopt at the end.
    core::Result<std::optional<std::string>> next() {
        while (true) {
            const auto end = buffer_.find('\n', at_);
            if (end != std::string::npos || ended_) {
                auto line = buffer_.substr(at_, end == std::string::npos ? end : end - at_);
                const bool last = end == std::string::npos;
                at_ = last ? buffer_.size() : end + 1;
                if (!line.empty() && line.back() == '\r') line.pop_back();
                if (!line.empty()) return std::optional<std::string>(std::move(line));
                if (last) return std::optional<std::string>();
                continue;
            }
            constexpr std::size_t piece_max = 64 << 10;
            auto piece = reader_->read(offset_, piece_max);
            if (!piece) return piece.error();
            offset_ += piece->size();
            ended_ = piece->empty();
            buffer_.erase(0, at_);
            at_ = 0;
            buffer_ += *piece;
        }
    }

private:
    std::unique_ptr<ports::BlobReader> reader_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::uint64_t offset_;
    bool ended_ = false;
};

/// Imports share no blob with each other nor with a file: each begins with a line that names it, so
/// that it can be removed without asking who else holds it.
std::string import_mark(const std::string& job) {
    return "import " + job + "\n";
}

/// Removes the file of an import that was read to its end.
void forget_blob(Context& context, Document& job) {
    const bool own = job.find("blob_from") != nullptr;
    if (const auto digest = crypto::digest_from_hex(job.text_of("blob_spent")); digest && own)
        context.parts.blobs->remove(*digest);
    job.remove("blob_spent");
}

void note_fault(Running& running, std::int64_t line, const core::Problem& problem) {
    running.count("failed", 1);
    if (running.job.body.find("errors") == nullptr)
        running.job.body.set("errors", Document::list());
    auto& errors = *running.job.body.find("errors");
    if (errors.size() >= errors_kept) return;
    auto entry = Document::object();
    entry.set("line", Document::number(line));
    entry.set("code", Document::text(problem.code));
    auto findings = Document::list();
    for (const auto& finding : problem.findings)
        if (!finding.warning) findings.push(finding_json(finding));
    if (findings.size() > 0) entry.set("errors", std::move(findings));
    errors.push(std::move(entry));
}

/// Stores one dossier under a key of job and line, so that a restart doubles nothing.
asio::awaitable<core::Result<void>> import_line(
    Context& context, Running& running, std::string text, std::int64_t line
) {
    auto& call = running.call;
    call.now = context.now();
    auto request = formats::read_json(text);
    if (!request) {
        note_fault(running, line, core::Problem("request.malformed"));
        co_return core::Result<void>();
    }
    auto attachments = co_await attachments_of(context, call.who.tenant, *request);
    if (!attachments) co_return attachments.error();
    auto known = co_await know_procedure(context, call, *request);
    if (!known) co_return known.error();
    auto with = command_context(context, call, *attachments);
    with.imported = true;
    auto decision = core::create_dossier(std::move(*request), with);
    if (const auto* problem = std::get_if<core::Problem>(&decision); problem != nullptr) {
        note_fault(running, line, *problem);
        co_return core::Result<void>();
    }
    auto& change = std::get<core::Change>(decision);
    call.raw = std::make_shared<const std::string>(std::move(text));
    call.digest = crypto::sha256(*call.raw);
    call.key = running.job.object.id + " " + std::to_string(line);
    auto body = formats::write_json(change.dossier);
    auto acceptance = acceptance_of(context, call, change, std::move(body), *attachments);
    for (auto& planned : acceptance.legs) planned.leg.urgency = core::Urgency::p3;
    Reply none(201);
    auto done = co_await commit(context, call, std::move(acceptance), std::move(none));
    call.key.clear();
    if (done.race) note_fault(running, line, core::Problem("dossier.exists"));
    if (!done.race && done.reply.status >= 500)
        co_return core::Error(
            core::Advice::retry, core::Blame::ours, "store.busy", "the line could not be stored"
        );
    co_return core::Result<void>();
}

}  // namespace

asio::awaitable<Reply> import_dossiers(Context& context, Call& call) {
    if (call.request.stream == nullptr) co_return refuse(call, "request.malformed", "no body");
    auto job = new_job(context, call, "import");
    auto writer = context.parts.blobs->create();
    if (!writer) co_return refuse(call, writer.error());
    const auto mark = import_mark(job.text_of("id"));
    auto marked = (*writer)->write(mark);
    if (!marked) co_return refuse(call, marked.error());
    crypto::Sha256 content;
    std::int64_t lines = 0;
    while (true) {
        auto piece = co_await call.request.stream->read();
        if (!piece) co_return refuse(call, piece.error());
        if (piece->empty()) break;
        for (const char c : *piece) lines += c == '\n' ? 1 : 0;
        if (lines > lines_max) co_return refuse(call, "request.too_large", "10,000 dossiers");
        content.update(*piece);
        auto written = (*writer)->write(*piece);
        if (!written) co_return refuse(call, written.error());
    }
    auto digest = (*writer)->finish();
    if (!digest) co_return refuse(call, digest.error());
    const auto sum = crypto::to_hex(content.finish());
    call.raw = std::make_shared<const std::string>("{\"sha256\":\"" + sum + "\"}");
    call.digest = crypto::sha256(*call.raw);
    job.set("blob", Document::text(crypto::to_hex(*digest)));
    job.set("blob_from", Document::number(static_cast<std::int64_t>(mark.size())));
    auto reply = co_await start_job(context, call, std::move(job), prefer_wait(context, call));
    const bool repeated = !ports::header(reply.headers, "Idempotency-Replayed").empty();
    const bool refused = reply.status >= 400 && !reply.unknown;
    if (repeated || refused) context.parts.blobs->remove(*digest);
    co_return reply;
}

asio::awaitable<core::Result<void>> run_import(Context& context, Running& running) {
    constexpr std::int64_t save_every = 100;
    const auto digest = crypto::digest_from_hex(running.job.body.text_of("blob"));
    if (!digest) {
        forget_blob(context, running.job.body);
        co_return core::Result<void>();
    }
    auto reader = context.parts.blobs->open(*digest);
    if (!reader) co_return reader.error();
    const auto* from = running.job.body.find("blob_from");
    const auto begin = from == nullptr ? 0 : from->as_integer().value_or(0);
    Lines lines(std::move(*reader), static_cast<std::uint64_t>(begin));
    const auto done_before = running.done();
    for (std::int64_t line = 1;; ++line) {
        auto text = lines.next();
        if (!text) co_return text.error();
        if (!*text) break;
        if (line <= done_before) continue;
        auto stored = co_await import_line(context, running, std::move(**text), line);
        if (!stored) co_return stored.error();
        running.count("done", 1);
        if (line % save_every != 0) continue;
        auto saved = co_await save_job(context, running);
        if (!saved) co_return saved.error();
    }
    // First that nobody reads the file again, then it goes: a restart between the two removes it.
    running.job.body.set("blob_spent", Document::text(crypto::to_hex(*digest)));
    running.job.body.remove("blob");
    auto saved = co_await save_job(context, running);
    if (!saved) co_return saved.error();
    forget_blob(context, running.job.body);
    co_return core::Result<void>();
}

}  // namespace gw::api
