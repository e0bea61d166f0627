// One day of payments: read from the store, compared by core, taken in as facts.
#include "connectors/kit/day_file.hpp"
#include "gateway/core/payment.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace gw::connector_kit {

namespace {

using core::Document;

/// What was read for the comparison.
struct Gathered {
    Gathered() = default;
    std::map<std::string, Document> payments;  // by id, of any provider
    std::set<std::string> dossiers, references;
};

bool within(const std::optional<core::Instant>& at, core::Instant begin, core::Instant end) {
    return at && *at >= begin && *at < end;
}

/// Belongs to the day: paid then, begun then, or named by a line.
bool belongs(const Document& payment, const CompareRun& run, const std::set<std::string>& named) {
    if (payment.text_of("provider") != run.provider) return false;
    const auto begins = core::at_local(run.day), ends = begins + std::chrono::hours(24);
    return within(core::parse_rfc3339(payment.text_of("paid_at")), begins, ends) ||
           within(core::parse_rfc3339(payment.text_of("created_at")), begins, ends) ||
           within(core::parse_rfc3339(payment.text_of("collected_at")), begins, ends) ||
           named.count(payment.text_of("reference")) > 0 ||
           named.count(payment.text_of("provider_transaction")) > 0;
}

void keep(Gathered& gathered, const Document& payment) {
    gathered.dossiers.insert(payment.text_of("dossier_code"));
    gathered.references.insert(payment.text_of("reference"));
    gathered.payments.emplace(payment.text_of("id"), payment);
}

/// Everything changed since the day began; what was paid then is among it.
ports::Async<void> read_changed(
    ports::Store& store, const CompareRun& run, const std::set<std::string>& named, Gathered& into
) {
    ports::ObjectFilter filter;
    filter.kind = "payment";
    filter.agency = run.agency;
    filter.updated_after = core::at_local(run.day) - std::chrono::hours(1);
    filter.limit = 500;
    while (true) {
        auto page = co_await store.objects(filter);
        if (!page) co_return page.error();
        for (const auto& object : page->items) {
            auto body = formats::read_stored(object.body);
            if (body && belongs(*body, run, named)) keep(into, *body);
        }
        if (page->next.empty()) co_return core::Result<void>();
        filter.after = page->next;
    }
}

/// Payments that lines name and that have not changed lately.
ports::Async<void> read_named(ports::Store& store, const CompareRun& run, Gathered& into) {
    for (const auto& line : run.lines) {
        if (line.reference.empty() || into.references.count(line.reference) > 0) continue;
        ports::ObjectFilter filter;
        filter.kind = "payment";
        filter.agency = run.agency;
        filter.ref = line.reference;
        filter.limit = 1;
        auto page = co_await store.objects(std::move(filter));
        if (!page) co_return page.error();
        for (const auto& object : page->items) {
            auto body = formats::read_stored(object.body);
            if (body && body->text_of("provider") == run.provider) keep(into, *body);
        }
    }
    co_return core::Result<void>();
}

std::string fee_state(const Document& dossier, const Document& payment) {
    std::string state;
    const auto fees = core::all_fees(dossier);
    const Document* ids = payment.find("fee_ids");
    if (ids == nullptr) return "unpaid";
    for (const Document& id : ids->items())
        for (const Document* fee : fees) {
            if (fee->text_of("id") != id.as_text()) continue;
            const auto one = fee->text_of("state", "unpaid");
            if (state.empty() || one == "unpaid") state = one;
        }
    return state.empty() ? "unpaid" : state;
}

/// Fee sets of the dossier: of the payments compared, and fees paid by no payment at all (E10).
void add_fees(
    core::DayToMatch& day,
    const Document& dossier,
    const std::vector<Document>& all,
    const Gathered& gathered
) {
    std::set<std::string> covered;
    for (const Document& payment : all) {
        if (const Document* ids = payment.find("fee_ids"))
            for (const Document& id : ids->items()) covered.insert(id.as_text());
        core::MatchPayment matched(payment);
        core::FeeSet fees;
        fees.id = matched.fee_set;
        fees.state = fee_state(dossier, payment);
        const auto known = std::find_if(
            day.fee_sets.begin(), day.fee_sets.end(), [&](const auto& f) { return f.id == fees.id; }
        );
        if (known == day.fee_sets.end()) day.fee_sets.push_back(std::move(fees));
        if (gathered.payments.count(matched.id) > 0) continue;
        matched.elsewhere = true;
        day.payments.push_back(std::move(matched));
    }
    for (const Document* fee : core::all_fees(dossier)) {
        const auto id = fee->text_of("id");
        if (fee->text_of("state") != "paid" || covered.count(id) > 0) continue;
        core::FeeSet alone;
        alone.id = id;
        alone.state = "paid";
        day.fee_sets.push_back(std::move(alone));
    }
}

ports::Async<void> read_dossier(
    ports::Store& store,
    const CompareRun& run,
    std::string code,
    const Gathered& gathered,
    core::DayToMatch& day
) {
    auto dossier = co_await store.object("dossier", run.agency, code);
    if (!dossier) co_return dossier.error();
    if (!*dossier) co_return core::Result<void>();
    ports::ObjectFilter filter;
    filter.kind = "payment";
    filter.agency = run.agency;
    filter.dossier = code;
    filter.limit = 500;
    auto page = co_await store.objects(std::move(filter));
    if (!page) co_return page.error();
    std::vector<Document> all;
    for (const auto& object : page->items)
        if (auto body = formats::read_stored(object.body)) all.push_back(std::move(*body));
    const auto body = formats::read_stored((*dossier)->body);
    if (body) add_fees(day, *body, all, gathered);
    co_return core::Result<void>();
}

ports::Async<core::DayToMatch> gather(CompareParts parts, const CompareRun& run) {
    std::set<std::string> named;
    for (const auto& line : run.lines) {
        if (!line.reference.empty()) named.insert(line.reference);
        named.insert(line.provider_transaction);
        if (!line.original.empty()) named.insert(line.original);
    }
    Gathered gathered;
    auto changed = co_await read_changed(*parts.store, run, named, gathered);
    if (!changed) co_return changed.error();
    auto rest = co_await read_named(*parts.store, run, gathered);
    if (!rest) co_return rest.error();
    core::DayToMatch day;
    day.day = run.day;
    day.run_at = run.now;
    day.merchants = run.merchants;
    day.lines = run.lines;
    day.credits = run.credits;
    day.settles = run.settles;
    day.settle_by = run.settle_by;
    for (const auto& [id, payment] : gathered.payments) day.payments.emplace_back(payment);
    for (const auto& line : run.lines)
        if (!line.dossier_code.empty()) gathered.dossiers.insert(line.dossier_code);
    for (const auto& code : gathered.dossiers) {
        auto read = co_await read_dossier(*parts.store, run, code, gathered, day);
        if (!read) co_return read.error();
    }
    co_return day;
}

ports::FactMessage message_of(const CompareRun& run, core::Fact fact) {
    ports::FactMessage message;
    message.message.partner = run.provider;
    message.message.agency = run.agency;
    message.message.kind = "day_file";
    message.message.received_at = run.now;
    auto body = formats::write_json(fact.says);
    message.message.digest = crypto::sha256(body);
    // The same line of the same day is taken in once, however often the day is compared.
    message.message.message_key = "day " + core::to_iso_day(run.day) + " " + fact.ref + " " +
                                  crypto::to_hex(message.message.digest);
    message.message.body = std::make_shared<const std::string>(std::move(body));
    message.facts.push_back(std::move(fact));
    return message;
}

/// The empty report, when the day has none yet: facts are about something that is there.
ports::Async<void> open_report(CompareParts parts, const CompareRun& run, std::string ref) {
    const auto id = run.provider + ":" + core::to_iso_day(run.day);
    auto there = co_await parts.store->object("reconciliation", run.agency, id);
    if (!there) co_return there.error();
    if (*there) co_return core::Result<void>();
    core::ObjectWrite write;
    write.object.kind = "reconciliation";
    write.object.agency = run.agency;
    write.object.id = id;
    write.object.ref = std::move(ref);
    write.object.state = "open";
    Document body = Document::object();
    body.set("state", Document::text("open"));
    write.object.body = formats::write_json(body);
    write.object.created_at = run.now;
    write.object.updated_at = run.now;
    ports::FactMessage message;
    message.message.partner = run.provider;
    message.message.agency = run.agency;
    message.message.kind = "day_file";
    message.message.received_at = run.now;
    message.message.digest = crypto::sha256(write.object.body);
    message.message.body = std::make_shared<const std::string>(write.object.body);
    message.beside.push_back(std::move(write));
    auto taken = co_await parts.facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

}  // namespace

ports::Async<core::DayMatch> compare_day(CompareParts parts, CompareRun run) {
    auto day = co_await gather(parts, run);
    if (!day) co_return day.error();
    auto match = core::match_day(*day);
    for (const auto& fact : match.facts) {
        auto message = message_of(run, fact);
        auto taken = co_await parts.facts->take_in(std::move(message));
        if (!taken) co_return taken.error();
    }
    const auto ref = run.agency + ":" + run.provider + ":" + core::to_iso_day(run.day);
    auto opened = co_await open_report(parts, run, ref);
    if (!opened) co_return opened.error();
    core::Fact report;
    report.kind = "reconciliation";
    report.ref = ref;
    report.says = core::day_report(*day, match, run.provider, run.file);
    auto message = message_of(run, std::move(report));
    auto taken = co_await parts.facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return match;
}

}  // namespace gw::connector_kit
