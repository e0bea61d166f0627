// The path of every call: route, limits, caller, key, body, handler, answer.
#include "gateway/api/api.hpp"

#include "gateway/api/auth.hpp"
#include "gateway/api/effects.hpp"
#include "gateway/api/jobs.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/text.hpp"
#include "gateway/core/trace.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/traced.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <tuple>

namespace gw::api {

namespace {

const Route unknown_route = [] {
    Route route;
    route.id = "unknown";
    return route;
}();
const Route partner_route = [] {
    Route route;
    route.id = "partner";
    return route;
}();

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

/// 1 to 255 printable ASCII characters (OC-1).
bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= 255 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

/// Media type without parameters, lower case.
std::string media_type(std::string_view header) {
    std::string type(header.substr(0, header.find(';')));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    for (char& c : type)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return type;
}

bool fits_media(const Route& route, std::string_view type) {
    if (route.body == BodyRule::form) return type == "application/x-www-form-urlencoded";
    if (type == "application/json") return true;
    return route.method == "PATCH" && type == "application/merge-patch+json";
}

/// Reads the JSON body into call.body. The refusal, or nullopt.
std::optional<Reply> read_body(Context& context, Call& call) {
    const auto& route = *call.route;
    const bool empty = call.raw->empty();
    if (route.body == BodyRule::none || route.body == BodyRule::stream) return std::nullopt;
    if (route.body == BodyRule::json_or_none && empty) {
        call.body = core::Document::object();
        return std::nullopt;
    }
    const auto coding = ports::header(call.request.headers, "Content-Encoding");
    if (!coding.empty() && coding != "identity")
        return refuse(call, "request.unsupported_media", "Content-Encoding");
    if (!fits_media(route, media_type(ports::header(call.request.headers, "Content-Type"))))
        return refuse(call, "request.unsupported_media", "Content-Type");
    if (route.body == BodyRule::form) return std::nullopt;
    formats::JsonLimits limits;
    limits.bytes_max = route.body_max != 0 ? route.body_max : context.options().json_bytes_max;
    auto body = formats::read_json(*call.raw, limits);
    if (!body) {
        const auto& code = body.error().code;
        if (code == "json.too_large" || code == "json.too_many")
            return refuse(call, "request.too_large", code);
        return refuse(call, "request.malformed", code + ": " + body.error().what);
    }
    if (!body->is_object() && !body->is_list())
        return refuse(call, "request.malformed", "the body must be a JSON object");
    call.body = std::move(*body);
    return std::nullopt;
}

std::optional<Reply> read_key(Call& call) {
    if (call.route->key == KeyRule::none) return std::nullopt;
    const auto key = ports::header(call.request.headers, "Idempotency-Key");
    if (key.empty()) return refuse(call, "idempotency.key_missing");
    if (!is_key(key)) return refuse(call, "request.malformed", "Idempotency-Key");
    if (call.route->key == KeyRule::kept) call.key = key;
    return std::nullopt;
}

/// What the socket layer refuses by its status alone.
std::string_view code_of(int status) {
    switch (status) {
        case 408:
            return "request.timeout";
        case 413:
        case 431:
            return "request.too_large";
        case 415:
            return "request.unsupported_media";
        case 429:
            return "rate_limited";
        case 503:
            return "overloaded";
        default:
            return status == 500 ? "internal" : "request.malformed";
    }
}

/// Entry of the set of running keys; leaves it at the end of the call.
class RunningKey {
public:
    RunningKey(std::set<std::string>& all, std::string key) : all_(all) {
        std::tie(entry_, fresh_) = all_.insert(std::move(key));
    }
    ~RunningKey() {
        if (fresh_) all_.erase(entry_);
    }
    RunningKey(const RunningKey&) = delete;
    RunningKey& operator=(const RunningKey&) = delete;
    bool fresh() const { return fresh_; }

private:
    std::set<std::string>& all_;
    std::set<std::string>::iterator entry_;
    bool fresh_ = false;
};

/// The trace of the caller, or a new one.
std::string trace_for(const ports::InRequest& request, ports::Random& random) {
    if (auto given = core::read_traceparent(ports::header(request.headers, "traceparent")))
        return std::move(*given);
    const auto high = random.next(), low = random.next();
    return core::make_trace(high, low);
}

void add_traceparent(ports::Headers& headers, const std::string& trace, ports::Random& random) {
    if (!trace.empty())
        headers.emplace_back("traceparent", core::to_traceparent(trace, random.next()));
}

const std::shared_ptr<const std::string>& no_body() {
    static const auto empty = std::make_shared<const std::string>();
    return empty;
}

}  // namespace

std::string Context::new_id(std::string_view prefix) {
    const auto high = parts.random->next();
    const auto low = parts.random->next();
    return crypto::make_id(prefix, now(), high, low);
}

Api::Api(Parts parts) : context_(std::move(parts)), router_(all_routes()) {
    context_.metrics = &metrics_;
}

ports::Source* Api::source_of(std::string_view path) const {
    ports::Source* found = nullptr;  // of "/v1/ipn/a" and "/v1/ipn/ab" the one that says more
    for (auto* source : context_.parts.sources)
        if (path.starts_with(source->prefix()) &&
            (found == nullptr || source->prefix().size() > found->prefix().size()))
            found = source;
    return found;
}

ports::BodyPlan Api::body_plan(const ports::InRequest& head) {
    ports::BodyPlan plan;
    plan.bytes_max = context_.options().json_bytes_max;
    if (const auto* source = source_of(head.path); source != nullptr) {
        plan.bytes_max = source->body_bytes_max();
        return plan;
    }
    const auto found = router_.find(head.method, head.path);
    if (found.route == nullptr) return plan;
    if (found.route->body_max != 0) plan.bytes_max = found.route->body_max;
    if (found.route->id == "attachments.create")
        plan.bytes_max = context_.options().attachment_bytes_max;
    if (found.route->id == "dossiers.import") plan.bytes_max = context_.options().import_bytes_max;
    // A stream is only opened for somebody who may write it: a stranger's bytes stay unread.
    plan.stream = found.route->body == BodyRule::stream;
    return plan;
}

ports::InAnswer Api::refuse(int status, std::string_view why) {
    Call call;
    call.route = &unknown_route;
    call.problem_base = context_.options().problem_base;
    call.request_id = context_.new_id("req");
    core::Problem problem(std::string(code_of(status)), std::string(why));
    // The handler broke off: nobody knows how far it came. The same key finds out.
    if (status == 500) problem.extra.emplace_back("outcome", "unknown");
    return finish(call, api::refuse(call, problem, status));
}

asio::awaitable<ports::InAnswer> Api::handle(ports::InRequest request) {
    Call call;
    call.now = context_.now();
    call.problem_base = context_.options().problem_base;
    call.route = &unknown_route;
    const auto began = call.now;
    if (auto* source = source_of(request.path); source != nullptr) {
        auto trace = trace_for(request, *context_.parts.random);
        auto work = source->receive(std::move(request), *context_.parts.intake);
        auto traced = engine::in_trace(trace, std::move(work));
        auto given = co_await std::move(traced);
        add_traceparent(given.headers, trace, *context_.parts.random);
        metrics_.count(partner_route.id, given.status, context_.now() - began);
        if (given.status < 300) metrics_.accepted(context_.now() - began);
        co_return given;
    }
    call.raw = request.body.empty() ? no_body()
                                    : std::make_shared<const std::string>(std::move(request.body));
    call.request = std::move(request);
    const auto given_id = ports::header(call.request.headers, "LT-Request-Id");
    call.request_id = is_request_id(given_id) ? std::string(given_id) : context_.new_id("req");
    call.trace = trace_for(call.request, *context_.parts.random);
    auto reply = co_await answer(call);
    metrics_.count(call.route->id, reply.status, context_.now() - began);
    metrics_.refused(call.route->id, reply);
    if (reply.status < 300 && call.route->key == KeyRule::kept)
        metrics_.accepted(context_.now() - began);
    co_return finish(call, std::move(reply));
}

asio::awaitable<Reply> Api::answer(Call& call) {
    auto found = router_.find(call.request.method, call.request.path);
    if (found.route == nullptr && found.path_known && !call.request.path.starts_with("/admin/"))
        co_return api::refuse(call, "request.method_not_allowed");
    if (found.route == nullptr) co_return api::refuse(call, "not_found");
    call.route = found.route;
    call.path = std::move(found.values);
    if (auto refusal = authenticate(context_, call); refusal) co_return std::move(*refusal);
    if (auto refusal = prepare(call); refusal) co_return std::move(*refusal);
    auto reply = co_await dispatch(call);
    co_return reply;
}

asio::awaitable<void> Api::run() {
    co_await run_jobs(context_);
}

std::optional<Reply> Api::prepare(Call& call) {
    auto query = parse_query(call.request.query);
    if (!query) return api::refuse(call, "request.parameter", "query");
    call.query = std::move(*query);
    const auto known = split(call.route->query, ',');
    for (const auto& [name, value] : call.query) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            return api::refuse(call, "request.parameter", name + " is unknown here");
        if (!core::to_nfc(value)) return api::refuse(call, "request.parameter", "query");
    }
    for (const auto& value : call.path)
        if (!core::to_nfc(value) || core::has_control(value, false))
            return api::refuse(call, "not_found");
    if (auto refusal = read_key(call)) return refusal;
    if (call.route->key == KeyRule::kept || call.route->match != MatchRule::none)
        call.digest = crypto::sha256(*call.raw);
    return read_body(context_, call);
}

