// Monthly satisfaction totals.
#include "connectors/national_portal/survey.hpp"

#include "connectors/national_portal/connector.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

std::string month_of(core::Day day) {
    return core::to_iso_day(day).substr(0, 7);
}

}  // namespace

std::vector<int> percentages(const std::vector<int>& counts) {
    int total = 0;
    for (const int n : counts) total += n;
    std::vector<int> shares(counts.size(), 0);
    if (total == 0) return shares;
    std::vector<std::size_t> by_remainder;
    int given = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        shares[i] = counts[i] * 100 / total;
        given += shares[i];
        by_remainder.push_back(i);
    }
    std::stable_sort(
        by_remainder.begin(),
        by_remainder.end(),
        [&counts, total](std::size_t a, std::size_t b) {
            return counts[a] * 100 % total > counts[b] * 100 % total;
        }
    );
    for (std::size_t i = 0; given < 100; ++i, ++given) ++shares[by_remainder[i]];
    return shares;
}

void SurveyCounts::add(const Document& dossier) {
    const Document* survey = dossier.find("survey");
    const Document* unit = dossier.find("receiving_unit");
    if (survey == nullptr || unit == nullptr) return;
    const auto given =
        core::parse_rfc3339(survey->text_of("given_at", survey->text_of("recorded_at")));
    if (!given || month_of(core::local_day(*given)) != month_) return;
    constexpr std::string_view words[] = {"very_satisfied", "satisfied", "dissatisfied"};
    const auto word =
        std::find(std::begin(words), std::end(words), survey->text_of("satisfaction"));
    if (word == std::end(words)) return;
    auto& counts = units_[{unit->text_of("code"), unit->text_of("name")}];
    counts.resize(3);
    ++counts[static_cast<std::size_t>(word - std::begin(words))];
}

std::vector<Document> SurveyCounts::snapshots() const {
    std::vector<Document> out;
    for (const auto& [who, counts] : units_) {
        const auto shares = percentages(counts);
        Document officers = Document::object();
        officers.set("very_satisfied", Document::number(shares[0]));
        officers.set("satisfied", Document::number(shares[1]));
        officers.set("dissatisfied", Document::number(shares[2]));
        Document unit = Document::object();
        unit.set("code", Document::text(who.first));
        unit.set("name", Document::text(who.second));
        Document survey = Document::object();
        survey.set("month", Document::text(month_));
        survey.set("raters", Document::number(counts[0] + counts[1] + counts[2]));
        survey.set("officers", std::move(officers));
        survey.set("unit", std::move(unit));
        Document snapshot = Document::object();
        snapshot.set("key", Document::text(who.first + ":" + month_));
        snapshot.set("survey", std::move(survey));
        out.push_back(std::move(snapshot));
    }
    return out;
}

core::Day final_day(const core::Calendar& calendar, core::Day in_month) {
    const core::Day before_first =
        std::chrono::sys_days(in_month.year() / in_month.month() / std::chrono::day(1)) -
        std::chrono::days(1);
    return calendar.add_working(before_first, 3);
}

ports::Async<void> SurveyJob::run(core::Instant now) {
    using std::chrono::sys_days;
    const core::Day today = core::local_day(now);
    const core::Calendar weekends{};
    const core::Calendar* const calendar = portal_->parts().calendar;
    const core::Day final_on = final_day(calendar == nullptr ? weekends : *calendar, today);
    const core::Day last_month =
        sys_days(today.year() / today.month() / std::chrono::day(1)) - std::chrono::days(1);
    const std::string partner = portal_->options().partner,
                      final_key = "survey-final:" + partner + ":" + month_of(last_month);
    SurveyCounts running(month_of(today)), before(month_of(last_month));
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.agency = portal_->options().agency;
    do {
        auto page = co_await portal_->parts().store->objects(filter);
        if (!page) co_return page.error();
        for (const core::Object& object : page->items) {
            if (object.body.find("\"survey\"") == object.body.npos) continue;
            const auto dossier = formats::read_stored(object.body);
            if (!dossier) continue;
            running.add(*dossier);
            before.add(*dossier);
        }
        filter.after = page->next;
    } while (!filter.after.empty());
    std::vector<Document> snapshots = running.snapshots();
    std::string key = "survey:" + partner + ":" + core::to_iso_day(today);
    auto queued = co_await queue(std::move(snapshots), std::move(key), now);
    if (!queued) co_return queued.error();
    if (sys_days(today) < sys_days(final_on) || finals_.contains(final_key))
        co_return core::Result<void>();
    std::vector<Document> finals = before.snapshots();
    auto ended = co_await queue(std::move(finals), final_key, now);
    if (!ended) co_return ended.error();
    finals_.insert(final_key);
    co_return core::Result<void>();
}

ports::Async<void> SurveyJob::queue(
    std::vector<Document> snapshots, std::string key, core::Instant now
) {
    if (snapshots.empty()) co_return core::Result<void>();
    const Options& options = portal_->options();
    ports::Acceptance a;
    a.message.partner = "lienthong";
    a.message.agency = options.agency;
    a.message.kind = "survey.totals";
    a.message.message_key = key;  // a restart sends nothing twice
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>(key);
    a.message.digest = crypto::sha256(key);
    for (const Document& snapshot : snapshots) {
        core::Event event;
        event.kind = "survey.totals";
        event.agency = options.agency;
        event.occurred_at = event.recorded_at = now;
        event.snapshot = std::make_shared<const std::string>(formats::write_json(snapshot));
        core::PlannedLeg planned;
        planned.event_index = a.events.size();
        planned.leg.partner = options.partner;
        planned.leg.operation = std::string(push_survey);
        planned.leg.agency = options.agency;
        planned.leg.effect = core::Effect::idempotent;
        planned.leg.urgency = core::Urgency::p3;
        planned.leg.effect_key =
            std::string(push_survey) + ":" + snapshot.text_of("key") + ":" + key;
        a.events.push_back(std::move(event));
        a.legs.push_back(std::move(planned));
    }
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (!accepted) co_return accepted.error();
    co_return core::Result<void>();
}

}  // namespace gw::national_portal
