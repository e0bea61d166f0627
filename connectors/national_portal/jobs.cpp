// Periodic work at the portal: reconciliation, and the list of jobs.
#include "connectors/national_portal/jobs.hpp"

#include "connectors/national_portal/canonical.hpp"
#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/dictionaries.hpp"
#include "connectors/national_portal/questions.hpp"
#include "connectors/national_portal/survey.hpp"
#include "connectors/national_portal/tax_match.hpp"
#include "connectors/national_portal/tech_id.hpp"
#include "gateway/core/status.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

Document parsed(const std::string& text) {
    const formats::JsonLimits limits{text.size() + 1, 64, 200'000};
    auto read = formats::read_json(text, limits);
    return read ? std::move(*read) : Document::object();
}

/// The message that writes of a job hang on: nobody sent it.
core::Envelope own_message(const Options& options, std::string_view kind, core::Instant now) {
    core::Envelope e;
    e.partner = "lienthong";
    e.agency = options.agency;
    e.kind = std::string(kind);
    e.received_at = now;
    e.body = std::make_shared<const std::string>();
    e.digest = crypto::sha256("");
    return e;
}

/// How far along a dossier's life a status is; equal for states between which a dossier goes to and
/// fro.
int rank(int status) {
    switch (status) {
        case 1:
            return 1;
        case 2:
            return 2;
        case 4:
        case 5:
        case 6:
            return 3;
        case 8:
            return 4;
        case 9:
            return 5;
        default:
            return 6;  // 3, 7, 10: the ends
    }
}

/// A dossier of our own that is only registered, or was sent back or withdrawn before its
/// reception, was never sent: nobody can have it there.
bool is_expected_there(core::Status status, const Document& dossier) {
    if (dossier.text_of("origin") == "national_portal") return true;
    const bool perhaps_before =
        status == core::Status::supplement_wanted || status == core::Status::withdrawn;
    if (perhaps_before && dossier.text_of("received_at").empty()) return false;
    return status != core::Status::registered;
}

bool is_final_word(const std::string& word) {
    const auto status = core::status_from_word(word);
    return status && core::is_final(*status);
}

}  // namespace

std::string_view to_word(ReconClass value) {
    constexpr std::string_view words[] = {"MATCH", "MISSING", "STALE", "AHEAD", "UNREADABLE"};
    return words[static_cast<std::size_t>(value)];
}

ReconClass compare_status(int ours, int theirs, bool found, bool readable) {
    if (!readable) return ReconClass::unreadable;
    if (!found) return ReconClass::missing;
    if (theirs == 0) return ReconClass::unreadable;
    if (theirs == ours) return ReconClass::match;
    return rank(theirs) > rank(ours) ? ReconClass::ahead : ReconClass::stale;
}

ports::Async<bool> ReconciliationJob::is_quiet(const core::Object& dossier) {
    auto legs = co_await portal_->parts().store->legs_of(dossier.agency, dossier.id);
    if (!legs) co_return legs.error();
    const std::string& partner = portal_->options().partner;
    co_return std::all_of(legs->begin(), legs->end(), [&partner](const ports::LegView& leg) {
        return leg.leg.partner != partner || core::is_final(leg.state);
    });
}

ports::Async<void> ReconciliationJob::run(core::Instant now) {
    const Options& options = portal_->options();
    const auto since = now - std::chrono::hours(24) * options.recon_window_days;
    const core::Duration pause(1'000 / std::max(1, options.lookup_rate));
    ReconCounts counts;
    std::vector<std::string> rows;
    ports::ObjectFilter filter;
    filter.kind = "dossier";
    filter.agency = options.agency;
    do {
        auto page = co_await portal_->parts().store->objects(filter);
        if (!page) co_return page.error();
        for (const core::Object& dossier : page->items) {
            const auto status = core::status_from_word(dossier.state);
            if (!status || (dossier.updated_at < since && is_final_word(dossier.state))) continue;
            const Document content = parsed(dossier.body);
            if (!is_expected_there(*status, content)) continue;
            auto quiet = co_await is_quiet(dossier);
            if (!quiet) co_return quiet.error();
            if (!*quiet) {
                ++counts.waiting;
                continue;
            }
            auto look_up = co_await portal_->look_up(portal_key_of(content, dossier.id));
            if (!look_up) co_return look_up.error();
            const bool readable = look_up->answer != LookUp::Answer::unreadable;
            const bool found = look_up->answer == LookUp::Answer::found;
            const auto what =
                compare_status(static_cast<int>(*status), look_up->status, found, readable);
            int* const counters[] = {
                &counts.match, &counts.missing, &counts.stale, &counts.ahead, &counts.unreadable};
            ++*counters[static_cast<std::size_t>(what)];
            if (what != ReconClass::match)
                rows.push_back(dossier.id + " " + std::string(to_word(what)));
            const auto next = portal_->parts().clock->now() + pause;
            co_await portal_->parts().clock->sleep_until(next);
        }
        filter.after = page->next;
    } while (!filter.after.empty());
    co_return co_await write(counts, std::move(rows), now);
}

ports::Async<void> ReconciliationJob::write(
    ReconCounts counts, std::vector<std::string> rows, core::Instant now
) {
    const Options& options = portal_->options();
    Document body = Document::object();
    body.set("at", Document::text(core::to_rfc3339(now)));
    const std::pair<const char*, int> numbers[] = {
        {"MATCH", counts.match},
        {"MISSING", counts.missing},
        {"STALE", counts.stale},
        {"AHEAD", counts.ahead},
        {"UNREADABLE", counts.unreadable},
        {"WAITING", counts.waiting}};
    for (const auto& [word, number] : numbers) body.set(word, Document::number(number));
    Document list = Document::list();
    for (const std::string& row : rows) list.push(Document::text(row));
    body.set("differences", std::move(list));
    core::ObjectWrite write;
    write.expected_version = -1;
    write.object.kind = "reconciliation";
    write.object.agency = options.agency;
    write.object.id = options.partner + ":" + core::to_iso_day(core::local_day(now));
    write.object.state = rows.empty() ? "equal" : "different";
    write.object.created_at = write.object.updated_at = now;
    write.object.body = formats::write_json(body);
    ports::Acceptance a;
    a.message = own_message(options, "reconciliation", now);
    a.objects.push_back(std::move(write));
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (!accepted) co_return accepted.error();
    co_return core::Result<void>();
}

std::vector<std::unique_ptr<ports::Job>> make_jobs(std::shared_ptr<Portal> portal) {
    std::vector<std::unique_ptr<ports::Job>> jobs;
    jobs.push_back(std::make_unique<CatalogueJob>(portal));
    jobs.push_back(std::make_unique<ReconciliationJob>(portal));
    jobs.push_back(std::make_unique<SurveyJob>(portal));
    jobs.push_back(std::make_unique<QuestionJob>(portal));
    jobs.push_back(std::make_unique<DictionaryJob>(portal));
    jobs.push_back(std::make_unique<TaxMatchJob>(portal));
    jobs.push_back(std::make_unique<TechIdJob>(portal));
    return jobs;
}

}  // namespace gw::national_portal
