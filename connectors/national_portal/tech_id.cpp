// The portal account of whoever handed a dossier in.
#include "connectors/national_portal/tech_id.hpp"

#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/inbox.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace gw::national_portal {
namespace {

using core::Document;

bool has_account(const Document& payload) {
    for (const char* who : {"submitter", "owner"})
        if (const Document* person = payload.find(who))
            if (!person->text_of("tech_id").empty()) return true;
    return false;
}

}  // namespace

std::string number_to_ask(const Document& item) {
    const Document* payload = item.find("payload");
    if (payload == nullptr || item.text_of("kind") != "dossier" || has_account(*payload)) return "";
    if (payload->text_of("channel", "online") != "online") return "";
    const Document* owner = payload->find("owner");
    const Document* identities = owner == nullptr ? nullptr : owner->find("identities");
    if (identities == nullptr || identities->items().empty()) return "";
    return identities->items().front().text_of("number");
}

std::string read_tech_id(const Document& result) {
    const Document* row = &result;
    if (const Document* data = result.find_ignoring_case("data")) row = data;
    if (row->is_list()) {
        if (row->items().empty()) return "";
        row = &row->items().front();
    }
    const Document* id = row->find_ignoring_case("TECHNICALID");
    return id == nullptr ? std::string() : id->as_text();
}

ports::Async<void> TechIdJob::run(core::Instant now) {
    ports::ObjectFilter filter;
    filter.kind = "inbox_item";
    filter.agency = portal_->options().agency;
    filter.state = "ready";
    std::vector<std::pair<std::string, std::string>> wanted;
    do {
        auto page = co_await portal_->parts().store->objects(filter);
        if (!page) co_return page.error();
        for (const core::Object& object : page->items) {
            if (asked_.contains(object.id)) continue;
            const auto item = formats::read_stored(object.body);
            if (!item || item->text_of("partner") != portal_->options().partner) continue;
            std::string number = number_to_ask(*item);
            if (!number.empty()) wanted.emplace_back(object.id, std::move(number));
        }
        filter.after = page->next;
    } while (!filter.after.empty());
    const core::Duration pause(1'000 / std::max(1, portal_->options().lookup_rate));
    for (auto& [id, number] : wanted) {
        auto done = co_await ask(id, std::move(number), now);
        if (!done) co_return done.error();
        const auto next = portal_->parts().clock->now() + pause;
        co_await portal_->parts().clock->sleep_until(next);
    }
    co_return core::Result<void>();
}

ports::Async<void> TechIdJob::ask(std::string id, std::string number, core::Instant now) {
    Document arguments = Document::object();
    arguments.set("provider", Document::text("wso2is"));
    arguments.set("mstorcmnd", Document::text(number));
    std::string service = "TraCuuTechID";
    auto result = co_await portal_->pull(std::move(service), std::move(arguments));
    if (!result && result.error().advice == core::Advice::retry) co_return result.error();
    asked_.insert(id);
    if (!result) {
        ports::log::warning(
            "inbox.tech_id_refused", {{"code", ports::log::Word(result.error().code)}}
        );
        co_return core::Result<void>();
    }
    std::string tech_id = read_tech_id(*result);
    if (tech_id.empty()) co_return core::Result<void>();
    co_return co_await write(std::move(id), std::move(tech_id), now);
}

ports::Async<void> TechIdJob::write(std::string id, std::string tech_id, core::Instant now) {
    std::string kind = "inbox_item", agency = portal_->options().agency;
    auto found =
        co_await portal_->parts().store->object(std::move(kind), std::move(agency), std::move(id));
    if (!found) co_return found.error();
    if (!*found || (*found)->state != "ready") co_return core::Result<void>();
    auto body = formats::read_stored((*found)->body);
    if (!body) co_return body.error();
    Document* payload = body->find("payload");
    Document* owner = payload == nullptr ? nullptr : payload->find("owner");
    if (owner == nullptr) co_return core::Result<void>();
    owner->set("tech_id", Document::text(tech_id));
    core::ObjectWrite write;
    write.expected_version = (*found)->version;
    write.object = std::move(**found);
    write.object.updated_at = now;
    write.object.body = formats::write_json(*body);
    ports::Acceptance a;
    a.message.partner = "lienthong";
    a.message.agency = write.object.agency;
    a.message.kind = "inbox.tech_id";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>();
    a.message.digest = crypto::sha256("");
    const std::string subject = "inbox/" + write.object.id;
    a.audit.push_back(make_audit(write.object.agency, "inbound.tech_id", subject, "", now));
    a.objects.push_back(std::move(write));
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    // Somebody claimed it in this moment: it is the clerk's.
    if (!accepted && accepted.error().code != "object.version") co_return accepted.error();
    co_return core::Result<void>();
}

}  // namespace gw::national_portal
