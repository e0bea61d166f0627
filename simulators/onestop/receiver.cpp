// What happens to one webhook at the one-stop.
#include "simulators/onestop/receiver.hpp"

#include "simulators/kit/admin.hpp"

#include <algorithm>

namespace sim::onestop {

const kit::Fault* Receiver::strikes(const char* name, const FeedEvent& event) {
    kit::Occasion occasion;
    occasion.service = event.type;
    occasion.dossier = event.dossier;
    occasion.now = now_;
    const auto* fault = mistakes_.strikes(name, occasion);
    if (fault != nullptr) struck_ = name;
    return fault;
}

void Receiver::verify_with_wrong_key(const kit::Call& call) {
    const std::vector<std::string> wrong{"whsec_V1JPTkctU0VDUkVULVdST05HLVNFQ1JFVC1XUk9ORyE="};
    if (check_webhook(wrong, call, now_) == WebhookVerdict::good)
        ledger_.surprise("a webhook fits a secret that nobody gave out");
}

/// One try of an event is refused at most: the second wait of the schedule is five minutes, longer
/// than a played day.
bool Receiver::refuse(
    const kit::Call& call, const FeedEvent& event, Received& known, kit::Answer& answer
) {
    if (known.refused > 0 || known.taken > 0) return false;
    if (strikes("wrong_key", event) != nullptr) {
        verify_with_wrong_key(call);
        answer = kit::text_answer(401, "signature does not fit\n");
    } else if (strikes("webhook_500", event) != nullptr) {
        answer = kit::text_answer(500, "database is locked\n");
    } else if (const auto* busy = strikes("webhook_503", event); busy != nullptr) {
        answer = kit::text_answer(503, "busy\n");
        answer.headers.emplace_back("Retry-After", busy->param("s", "1"));
    } else {
        return false;
    }
    ++known.refused;
    return true;
}

const char* Receiver::take(const FeedEvent& event, Received& known) {
    if (++known.taken > 1) {
        ++repeated_;
        if (known.body != event.raw)
            ledger_.surprise("webhook " + event.id + " came again with other bytes");
        return "repeat";
    }
    known.body = event.raw;
    ++received_;
    if (on_event_) on_event_(event);
    return "take";
}

void Receiver::answer_badly(const FeedEvent& event, Received& known, kit::Answer& answer) {
    if (!known.lost && known.refused == 0 && strikes("webhook_lost", event) != nullptr) {
        known.lost = true;
        answer.fate = event.seq % 2 == 0 ? kit::Fate::reset : kit::Fate::close_before_status;
    } else if (strikes("webhook_twice", event) != nullptr) {
        answer.fate = kit::Fate::answer_twice;
    }
    if (const auto* slow = strikes("webhook_slow", event); slow != nullptr)
        answer.delay = core::Duration(slow->number("ms", 1'500));
}

void Receiver::note(const FeedEvent& event, const char* effect, const kit::Answer& answer) {
    kit::Entry entry;
    entry.at = now_;
    entry.service = event.type;
    entry.key = event.id;
    entry.effect = effect;
    entry.fault = struck_;
    const bool answered =
        answer.fate == kit::Fate::answer || answer.fate == kit::Fate::answer_twice;
    entry.status = answered ? answer.status : 0;
    journal_.add(std::move(entry));
}

kit::Answer Receiver::handle(const kit::Call& call, core::Instant now) {
    if (call.path != path) return kit::text_answer(404, "not here\n");
    if (call.method != "POST") return kit::text_answer(405, "POST only\n");
    now_ = now;
    struck_.clear();
    const auto verdict = check_webhook(secrets_, call, now);
    const auto event = read_event(call.body);
    if (verdict != WebhookVerdict::good || !event || event->id != call.header("webhook-id")) {
        ++unproven_;
        const std::string why(event ? name_of(verdict) : "no event");
        ledger_.surprise("webhook " + std::string(call.header("webhook-id")) + ": " + why);
        return kit::text_answer(401, why + "\n");
    }
    kit::Answer answer = kit::text_answer(204, "");
    if (event->type == "webhook.test") {
        ++tests_;
        return answer;
    }
    auto& known = all_[event->id];
    known.type = event->type;
    known.last = now;
    const bool refused = refuse(call, *event, known, answer);
    const char* effect = refused ? "refuse" : take(*event, known);
    if (!refused) answer_badly(*event, known, answer);
    note(*event, effect, answer);
    return answer;
}

std::uint64_t Receiver::waiting() const {
    return static_cast<std::uint64_t>(std::count_if(all_.begin(), all_.end(), [](const auto& row) {
        return row.second.taken == 0;
    }));
}

}  // namespace sim::onestop
