// Texts to citizens, and what a phone wants (contract 3.8).
#include "gateway/api/handlers.hpp"
#include "gateway/api/objects.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/core/schema.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/notices.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr int races_max = 5;
constexpr core::Duration key_life{7LL * 86'400'000};  // NT-9
const std::string kind = "notification";

/// Without text, parameters and phone: what a clerk needs to see is the way it took.
Document shown(const Document& notice) {
    Document out = Document::object();
    for (const core::Member& m : notice.members())
        for (const core::Field& field : core::schema("Notification")->fields)
            if (field.name == m.name) out.set(m.name, m.value);
    if (Document* dispatches = out.find("dispatches"))
        for (Document& dispatch : dispatches->items()) {
            dispatch.remove("submitted_at");
            dispatch.remove("asked_at");
        }
    return out;
}

Reply accepted(const std::string& id) {
    Document body = Document::object();
    body.set("id", Document::text(id));
    Reply reply(202, formats::write_json(body));
    reply.with("Location", "/v1/notifications/" + id);
    return reply;
}

core::Object slot_of(const Call& call, const Document& notice) {
    core::Object slot;
    slot.kind = "notice_key";
    slot.agency = call.who.tenant;
    slot.id = crypto::to_hex(crypto::sha256(notice.text_of("dedupe_key")));
    slot.state = "used";
    slot.body = "{}";
    return slot;
}

/// A phone in an address: "84100000001", "0100000001". nullopt: it is none.
std::optional<std::string> phone_in(const Call& call) {
    return core::normalise_phone(call.path[0]);
}
Reply refuse_phone(const Call& call) {
    core::Problem problem("request.parameter", "phone");
    problem.values.emplace_back("phone");
    return refuse(call, problem);
}

}  // namespace

asio::awaitable<Reply> create_notification(Context& context, Call& call) {
    const core::NoticeSettings* settings = context.parts.notices;
    if (settings == nullptr) co_return refuse(call, "notification.template_unknown");
    if (auto refusal = check_body(call, call.body, "NotificationRequest"))
        co_return std::move(*refusal);
    const std::string code = call.body.text_of("dossier_code");
    for (int race = 0; race < races_max; ++race) {
        auto dossier = co_await read_object(context, "dossier", call.who.tenant, code);
        if (!dossier) co_return refuse(call, dossier.error());
        if (!dossier->found) co_return refuse(call, "not_found", "dossier_code");
        std::string phone = core::notice_phone(dossier->body, call.body);
        auto contact =
            co_await engine::read_contact(*context.parts.store, call.who.tenant, std::move(phone));
        if (!contact) co_return refuse(call, contact.error());
        const Attachments none;
        const auto with = command_context(context, call, none);
        auto decision = core::request_notice(dossier->body, call.body, *contact, *settings, with);
        if (auto* problem = std::get_if<core::Problem>(&decision)) co_return refuse(call, *problem);
        auto& change = std::get<core::ObjectChange>(decision);
        core::Object slot = slot_of(call, *change.body);
        auto used = co_await context.parts.store->object("notice_key", slot.agency, slot.id);
        if (!used) co_return refuse(call, used.error());
        const bool held = used->has_value();
        if (held && (*used)->updated_at + key_life > call.now)
            co_return accepted((*used)->ref);  // NT-9: the first one, nothing is sent
        core::Object fresh;
        fresh.kind = kind;
        fresh.id = fresh.ref = change.body->text_of("id");
        fresh.dossier = code;
        core::ObjectDraft key;
        key.kind = slot.kind;
        key.id = slot.id;
        key.state = slot.state;
        key.ref = fresh.id;
        key.body = Document::object();
        if (held) key.expected_version = (*used)->version;
        change.more.push_back(std::move(key));
        Reply reply = accepted(fresh.id);
        auto done = co_await commit_change(
            context, call, std::move(fresh), std::move(change), std::move(reply)
        );
        if (!done.race) co_return std::move(done.reply);
    }
    co_return refuse(call, "overloaded");
}

asio::awaitable<Reply> get_notification(Context& context, Call& call) {
    return show_object(context, call, kind, shown);
}

asio::awaitable<Reply> get_contact_preferences(Context& context, Call& call) {
    const auto phone = phone_in(call);
    if (!phone) co_return refuse_phone(call);
    auto contact = co_await engine::read_contact(*context.parts.store, call.who.tenant, *phone);
    if (!contact) co_return refuse(call, contact.error());
    co_return Reply(200, formats::write_json(core::preferences_of(*phone, *contact, call.now)));
}

asio::awaitable<Reply> put_contact_preferences(Context& context, Call& call) {
    const auto phone = phone_in(call);
    if (!phone) co_return refuse_phone(call);
    if (auto refusal = check_body(call, call.body, "ContactPreferences"))
        co_return std::move(*refusal);
    core::ObjectChange change;
    change.verdict = core::Verdict::applied;
    change.more = core::preference_marks(*phone, call.body, call.now);
    core::Contact after;
    for (const core::ObjectDraft& mark : change.more) after.marks.push_back(mark.body);
    Reply reply(200, formats::write_json(core::preferences_of(*phone, after, call.now)));
    core::Object about;  // the audit names the phone's mark, not the phone
    about.kind = "contact";
    about.id = core::mask_number(*phone);
    auto done = co_await commit_change(
        context, call, std::move(about), std::move(change), std::move(reply)
    );
    co_return std::move(done.reply);
}

}  // namespace gw::api
