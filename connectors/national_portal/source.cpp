// Takes what the portal sends.
#include "connectors/national_portal/source.hpp"

#include "connectors/kit/text.hpp"
#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/routing.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <tuple>

namespace gw::national_portal {
namespace {

using core::Document;

constexpr core::Duration nonce_life{600'000};

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
    return out;
}

/// Envelope of one call; its key makes a repeat of the same content the same message (NP-43).
core::Envelope envelope(
    const Options& options, std::string_view kind, std::string raw, core::Instant now
) {
    core::Envelope e;
    e.partner = options.partner;
    e.agency = options.agency;
    e.kind = std::string(kind);
    e.received_at = now;
    e.digest = crypto::sha256(raw);
    e.body = std::make_shared<const std::string>(std::move(raw));
    return e;
}

core::StoredAnswer stored(const ports::InAnswer& answer) {
    core::StoredAnswer out;
    out.status = answer.status;
    for (const auto& header : answer.headers)
        out.headers += header.name + ": " + header.value + "\n";
    out.body = answer.body;
    return out;
}

ports::InAnswer first_answer(const core::StoredAnswer& stored) {
    ports::InAnswer out;
    out.status = stored.status;
    out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    out.body = stored.body;
    return out;
}

/// The one that came last: what was worked on last says nothing of it (NP-49).
void keep_newest(std::optional<core::Object>& kept, core::Object object) {
    const auto came = [](const core::Object& o) { return std::tie(o.created_at, o.id); };
    if (!kept || came(*kept) < came(object)) kept = std::move(object);
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

}  // namespace

std::uint64_t PortalSource::body_bytes_max() const {
    const Options& options = portal_->options();
    // Nobody can prove anything, so nobody's body is read.
    const bool closed = options.hmac_secret.empty() && options.security_key.empty();
    return closed ? 0 : options.inbound_bytes_max;
}

std::string PortalSource::new_id(std::string_view prefix, core::Instant now) {
    ports::Random& random = *portal_->parts().random;
    const std::uint64_t high = random.next(), low = random.next();
    return crypto::make_id(prefix, now, high, low);
}

bool PortalSource::is_open(std::string_view service, std::string_view path_name) const {
    const auto& open = portal_->options().inbound_services;
    return std::any_of(open.begin(), open.end(), [&](const std::string& name) {
        return lower(name) == lower(std::string(service)) ||
               lower(name) == lower(std::string(path_name));
    });
}

bool PortalSource::is_replay(const std::string& nonce, const std::string& mac, core::Instant now) {
    std::erase_if(nonces_, [now](const auto& entry) { return entry.second.at + nonce_life < now; });
    const auto [entry, fresh] = nonces_.try_emplace(nonce);
    if (fresh) {
        entry->second.at = now;
        entry->second.mac = mac;
    }
    // The very same call again is a repeat and gets the first answer; another body under the nonce
    // is not.
    return !fresh && entry->second.mac != mac;
}

ports::asio::awaitable<ports::InAnswer> PortalSource::receive(
    ports::InRequest request, ports::Intake& intake
) {
    const Options& options = portal_->options();
    Work work;
    work.now = portal_->parts().clock->now();
    const Admission admission = admit(options, request, work.now);
    const std::string mac(ports::header(request.headers, header_signature));
    const bool replayed =
        admission.admitted && !admission.nonce.empty() && is_replay(admission.nonce, mac, work.now);
    if (!admission.admitted || replayed) {
        const std::string_view why = replayed ? std::string_view("nonce") : admission.why;
        ports::log::warning(
            "inbound.refused",
            {{"partner", ports::log::Word(options.partner)}, {"why", ports::log::Word(why)}}
        );
        co_return answer_unauthorised(options.dialect);
    }
    if (request.path.size() > prefix().size())
        work.path_name = request.path.substr(prefix().size());
    while (work.path_name.ends_with('/')) work.path_name.pop_back();
    const formats::JsonLimits limits{
        static_cast<std::size_t>(options.inbound_bytes_max), 32, 10'000};
    auto body = formats::read_json(request.body, limits);
    work.raw = without_security_key(options, std::move(request.body));
    work.service = work.path_name;
    if (!body || !body->is_object()) {
        const core::Error why =
            body ? core::give_up("inbound.undecodable", "no object") : body.error();
        co_return co_await quarantine(std::move(work), why, intake);
    }
    work.body = std::move(*body);
    const auto service = inbound_service(work.path_name, work.body);
    if (!service || !is_open(service_name(*service), work.path_name)) {
        ports::InAnswer closed = answer(options.dialect, Told::error, "", "Dịch vụ không được mở");
        closed.status = 404;
        co_return closed;
    }
    work.service = service_name(*service);
    auto said = understand(
        options, portal_->parts().library, *service, work.body, core::local_day(work.now)
    );
    if (!said) co_return co_await quarantine(std::move(work), said.error(), intake);
    work.said = std::move(*said);
    co_return co_await process(std::move(work), intake);
}

ports::asio::awaitable<ports::InAnswer> PortalSource::quarantine(
    Work work, core::Error why, ports::Intake& intake
) {
    const Options& options = portal_->options();
    ports::InAnswer refusal =
        answer(options.dialect, Told::error, "", "Không đọc được nội dung; đã lưu để kiểm tra");
    ports::Acceptance a;
    a.message = envelope(options, "quarantined " + work.service, std::move(work.raw), work.now);
    a.message.message_key = "quarantined:" + crypto::to_hex(a.message.digest);
    a.answer = stored(refusal);
    InboundItem item;
    item.kind = "dossier";
    item.payload = Document::object();
    item.payload.set("problem", Document::text(why.code));
    ItemFacts facts;
    facts.id = new_id("inb", work.now);
    facts.agency = options.agency;
    facts.partner = options.partner;
    facts.now = work.now;
    facts.raw_ref = "sha256:" + crypto::to_hex(a.message.digest);
    core::ObjectWrite write;
    write.object = failed_item(item, facts, why);
    a.feed.push_back(failed_feed(write.object, why, work.now));
    a.objects.push_back(std::move(write));
    a.audit.push_back(
        make_audit(options.agency, "inbound.quarantined", "inbox/" + facts.id, "", work.now)
    );
    auto accepted = co_await intake.accept(std::move(a));
    if (!accepted) {
        ports::log::warning(
            "inbound.not_accepted", {{"code", ports::log::Word(accepted.error().code)}}
        );
        co_return answer(options.dialect, Told::error, "", "Hệ thống bận, xin gửi lại sau");
    }
    if (accepted->repeated && accepted->answer) co_return first_answer(*accepted->answer);
    co_return refusal;
}

ports::asio::awaitable<ports::InAnswer> PortalSource::process(Work work, ports::Intake& intake) {
    const Options& options = portal_->options();
    ports::Acceptance& a = work.acceptance;
    a.message = envelope(options, work.service, std::move(work.raw), work.now);
    a.message.message_key =
        work.service + ":" + work.said.code + ":" + crypto::to_hex(a.message.digest);
    const auto before = co_await portal_->parts().store->answer_of(
        a.message.partner, a.message.message_key, a.message.digest
    );
    if (before && before->repeated && before->answer) co_return first_answer(*before->answer);
    for (InboundItem& item : work.said.items) {
        route_dossier(item, portal_->catalogue(), options, core::local_day(work.now));
        const auto added = co_await add_item(work, item);
        if (!added)
            co_return answer(
                options.dialect, Told::error, work.said.code, "Hệ thống bận, xin gửi lại sau"
            );
    }
    const ports::InAnswer reply = answer_of(work);
    a.answer = stored(reply);
    auto accepted = co_await intake.accept(std::move(a));
    if (!accepted) {
        ports::log::warning(
            "inbound.not_accepted", {{"code", ports::log::Word(accepted.error().code)}}
        );
        co_return answer(
            options.dialect, Told::error, work.said.code, "Hệ thống bận, xin gửi lại sau"
        );
    }
    if (accepted->repeated && accepted->answer) co_return first_answer(*accepted->answer);
    co_return reply;
}

ports::Async<ItemFacts> PortalSource::facts_of(const Work& work, const InboundItem& item) {
    const Options& options = portal_->options();
    ports::Store& store = *portal_->parts().store;
    ItemFacts facts;
    facts.id = new_id("inb", work.now);
    facts.agency = options.agency;
    facts.partner = options.partner;
    facts.now = work.now;
    facts.raw_ref = "sha256:" + crypto::to_hex(work.acceptance.message.digest);
    ports::ObjectFilter same;
    same.kind = "inbox_item";
    same.agency = options.agency;
    same.ref = item.partner_ref;
    do {
        auto page = co_await store.objects(same);
        if (!page) co_return page.error();
        for (core::Object& object : page->items) {
            const bool receipt = object.body.find("\"kind\":\"tax_receipt\"") != object.body.npos;
            const bool notice = object.body.find("\"kind\":\"tax_notice\"") != object.body.npos;
            if (item.kind == "tax_receipt" && notice) keep_newest(facts.notice, object);
            if (receipt == (item.kind == "tax_receipt"))
                keep_newest(facts.before, std::move(object));
        }
        same.after = page->next;
    } while (!same.after.empty());
    if (!item.dossier_code.empty()) {
        auto dossier = co_await store.object("dossier", options.agency, item.dossier_code);
        if (!dossier) co_return dossier.error();
        facts.dossier = std::move(*dossier);
    }
    co_return facts;
}

ports::Async<bool> PortalSource::add_item(Work& work, const InboundItem& item) {
    auto facts = co_await facts_of(work, item);
    if (!facts) co_return facts.error();
    if (facts->before || facts->dossier) work.known_before = true;
    if (is_unmatched(item, *facts)) work.unmatched.push_back(item.dossier_code);
    if (!says_something_new(item, *facts)) co_return false;
    const std::string dossier = is_unmatched(item, *facts) ? std::string() : item.dossier_code;
    for (const InboundFile& file : item.files) {
        if (file.broken) work.broken.push_back(file.name);
        auto kept = keep(file, work.now);
        if (!kept) co_return kept.error();
        if (*kept) {
            core::ObjectWrite write;
            write.object = make_attachment(*facts, file, **kept, dossier);
            work.acceptance.objects.push_back(std::move(write));
        }
        facts->stored.push_back(std::move(*kept));
    }
    core::ObjectWrite write;
    write.object = make_item(item, *facts);
    auto feed = make_feed(write.object, item.kind, item.files.size(), work.now);
    if (feed) work.acceptance.feed.push_back(std::move(*feed));
    const std::string detail =
        work.said.unmapped.empty()
            ? ""
            : R"({"unmapped":)" + std::to_string(work.said.unmapped.size()) + "}";
    work.acceptance.audit.push_back(
        make_audit(facts->agency, "inbound.received", "inbox/" + facts->id, detail, work.now)
    );
    work.acceptance.objects.push_back(std::move(write));
    co_return true;
}

core::Result<std::optional<StoredFile>> PortalSource::keep(
    const InboundFile& file, core::Instant now
) {
    if (!file.bytes) return std::optional<StoredFile>();
    auto writer = portal_->parts().blobs->create();
    if (!writer) return writer.error();
    auto written = (*writer)->write(*file.bytes);
    if (!written) return written.error();
    auto digest = (*writer)->finish();
    if (!digest) return digest.error();
    StoredFile stored;
    stored.attachment_id = new_id("att", now);
    stored.sha256 = crypto::to_hex(*digest);
    stored.size = file.bytes->size();
    stored.media_type = std::string(media_type(*file.bytes));
    return std::optional(std::move(stored));
}

ports::InAnswer PortalSource::answer_of(const Work& work) const {
    const Dialect dialect = portal_->options().dialect;
    if (!work.broken.empty())
        return answer(
            dialect,
            Told::error,
            work.said.code,
            "Đã lưu, nhưng không đọc được tệp: " + joined(work.broken)
        );
    std::string text = work.known_before ? "Cập nhật thành công" : "Tiếp nhận thành công";
    if (!work.unmatched.empty()) text = "Đã lưu; chưa tìm thấy hồ sơ: " + joined(work.unmatched);
    return answer(dialect, work.known_before ? Told::updated : Told::created, work.said.code, text);
}

std::unique_ptr<ports::Source> make_source(std::shared_ptr<Portal> portal) {
    return std::make_unique<PortalSource>(std::move(portal));
}

}  // namespace gw::national_portal
