// Steps of a dossier, decided by the core.
#include "tests/sim/portal_story.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <cstdio>

namespace gw::sim_test {
namespace {

using core::Document;

int status_of(const Document& d, std::string_view member) {
    const auto status = core::status_from_word(d.text_of(member));
    return status ? static_cast<int>(*status) : 0;
}

}  // namespace

Story::Story(int number, test::SimRandom& random, core::Instant start) {
    char code[40];
    std::snprintf(code, sizeof code, "H37.14-260302-%04d", number);
    code_ = code;
    dossier_ = test::received_request();
    dossier_.set("code", Document::text(code_));
    dossier_.set("summary", Document::text("Đăng ký khai sinh số " + std::to_string(number)));
    dossier_.set("submitted_at", Document::text(core::to_rfc3339(start)));
    dossier_.remove("documents");
    steps_ = {"create", "processing"};
    if (random.chance(0.3)) steps_.push_back("processing");
    if (random.chance(0.25)) {
        steps_.push_back("supplement");
        steps_.push_back("supplied");
    }
    if (random.chance(0.3)) steps_.push_back("patch");
    if (random.chance(0.8)) steps_.push_back("finished");
    if (steps_.back() == "finished" && random.chance(0.7)) steps_.push_back("returned");
}

core::Decision Story::decide(core::Instant now) {
    const std::string when = core::to_rfc3339(now);
    const std::string& step = steps_[step_];
    kit_.context.now = now;
    if (step == "create") {
        dossier_.set("received_at", Document::text(when));
        return core::create_dossier(dossier_, kit_.context);
    }
    if (step == "supplement") {
        Document ask = test::texts({{"text", "Bổ sung giấy chứng sinh"}});
        ask.set("requested_by", test::officer());
        ask.set("requested_at", Document::text(when));
        ask.set("deadline", Document::text("2026-03-20"));
        return core::request_supplement(dossier_, ask, kit_.context);
    }
    if (step == "supplied") {
        Document got = test::texts({{"resume", "processing"}});
        got.set("received_by", test::officer());
        got.set("received_at", Document::text(when));
        const std::string id = dossier_.at("/supplements/0/id")->as_text();
        return core::receive_supplement(dossier_, id, got, kit_.context);
    }
    if (step == "patch") {
        Document patch = Document::object();
        patch.set("summary", Document::text(dossier_.text_of("summary") + " (đã sửa)"));
        return core::patch_dossier(dossier_, patch, kit_.context);
    }
    Document entry = test::texts({{"text", "Bước xử lý"}});
    entry.set("at", Document::text(when));
    entry.set("status", Document::text(step));
    entry.set("officer", test::officer());
    return core::record_progress(dossier_, {entry}, kit_.context);
}

ports::Acceptance Story::next(
    core::Instant now,
    const std::vector<core::Route>& routes,
    const std::function<const core::Operation*(std::string_view)>& operation_of,
    std::vector<test::Meant>& meant
) {
    core::Change change = test::made(decide(now));
    ports::Acceptance a;
    a.message.partner = "onestop";
    a.message.agency = "H37";
    a.message.kind = steps_[step_];
    a.message.message_key = code_ + "/" + std::to_string(step_);
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>(formats::write_json(change.dossier));
    a.message.digest = crypto::sha256(*a.message.body);
    for (core::EventDraft& draft : change.events) {
        core::Event event;
        event.kind = draft.kind;
        event.agency = "H37";
        event.dossier = code_;
        event.occurred_at = draft.occurred_at;
        event.recorded_at = now;
        event.snapshot = std::make_shared<const std::string>(formats::write_json(draft.snapshot));
        for (core::PlannedLeg& planned :
             core::plan({event}, {draft.snapshot}, routes, operation_of)) {
            planned.event_index = a.events.size();
            test::Meant m;
            m.oracle = planned.leg.effect_key;
            m.partner = planned.leg.partner;
            m.dossier = code_;
            m.operation = planned.leg.operation;
            m.effect = planned.leg.effect;
            meant.push_back(std::move(m));
            if (planned.leg.operation == "national_portal.DongBoHoSoMC") {
                const int status = status_of(*draft.snapshot.find("dossier"), "status");
                if (statuses_.empty() || statuses_.back() != status) statuses_.push_back(status);
            } else {
                lines_.push_back(status_of(*draft.snapshot.find("progress"), "status"));
            }
            a.legs.push_back(std::move(planned));
        }
        a.events.push_back(std::move(event));
    }
    dossier_ = std::move(change.dossier);
    ++step_;
    return a;
}

}  // namespace gw::sim_test
