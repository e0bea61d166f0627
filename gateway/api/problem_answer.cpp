// Problem documents (contract, section 4) from what went wrong.
#include "gateway/api/problem_answer.hpp"

#include "gateway/core/schema.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

constexpr std::size_t findings_max = 50;

/// A code in errors[] that is an answer of its own (400) decides over "validation.failed".
std::string_view leading_code(const core::Problem& problem) {
    if (problem.code != "validation.failed") return problem.code;
    for (const auto& finding : problem.findings)
        if (http_status(finding.code) == 400) return finding.code;
    return problem.code;
}

bool may_repeat(int status, std::string_view code) {
    return status == 408 || status == 429 || status == 503 || code == "idempotency.in_progress";
}

/// Callers that were refused together come back spread over 1 to 5 seconds.
std::string retry_after(const Call& call, std::string_view code) {
    if (code == "idempotency.in_progress") return "1";
    const auto spread = std::hash<std::string>()(call.request_id) % 5;
    return std::to_string(1 + spread);
}

Document findings_json(const std::vector<core::Finding>& findings) {
    auto list = Document::list();
    for (const auto& finding : findings) {
        if (list.size() == findings_max) break;
        list.push(finding_json(finding));
    }
    return list;
}

}  // namespace

int http_status(std::string_view code) {
    const auto* text = core::problem_text(code);
    return text == nullptr ? 500 : text->http;
}

Document finding_json(const core::Finding& finding) {
    auto entry = Document::object();
    entry.set("pointer", Document::text(finding.pointer));
    entry.set("code", Document::text(finding.code));
    if (const auto* text = core::problem_text(finding.code))
        entry.set("message_vi", Document::text(core::fill(text->message_vi, finding.values)));
    if (finding.warning) entry.set("severity", Document::text("warning"));
    if (!finding.allowed.empty()) {
        auto allowed = Document::list();
        for (const auto& word : finding.allowed) allowed.push(Document::text(word));
        entry.set("allowed", std::move(allowed));
    }
    return entry;
}

Reply refuse(const Call& call, const core::Problem& problem, int status) {
    const std::string code(leading_code(problem));
    const auto* text = core::problem_text(code);
    Reply reply(status != 0 ? status : text == nullptr ? 500 : text->http);
    auto body = Document::object();
    body.set("type", Document::text(std::string(call.problem_base) + code));
    body.set(
        "title", Document::text(std::string(text == nullptr ? "Internal error" : text->title))
    );
    body.set("status", Document::number(reply.status));
    body.set("code", Document::text(code));
    if (!problem.detail.empty()) body.set("detail", Document::text(problem.detail));
    if (text != nullptr)
        body.set("message_vi", Document::text(core::fill(text->message_vi, problem.values)));
    if (!problem.findings.empty()) body.set("errors", findings_json(problem.findings));
    const bool retryable = may_repeat(reply.status, code);
    body.set("retryable", Document::boolean(retryable));
    body.set("outcome", Document::text("none"));
    body.set("request_id", Document::text(call.request_id));
    for (const auto& [name, value] : problem.extra) {
        const bool is_number =
            !value.empty() && value.size() < 19 &&
            std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        body.set(name, is_number ? Document::number_text(value) : Document::text(value));
    }
    reply.body = formats::write_json(body);
    reply.code = code;
    reply.with("Content-Type", "application/problem+json");
    if (retryable) reply.with("Retry-After", retry_after(call, code));
    if (reply.status == 401) reply.with("WWW-Authenticate", "Bearer realm=\"lienthong\"");
    return reply;
}

Reply refuse(const Call& call, std::string_view code, std::string_view detail) {
    core::Problem problem{std::string(code), std::string(detail)};
    if (code == "request.parameter" && !detail.empty())
        problem.values.emplace_back(detail.substr(0, detail.find(' ')));
    return refuse(call, problem);
}

Reply repeat_after(Reply refusal, core::Duration wait) {
    const auto seconds = std::max<std::int64_t>(1, (wait.count() + 999) / 1'000);
    for (auto& header : refusal.headers)
        if (header.name == "Retry-After") header.value = std::to_string(seconds);
    return refusal;
}

Reply refuse_rate(const Call& call, core::Duration wait) {
    return repeat_after(refuse(call, "rate_limited"), wait);
}

Reply refuse_field(const Call& call, core::Finding finding) {
    core::Problem problem("validation.failed");
    problem.findings.push_back(std::move(finding));
    return refuse(call, problem);
}

Reply refuse(const Call& call, const core::Error& error) {
    if (error.code == "not_found" || error.code == "gone") return refuse(call, error.code);
    if (error.code == "cursor.invalid") return refuse(call, "request.parameter", "cursor");
    if (error.code == "inbox.conflict") return refuse(call, "idempotency.conflict");
    if (error.code == "request.too_large") return refuse(call, error.code);
    if (error.code == "request.cut_short")
        return refuse(call, "attachment.cut_short", "the body ended early");
    if (error.code == "store.segment_missing" || error.code == "store.segment_damaged")
        return refuse(call, "storage.segment", error.code + ": " + error.what);
    if (error.advice == core::Advice::retry || error.code == "lane.full") {
        auto reply = refuse(call, "overloaded", error.code + ": nothing was stored, repeat later");
        reply.reason = error.code;
        if (error.code != "store.disk_nearly_full") return reply;
        for (auto& header : reply.headers)
            if (header.name == "Retry-After") header.value = "30";
        return reply;
    }
    // The disk failed under a write: nobody knows whether the commit is there. The same key finds
    // out.
    core::Problem problem(
        error.advice == core::Advice::stop ? "overloaded" : "internal",
        error.advice == core::Advice::stop ? error.code + ": repeat with the same key" : ""
    );
    if (error.advice == core::Advice::stop) problem.extra.emplace_back("outcome", "unknown");
    ports::log::error("api.store_failed", {{"code", ports::log::Word(error.code)}});
    auto reply = refuse(call, problem);
    reply.unknown = error.advice == core::Advice::stop;
    return reply;
}

std::optional<Reply> check_body(const Call& call, core::Document& body, std::string_view schema) {
    auto findings = core::check(*core::schema(schema), body, core::Completeness::whole);
    if (findings.empty()) return std::nullopt;
    core::Problem problem("validation.failed");
    problem.findings = std::move(findings);
    return refuse(call, problem);
}

}  // namespace gw::api
