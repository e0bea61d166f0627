// Questions of citizens at the portal.
#include "connectors/national_portal/questions.hpp"

#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/inbox.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <optional>

namespace gw::national_portal {
namespace {

using core::Document;

constexpr std::size_t id_max = 100;

std::string text(const Document& row, std::string_view name) {
    const Document* value = row.find_ignoring_case(name);
    return value == nullptr || value->is_list() || value->is_object() ? std::string()
                                                                      : value->as_text();
}

const std::vector<Document>& rows_of(const Document& result) {
    static const std::vector<Document> none;
    if (result.is_list()) return result.items();
    const Document* data = result.find_ignoring_case("data");
    return data != nullptr && data->is_list() ? data->items() : none;
}

using Names = std::initializer_list<std::pair<const char*, const char*>>;
/// The members of `row` that are not empty, under canonical names.
void copy(const Document& row, Names names, Document& to) {
    for (const auto& [wire, canonical] : names) {
        const std::string value = text(row, wire);
        if (!value.empty()) to.set(canonical, Document::text(value));
    }
}

void copy_part(const Document& row, const char* part, Names names, Document& to) {
    Document made = Document::object();
    copy(row, names, made);
    if (made.size() > 0) to.set(part, std::move(made));
}

Document body_of(const core::Object& object) {
    auto read = formats::read_json(object.body);
    return read && read->is_object() ? std::move(*read) : Document::object();
}

core::Envelope message_of(
    const Options& options, const PortalQuestion& question, core::Instant now
) {
    core::Envelope e;
    e.partner = options.partner;
    e.agency = options.agency;
    e.kind = "question " + question.says.text_of("source");
    e.message_key = "question:" + question.id + ":" + question.digest;
    e.received_at = now;
    e.body = std::make_shared<const std::string>(question.raw);
    e.digest = crypto::sha256(question.raw);
    return e;
}

core::FeedItem received_feed(
    const core::Object& feedback, const std::string& inbox, core::Instant now
) {
    core::FeedItem feed;
    feed.agency = feedback.agency;
    feed.type = "feedback.received";
    feed.actor = "partner:national_portal";
    feed.timestamp = now;
    Document data = Document::object();
    data.set("feedback_id", Document::text(feedback.id));
    data.set("inbox_id", Document::text(inbox));
    feed.data = formats::write_json(data);
    return feed;
}

/// The resource that officers answer; what they said before stays in it.
core::ObjectWrite feedback_write(
    const PortalQuestion& question,
    const std::optional<core::Object>& known,
    const ItemFacts& facts,
    const std::string& id
) {
    core::ObjectWrite write;
    write.expected_version = known ? known->version : 0;
    core::Object& object = write.object;
    object.kind = "feedback";
    object.agency = facts.agency;
    object.id = id;
    object.ref = question.id;
    object.state = "new";
    object.created_at = known ? known->created_at : facts.now;
    object.updated_at = facts.now;
    Document body = known ? body_of(*known) : Document::object();
    if (!known) body.set("received_at", Document::text(core::to_rfc3339(facts.now)));
    body.set("id", Document::text(id));
    body.set("partner", Document::text(facts.partner));
    for (const core::Member& m : question.says.members()) body.set(m.name, m.value);
    body.set("state", Document::text(object.state));
    body.set("inbox_id", Document::text(facts.id));
    body.set("digest", Document::text(question.digest));
    object.body = formats::write_json(body);
    return write;
}

bool lost_a_race(const core::Error& error) {
    return error.code == "object.version" || error.code == "inbox.conflict";
}

}  // namespace

std::vector<PortalQuestion> read_questions(const Document& result, std::string_view source) {
    std::vector<PortalQuestion> out;
    for (const Document& row : rows_of(result)) {
        PortalQuestion q;
        q.id = text(row, "HOIDAPID");
        if (q.id.empty() || q.id.size() > id_max || text(row, "TRANGTHAI") == "0") continue;
        q.says = Document::object();
        q.says.set("external_id", Document::text(q.id));
        q.says.set("source", Document::text(std::string(source)));
        q.says.set("content", Document::text(text(row, "NOIDUNG")));
        copy(row, {{"MALINHVUC", "field_code"}, {"MATTHCDP", "procedure_code"}}, q.says);
        copy_part(row, "agency", {{"MADONVI", "code"}, {"TENDONVI", "name"}}, q.says);
        copy_part(
            row,
            "sender",
            {{"HOVATEN", "name"},
             {"DIACHI", "address"},
             {"THUDIENTU", "email"},
             {"SODIENTHOAI", "phone"}},
            q.says
        );
        q.digest = crypto::to_hex(crypto::sha256(formats::canonical_json(q.says)));
        q.raw = formats::write_json(row);
        q.answered = !text(row, "NOIDUNGTRALOI").empty();
        out.push_back(std::move(q));
    }
    return out;
}

std::vector<std::string> read_published(const Document& result) {
    std::vector<std::string> out;
    for (const Document& row : rows_of(result)) {
        std::string answer = text(row, "NOIDUNGTRALOI");
        if (!answer.empty()) out.push_back(std::move(answer));
    }
    return out;
}

std::string QuestionJob::new_id(std::string_view prefix, core::Instant now) {
    ports::Random& random = *portal_->parts().random;
    const std::uint64_t high = random.next(), low = random.next();
    return crypto::make_id(prefix, now, high, low);
}

ports::Async<void> QuestionJob::run(core::Instant now) {
    std::string service = "LayDanhSachHoiDapGuiTuDVCQG", source = "portal";
    auto sent = co_await read(std::move(service), std::move(source), now);
    if (!sent) co_return sent.error();
    service = "LayDanhSachHoiDapBoCoQuan";
    source = "agency";
    auto own = co_await read(std::move(service), std::move(source), now);
    if (!own) co_return own.error();
    co_return core::Result<void>();
}

ports::Async<void> QuestionJob::read(std::string service, std::string source, core::Instant now) {
    Document none = Document::object();
    auto result = co_await portal_->pull(std::move(service), std::move(none));
    if (!result) co_return result.error();
    std::vector<PortalQuestion> questions = read_questions(*result, source);
    for (PortalQuestion& question : questions) {
        auto taken = co_await take(std::move(question), now);
        if (!taken) co_return taken.error();
    }
    co_return core::Result<void>();
}

ports::Async<void> QuestionJob::take(PortalQuestion question, core::Instant now) {
    ports::ObjectFilter filter;
    filter.kind = "feedback";
    filter.agency = portal_->options().agency;
    filter.ref = question.id;
    auto page = co_await portal_->parts().store->objects(filter);
    if (!page) co_return page.error();
    std::optional<core::Object> known;
    if (!page->items.empty()) known = std::move(page->items.front());
    if (known) {
        const Document body = body_of(*known);
        // A published answer stands in the agency's list under the key of the question.
        const bool same = body.text_of("digest") == question.digest ||
                          body.text_of("source") != question.says.text_of("source");
        if (same && known->state != "answered") co_return core::Result<void>();
        if (same) co_return co_await look_for_answer(std::move(*known), now);
    }
    // Answered elsewhere before it was seen here: nobody needs to do anything.
    if (question.answered) co_return core::Result<void>();
    co_return co_await keep(std::move(question), std::move(known), now);
}

ports::Async<void> QuestionJob::keep(
    PortalQuestion question, std::optional<core::Object> known, core::Instant now
) {
    ports::Acceptance a;
    a.message = message_of(portal_->options(), question, now);
    ItemFacts facts;
    facts.id = new_id("inb", now);
    facts.agency = portal_->options().agency;
    facts.partner = portal_->options().partner;
    facts.now = now;
    facts.raw_ref = "sha256:" + crypto::to_hex(a.message.digest);
    const std::string id = known ? known->id : new_id("fbk", now);
    if (known) {
        core::Object before;
        before.id = body_of(*known).text_of("inbox_id");
        facts.before = std::move(before);
    }
    InboundItem item;
    item.kind = "question";
    item.partner_ref = question.id;
    item.payload = question.says;
    item.payload.set("feedback_id", Document::text(id));
    core::ObjectWrite write = feedback_write(question, known, facts, id);
    a.feed.push_back(received_feed(write.object, facts.id, now));
    a.objects.push_back(std::move(write));
    core::ObjectWrite inbox;
    inbox.object = make_item(item, facts);
    if (auto feed = make_feed(inbox.object, item.kind, 0, now)) a.feed.push_back(std::move(*feed));
    a.objects.push_back(std::move(inbox));
    a.audit.push_back(make_audit(facts.agency, "inbound.received", "inbox/" + facts.id, "", now));
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (accepted) co_return core::Result<void>();
    if (lost_a_race(accepted.error())) co_return core::Result<void>();
    co_return accepted.error();
}

ports::Async<void> QuestionJob::look_for_answer(core::Object feedback, core::Instant now) {
    Document arguments = Document::object();
    arguments.set("cauhoiid", Document::text(feedback.ref));
    std::string service = "LayNoiDungTraLoiTheoCauHoi";
    auto result = co_await portal_->pull(std::move(service), std::move(arguments));
    if (!result) co_return result.error();
    Document body = body_of(feedback);
    const Document* given = body.find("answer");
    const std::string ours = given == nullptr ? std::string() : given->text_of("text");
    const auto there = read_published(*result);
    if (std::find(there.begin(), there.end(), ours) == there.end()) co_return core::Result<void>();
    body.set("state", Document::text("published"));
    ports::Acceptance a;
    a.message.partner = "lienthong";
    a.message.agency = feedback.agency;
    a.message.kind = "feedback.published";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>();
    a.message.digest = crypto::sha256("");
    core::ObjectWrite write;
    write.expected_version = feedback.version;
    write.object = std::move(feedback);
    write.object.state = "published";
    write.object.updated_at = now;
    write.object.body = formats::write_json(body);
    a.audit.push_back(
        make_audit(a.message.agency, "feedback.published", "feedback/" + write.object.id, "", now)
    );
    a.objects.push_back(std::move(write));
    auto accepted = co_await portal_->parts().store->accept(std::move(a));
    if (accepted) co_return core::Result<void>();
    if (lost_a_race(accepted.error())) co_return core::Result<void>();
    co_return accepted.error();
}

}  // namespace gw::national_portal
