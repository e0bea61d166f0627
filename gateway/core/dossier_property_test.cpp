// Random lives of a dossier: whatever is asked, the promises about version, order, status and
// snapshots hold.
#include "gateway/core/problem.hpp"
#include "tests/kit/dossier_kit.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace gw::core;
using namespace gw::test;

namespace {

class Life {
public:
    explicit Life(std::uint64_t seed) : random_(seed) {
        clock_ = at("2026-03-02T09:00:00+07:00");
        kit_.context.now = clock_;
        take(create_dossier(pick(2) == 0 ? received_request() : registered_request(), kit_.context)
        );
    }

    void live(int commands) {
        for (int i = 0; i < commands; ++i) {
            clock_ += std::chrono::minutes(pick(300));
            kit_.context.now = clock_;
            take(command());
        }
        for (std::size_t i = 0; i < told_.size(); ++i) REQUIRE(told_[i] == kept_[i]);
    }

    int accepted = 0, refused = 0;

private:
    unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

    std::string when() {
        const auto shift = std::chrono::minutes(pick(20) == 0 ? -120 : 0);
        return to_rfc3339(clock_ + shift);
    }

    Document entry() {
        const auto status = static_cast<Status>(1 + pick(10));
        Document out = progress(std::string(to_word(status)).c_str(), when().c_str());
        if (pick(6) == 0) out = corrected(std::move(out));
        if (pick(12) == 0) out.set("internal", Document::boolean(true));
        return out;
    }

    Decision supplement() {
        Document ask = texts({{"text", "Bổ sung"}});
        ask.set("requested_at", text(when()));
        ask.set("requested_by", officer());
        const Document* rounds = current_.find("supplements");
        if (rounds == nullptr || pick(2) == 0)
            return request_supplement(current_, ask, kit_.context);
        static constexpr const char* resumes[] = {"received", "processing", "registered"};
        Document got = texts({{"resume", resumes[pick(3)]}});
        got.set("received_at", text(when()));
        got.set("received_by", officer());
        if (pick(2) == 0) got.set("new_due_at", text(to_rfc3339(clock_ + std::chrono::hours(48))));
        const std::string id =
            rounds->items()[pick(static_cast<unsigned>(rounds->size()))].text_of("id");
        return receive_supplement(current_, id, got, kit_.context);
    }

    Decision command() {
        switch (pick(10)) {
            case 0:
            case 1:
                return supplement();
            case 2:
                return patch_dossier(current_, texts({{"note", "Ghi chú"}}), kit_.context);
            case 3:
                return add_fee(current_, fee("LP-1", 1'000L * pick(3), 1), kit_.context);
            case 4: {
                const auto code = texts(
                    {{"result_code", "KQ.G15.000031"}, {"name", "x"}, {"attachment_id", "att_9"}}
                );
                return add_result(current_, code, kit_.context);
            }
            case 5: {
                Document survey = texts({{"satisfaction", "satisfied"}, {"given_by", "citizen"}});
                survey.set("given_at", text(when()));
                return put_survey(current_, survey, kit_.context);
            }
            case 6:
                if (pick(8) == 0)
                    return withdraw(current_, texts({{"reason_vi", "Đổi ý"}}), kit_.context);
                return replace_dossier(current_, received_request(), kit_.context);
            case 7: {
                std::vector<Document> batch;
                for (unsigned n = 1 + pick(4); n > 0; --n) batch.push_back(entry());
                return record_progress(current_, batch, kit_.context);
            }
            default:
                return record_progress(current_, {entry()}, kit_.context);
        }
    }

    void take(const Decision& decision) {
        if (const auto* problem = std::get_if<Problem>(&decision)) {
            ++refused;
            REQUIRE(problem_text(problem->code) != nullptr);
            for (const Finding& f : problem->findings) REQUIRE(problem_text(f.code) != nullptr);
            return;
        }
        ++accepted;
        const Change& change = std::get<Change>(decision);
        const std::int64_t version = change.dossier.at("/version")->as_integer().value();
        REQUIRE(change.expected_version == version_);
        REQUIRE(version == version_ + 1);
        REQUIRE_FALSE(change.events.empty());
        for (const EventDraft& event : change.events) see(event, version);
        version_ = version;
        current_ = change.dossier;
        REQUIRE(current_.at("/progress_count")->as_integer() == seq_);
        REQUIRE(current_.text_of("status") == to_word(*status_));
        REQUIRE(change.events.back().snapshot.at("/dossier") != nullptr);
        REQUIRE(*change.events.back().snapshot.at("/dossier") == current_);
        check_facts();
    }

    /// One event against the one before it.
    void see(const EventDraft& event, std::int64_t version) {
        const Document& s = event.snapshot;
        REQUIRE(keys_.insert(s.text_of("key")).second);
        REQUIRE(s.at("/version")->as_integer() == version);
        told_.push_back(s);
        kept_.push_back(s);
        const Status now = *status_from_word(s.at("/dossier/status")->as_text());
        if (!status_) status_ = now;
        const Document* entry = s.find("progress");
        if (entry == nullptr) return;
        REQUIRE(entry->at("/seq")->as_integer() == ++seq_);
        REQUIRE(entry->text_of("status") == to_word(now));
        const StepRule rule = kit_.transitions().rule(*status_, now);
        const bool correction = entry->find("correction") != nullptr;
        const bool known = rule == StepRule::same || rule == StepRule::allow ||
                           (rule == StepRule::correction && correction);
        REQUIRE(known);
        if (entry->find("internal") != nullptr) REQUIRE(rule == StepRule::same);
        status_ = now;
    }

    /// Times stand only where the status makes them facts.
    void check_facts() {
        const bool after_finish = *status_ == Status::finished || *status_ == Status::returned;
        if (!after_finish) REQUIRE(current_.find("finished_at") == nullptr);
        if (*status_ == Status::finished) REQUIRE(current_.find("finished_at") != nullptr);
        REQUIRE((current_.find("returned_at") != nullptr) == (*status_ == Status::returned));
        REQUIRE((current_.find("refused_at") != nullptr) == (*status_ == Status::refused));
        if (*status_ == Status::received || *status_ == Status::processing) {
            REQUIRE(current_.find("received_at") != nullptr);
            REQUIRE(current_.find("due_at") != nullptr);
        }
    }

    std::mt19937_64 random_;
    DossierKit kit_;
    Instant clock_{};
    Document current_;
    std::int64_t version_ = 0, seq_ = 0;
    std::optional<Status> status_;
    std::set<std::string> keys_;
    std::vector<Document> told_, kept_;
};

}  // namespace

TEST_CASE("NP-29 dossier property: random commands never leave the transition table") {
    int accepted = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        Life life(seed);
        life.live(40);
        accepted += life.accepted;
        refused += life.refused;
    }
    CHECK(accepted > 2'000);
    CHECK(refused > 2'000);
}
