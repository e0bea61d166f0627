// What a webhook endpoint's answers change: its cursor, its state, the time of the next try; and
// the signature.
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/webhook_list.hpp"
#include "gateway/engine/webhooks.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>

namespace gw::engine {
namespace {

using core::Document;
using core::Duration;
using core::Instant;

constexpr std::size_t attempts_kept = 50;
constexpr std::int64_t not_saved = -1;

Duration spread(Duration wait, double jitter) {
    return Duration(
        static_cast<std::int64_t>(static_cast<double>(wait.count()) * (0.8 + 0.4 * jitter))
    );
}

}  // namespace

void Webhooks::write_metrics(std::string& out) const {
    std::map<std::string, int> states{{"active", 0}, {"failing", 0}, {"disabled", 0}};
    std::size_t pending = 0;
    for (const auto& [id, endpoint] : endpoints_) {
        ++states[endpoint->body.text_of("state", "active")];
        pending += endpoint->pending.size();
    }
    out += "# TYPE lienthong_webhook_endpoints gauge\n";
    for (const auto& [state, number] : states)
        out +=
            "lienthong_webhook_endpoints{state=\"" + state + "\"} " + std::to_string(number) + "\n";
    out += "# TYPE lienthong_webhook_events_pending gauge\n";
    out += "lienthong_webhook_events_pending " + std::to_string(pending) + "\n";
}

core::Result<std::string> sign_with_secret(const std::string& secret, std::string_view message) {
    constexpr std::string_view prefix = "whsec_";
    const bool prefixed = secret.compare(0, prefix.size(), prefix) == 0;
    const auto key = prefixed ? crypto::from_base64(secret.substr(prefix.size())) : std::nullopt;
    if (!key || key->size() < 24)
        return core::give_up(
            "webhook.secret_unreadable", "The endpoint's secret is not whsec_ + base64."
        );
    return crypto::hmac_sha256(*key, message);
}

core::Result<std::string> webhook_signature(
    const WebhookSign& sign,
    const std::vector<std::string>& secrets,
    std::string_view id,
    std::int64_t timestamp,
    std::string_view body
) {
    std::string message(id);
    message += "." + std::to_string(timestamp) + ".";
    message += body;
    std::string header;
    for (const std::string& secret : secrets) {
        const auto mac = sign(secret, message);
        if (!mac) return mac.error();
        if (!header.empty()) header += ' ';
        header += "v1," + crypto::to_base64(*mac);
    }
    return header;
}

void Webhooks::note(Endpoint& e, std::int64_t seq, const WebhookAttempt& attempt) {
    const Instant now = clock_.now();
    e.attempts.push_front(attempt);
    if (e.attempts.size() > attempts_kept) e.attempts.pop_back();
    --e.in_flight;
    const auto it = e.pending.find(seq);
    GW_ASSERT(it != e.pending.end());
    Delivery& d = it->second;
    d.busy = false;
    e.dossiers.erase(d.item.dossier);
    e.saved_cursor = not_saved;
    if (!attempt.error.empty()) {
        note_failure(e, d, attempt, now);
        if (d.failures <= static_cast<int>(options_.schedule.size())) {
            d.item = core::FeedItem();
            set_cursor(e.pending, e.read_to, e.cursor);
            return;
        }
        if (e.body.text_of("state") != "disabled") set_state(e, "failing");  // it stays in the feed
    } else {
        e.failing_since.reset();
        if (e.body.text_of("state") == "failing") set_state(e, "active");
    }
    e.pending.erase(it);
    set_cursor(e.pending, e.read_to, e.cursor);
}

void Webhooks::note_failure(Endpoint& e, Delivery& d, const WebhookAttempt& attempt, Instant now) {
    if (!e.failing_since) e.failing_since = now;
    if (attempt.status == 410 || now - *e.failing_since >= options_.disable_after) {
        set_state(e, "disabled");
        ports::log::warning("webhook.disabled", {{"status", attempt.status}});
    }
    if (++d.failures > static_cast<int>(options_.schedule.size())) return;
    const Duration wait = options_.schedule[static_cast<std::size_t>(d.failures) - 1];
    d.due = now + spread(wait, random_.uniform());
    alarm_.at(d.due);
}

void Webhooks::set_state(Endpoint& e, std::string state) {
    if (e.body.text_of("state") == state) return;
    e.body.set("state", Document::text(state));
    e.object.state = std::move(state);
    e.changed_state = true;
}

void Webhooks::save_if_due(const EndpointPtr& e) {
    const bool same = e->cursor == e->saved_cursor && e->failing_since == e->saved_failing;
    if (e->saving || (same && !e->changed_state)) return;
    const Instant now = clock_.now();
    if (e->next_save > now && !e->changed_state) {
        alarm_.at(e->next_save);
        return;
    }
    e->saving = true;
    e->next_save = now + options_.save_every;
    tasks_.spawn(save(e));
}

asio::awaitable<void> Webhooks::save(EndpointPtr e) {
    const Instant now = clock_.now();
    const std::int64_t cursor = e->cursor;
    const auto failing = e->failing_since;
    Document progress = Document::object();
    progress.set("cursor", Document::number(cursor));
    progress.set("waiting", waiting_list(e->pending));
    e->saved_cursor = cursor;
    e->saved_failing = failing;
    if (failing) progress.set("failing_since", Document::text(core::to_rfc3339(*failing)));
    ports::Acceptance a;
    a.message.partner = "lienthong";
    a.message.agency = e->object.agency;
    a.message.kind = "webhook.progress";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>();
    a.message.digest = crypto::sha256("");
    core::ObjectWrite w;
    w.expected_version = -1;
    w.object.kind = "webhook_cursor";
    w.object.agency = e->object.agency;
    w.object.id = e->object.id;
    w.object.body = formats::write_json(progress);
    w.object.created_at = w.object.updated_at = now;
    a.objects.push_back(std::move(w));
    const bool state_too = e->changed_state;
    if (state_too) {
        core::ObjectWrite s;
        s.expected_version = e->object.version;
        s.object = e->object;
        s.object.body = formats::write_json(e->body);
        s.object.updated_at = now;
        a.objects.push_back(std::move(s));
    }
    a.needed = true;  // how far the receiver is: else it gets everything again
    auto accepted = co_await store_.accept(std::move(a));
    e->saving = false;
    if (!accepted) {
        e->saved_cursor = not_saved;
        // The one-stop changed its endpoint meanwhile: its version wins and is read again.
        e->changed_state = e->changed_state && accepted.error().code != "object.version";
        if (accepted.error().advice == core::Advice::stop && hooks_.on_stop)
            hooks_.on_stop(accepted.error());
        co_return;
    }
    if (!state_too) co_return;
    e->changed_state = false;
    ++e->object.version;
}

}  // namespace gw::engine
