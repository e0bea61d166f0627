// Procedures of the catalogue as dossiers are checked by them.
#include "gateway/api/procedures.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::api {

namespace {

constexpr core::Duration believed{60'000};
constexpr std::size_t entries_max = 4'096;

}  // namespace

const core::ProcedureFacts* Procedures::find(const std::string& tenant, const std::string& code)
    const {
    const auto found = procedures_.find({tenant, code});
    return found == procedures_.end() ? nullptr : &found->second.facts;
}

ports::Async<void> Procedures::read_list(
    ports::Store& store, std::string tenant, core::Instant now
) {
    const auto known = lists_.find(tenant);
    if (known != lists_.end() && now - known->second.read_at < believed)
        co_return core::Result<void>();
    std::string kind(catalogue_kind), id(procedures_id);
    auto stored = co_await store.object(std::move(kind), tenant, std::move(id));
    if (!stored) co_return stored.error();
    List list;
    list.read_at = now;
    if (*stored) {
        auto body = formats::read_stored((*stored)->body);
        if (!body) co_return body.error();
        list.whole = true;
        if (const auto* codes = body->find("codes"))
            for (const auto& code : codes->items())
                list.codes.emplace(core::short_procedure(code.as_text()), code.as_text());
    }
    lists_[tenant] = std::move(list);
    co_return core::Result<void>();
}

ports::Async<std::vector<core::ProcedureVersion>> Procedures::read_versions(
    ports::Store& store, std::string tenant, std::vector<std::string> codes
) {
    std::vector<core::ProcedureVersion> versions;
    const auto add = [&versions](const core::Object& object) {
        // One that could not be read is known to exist and says nothing more.
        if (const auto body = formats::read_stored(object.body))
            versions.push_back(core::procedure_version(*body));
    };
    ports::ObjectFilter current;
    current.kind = "procedure";
    current.agency = tenant;
    current.ids = codes;
    auto page = co_await store.objects(std::move(current));
    if (!page) co_return page.error();
    for (const auto& object : page->items) add(object);
    for (const auto& object : page->items) {
        ports::ObjectFilter closed;
        closed.kind = "procedure_version";
        closed.agency = tenant;
        closed.ref = object.id;
        do {
            auto old = co_await store.objects(closed);
            if (!old) co_return old.error();
            for (const auto& version : old->items) add(version);
            closed.after = std::move(old->next);
        } while (!closed.after.empty());
    }
    co_return versions;
}

ports::Async<void> Procedures::know(
    ports::Store& store, std::string tenant, std::string code, core::Instant now
) {
    const std::pair<std::string, std::string> key(tenant, code);
    const auto known = procedures_.find(key);
    if (known != procedures_.end() && now - known->second.read_at < believed)
        co_return core::Result<void>();
    auto listed = co_await read_list(store, tenant, now);
    if (!listed) co_return listed.error();
    const List& list = lists_[tenant];
    Entry entry;
    entry.read_at = now;
    entry.facts.whole = list.whole;
    // Long and short form are one procedure (ID-12).
    const std::string short_code = core::short_procedure(code);
    std::vector<std::string> codes{code, short_code};
    const auto [first, last] = list.codes.equal_range(short_code);
    entry.facts.listed = first != last;
    for (auto it = first; it != last; ++it) codes.push_back(it->second);
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    auto versions = co_await read_versions(store, std::move(tenant), std::move(codes));
    if (!versions) co_return versions.error();
    entry.facts.versions = std::move(*versions);
    if (procedures_.size() >= entries_max) procedures_.clear();
    procedures_[key] = std::move(entry);
    co_return core::Result<void>();
}

}  // namespace gw::api
