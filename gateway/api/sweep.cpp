// OC-11: files that nobody ever referred to are deleted after seven days.
#include "gateway/api/sweep.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::api {

namespace {

/// Kinds of objects that may name a file without a dossier's command having said so.
constexpr std::string_view kinds_with_files[] = {
    "dossier",
    "inbox_item",
    "delivery",
    "payment",
    "refund",
    "receipt",
    "result",
    "handover",
    "feedback",
    "notification",
    "identity_check"};

ports::ObjectFilter page_of(std::string_view kind, const std::string& agency) {
    ports::ObjectFilter filter;
    filter.kind = kind;
    filter.agency = agency;
    filter.limit = 500;
    return filter;
}

core::Instant oldest_of(const std::vector<core::Object>& files) {
    auto oldest = files.front().created_at;
    for (const auto& file : files) oldest = std::min(oldest, file.created_at);
    return oldest - core::Duration(1);
}

void note_named(
    const std::vector<core::Object>& files,
    const std::vector<core::Object>& objects,
    std::set<std::string>& named
) {
    for (const auto& object : objects)
        for (const auto& file : files)
            if (object.body.find(file.id) != std::string::npos) named.insert(file.id);
}

ports::Acceptance acceptance_of_write(core::ObjectWrite write, core::Instant now) {
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = "files.sweep";
    message.agency = write.object.agency;
    message.kind = "files.sweep";
    message.received_at = now;
    message.body = std::make_shared<const std::string>("{}");
    message.digest = crypto::sha256(*message.body);
    core::AuditRow row;
    row.at = now;
    row.agency = write.object.agency;
    row.actor = "system:files.sweep";
    row.action = "files." + write.object.state;
    row.subject = "attachment/" + write.object.id;
    acceptance.audit.push_back(std::move(row));
    acceptance.objects.push_back(std::move(write));
    return acceptance;
}

}  // namespace

Sweep::Sweep(
    ports::Store& store,
    ports::BlobStore& blobs,
    std::vector<std::string> agencies,
    SweepOptions options
)
    : store_(store), blobs_(blobs), agencies_(std::move(agencies)), options_(options) {}

ports::Async<void> Sweep::run(core::Instant now) {
    for (const auto& agency : agencies_) {
        auto purged = co_await purge(agency, now);
        if (!purged) co_return purged.error();
        auto erased = co_await erase(agency, now);
        if (!erased) co_return erased.error();
    }
    co_return core::Result<void>();
}

ports::Async<std::vector<core::Object>> Sweep::older(
    std::string agency, std::string state, core::Instant than
) {
    auto filter = page_of("attachment", agency);
    filter.state = std::move(state);
    filter.limit = options_.files_max;
    auto page = co_await store_.objects(std::move(filter));
    if (!page) co_return page.error();
    std::erase_if(page->items, [than](const auto& file) { return file.updated_at > than; });
    co_return std::move(page->items);
}

ports::Async<std::set<std::string>> Sweep::named(
    std::string agency, std::vector<core::Object> files
) {
    std::set<std::string> found;
    for (const auto kind : kinds_with_files) {
        auto filter = page_of(kind, agency);
        filter.updated_after = oldest_of(files);
        bool more = true;
        while (more) {
            auto page = co_await store_.objects(filter);
            if (!page) co_return page.error();
            note_named(files, page->items, found);
            more = !page->next.empty();
            filter.after = std::move(page->next);
        }
    }
    co_return found;
}

ports::Async<void> Sweep::purge(std::string agency, core::Instant now) {
    const auto than = now - options_.unreferenced_max;
    auto files = co_await older(agency, std::string(loose_state), than);
    if (!files) co_return files.error();
    if (files->empty()) co_return core::Result<void>();
    auto in_use = co_await named(agency, *files);
    if (!in_use) co_return in_use.error();
    for (auto& file : *files) {
        const bool used = in_use->contains(file.id);
        auto state = std::string(used ? "clean" : "purged");
        auto written = co_await write(std::move(file), std::move(state), now);
        if (!written) co_return written.error();
        if (*written) ++(used ? counts_.kept : counts_.purged);
    }
    co_return core::Result<void>();
}

ports::Async<void> Sweep::erase(std::string agency, core::Instant now) {
    const auto than = now - options_.bytes_kept;
    auto files = co_await older(agency, "purged", than);
    if (!files) co_return files.error();
    for (auto& file : *files) {
        auto in_use = co_await shared(file.ref);
        if (!in_use) co_return in_use.error();
        const auto digest = crypto::digest_from_hex(file.ref);
        if (!*in_use && digest) blobs_.remove_old(*digest, options_.period);
        auto written = co_await write(std::move(file), std::string(erased_state), now);
        if (!written) co_return written.error();
        if (*written) ++counts_.erased;
    }
    co_return core::Result<void>();
}

ports::Async<bool> Sweep::shared(std::string ref) {
    auto filter = page_of("attachment", "");
    filter.ref = std::move(ref);
    auto same = co_await store_.objects(std::move(filter));
    if (!same) co_return same.error();
    co_return std::any_of(same->items.begin(), same->items.end(), [](const auto& file) {
        return file.state != "purged" && file.state != erased_state;
    });
}

/// False: somebody changed the file meanwhile, so it is left alone.
ports::Async<bool> Sweep::write(core::Object file, std::string state, core::Instant now) {
    core::ObjectWrite change;
    change.expected_version = file.version;
    change.object = std::move(file);
    auto body = formats::read_stored(change.object.body);
    if (body && state == "purged") {
        body->set("state", core::Document::text(state));
        change.object.body = formats::write_json(*body);
    }
    change.object.state = std::move(state);
    change.object.updated_at = now;
    auto acceptance = acceptance_of_write(std::move(change), now);
    auto done = co_await store_.accept(std::move(acceptance));
    if (done) co_return true;
    if (done.error().code == "object.version") co_return false;
    co_return done.error();
}

}  // namespace gw::api
