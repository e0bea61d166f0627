// OAuth client credentials: the request, what its answer gives, calls under it.
#include "connectors/kit/bearer.hpp"

#include "connectors/kit/transport.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <charconv>

namespace gw::connector_kit {

namespace {

using core::Advice;
using core::Blame;

core::Error refused(const BearerOptions& options) {
    return core::Error(
        Advice::retry,
        Blame::ours,
        options.partner + ".credential",
        "Đối tác từ chối cấp mã truy cập. Kiểm tra tài khoản kết nối đã cấu hình."
    );
}

/// False: the time is over already.
bool fit(ports::HttpRequest& request, std::optional<core::Instant> deadline, core::Instant now) {
    if (!deadline) return true;
    if (now >= *deadline) return false;
    request.total_max = std::min(request.total_max, *deadline - now);
    return true;
}

/// As if nobody had answered in time; nothing was sent.
ports::HttpResult too_late() {
    ports::HttpResult result;
    result.failure.what = "no time was left";
    return result;
}

}  // namespace

ports::HttpRequest token_request(const BearerOptions& o) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = o.token_url;
    request.body = "grant_type=client_credentials";
    request.headers = o.headers;
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back(
        "Authorization", "Basic " + crypto::to_base64(o.client_id + ":" + o.client_secret)
    );
    request.connect_max = o.connect_max;
    request.total_max = o.log_in_max;
    request.answer_bytes_max = 1 << 16;
    return request;
}

core::Result<Session> read_token(
    const BearerOptions& o, const ports::HttpResult& result, core::Instant now
) {
    const Seen seen = observe(result);
    if (seen == Seen::unauthorised || seen == Seen::refused || seen == Seen::our_certificate)
        return refused(o);
    const auto failed = [&o](Seen why) {
        const std::string code = o.partner + ".log_in_" + std::string(to_word(why));
        return core::Error(Advice::retry, Blame::partner, code, std::string(sentence_vi(why)));
    };
    if (seen != Seen::readable) return failed(seen);
    const auto body = formats::read_json(result.response.body);
    if (!body || !body->is_object()) return failed(Seen::unreadable);
    const core::Document* data = body->find("data");
    const core::Document& from = data != nullptr && data->is_object() ? *data : *body;
    Session session;
    session.value = from.text_of("access_token", from.text_of("token"));
    if (session.value.empty()) return refused(o);
    std::int64_t seconds = 3'600;  // TR-5: when not stated
    const std::string stated = from.text_of("expires_in");
    std::from_chars(stated.data(), stated.data() + stated.size(), seconds);
    constexpr std::int64_t a_month = 30 * 86'400;  // whatever is stated: times stay in their range
    seconds = std::clamp<std::int64_t>(seconds, 61, a_month);
    session.trusted_until = now + std::chrono::seconds(seconds - 60);
    return session;
}

Bearer::Bearer(ports::HttpClient& http, ports::Clock& clock, BearerOptions options)
    : http_(http),
      clock_(clock),
      options_(std::move(options)),
      sessions_(clock, *this, options_.pause) {}

ports::Async<Session> Bearer::log_in() {
    ports::HttpRequest request = token_request(options_);
    ports::HttpResult result = too_late();
    const bool in_time = fit(request, deadline_, clock_.now());
    if (in_time) result = co_await http_.send(std::move(request));
    co_return read_token(options_, result, clock_.now());
}

ports::Async<ports::HttpResult> Bearer::send(ports::HttpRequest request, BearerCall call) {
    ports::HttpResult result = too_late();
    for (int round = 0; round < 2; ++round) {
        deadline_ = call.deadline;
        const auto session = co_await sessions_.get();
        if (!session) co_return session.error();
        ports::HttpRequest with_token = request;
        if (!fit(with_token, call.deadline, clock_.now())) break;
        for (const auto& header : options_.headers) with_token.headers.push_back(header);
        if (options_.token_header != "access_token")
            with_token.headers.emplace_back("Authorization", "Bearer " + session->value);
        if (options_.token_header != "authorization")
            with_token.headers.emplace_back("access_token", session->value);
        result = co_await http_.send(std::move(with_token));
        const bool told = result.ok && call.refused && call.refused(result);
        if (!told && observe(result) != Seen::unauthorised) break;
        sessions_.refused(session->generation);
    }
    co_return result;
}

}  // namespace gw::connector_kit