asio::awaitable<Reply> Api::dispatch(Call& call) {
    if (call.key.empty()) {
        auto reply = co_await call.route->handler(context_, call);
        co_return reply;
    }
    auto reply = co_await once(call);
    co_return reply;
}

asio::awaitable<Reply> Api::once(Call& call) {
    const RunningKey running(
        running_,
        call.who.tenant + ' ' + call.request.method + ' ' + call.request.path + ' ' + call.key
    );
    if (!running.fresh()) co_return api::refuse(call, "idempotency.in_progress");
    auto reply = co_await call.route->handler(context_, call);
    auto kept = co_await keep_answer(context_, call, std::move(reply));
    co_return kept;
}

ports::InAnswer Api::finish(const Call& call, Reply reply) {
    ports::InAnswer answer;
    answer.status = reply.status;
    answer.headers = std::move(reply.headers);
    answer.body = std::move(reply.body);
    answer.stream = std::move(reply.stream);
    answer.stream_size = reply.stream_size;
    const bool has_type = !ports::header(answer.headers, "Content-Type").empty();
    const bool has_body = !answer.body.empty() || answer.stream != nullptr;
    if (!has_type && has_body) answer.headers.emplace_back("Content-Type", "application/json");
    answer.headers.emplace_back("LT-Request-Id", call.request_id);
    add_traceparent(answer.headers, call.trace, *context_.parts.random);
    answer.headers.emplace_back("Cache-Control", "no-store");
    answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
    answer.headers.emplace_back("Content-Security-Policy", "default-src 'none'");
    answer.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    answer.headers.emplace_back("Referrer-Policy", "no-referrer");
    if (answer.status >= 500)
        ports::log::warning(
            "api.answered",
            {{"route", ports::log::Word(call.route->id)},
             {"status", answer.status},
             {"code", ports::log::Word(reply.code)},
             {"trace", ports::log::Word(call.trace)}}
        );
    return answer;
}

}  // namespace gw::api
