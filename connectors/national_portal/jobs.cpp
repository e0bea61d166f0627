// Periodic work at the portal.
#include "connectors/national_portal/jobs.hpp"

#include "connectors/national_portal/canonical.hpp"
#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/dictionaries.hpp"
#include "connectors/national_portal/questions.hpp"
#include "connectors/national_portal/survey.hpp"
#include "connectors/national_portal/tax_match.hpp"
#include "gateway/core/status.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <set>

namespace gw::national_portal {
namespace {

using core::Document;

constexpr core::Duration list_every = std::chrono::hours(24),
                         refetch_after = std::chrono::hours(7 * 24);

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

core::Object procedure_object(
    const Options& options, const ProcedureVersion& version, core::Instant now
) {
    core::Object o;
    o.kind = "procedure";
    o.agency = options.agency;
    o.id = version.code;
    o.state = version.body.find("problem") == nullptr ? "valid" : "problem";
    o.ref = version.sha256;
    o.created_at = o.updated_at = now;
    o.body = formats::write_json(version.body);
    return o;
}

/// The replaced version, closed the day before the new one.
core::Object closed_version(core::Object old, core::Instant now) {
    Document body = parsed(old.body);
    body.set(
        "valid_to", Document::text(core::to_iso_day(core::local_day(now - std::chrono::hours(24))))
    );
    old.kind = "procedure_version";
    old.id += "@" + old.ref.substr(0, 12);
    old.ref = body.text_of("code");  // closed versions are found by their code
    old.state = "closed";
    old.body = formats::write_json(body);
    old.updated_at = now;
    return old;
}

bool is_older_than(const core::Object& object, core::Duration age, core::Instant now) {
    const auto fetched = core::parse_rfc3339(parsed(object.body).text_of("fetched_at"));
    return !fetched || now - *fetched >= age;
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

/// A dossier of our own that is only registered was never sent: nobody can have it there.
bool is_expected_there(core::Status status, const Document& dossier) {
    return status != core::Status::registered || dossier.text_of("origin") == "national_portal";
}

bool is_final_word(const std::string& word) {
    const auto status = core::status_from_word(word);
    return status && core::is_final(*status);
}

}  // namespace

ports::Async<void> CatalogueJob::run(core::Instant now) {
    Catalogue& catalogue = portal_->catalogue();
    if (stored_.empty()) {
        auto loaded = co_await load();
        if (!loaded) co_return loaded.error();
    }
    // Only a whole list read by this process may say that a procedure does not exist: what the
    // store holds may be the half of a reading that was cut off.
    if (listed_at_ && now - *listed_at_ < list_every) co_return core::Result<void>();
    auto synced = co_await sync(now);
    if (!synced) co_return synced.error();
    listed_at_ = now;
    catalogue.set_loaded();
    co_return core::Result<void>();
}

ports::Async<void> CatalogueJob::load() {
    for (const std::string_view kind :
         {std::string_view("procedure_version"), std::string_view("procedure")}) {
        ports::ObjectFilter filter;
        filter.kind = std::string(kind);
        filter.agency = portal_->options().agency;
        do {
            auto page = co_await portal_->parts().store->objects(filter);
            if (!page) co_return page.error();
            for (core::Object& object : page->items) {
                auto procedure = procedure_of(parsed(object.body));
                if (procedure) portal_->catalogue().put(std::move(*procedure));
                if (object.kind == "procedure") stored_[object.id] = std::move(object);
            }
            filter.after = page->next;
        } while (!filter.after.empty());
    }
    co_return core::Result<void>();
}

ports::Async<void> CatalogueJob::sync(core::Instant now) {
    Document none = Document::object();
    std::string service = "LayDanhSachTTHC";
    auto list = co_await portal_->pull(std::move(service), std::move(none));
    if (!list) co_return list.error();
    const auto listed = read_procedure_list(*list);
    // An empty or unreadable list is no reason to close everything (NP-40).
    if (listed.empty())
        co_return core::Error(
            core::Advice::retry,
            core::Blame::partner,
            "national_portal.catalogue_unreadable",
            "Danh mục thủ tục của Cổng rỗng hoặc không đọc được; giữ danh mục đang có."
        );
    std::vector<std::string> codes = due_codes(listed, now);
    while (!codes.empty()) {
        const std::size_t wanted = portal_->catalogue().first_wanted(codes);
        const auto next =
            codes.begin() + static_cast<std::ptrdiff_t>(wanted < codes.size() ? wanted : 0);
        const std::string code = *next;
        codes.erase(next);
        auto fetched = co_await sync_one(code, now);
        if (!fetched) co_return fetched.error();
        co_await pause(codes);
    }
    co_return co_await close_vanished(listed, now);
}

std::vector<std::string> CatalogueJob::due_codes(
    const std::vector<ListedProcedure>& listed, core::Instant now
) const {
    std::vector<std::string> codes;
    for (const ListedProcedure& row : listed) {
        const auto known = stored_.find(row.code);
        const bool fresh =
            known != stored_.end() && !is_older_than(known->second, refetch_after, now);
        const bool same_name =
            fresh && (row.name.empty() || parsed(known->second.body).text_of("name") == row.name);
        if (!same_name) codes.push_back(row.code);
    }
    return codes;
}

ports::asio::awaitable<void> CatalogueJob::pause(const std::vector<std::string>& left) {
    ports::Clock& clock = *portal_->parts().clock;
    const core::Duration slice(1'000 / std::max(1, portal_->options().lookup_rate));
    const auto end =
        clock.now() + core::Duration(1'000 / std::max(1, portal_->options().catalogue_rate));
    while (!left.empty() && clock.now() < end) {
        const auto next = std::min(end, clock.now() + slice);
        co_await clock.sleep_until(next);
        if (portal_->catalogue().first_wanted(left) < left.size()) co_return;
    }
}

ports::Async<bool> CatalogueJob::sync_one(std::string code, core::Instant now) {
    Document arguments = Document::object();
    arguments.set("maTTHC", Document::text(code));
    std::string service = "LayThuTuc";
    auto result = co_await portal_->pull(std::move(service), std::move(arguments));
    if (!result) {
        // One procedure that cannot be had does not stop the others; the lane of its dossiers says
        // so.
        if (result.error().advice == core::Advice::retry) co_return result.error();
        ports::log::warning(
            "catalogue.procedure_refused", {{"code", ports::log::Word(result.error().code)}}
        );
        co_return false;
    }
    const std::string sha256 = crypto::to_hex(crypto::sha256(formats::canonical_json(*result)));
    const auto known = stored_.find(code);
    const bool same = known != stored_.end() && known->second.ref == sha256;
    ProcedureVersion version = make_version(code, *result, sha256, now);
    if (same)
        version.body.set(
            "valid_from", Document::text(parsed(known->second.body).text_of("valid_from"))
        );
    core::Object object = procedure_object(portal_->options(), version, now);
    std::int64_t expected = 0;
    if (known != stored_.end()) {
        expected = -1;
        if (!same) {
            core::Object old = closed_version(known->second, now);
            auto closed = procedure_of(parsed(old.body));
            if (closed) portal_->catalogue().put(std::move(*closed));
            auto kept = co_await write(std::move(old), -1, now);
            if (!kept) co_return kept.error();
        }
    }
    auto written = co_await write(object, expected, now);
    if (!written) co_return written.error();
    auto procedure = procedure_of(version.body);
    if (procedure) portal_->catalogue().put(std::move(*procedure));
    stored_[code] = std::move(object);
    co_return !same;
}

ports::Async<void> CatalogueJob::close_vanished(
    const std::vector<ListedProcedure>& listed, core::Instant now
) {
    std::set<std::string, std::less<>> codes;
    for (const ListedProcedure& row : listed) codes.insert(row.code);
    for (auto& [code, object] : stored_) {
        if (codes.contains(code) || object.state == "closed") continue;
        Document body = parsed(object.body);
        body.set("valid_to", Document::text(core::to_iso_day(core::local_day(now))));
        object.state = "closed";
        object.body = formats::write_json(body);
        object.updated_at = now;
        auto procedure = procedure_of(body);
        if (procedure) portal_->catalogue().put(std::move(*procedure));
        auto written = co_await write(object, -1, now);
        if (!written) co_return written.error();
    }
    co_return core::Result<void>();
}

ports::Async<void> CatalogueJob::write(
    core::Object object, std::int64_t expected_version, core::Instant now
) {
    ports::Acceptance a;
    a.message = own_message(portal_->options(), "catalogue", now);
    a.needed = true;  // without a catalogue nothing that was accepted is delivered
    core::ObjectWrite write;
    write.expected_version = expected_version;
    write.object = std::move(object);
    a.objects.push_back(std::move(write));
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (!accepted) co_return accepted.error();
    co_return core::Result<void>();
}

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
    return jobs;
}

}  // namespace gw::national_portal
