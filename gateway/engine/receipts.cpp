// Issues receipts: the next numbers, a file for each, the fact that the payment has them.
#include "gateway/engine/receipts.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/formats/xml.hpp"
#include "gateway/ports/log.hpp"

namespace gw::engine {

namespace {

using core::Document;

constexpr std::chrono::hours looked_back{7 * 24};  // PY-19, then a person (E11)
constexpr int page_size = 200;
constexpr const char* roll_kind = "receipt_roll";

/// The counter of a roll; the rolls of a province are shared by its agencies.
core::ObjectWrite counter_write(
    const std::string& id, std::int64_t next, std::int64_t version, core::Instant now
) {
    Document body = Document::object();
    body.set("next", Document::number(next));
    core::ObjectWrite write;
    write.expected_version = version;
    write.object.kind = roll_kind;
    write.object.id = id;
    write.object.state = "open";
    write.object.body = formats::write_json(body);
    write.object.created_at = write.object.updated_at = now;
    return write;
}

}  // namespace

ports::Async<void> ReceiptDesk::run(core::Instant now) {
    if (rolls_.empty()) co_return core::Result<void>();
    ports::ObjectFilter filter;
    filter.kind = "payment";
    filter.state = "paid";
    filter.updated_after = now - looked_back;
    filter.limit = page_size;
    bool more = true;
    while (more) {
        auto page = co_await store_.objects(filter);
        if (!page) co_return page.error();
        for (core::Object& payment : page->items) {
            auto done = co_await look_at(std::move(payment), now);
            if (!done) co_return done.error();
        }
        more = !page->next.empty();
        filter.after = std::move(page->next);
    }
    co_return core::Result<void>();
}

ports::Async<void> ReceiptDesk::look_at(core::Object payment, core::Instant now) {
    auto body = formats::read_stored(payment.body);
    if (!body) co_return body.error();
    auto dossier = co_await store_.object("dossier", payment.agency, payment.dossier);
    if (!dossier) co_return dossier.error();
    if (!*dossier) co_return core::Result<void>();
    auto about = formats::read_stored((*dossier)->body);
    if (!about) co_return about.error();
    const core::ReceiptRoll* roll = core::roll_for(rolls_, *body, *about);
    if (roll == nullptr || core::natures_without_receipt(*body).empty())
        co_return core::Result<void>();
    core::ReceiptRoll from = *roll;
    auto done = co_await issue(
        std::move(payment), std::move(*body), std::move(*about), std::move(from), now
    );
    co_return done;
}

core::Result<core::Object> ReceiptDesk::file_of(
    const core::Object& payment, const Document& tree, const std::string& name, core::Instant now
) {
    const std::string bytes = formats::write_xml(tree);
    auto writer = blobs_.create();
    if (!writer) return writer.error();
    if (auto written = (*writer)->write(bytes); !written) return written.error();
    const auto digest = (*writer)->finish();
    if (!digest) return digest.error();
    core::Object file;
    file.kind = "attachment";
    file.agency = payment.agency;
    file.id = new_id_("att");
    file.state = "clean";
    file.dossier = payment.dossier;
    file.ref = crypto::to_hex(*digest);
    file.created_at = file.updated_at = now;
    Document body = Document::object();
    body.set("id", Document::text(file.id));
    body.set("filename", Document::text("bien-lai-" + name + ".xml"));
    body.set("media_type", Document::text("application/xml"));
    body.set("size", Document::number(static_cast<std::int64_t>(bytes.size())));
    body.set("sha256", Document::text(file.ref));
    body.set("state", Document::text(file.state));
    body.set("created_at", Document::text(core::to_rfc3339(now)));
    file.body = formats::write_json(body);
    return file;
}

ports::Async<void> ReceiptDesk::issue(
    core::Object payment, Document body, Document dossier, core::ReceiptRoll roll, core::Instant now
) {
    const std::string roll_id = roll.form + "/" + roll.series;
    auto counter = co_await store_.object(roll_kind, "", roll_id);
    if (!counter) co_return counter.error();
    std::int64_t next = roll.first, version = 0;
    if (*counter) {
        version = (*counter)->version;
        const auto kept = formats::read_stored((*counter)->body);
        if (!kept) co_return kept.error();
        if (const Document* at = kept->find("next")) next = at->as_integer().value_or(roll.first);
    }
    Document receipts = Document::list();
    ports::FactMessage message;
    for (const std::string& nature : core::natures_without_receipt(body)) {
        if (next > roll.last) {
            ports::log::error("receipts.roll_empty");
            co_return core::Result<void>();
        }
        const std::string number = core::receipt_number(next++);
        const Document tree = core::receipt_document(body, dossier, nature, roll, number, now);
        auto file = file_of(payment, tree, roll.series + "-" + number, now);
        if (!file) co_return file.error();
        Document receipt = Document::object();
        receipt.set("nature", Document::text(nature));
        receipt.set("number", Document::text(number));
        receipt.set("series", Document::text(roll.series));
        receipt.set("template", Document::text(roll.form));
        receipt.set("issuer", Document::text("local"));
        receipt.set("attachment_id", Document::text(file->id));
        receipts.push(std::move(receipt));
        core::ObjectWrite write;
        write.object = std::move(*file);
        message.beside.push_back(std::move(write));
    }
    if (roll.is_low(next))
        ports::log::warning("receipts.roll_low", {{"left", roll.last - next + 1}});
    message.beside.push_back(counter_write(roll_id, next, version, now));
    core::Fact fact;
    fact.kind = "payment";
    fact.ref = payment.ref;
    fact.says = Document::object();
    fact.says.set("provider", Document::text(body.text_of("provider")));
    fact.says.set("source", Document::text("bill"));
    fact.says.set("state", Document::text("receipt"));
    fact.says.set("receipts", std::move(receipts));
    message.message.partner = "receipts";
    message.message.agency = payment.agency;
    message.message.kind = std::string(name());
    message.message.received_at = now;
    message.message.body = std::make_shared<const std::string>(formats::write_json(fact.says));
    message.message.digest = crypto::sha256(*message.message.body);
    message.facts.push_back(std::move(fact));
    auto taken = co_await facts_.take_in(std::move(message));
    // Somebody else took these numbers: the next run takes others.
    if (!taken && taken.error().code != "facts.race") co_return taken.error();
    co_return core::Result<void>();
}

}  // namespace gw::engine
