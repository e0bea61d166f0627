// The memory store and the SQLite store given the same random program say the same.
#include "gateway/store/memory.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>

#include <random>
#include <sstream>

namespace gw::test {
namespace {

struct MemoryHarness {
    std::shared_ptr<store::MemoryState> state = store::new_memory_state();
    std::unique_ptr<ports::Store> open(boost::asio::io_context&, core::Instant now) {
        return store::open_memory_store(state, now, 6);
    }
};
struct SqliteHarness {
    TempFolder folder;
    std::unique_ptr<ports::Store> open(boost::asio::io_context& io, core::Instant now) {
        store::SqliteOptions options;
        options.folder = folder.path();
        options.keys_in_memory = 8;
        options.lane_depth_max = 6;
        options.ballast_bytes = 0;
        options.disk_free_min = 0;
        options.disk_refuse_share = 1;
        return store::open_sqlite_store(io.get_executor(), options, now);
    }
};

std::string text(const std::optional<core::Instant>& t) {
    return t ? std::to_string(core::to_ms(*t)) : "-";
}
std::string text(const core::Claim& c) {
    std::ostringstream s;
    s << core::raw(c.lane) << ' ' << core::raw(c.leg.id) << ' ' << core::raw(c.leg.event) << ' '
      << c.leg.partner << ' ' << c.leg.dossier << ' ' << c.leg.effect_key << ' '
      << core::to_word(c.state) << ' ' << c.epoch << ' ' << c.fence << ' ' << c.attempts_message
      << c.attempts_partner << c.enquiries << c.not_found << c.sends_unknown << c.suspects << ' '
      << text(c.unknown_since) << ' ' << c.lane_note << ' ' << text(c.enqueued_at) << ' '
      << *c.snapshot;
    return s.str();
}
std::string text(const ports::LegView& v) {
    std::ostringstream s;
    s << core::raw(v.leg.id) << ' ' << core::raw(v.lane) << ' ' << core::to_word(v.state) << ' '
      << v.event_kind << ' ' << v.reason << ' ' << v.what << ' ' << v.flag << ' ' << v.reference
      << ' ' << v.attempts_message << v.attempts_partner << ' ' << text(v.next_attempt_at) << ' '
      << text(v.ended_at) << ' ' << text(v.enqueued_at) << ' ' << v.dossier_version << ' '
      << v.leg.agency << ' ' << v.leg.dossier << ' ' << core::to_word(v.leg.urgency);
    return s.str();
}
std::string text(const ports::AttemptView& a) {
    std::ostringstream s;
    s << a.n << a.enquiry << ' ' << text(a.began) << ' ' << text(a.ended) << ' '
      << (a.outcome ? core::to_word(*a.outcome) : "-") << ' ' << a.code << ' ' << a.what << ' '
      << a.answer << ' ' << static_cast<int>(a.bytes[0]);
    return s.str();
}
template <class T>
std::string text(const core::Result<T>& r) {
    return r ? "ok" : r.error().code + " " + r.error().what;
}
std::string text(const core::Object& o) {
    return o.agency + " " + o.id + " " + std::to_string(o.version) + " " + o.state + " " +
           o.dossier + " " + o.ref + " " + text(o.created_at) + " " + text(o.updated_at) + " " +
           o.body;
}
std::string text(const core::FeedItem& f) {
    return std::to_string(f.seq) + " " + f.id + " " + f.agency + " " + f.type + " " + f.dossier +
           " " + std::to_string(f.dossier_seq);
}

/// One program on one store; every answer goes to the trace.
template <class Harness>
class Program {
public:
    explicit Program(unsigned seed) : random_(seed) {}
    std::string run(int steps) {
        for (int i = 0; i < steps; ++i) step();
        look();
        return trace_.str();
    }

private:
    StoreBench<Harness> b_;
    std::mt19937 random_;
    std::ostringstream trace_;
    core::Instant now_ = day_one;
    std::vector<core::Claim> claims_;
    std::vector<std::pair<core::LaneId, std::int64_t>> fences_;
    int keys_ = 0;

    int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
    std::string dossier() { return pick(8) == 0 ? "" : "D" + std::to_string(pick(5)); }
    std::string partner() { return pick(3) == 0 ? "population" : "national_portal"; }
    core::Claim some_claim() {
        return claims_.empty()
                   ? core::Claim()
                   : claims_[static_cast<std::size_t>(pick(static_cast<int>(claims_.size())))];
    }
    void note(std::string_view what, const std::string& result) {
        trace_ << what << ": " << result << '\n';
    }

