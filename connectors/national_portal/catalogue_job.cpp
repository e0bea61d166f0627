// The portal's catalogue at work: read at start and nightly, kept as dated versions.
#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/dictionaries.hpp"
#include "connectors/national_portal/jobs.hpp"
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

/// The replaced version, closed the day before the new one begins.
core::Object closed_version(core::Object old, core::Day begins, core::Instant now) {
    Document body = parsed(old.body);
    const core::Day last = std::chrono::sys_days(begins) - std::chrono::days(1);
    body.set("valid_to", Document::text(core::to_iso_day(last)));
    old.kind = "procedure_version";
    // The same content may be in force twice: the first day tells them apart.
    old.id += "@" + old.ref.substr(0, 12) + "@" + body.text_of("valid_from");
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

/// Everything listed, and a digest of all versions: it differs when anything changed.
core::Object whole_list(
    const Options& options,
    const std::vector<ListedProcedure>& listed,
    const std::map<std::string, core::Object>& stored,
    core::Instant now
) {
    Document codes = Document::list();
    for (const ListedProcedure& row : listed) codes.push(Document::text(row.code));
    std::string all = formats::write_json(codes);
    for (const auto& [code, object] : stored) all += code + object.ref + object.state;
    Document body = Document::object();
    body.set("read_at", Document::text(core::to_rfc3339(now)));
    body.set("codes", std::move(codes));
    core::Object o;
    o.kind = "catalogue";
    o.agency = options.agency;
    o.id = "procedures";
    o.state = "whole";
    o.ref = crypto::to_hex(crypto::sha256(all));
    o.created_at = o.updated_at = now;
    o.body = formats::write_json(body);
    return o;
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
    if (!synced) catalogue.set_failure(synced.error());
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
    auto closed = co_await close_vanished(listed, now);
    if (!closed) co_return closed.error();
    co_return co_await keep_list(listed, now);
}

ports::Async<void> CatalogueJob::keep_list(
    const std::vector<ListedProcedure>& listed, core::Instant now
) {
    core::Object list = whole_list(portal_->options(), listed, stored_, now);
    auto known = co_await portal_->parts().store->object(list.kind, list.agency, list.id);
    if (!known) co_return known.error();
    if (*known && (*known)->ref == list.ref) co_return core::Result<void>();
    co_return co_await write(std::move(list), -1, now);
}

ports::Async<Decision> CatalogueJob::decision(std::string id) {
    if (id.empty()) co_return Decision();
    const auto known = decisions_.find(id);
    if (known != decisions_.end()) co_return known->second;
    Document arguments = Document::object();
    arguments.set("idQDCB", Document::text(id));
    std::string service = "LayQDCB";
    auto result = co_await portal_->pull(std::move(service), std::move(arguments));
    if (!result && result.error().advice == core::Advice::retry) co_return result.error();
    // A portal that does not show decisions still shows procedures.
    if (!result)
        ports::log::warning(
            "catalogue.decision_refused", {{"code", ports::log::Word(result.error().code)}}
        );
    Decision read;
    if (result) read = read_decision(*result);
    decisions_[id] = read;
    co_return read;
}

std::vector<std::string> CatalogueJob::due_codes(
    const std::vector<ListedProcedure>& listed, core::Instant now
) const {
    std::vector<std::string> codes;
    for (const ListedProcedure& row : listed) {
        const auto known = stored_.find(row.code);
        // What vanished and is listed again, or could not be read, is looked at now.
        const bool fresh = known != stored_.end() && known->second.state == "valid" &&
                           !is_older_than(known->second, refetch_after, now);
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
    if (known != stored_.end() && known->second.state != "problem" && says_nothing(version.body)) {
        ports::log::warning("catalogue.procedure_unreadable", {{"code", ports::log::Word(code)}});
        co_return false;
    }
    auto decided = co_await decision(version.body.text_of("decision_id"));
    if (!decided) co_return decided.error();
    Document before;
    if (known != stored_.end()) before = parsed(known->second.body);
    date_version(version.body, *decided, before, same);
    core::Object object = procedure_object(portal_->options(), version, now);
    std::int64_t expected = 0;
    if (known != stored_.end()) {
        expected = -1;
        if (!same) {
            const auto begins = core::parse_iso_day(version.body.text_of("valid_from"));
            core::Object old =
                closed_version(known->second, begins.value_or(core::local_day(now)), now);
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
    a.message.partner = "lienthong";
    a.message.agency = portal_->options().agency;
    a.message.kind = "catalogue";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>();
    a.message.digest = crypto::sha256("");
    a.needed = true;  // without a catalogue nothing that was accepted is delivered
    core::ObjectWrite write;
    write.expected_version = expected_version;
    write.object = std::move(object);
    if (write.object.kind == "catalogue")
        a.feed.push_back(changed_feed(write.object, core::to_iso_day(core::local_day(now)), now));
    a.objects.push_back(std::move(write));
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (!accepted) co_return accepted.error();
    co_return core::Result<void>();
}

}  // namespace gw::national_portal
