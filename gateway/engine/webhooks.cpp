// Delivers webhooks: reads the feed behind each endpoint's cursor and posts what is due.
#include "gateway/engine/webhooks.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/engine/feed_json.hpp"
#include "gateway/engine/webhook_list.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <charconv>

namespace gw::engine {
namespace {

using core::Document;
using core::Duration;
using core::Instant;

constexpr std::size_t waiting_max = 20'000;  // for another try; then nothing more is read
constexpr std::size_t due_at_once = 64;      // events read again in one look

std::vector<std::string> texts(const Document* list) {
    std::vector<std::string> all;
    if (list == nullptr) return all;
    for (const Document& item : list->items()) all.push_back(item.as_text());
    return all;
}

std::vector<std::string> secrets_of(const Document& body, Instant now) {
    std::vector<std::string> all{body.text_of("secret")};
    const auto until = core::parse_rfc3339(body.text_of("previous_until"));
    if (until && *until > now) all.push_back(body.text_of("previous_secret"));
    return all;
}

/// Seconds only; a date is not worth a parser here: the schedule waits long enough.
std::optional<Duration> retry_after(const ports::Headers& headers) {
    const std::string_view text = ports::header(headers, "retry-after");
    std::int64_t seconds = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), seconds).ptr;
    if (text.empty() || end != text.data() + text.size() || seconds < 0 || seconds > 86'400)
        return std::nullopt;
    return Duration(seconds * 1'000);
}

std::int64_t unix_seconds(Instant t) {
    return core::to_ms(t) / 1'000;
}

}  // namespace

Webhooks::Webhooks(
    asio::any_io_executor ex,
    WebhookOptions options,
    ports::Store& store,
    ports::HttpClient& http,
    ports::Clock& clock,
    ports::Random& random,
    WebhookSign sign,
    std::function<bool(const std::string& url)> allowed,
    EngineHooks hooks
)
    : options_(std::move(options)),
      store_(store),
      http_(http),
      clock_(clock),
      random_(random),
      sign_(std::move(sign)),
      allowed_(std::move(allowed)),
      hooks_(std::move(hooks)),
      signal_(ex),
      tasks_(ex, hooks_.on_fault),
      alarm_(clock_, tasks_, signal_) {}

asio::awaitable<void> Webhooks::run() {
    while (!stopping_) {
        alarm_.at(clock_.now() + options_.poll);
        co_await look();
        if (stopping_) break;
        co_await signal_.wait();
    }
    co_await tasks_.join();
}

void Webhooks::stop() {
    stopping_ = true;
    signal_.notify();
}

std::vector<WebhookAttempt> Webhooks::attempts(const std::string& endpoint) const {
    const auto it = endpoints_.find(endpoint);
    if (it == endpoints_.end()) return {};
    return {it->second->attempts.begin(), it->second->attempts.end()};
}

asio::awaitable<void> Webhooks::look() {
    if (clock_.now() >= next_load_) co_await load_all();
    std::vector<EndpointPtr> live;
    for (const auto& [id, e] : endpoints_) live.push_back(e);
    for (const EndpointPtr& e : live) {
        const bool off = e->body.text_of("state") == "disabled";
        if (!off) co_await fill(e);
        if (!off) start_due(e);
        save_if_due(e);
    }
}

asio::awaitable<void> Webhooks::load_all() {
    for (auto& [id, e] : endpoints_) e->gone = true;
    ports::ObjectFilter filter;
    filter.kind = "webhook_endpoint";
    do {
        auto page = co_await store_.objects(filter);
        if (!page) co_return;
        for (core::Object& object : page->items) co_await load(std::move(object));
        filter.after = page->next;
    } while (!filter.after.empty());
    std::erase_if(endpoints_, [](const auto& entry) { return entry.second->gone; });
    next_load_ = clock_.now() + options_.poll;
}

/// Takes over what the one-stop changed; a new endpoint starts at its cursor.
asio::awaitable<void> Webhooks::load(core::Object object) {
    auto body = formats::read_json(object.body);
    if (!body) co_return;
    const std::string id = object.id;
    if (const auto it = endpoints_.find(id); it != endpoints_.end()) {
        it->second->gone = false;
        if (it->second->object.version == object.version) co_return;
        // Switched on again by hand: its old failures are forgotten.
        if (body->text_of("state") != it->second->body.text_of("state"))
            it->second->failing_since.reset();
        it->second->object = std::move(object);
        it->second->body = std::move(*body);
        co_return;
    }
    auto e = std::make_shared<Endpoint>();
    e->object = std::move(object);
    e->body = std::move(*body);
    auto kept = co_await store_.object("webhook_cursor", e->object.agency, id);
    if (!kept) co_return;
    std::optional<std::int64_t> cursor;
    if (const Document* given = e->body.find("cursor")) cursor = given->as_integer();
    if (*kept) {
        const auto progress = formats::read_json((*kept)->body);
        if (progress && progress->find("cursor") != nullptr)
            cursor = progress->find("cursor")->as_integer();
        if (progress) e->failing_since = core::parse_rfc3339(progress->text_of("failing_since"));
        if (progress) take_waiting_list(e->pending, progress->find("waiting"));
    }
    if (!cursor) {
        auto end = co_await store_.feed_end(e->object.agency);
        if (!end) co_return;
        cursor = *end;
    }
    e->cursor = e->read_to = e->saved_cursor = *cursor;
    e->saved_failing = e->failing_since;
    endpoints_.emplace(id, std::move(e));
}

/// First what waited long enough, then what is new. What retention took meanwhile is left out.
asio::awaitable<void> Webhooks::fill(EndpointPtr e) {
    const Instant now = clock_.now();
    std::vector<std::int64_t> due;
    for (const auto& [seq, d] : e->pending)
        if (d.item.id.empty() && d.due <= now && due.size() < due_at_once) due.push_back(seq);
    for (const std::int64_t seq : due) {
        const std::vector<std::string> every_type;
        auto page = co_await store_.feed(e->object.agency, seq - 1, 1, every_type);
        if (!page) co_return;
        if (!page->items.empty() && page->items.front().seq == seq)
            e->pending[seq].item = std::move(page->items.front());
        else
            e->pending.erase(seq);
    }
    std::size_t ready = held(e->pending);
    while (ready < options_.window && e->pending.size() - ready < waiting_max) {
        const int most = static_cast<int>(std::min<std::size_t>(200, options_.window - ready));
        std::vector<std::string> types = texts(e->body.find("types"));
        auto page = co_await store_.feed(e->object.agency, e->read_to, most, std::move(types));
        if (!page) co_return;
        for (core::FeedItem& item : page->items) {
            const std::int64_t seq = item.seq;
            if (!e->pending.contains(seq)) e->pending[seq].item = std::move(item);
        }
        e->read_to = std::max(e->read_to, page->next);
        if (!page->has_more) break;
        ready = held(e->pending);
    }
    set_cursor(e->pending, e->read_to, e->cursor);
}

void Webhooks::start_due(const EndpointPtr& e) {
    const Instant now = clock_.now();
    if (e->slowed_until > now) {
        alarm_.at(e->slowed_until);
        return;
    }
    for (auto& [seq, d] : e->pending) {
        if (e->in_flight >= options_.in_flight_max) return;
        if (d.busy) continue;
        if (d.item.id.empty()) {
            if (d.due > now) alarm_.at(d.due);
            continue;
        }
        if (!d.item.dossier.empty() && !e->dossiers.insert(d.item.dossier).second) continue;
        d.busy = true;
        ++e->in_flight;
        tasks_.spawn(deliver(e, seq));
    }
}

asio::awaitable<void> Webhooks::deliver(EndpointPtr e, std::int64_t seq) {
    const Delivery& d = e->pending.at(seq);
    core::FeedItem item = d.item;
    const int n = d.failures + 1;
    auto attempt = co_await post(e, std::move(item), n);
    note(*e, seq, attempt);
    signal_.notify();
}

asio::awaitable<WebhookAttempt> Webhooks::post(EndpointPtr e, core::FeedItem item, int n) {
    WebhookAttempt attempt;
    attempt.at = clock_.now();
    attempt.event = item.id;
    attempt.type = item.type;
    attempt.n = n;
    ports::HttpRequest request;
    request.method = "POST";
    request.url = e->body.text_of("url");
    request.body = event_json(item);
    request.total_max = options_.answer_max;
    request.answer_bytes_max = 64 << 10;
    const std::int64_t seconds = unix_seconds(attempt.at);
    auto secrets = secrets_of(e->body, attempt.at);
    auto signature = webhook_signature(sign_, secrets, item.id, seconds, request.body);
    if (!signature) {
        attempt.error = signature.error().code;
        co_return attempt;
    }
    if (!allowed_(request.url)) {
        attempt.error = "webhook.egress_refused";
        co_return attempt;
    }
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("webhook-id", item.id);
    request.headers.emplace_back("webhook-timestamp", std::to_string(seconds));
    request.headers.emplace_back("webhook-signature", *signature);
    auto answer = co_await http_.send(std::move(request));
    attempt.took = clock_.now() - attempt.at;
    if (!answer.ok) {
        attempt.error =
            answer.failure.address_refused ? "webhook.egress_refused" : "webhook.no_answer";
        co_return attempt;
    }
    attempt.status = answer.response.status;
    if (attempt.status / 100 != 2) attempt.error = "webhook.refused";
    const bool slow = attempt.status == 429 || attempt.status == 502 || attempt.status == 503 ||
                      attempt.status == 504;
    if (slow) {
        const auto wish = retry_after(answer.response.headers);
        const Duration wait = wish.value_or(options_.schedule.front());
        e->slowed_until = std::max(e->slowed_until, clock_.now() + wait);
    }
    co_return attempt;
}

asio::awaitable<WebhookAttempt> Webhooks::test(core::Object endpoint) {
    auto e = std::make_shared<Endpoint>();
    e->object = std::move(endpoint);
    if (auto body = formats::read_json(e->object.body); body) e->body = std::move(*body);
    core::FeedItem item;
    const std::uint64_t high = random_.next();
    item.id = crypto::make_id("evt", clock_.now(), high, random_.next());
    item.type = "webhook.test";
    item.timestamp = clock_.now();
    item.actor = "system:webhooks";
    item.data = "{}";
    auto attempt = co_await post(e, std::move(item), 1);
    co_return attempt;
}

}  // namespace gw::engine