    void step() {
        now_ += std::chrono::seconds(pick(20));
        switch (pick(12)) {
            case 0:
            case 1:
            case 2:
                return accept();
            case 3:
            case 4:
                return claim();
            case 5:
            case 6:
                return intend();
            case 7:
            case 8:
                return settle();
            case 9:
                return act();
            case 10:
                if (pick(3) == 0)
                    note(
                        "release",
                        text(b_.await(
                            b_.store->release(some_claim(), now_ + std::chrono::seconds(pick(60)))
                        ))
                    );
                return;
            default:
                if (pick(6) == 0) b_.restart(now_);
                look();
        }
    }
    void accept() {
        if (pick(5) != 0) ++keys_;
        auto a = acceptance(
            pick(10) == 0 ? "" : "k" + std::to_string(keys_), pick(15) == 0 ? "other" : "{}", now_
        );
        for (int i = pick(3); i > 0; --i)
            with_leg(
                a,
                dossier(),
                partner(),
                static_cast<core::Effect>(pick(3)),
                static_cast<core::Urgency>(pick(4))
            );
        for (auto& leg : a.legs) {
            if (pick(4) == 0) leg.leg.legal_deadline = now_ + std::chrono::minutes(pick(300));
            leg.supersedes = pick(3) != 0;
            if (pick(3) == 0) leg.leg.agency = a.events[leg.event_index].agency = "H57";
        }
        a.on_superseded = [](const core::Leg& leg) { return feed_item(leg.dossier, "replaced"); };
        for (int i = pick(3); i > 0; --i) {
            a.objects.push_back(object_write("O" + std::to_string(pick(4)), pick(4) - 1, now_));
            a.objects.back().remove = pick(8) == 0;
            a.objects.back().object.ref = pick(3) == 0 ? "r1" : "";
            a.objects.back().object.state = pick(2) == 0 ? "received" : "done";
        }
        if (pick(2) == 0)
            a.feed.push_back(feed_item(dossier(), pick(2) == 0 ? "payment.paid" : "dossier.updated")
            );
        if (pick(3) == 0) a.audit.push_back(audit_row("s" + std::to_string(pick(3))));
        if (pick(2) == 0) {
            a.answer.emplace();
            a.answer->status = 200 + pick(5);
        }
        const auto r = b_.await(b_.store->accept(std::move(a)));
        note("accept", text(r));
        if (r)
            note(
                "  gave",
                std::to_string(core::raw(r->message)) + (r->repeated ? " again " : " new ") +
                    std::to_string(r->feed_seq) +
                    (r->answer ? std::to_string(r->answer->status) : "")
            );
    }
    void claim() {
        ports::ClaimWish wish;
        wish.partner = partner();
        wish.most = pick(4);
        wish.now = now_;
        wish.in_flight.limit = pick(8);
        wish.in_flight.service_time = std::chrono::seconds(pick(200));
        for (int i = pick(4); i > 0; --i)
            wish.in_flight.begin(static_cast<core::Urgency>(pick(4)), pick(2) == 0 ? "H56" : "H57");
        const auto r = b_.await(b_.store->claim(std::move(wish)));
        note("claim", text(r));
        if (!r) return;
        note("  next", text(r->next_due));
        for (const core::Claim& c : r->claims) {
            note("  claim", text(c));
            claims_.push_back(c);
            fences_.emplace_back(c.lane, c.fence);
        }
        if (claims_.size() > 12) claims_.erase(claims_.begin(), claims_.end() - 8);
        if (fences_.size() > 12) fences_.erase(fences_.begin(), fences_.end() - 8);
    }
    void intend() {
        const core::Claim c = some_claim();
        const auto r = b_.await(b_.store->intend(c, digest_of(std::to_string(pick(9))), now_));
        note("intend", text(r) + (r ? std::to_string(*r) : ""));
        if (r) fences_.emplace_back(c.lane, *r);
    }
    void settle() {
        if (fences_.empty()) return;
        const auto [lane, fence] =
            fences_[static_cast<std::size_t>(pick(static_cast<int>(fences_.size())))];
        core::Settlement s =
            settlement(static_cast<LegState>(pick(10)), static_cast<Outcome>(pick(7)), now_);
        if (pick(3) != 0) s.due_at = now_ + std::chrono::seconds(pick(90));
        s.reason = pick(2) == 0 ? "reason" : "";
        s.attempts_message = pick(5);
        s.sends_unknown = pick(2);
        s.was_enquiry = pick(4) == 0;
        if (pick(4) == 0) s.lane_note = "note" + std::to_string(pick(9));
        if (pick(4) == 0) s.flag = pick(2) == 0 ? "flag" : "skipped";
        std::vector<core::FeedItem> feed;
        if (pick(3) == 0) feed.push_back(feed_item(dossier(), "sync.delivered"));
        note("settle", text(b_.await(b_.store->settle(lane, fence, s, feed))));
    }
    void act() {
        auto why = audit_row("act");
        why.at = now_;
        note(
            "act",
            text(b_.await(b_.store->act(
                core::LegId{1 + pick(20)}, static_cast<ports::LegAction>(pick(3)), why
            )))
        );
    }
    void alarms() {
        const auto tell = [](const ports::LegalAlarm& alarm) {
            return feed_item(alarm.leg.dossier, "late" + std::to_string(alarm.percent));
        };
        const auto r = b_.await(b_.store->legal_alarms(now_, 1 + pick(5), tell));
        note("alarms", text(r));
        for (const ports::LegalAlarm& a : r.value())
            trace_ << core::raw(a.leg.id) << ' ' << a.percent << ' ' << core::to_word(a.state)
                   << ' ' << core::to_word(a.leg.urgency) << '\n';
    }
    void look() {
        alarms();
        for (auto& q : b_.await(b_.store->stats()).value())
            trace_ << q.partner << ' ' << q.ready << ' ' << q.sending << ' ' << q.retry << ' '
                   << q.unknown << ' ' << q.blocked << ' ' << q.dead << ' ' << q.delivered << ' '
                   << text(q.oldest_waiting) << ' ' << text(q.last_delivered) << '\n';
        for (int i = 0; i < 5; ++i)
            for (auto& v : b_.await(b_.store->legs_of("H56", "D" + std::to_string(i))).value()) {
                note("leg", text(v));
                for (auto& a : b_.await(b_.store->attempts_of(v.leg.id)).value())
                    note("  attempt", text(a));
                note("  view", text(*b_.await(b_.store->claim_view(v.leg.id)).value()));
            }
        for (auto& v :
             b_.await(b_.store->legs_in(partner(), static_cast<LegState>(pick(10)), 3)).value())
            note("in", text(v));
        ports::ObjectFilter filter;
        filter.kind = "dossier";
        if (pick(2) == 0) filter.agency = "H56";
        if (pick(3) == 0) filter.state = "done";
        if (pick(3) == 0) filter.ref = "r1";
        filter.limit = 1 + pick(4);
        const auto page = b_.await(b_.store->objects(filter)).value();
        for (auto& o : page.items) note("object", text(o));
        note("next", page.next);
        const auto feed = b_.await(b_.store->feed(
                                       pick(2) == 0 ? "H56" : "",
                                       pick(10),
                                       1 + pick(5),
                                       pick(2) == 0 ? std::vector<std::string>()
                                                    : std::vector<std::string>(1, "payment.*")
                                   ))
                              .value();
        for (auto& f : feed.items) note("feed", text(f));
        trace_ << feed.next << feed.has_more << feed.oldest << '\n';
        for (auto& row : b_.await(b_.store->audit_of("H56", pick(2) == 0 ? "act" : "s1")).value())
            trace_ << "audit " << row.id << row.action << '\n';
        trace_ << b_.await(b_.store->feed_end("H56")).value() << ' ' << b_.store->health().epoch
               << '\n';
        trace_ << b_.await(b_.store->events_of("H56", "D1", "")).value().size() << '\n';
    }
};

/// The first line that differs, with the line before it.
std::string difference(const std::string& a, const std::string& b) {
    std::istringstream left(a), right(b);
    std::string l, r, before;
    while (std::getline(left, l) && std::getline(right, r)) {
        if (l != r) return before + "\n memory: " + l + "\n sqlite: " + r;
        before = l;
    }
    return a.size() == b.size() ? "" : "one trace is longer";
}

}  // namespace

TEST_CASE("stores: the same random program gives the same answers in memory and in SQLite") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        const std::string in_memory = Program<MemoryHarness>(seed).run(400);
        const std::string in_sqlite = Program<SqliteHarness>(seed).run(400);
        CHECK(difference(in_memory, in_sqlite) == "");
    }
}

TEST_CASE("stores: a random program is the same each time it runs") {
    CHECK(Program<MemoryHarness>(77).run(300) == Program<MemoryHarness>(77).run(300));
}

}  // namespace gw::test
