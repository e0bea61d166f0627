// Pushes the event feed to the endpoints that one-stops registered, signed as in Standard Webhooks.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/engine/dispatcher.hpp"
#include "gateway/engine/signal.hpp"
#include "gateway/ports/http.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gw::engine {

struct WebhookOptions {
    WebhookOptions() = default;
    core::Duration poll{1'000};
    int in_flight_max = 8;       // of one endpoint
    std::size_t window = 1'000;  // events read ahead of the oldest that is not delivered
    core::Duration answer_max{15'000};
    /// Waits after the first, second … failure, each +-20 %; then the event stays in the feed only.
    std::vector<core::Duration> schedule{
        core::Duration(5'000),
        core::Duration(300'000),
        core::Duration(1'800'000),
        core::Duration(7'200'000),
        core::Duration(18'000'000),
        core::Duration(36'000'000),
        core::Duration(50'400'000),
        core::Duration(72'000'000),
        core::Duration(86'400'000)};
    core::Duration disable_after{120 * 3'600'000};  // without any success
    core::Duration save_every{5'000};               // cursor: a restart repeats at most this much
};

/// One try, as GET …/{id}/attempts shows it.
struct WebhookAttempt {
    WebhookAttempt() = default;
    core::Instant at{};
    std::string event, type;
    int n = 0;        // of this event, from 1
    long status = 0;  // 0 = no answer
    core::Duration took{0};
    std::string error;  // code; "" when delivered
};

/// Raw HMAC-SHA256 of `message` with a secret as it stands in the endpoint's body.
using WebhookSign =
    std::function<core::Result<std::string>(const std::string& secret, std::string_view message)>;
/// Decodes "whsec_" + base64. Errors: give_up "webhook.secret_unreadable".
core::Result<std::string> sign_with_secret(const std::string& secret, std::string_view message);
/// "v1,<base64>" for each secret, separated by a space.
core::Result<std::string> webhook_signature(
    const WebhookSign& sign,
    const std::vector<std::string>& secrets,
    std::string_view id,
    std::int64_t timestamp,
    std::string_view body
);

/// Endpoints are objects of kind "webhook_endpoint" whose JSON body has url, types (list; empty =
/// all), secret, previous_secret and previous_until while a rotation lasts, state ("active",
/// "failing", "disabled"), cursor (feed seq to start after; missing = from now). Progress is kept
/// in an object of kind "webhook_cursor" with the endpoint's id: {cursor, failing_since}. Delivery
/// is at least once; receivers deduplicate on the event id (OC-14, OC-15).
class Webhooks {
public:
    /// `allowed`: may the gateway call this address (https, permitted networks)?
    Webhooks(
        asio::any_io_executor ex,
        WebhookOptions options,
        ports::Store& store,
        ports::HttpClient& http,
        ports::Clock& clock,
        ports::Random& random,
        WebhookSign sign,
        std::function<bool(const std::string& url)> allowed,
        EngineHooks hooks
    );
    asio::awaitable<void> run();
    void stop();
    void cancel() { tasks_.cancel(); }
    void wake() { signal_.notify(); }
    /// Latest first, at most 50.
    std::vector<WebhookAttempt> attempts(const std::string& endpoint) const;
    /// Endpoints by state and what waits for them, as Prometheus text.
    void write_metrics(std::string& out) const;
    /// Sends a `webhook.test` event at once, whatever the endpoint's state.
    asio::awaitable<WebhookAttempt> test(core::Object endpoint);

private:
    struct Delivery {
        core::FeedItem item;
        int failures = 0;
        core::Instant due{};
        bool busy = false;
    };
    struct Endpoint {
        core::Object object;
        core::Document body;
        std::int64_t cursor = 0, read_to = 0, saved_cursor = 0;
        std::map<std::int64_t, Delivery> pending;  // by seq
        std::set<std::string> dossiers;            // with a delivery in flight
        std::deque<WebhookAttempt> attempts;
        std::optional<core::Instant> failing_since, saved_failing;
        core::Instant slowed_until{}, next_save{};
        int in_flight = 0;
        bool saving = false, gone = false, changed_state = false;
    };
    using EndpointPtr = std::shared_ptr<Endpoint>;

    asio::awaitable<void> look();
    asio::awaitable<void> load_all();
    asio::awaitable<void> load(core::Object object);
    asio::awaitable<void> fill(EndpointPtr e);
    void start_due(const EndpointPtr& e);
    asio::awaitable<void> deliver(EndpointPtr e, std::int64_t seq);
    asio::awaitable<WebhookAttempt> post(EndpointPtr e, core::FeedItem item, int n);
    void note(Endpoint& e, std::int64_t seq, const WebhookAttempt& attempt);
    void note_failure(Endpoint& e, Delivery& d, const WebhookAttempt& attempt, core::Instant now);
    void save_if_due(const EndpointPtr& e);
    asio::awaitable<void> save(EndpointPtr e);
    void set_state(Endpoint& e, std::string state);

    WebhookOptions options_;
    ports::Store& store_;
    ports::HttpClient& http_;
    ports::Clock& clock_;
    ports::Random& random_;
    WebhookSign sign_;
    std::function<bool(const std::string&)> allowed_;
    EngineHooks hooks_;
    std::map<std::string, EndpointPtr> endpoints_;
    core::Instant next_load_{};
    bool stopping_ = false;
    Signal signal_;
    TaskGroup tasks_;
    Alarm alarm_;
};

}  // namespace gw::engine
