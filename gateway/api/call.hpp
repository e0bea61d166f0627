// One call on its way through the API, and the rows of the route table.
#pragma once

#include "gateway/access/clients.hpp"
#include "gateway/api/parts.hpp"
#include "gateway/api/procedures.hpp"
#include "gateway/api/url.hpp"
#include "gateway/core/document.hpp"
#include "gateway/ports/http.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::api {

namespace asio = boost::asio;
struct Context;
struct Call;
struct Reply;
using Handler = asio::awaitable<Reply> (*)(Context&, Call&);

/// Who gets in. Every row that does not say otherwise wants a token.
enum class Door : std::uint8_t { token, open, admin, token_or_admin };
/// Idempotency-Key: not asked for; asked for and the answer kept (OC-1, OC-2); asked for only.
enum class KeyRule : std::uint8_t { none, kept, not_kept };
/// If-Match: not asked for; honoured; asked for (OC-5).
enum class MatchRule : std::uint8_t { none, honoured, needed };
enum class BodyRule : std::uint8_t { none, json, json_or_none, form, stream };

/// One row of the route table. Handlers see only calls that satisfy their row.
struct Route {
    std::string_view id;            // operation id and audit action: "dossiers.create"
    std::string_view method, path;  // "/v1/dossiers/{code}"
    Handler handler = nullptr;
    access::Scopes scopes = 0;  // any of them; 0 with Door::token = any caller
    Door door = Door::token;
    KeyRule key = KeyRule::none;
    MatchRule match = MatchRule::none;
    BodyRule body = BodyRule::none;
    bool person = false;                         // an officer is mandatory, no "system:" (OC-8)
    std::uint64_t body_max = 0;                  // 0 = the JSON limit of the options
    int status = 200;                            // of success
    std::string_view more_statuses = {};         // of success, seldom: "200,202"
    std::string_view request = {}, answer = {};  // schema names for OpenAPI; "" = none or free
    std::string_view item = {};                  // schema of what stands in "items" of the answer
    std::string_view query = {};                 // "status,limit,cursor"
    std::string_view summary = {};               // one English sentence
    /// Who is refused first when disk or writer cannot take all: p0 payments and acknowledgements;
    /// a person who waits makes p2 to p1.
    core::Urgency urgency = core::Urgency::p2;
};

/// What goes back.
struct Reply {
    Reply() = default;
    explicit Reply(int s) : status(s) {}
    Reply(int s, std::string b) : status(s), body(std::move(b)) {}
    Reply& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    int status = 200;
    ports::Headers headers;  // beside the general ones; Content-Type only when not JSON
    std::string body;
    std::shared_ptr<ports::AnswerStream> stream;
    std::uint64_t stream_size = 0;
    std::string code;      // of a problem; ""
    std::string reason;    // of "overloaded": the store's code; ""
    bool kept = false;     // the effect and this answer are in the store already
    bool unknown = false;  // a refusal, and yet it may be stored: the same key finds out
};

/// A request with everything found out about it.
struct Call {
    Call() = default;
    ports::InRequest request;
    const Route* route = nullptr;
    access::Identity who;
    std::vector<std::string> path;  // values of the {places} of the route, decoded
    Query query;
    std::string request_id;
    std::string trace;                       // W3C trace id; "" = nobody called
    std::string key;                         // Idempotency-Key
    core::Document body;                     // JSON bodies
    std::shared_ptr<const std::string> raw;  // the body as it came; never null
    core::Digest digest{};                   // SHA-256 of *raw
    core::Instant now{};
    std::string_view problem_base;  // for problem documents
};

/// What handlers share. One for each Api.
struct Context {
    explicit Context(Parts p) : parts(std::move(p)), limits(parts.options.limits) {}
    const Parts parts;
    Limits limits;
    Procedures procedures;
    bool draining = false;  // no long waits any more
    const class Metrics* metrics = nullptr;
    const Options& options() const { return parts.options; }
    /// "fee_01K…".
    std::string new_id(std::string_view prefix);
    core::Instant now() const { return parts.clock->now(); }
};

}  // namespace gw::api
