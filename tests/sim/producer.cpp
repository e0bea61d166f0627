// The one-stop of the simulation: asks until it hears yes, repeats itself, and an operator who
// tidies up.
#include "gateway/crypto/digest.hpp"
#include "tests/sim/world.hpp"

#include <boost/asio/co_spawn.hpp>

namespace gw::sim_test {
namespace {

using core::LegState;
using std::chrono::seconds;

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

}  // namespace

ports::Acceptance World::acceptance_of(const Item& item) const {
    ports::Acceptance a;
    a.message.partner = "onestop";
    a.message.agency = "H56";
    a.message.kind = "POST /v1/progress";
    a.message.message_key = item.key;
    a.message.received_at = const_cast<test::SimClock&>(clock_).now();
    a.message.body = std::make_shared<const std::string>(item.text);
    a.message.digest = crypto::sha256(item.text);
    core::Event event;
    event.kind = "progress.recorded";
    event.agency = "H56";
    event.dossier = item.dossier;
    event.occurred_at = event.recorded_at = a.message.received_at;
    event.snapshot = a.message.body;
    a.events.push_back(std::move(event));
    a.legs = item.legs;
    return a;
}

void World::ask(std::size_t item) {
    if (items_[item].accepted) return;
    items_[item].asked = true;
    asio::co_spawn(*io_, produce(process_.get(), item, false), rethrow);
}

void World::resend(std::size_t item) {
    asio::co_spawn(*io_, produce(process_.get(), item, true), rethrow);
}

asio::awaitable<void> World::produce(Process* process, std::size_t item, bool again) {
    auto a = acceptance_of(items_[item]);
    auto result = co_await intake_of(process).accept(std::move(a));
    produced(item, again, result);
}

void World::produced(std::size_t i, bool again, const core::Result<ports::Accepted>& result) {
    Item& item = items_[i];
    if (again) {
        if (result && !result->repeated)
            outcome_.faults.push_back("a repeated message was taken as new: " + item.key);
        return;
    }
    if (item.accepted) return;
    const Instant now = clock_.now();
    if (!result) {
        clock_.at(now + seconds(1), [this, i] { ask(i); });
        return;
    }
    item.accepted = true;
    journal_.add(now, test::Journal::Kind::accepted, "", item.key);
    for (test::Meant& m : meant_)
        if (m.oracle.compare(0, item.key.size() + 1, item.key + "/") == 0) m.accepted = true;
    if (random_.chance(plan_.resend))
        clock_.at(now + random_.duration(Duration(0), seconds(600)), [this, i] { resend(i); });
    if (item.next == 0) return;
    const std::size_t next = item.next;
    clock_.at(now + random_.duration(Duration(0), seconds(300)), [this, next] { ask(next); });
}

/// Asks the partner by telephone about what nobody else could find out, and withdraws what was
/// refused.
asio::awaitable<void> World::operate(Process* process) {
    ports::Store& store = store_of(process);
    for (Partner& partner : partners_) {
        for (const LegState state : {LegState::blocked, LegState::dead}) {
            auto legs = co_await store.legs_in(partner.name, state, 1'000);
            if (!legs) continue;
            for (const ports::LegView& v : *legs) {
                core::AuditRow why;
                why.at = clock_.now();
                why.actor = "CB0001";
                ports::LegAction action = ports::LegAction::redrive;
                const bool done = partner.keys.count(v.leg.effect_key) > 0;
                if (done && v.reason == "unknown_unresolved")
                    action = ports::LegAction::record_done;
                if (state == LegState::dead) action = ports::LegAction::cancel;
                auto acted = co_await store.act(v.leg.id, action, std::move(why));
                if (!acted) outcome_.faults.push_back("act: " + acted.error().code);
            }
        }
    }
    wake(process);
}

}  // namespace gw::sim_test
