// From a change that core allowed to one durable commit and its answer.
#include "gateway/api/effects.hpp"

#include "gateway/api/answered.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/sweep.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <charconv>

namespace gw::api {

namespace {

using core::Document;

/// OC-2: tenant, method, path and key; the digest of the body stands beside it.
std::string message_key(const Call& call) {
    if (call.key.empty()) return {};
    std::string key;
    key.reserve(call.who.tenant.size() + call.request.path.size() + call.key.size() + 8);
    key.append(call.who.tenant).append(" ").append(call.request.method).append(" ");
    key.append(call.request.path).append(" ").append(call.key);
    return key;
}

core::Envelope envelope(const Call& call) {
    core::Envelope message;
    message.partner = "onestop";
    message.agency = call.who.tenant;
    message.kind.append(call.route->method).append(" ").append(call.route->path);
    message.message_key = message_key(call);
    message.received_at = call.now;
    message.digest = call.digest;
    message.body = call.raw;
    return message;
}

core::StoredAnswer stored(const Reply& reply) {
    core::StoredAnswer answer;
    answer.status = reply.status;
    answer.body = reply.body;
    for (const auto& header : reply.headers)
        answer.headers.append(header.name).append(": ").append(header.value).append("\n");
    return answer;
}

Reply replayed(const core::StoredAnswer& answer) {
    Reply reply(answer.status, answer.body);
    for (const auto& line : split(answer.headers, '\n')) {
        const auto colon = line.find(": ");
        if (colon == std::string::npos) continue;
        reply.with(line.substr(0, colon), line.substr(colon + 2));
    }
    reply.with("Idempotency-Replayed", "true");
    reply.kept = true;
    return reply;
}

/// "KIND ID CURRENT_VERSION", as the store's error says it.
std::int64_t version_in(const std::string& what) {
    const auto blank = what.rfind(' ');
    std::int64_t version = 0;
    if (blank != std::string::npos)
        std::from_chars(what.data() + blank + 1, what.data() + what.size(), version);
    return version;
}

/// OC-3: a repeat of these is a new attempt.
bool worth_keeping(int status) {
    switch (status) {
        case 400:
        case 401:
        case 403:
        case 413:
        case 415:
        case 429:
        case 503:
            return false;
        default:
            return status < 500;
    }
}

void collect_attachments(const Document& value, std::vector<std::string>& ids) {
    if (value.is_list())
        for (const auto& item : value.items()) collect_attachments(item, ids);
    for (const auto& member : value.members()) {
        if (member.name == "attachment_id" && member.value.is_text())
            ids.push_back(member.value.as_text());
        else if (member.value.is_object() || member.value.is_list())
            collect_attachments(member.value, ids);
    }
}

/// From now on the file is referred to, and no sweep looks at it. Whatever became of it meanwhile:
/// a purge that came between is undone, the bytes are still there for a day.
core::ObjectWrite claim_of(const core::Object& file, core::Instant now) {
    core::ObjectWrite write;
    write.expected_version = -1;
    write.object = file;
    write.object.state = "clean";
    write.object.updated_at = now;
    return write;
}

/// The list in which local procedure codes stand (ID-15).
constexpr std::string_view procedure_list = "national_portal.procedure";

std::optional<std::string> national_of(
    const Context& context, const std::string& local, core::Day day
) {
    const auto list = context.parts.library.codes(procedure_list);
    const auto* row = list ? (*list)->find_value(local, day) : nullptr;
    if (row == nullptr) return std::nullopt;
    return row->code;
}

}  // namespace

std::string etag(std::int64_t version) {
    return '"' + std::to_string(version) + '"';
}

std::optional<std::int64_t> parse_etag(std::string_view text) {
    if (text == "*") return -1;
    if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
    const auto number = to_number(text.substr(1, text.size() - 2));
    if (!number || *number > 1'000'000'000) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

core::AuditRow audit_row(const Call& call, std::string subject, std::string detail) {
    core::AuditRow row;
    row.at = call.now;
    row.agency = call.who.tenant;
    row.actor = call.who.actor();
    row.action = call.route->id;
    row.subject = std::move(subject);
    if (detail.empty()) {
        auto facts = Document::object();
        facts.set("client", Document::text(call.who.client));
        facts.set("request_id", Document::text(call.request_id));
        detail = formats::write_json(facts);
    }
    row.detail = std::move(detail);
    return row;
}

core::FeedItem feed_item(
    const Call& call, std::string type, std::string dossier, const Document& data
) {
    core::FeedItem item;
    item.agency = call.who.tenant;
    item.type = std::move(type);
    item.dossier = std::move(dossier);
    item.actor = call.who.actor();
    item.timestamp = call.now;
    item.data = formats::write_json(data);
    return item;
}

void add_event(
    const Context& context,
    ports::Acceptance& acceptance,
    const Call& call,
    std::string dossier,
    core::EventDraft draft,
    const formats::Written* known
) {
    core::Event event;
    event.kind = std::move(draft.kind);
    event.agency = call.who.tenant;
    event.dossier = std::move(dossier);
    event.occurred_at = draft.occurred_at;
    event.recorded_at = call.now;
    event.trace = call.trace;
    event.snapshot = std::make_shared<const std::string>(
        known == nullptr ? formats::write_json(draft.snapshot)
                         : formats::write_json(draft.snapshot, *known)
    );
    if (context.parts.notice)
        if (auto notice = context.parts.notice(event, draft.snapshot)) {
            core::ObjectWrite write;
            write.object = std::move(*notice);
            acceptance.objects.push_back(std::move(write));
        }
    const std::vector<core::Event> one{event};
    std::vector<Document> snapshots;
    snapshots.push_back(std::move(draft.snapshot));
    auto legs = core::plan(one, snapshots, context.parts.routes, context.parts.operation_of);
    for (auto& leg : legs) {
        leg.event_index = acceptance.events.size();
        acceptance.legs.push_back(std::move(leg));
    }
    acceptance.events.push_back(std::move(event));
}

asio::awaitable<Commit> commit(
    Context& context, const Call& call, ports::Acceptance acceptance, Reply reply
) {
    acceptance.message = envelope(call);
    if (call.route->key == KeyRule::kept) acceptance.answer = stored(reply);
    acceptance.urgency = call.route->urgency;
    if (acceptance.urgency == core::Urgency::p2 && call.who.has_person())
        acceptance.urgency = core::Urgency::p1;
    Commit done;
    auto accepted = co_await context.parts.intake->accept(std::move(acceptance));
    if (!accepted) {
        if (accepted.error().code == "object.version") {
            done.race = true;
            done.version = version_in(accepted.error().what);
        } else {
            done.reply = refuse(call, accepted.error());
            done.reply.kept = true;
        }
        co_return done;
    }
    if (accepted->repeated && accepted->answer) {
        done.reply = replayed(*accepted->answer);
        co_return done;
    }
    if (accepted->repeated && call.route->key == KeyRule::kept && !call.key.empty()) {
        // Nothing was written: what was answered then is no longer kept.
        done.reply = refuse(call, "gone", "Idempotency-Key: its first answer is no longer kept");
        done.reply.kept = true;
        co_return done;
    }
    done.reply = std::move(reply);
    done.reply.kept = true;
    co_return done;
}

asio::awaitable<std::optional<Reply>> answered_before(Context& context, const Call& call) {
    if (call.key.empty()) co_return std::nullopt;
    auto before =
        co_await context.parts.store->answer_of("onestop", message_key(call), call.digest);
    if (!before) {
        auto refusal = refuse(call, before.error());
        refusal.kept = true;
        co_return refusal;
    }
    if (!before->repeated) co_return std::nullopt;
    if (before->answer) co_return replayed(*before->answer);
    auto gone = refuse(call, "gone", "Idempotency-Key: its first answer is no longer kept");
    gone.kept = true;
    co_return gone;
}

asio::awaitable<Reply> keep_answer(Context& context, Call& call, Reply reply) {
    if (reply.kept || call.key.empty() || !worth_keeping(reply.status)) co_return reply;
    // Bytes spoilt on the way may be sent again under the same key.
    if (call.route->body == BodyRule::stream) co_return reply;
    // S15: the refusal stays, its reason does not; the digest still tells a repeat from another
    // body.
    if (reply.code == "classified.content") call.raw = std::make_shared<const std::string>();
    ports::Acceptance nothing;
    auto subject = reply.code.empty() ? std::string("answered") : "refused/" + reply.code;
    nothing.audit.push_back(audit_row(call, std::move(subject)));
    auto done = co_await commit(context, call, std::move(nothing), std::move(reply));
    co_return std::move(done.reply);
}

asio::awaitable<core::Result<Attachments>> attachments_of(
    Context& context, const std::string& tenant, const Document& body
) {
    std::vector<std::string> ids;
    collect_attachments(body, ids);
    Attachments known;
    for (const auto& id : ids) {
        if (known.contains(id)) continue;
        auto found = co_await context.parts.store->object("attachment", tenant, id);
        if (!found) co_return found.error();
        if (*found) known.emplace(id, std::move(**found));
    }
    co_return known;
}

asio::awaitable<core::Result<void>> know_procedure(
    Context& context, const Call& call, const Document& dossier
) {
    const auto* procedure = dossier.find("procedure");
    if (procedure == nullptr || !procedure->is_object()) co_return core::Result<void>();
    auto code = procedure->text_of("code");
    if (!core::is_procedure_code(code)) {
        const auto day = core::governing_day(dossier).value_or(core::local_day(call.now));
        code = national_of(context, code, day).value_or("");
    }
    if (code.empty()) co_return core::Result<void>();
    auto known = co_await context.procedures.know(
        *context.parts.store, call.who.tenant, std::move(code), call.now
    );
    co_return known;
}

core::CommandContext command_context(
    Context& context, const Call& call, const Attachments& attachments
) {
    core::CommandContext command;
    command.now = call.now;
    command.agency = call.who.tenant;
    command.actor = call.who.actor();
    command.transitions = context.parts.transitions;
    command.calendar = context.parts.calendar;
    command.province_roots = context.options().province_roots;
    command.known_places = context.options().known_places;
    command.reused_province_codes = context.options().reused_province_codes;
    command.new_id = [&context](std::string_view prefix) { return context.new_id(prefix); };
    command.procedure = [&context, tenant = call.who.tenant](const std::string& code) {
        return context.procedures.find(tenant, code);
    };
    command.national_procedure = [&context](const std::string& code, core::Day day) {
        return national_of(context, code, day);
    };
    command.catalogue_refuses = context.options().catalogue_refuses;
    command.attachment = [&attachments](const std::string& id) -> std::optional<core::Object> {
        const auto found = attachments.find(id);
        if (found == attachments.end()) return std::nullopt;
        auto file = found->second;
        if (file.state == loose_state) file.state = "clean";
        return file;
    };
    return command;
}

ports::Acceptance acceptance_of(
    const Context& context,
    const Call& call,
    core::Change& change,
    std::string body,
    const Attachments& attachments
) {
    ports::Acceptance acceptance;
    for (const auto& [id, file] : attachments)
        if (file.state == loose_state) acceptance.objects.push_back(claim_of(file, call.now));
    const auto code = change.dossier.text_of("code");
    const formats::Written known{change.dossier, body};
    for (auto& draft : change.events)
        add_event(context, acceptance, call, code, std::move(draft), &known);
    for (const auto& draft : change.feed)
        acceptance.feed.push_back(feed_item(call, draft.type, code, draft.data));
    core::ObjectWrite write;
    write.expected_version = change.expected_version;
    write.object.kind = "dossier";
    write.object.agency = call.who.tenant;
    write.object.id = code;
    write.object.state = change.dossier.text_of("status");
    write.object.dossier = code;
    write.object.body = std::move(body);
    write.object.created_at = write.object.updated_at = call.now;
    write.document = change.dossier.shared();
    acceptance.objects.push_back(std::move(write));
    acceptance.audit.push_back(audit_row(call, "dossier/" + code));
    return acceptance;
}

std::string answer_body(core::Change& change, const std::string& dossier) {
    auto warnings = Document::list();
    if (change.answer.is_object())
        for (const auto& finding : change.warnings) warnings.push(finding_json(finding));
    const bool is_dossier = change.answer == change.dossier;
    if (warnings.size() == 0) return is_dossier ? dossier : formats::write_json(change.answer);
    if (is_dossier)
        return dossier.substr(0, dossier.size() - 1) +
               ",\"warnings\":" + formats::write_json(warnings) + "}";
    change.answer.set("warnings", std::move(warnings));
    return formats::write_json(change.answer);
}

}  // namespace gw::api
