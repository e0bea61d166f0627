// Tax notices and receipts whose dossier was not here yet are attached when it has come.
#include "connectors/national_portal/tax_match.hpp"

#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/inbox.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

namespace gw::national_portal {
namespace {

using core::Document;

/// The item with its dossier; its files belong to it from now on.
ports::Acceptance matched(core::Object item, Document body, core::Instant now) {
    const std::string code = body.find("payload")->text_of("dossier_code");
    const std::string kind = body.text_of("kind");
    const Document* manifest = body.find("manifest");
    const std::size_t files = manifest == nullptr ? 0 : manifest->size();
    ports::Acceptance a;
    a.message.partner = "lienthong";
    a.message.agency = item.agency;
    a.message.kind = "inbox.matched";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>();
    a.message.digest = crypto::sha256("");
    body.find("payload")->set("matched", Document::boolean(true));
    body.set("dossier_code", Document::text(code));
    core::ObjectWrite write;
    write.expected_version = item.version;
    write.object = std::move(item);
    write.object.dossier = code;
    write.object.updated_at = now;
    write.object.body = formats::write_json(body);
    if (auto feed = make_feed(write.object, kind, files, now)) {
        feed->dossier = code;
        a.feed.push_back(std::move(*feed));
    }
    a.audit.push_back(
        make_audit(a.message.agency, "inbound.matched", "inbox/" + write.object.id, "", now)
    );
    a.objects.push_back(std::move(write));
    return a;
}

}  // namespace

ports::Async<void> TaxMatchJob::run(core::Instant now) {
    ports::ObjectFilter filter;
    filter.kind = "inbox_item";
    filter.agency = portal_->options().agency;
    filter.state = "ready";
    filter.dossier = "";
    do {
        auto page = co_await portal_->parts().store->objects(filter);
        if (!page) co_return page.error();
        for (core::Object& item : page->items) {
            if (item.body.find("\"matched\":false") == item.body.npos) continue;
            auto done = co_await match(std::move(item), now);
            if (!done) co_return done.error();
        }
        filter.after = page->next;
    } while (!filter.after.empty());
    co_return core::Result<void>();
}

ports::Async<void> TaxMatchJob::match(core::Object item, core::Instant now) {
    auto body = formats::read_json(item.body);
    if (!body) co_return core::Result<void>();
    const Document* payload = body->find("payload");
    if (payload == nullptr) co_return core::Result<void>();
    std::string code = payload->text_of("dossier_code"), agency = item.agency, kind = "dossier";
    if (code.empty()) co_return core::Result<void>();
    auto dossier = co_await portal_->parts().store->object(
        std::move(kind), std::move(agency), std::move(code)
    );
    if (!dossier) co_return dossier.error();
    if (!*dossier) co_return core::Result<void>();
    ports::Acceptance a = matched(std::move(item), std::move(*body), now);
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (accepted) co_return core::Result<void>();
    // Somebody claimed it in this moment: it is looked at again when it is ready.
    if (accepted.error().code == "object.version") co_return core::Result<void>();
    co_return accepted.error();
}

}  // namespace gw::national_portal
