// New notices: from a request, from an event; what a phone wants.
#include "gateway/core/dossier_internal.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/core/notice_commands.hpp"
#include "gateway/core/notice_text.hpp"

#include <algorithm>
#include <array>

namespace gw::core {

namespace {

constexpr std::array<std::string_view, 3> channels{"zns", "sms", "email"};
constexpr std::array<std::string_view, 3> categories{"transactional", "survey", "news"};
constexpr Duration history_max{30LL * 86'400'000};
constexpr int owners_of_one_phone = 20;

Document text(std::string_view value) {
    return Document::text(std::string(value));
}

std::string choice_name(std::string_view channel, std::string_view category) {
    return "choice/" + std::string(channel) + "/" + std::string(category);
}

std::string choice_of(const Contact& contact, std::string_view channel, std::string_view category) {
    const std::string name = choice_name(channel, category);
    for (const Document& mark : contact.marks)
        if (mark.text_of("what") == name) return mark.text_of("state");
    return {};
}

bool names(const Document* list, std::string_view channel, std::string_view category) {
    if (list == nullptr) return false;
    return std::any_of(list->items().begin(), list->items().end(), [&](const Document& d) {
        return d.text_of("channel") == channel && d.text_of("category") == category;
    });
}

/// Tells owners apart without naming them.
std::string owner_key(const Document& dossier) {
    std::string who;
    for (const char* pointer : {"/owner/full_name", "/owner/identities/0/number"})
        if (const Document* value = dossier.at(pointer)) who += value->as_text() + "|";
    std::uint64_t sum = 1469598103934665603ULL;
    for (const char c : who) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return who.empty() ? "" : std::to_string(sum);
}

/// Rendered messages of every channel that has a provider and a template, in order.
Document plans_of(
    const NoticeEvent& event,
    const std::vector<std::string>& wanted,
    std::string_view variant,
    const Document& params,
    const NoticeSettings& settings
) {
    Document plans = Document::list();
    for (const std::string& channel : wanted) {
        const auto provider = settings.providers.find(channel);
        const NoticeTemplate* with = settings.templates.find(event.name, channel, variant);
        if (provider == settings.providers.end() || with == nullptr) continue;
        Document plan = Document::object();
        plan.set("channel", text(channel));
        plan.set("provider", text(provider->second));
        plan.set("message", render(event, *with, params));
        plans.push(std::move(plan));
    }
    return plans;
}

Document quiet_json(const NoticeEvent& event, const NoticeSettings& settings) {
    const QuietHours& hours = event.priority == "p1" ? settings.quiet_p1 : settings.quiet;
    Document quiet = Document::object();
    quiet.set("from", Document::number(event.any_hour ? 0 : hours.from));
    quiet.set("to", Document::number(event.any_hour ? 0 : hours.to));
    return quiet;
}

struct Draft {
    Draft() = default;
    std::string dossier, phone, key, owner, tells;  // tells: the status of its moment
    Document params, plans;
    std::string_view variant;
    Instant earliest{};
};

/// Section 4: when it would end in the night, it goes at the last minute before it.
Instant first_moment(const Document& notice, Instant earliest, Instant expires, Instant now) {
    const auto hours = quiet_hours_of(notice);
    const auto until = hours ? quiet_until(*hours, earliest) : std::nullopt;
    if (!until || *until < expires || quiet_until(*hours, now)) return earliest;
    const auto begins = next_quiet(*hours, now);
    return std::min(earliest, std::max(now, *begins - std::chrono::minutes(1)));
}

Document new_notice(
    const NoticeEvent& event,
    Draft draft,
    const NoticeSettings& settings,
    const CommandContext& context
) {
    Document notice = Document::object();
    notice.set("id", text(context.new_id("ntf")));
    notice.set("dossier_code", text(draft.dossier));
    notice.set("event", text(event.name));
    notice.set("category", text(event.category));
    notice.set("priority", text(event.priority));
    notice.set("variant", text(draft.variant));
    notice.set("phone", text(draft.phone));
    if (!draft.owner.empty()) notice.set("owner", text(draft.owner));
    notice.set("params", std::move(draft.params));
    notice.set("plans", std::move(draft.plans));
    notice.set("quiet", quiet_json(event, settings));
    notice.set("status", Document::boolean(event.status));
    notice.set("action", Document::boolean(event.action));
    notice.set("tells", text(draft.tells));
    const bool owed = std::any_of(event.params.begin(), event.params.end(), [](const auto& p) {
        return p.form == "unpaid";
    });
    notice.set("owed", Document::boolean(owed));
    notice.set("dedupe_key", text(draft.key));
    notice.set("state", text("scheduled"));
    notice.set("dispatches", Document::list());
    const Duration wait = event.priority == "p1" ? settings.wait_p1 : settings.wait;
    const Instant expires = std::max(context.now, draft.earliest) + event.life;
    const Instant earliest = std::max(draft.earliest, context.now + wait);
    const Instant moment = first_moment(notice, earliest, expires, context.now);
    notice.set("not_before", text(to_rfc3339(moment)));
    notice.set("expires_at", text(to_rfc3339(expires)));
    notice.set("created_at", text(to_rfc3339(context.now)));
    notice.set("updated_at", text(to_rfc3339(context.now)));
    return notice;
}

/// Request's parameters over those of the dossier.
Document merged_params(const NoticeEvent& event, const Document& dossier, const Document& request) {
    Document snapshot = Document::object();
    snapshot.set("dossier", dossier);
    Document params = params_of(event, snapshot);
    if (const Document* given = request.find("params"))
        for (const Member& m : given->members())
            if (!m.value.as_text().empty()) params.set(m.name, text(m.value.as_text()));
    return params;
}

std::vector<std::string> wanted_channels(const NoticeEvent& event, const Document& request) {
    std::vector<std::string> wanted;
    if (const Document* given = request.find("channels"))
        for (const Document& channel : given->items()) {
            const auto& name = channel.as_text();
            if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
                wanted.push_back(name);
        }
    return wanted.empty() ? event.channels : wanted;
}

/// However the code is written: long, short, or the one-stop's own (NT-4, ID-15).
std::string_view variant_of(const Document& dossier, const NoticeSettings& settings) {
    std::vector<std::string> codes;
    for (const char* pointer :
         {"/procedure/short_code", "/procedure/code", "/procedure/local_code"}) {
        const Document* code = dossier.at(pointer);
        if (code == nullptr || code->as_text().empty()) continue;
        codes.push_back(code->as_text());
        codes.push_back(short_procedure(code->as_text()));
    }
    const auto& list = settings.templates.discreet_procedures;
    const bool discreet = std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
        return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
            return code == entry || code == short_procedure(entry);
        });
    });
    return discreet ? "discreet" : "normal";
}

}  // namespace

Document preferences_of(const std::string& phone, const Contact& contact, Instant now) {
    Document out = Document::object();
    out.set("phone", text(phone));
    Document no = Document::list(), yes = Document::list();
    for (const auto channel : channels)
        for (const auto category : categories) {
            const std::string said = choice_of(contact, channel, category);
            if (said != "out" && said != "in") continue;
            Document choice = Document::object();
            choice.set("channel", text(channel));
            choice.set("category", text(category));
            (said == "out" ? no : yes).push(std::move(choice));
        }
    out.set("opt_outs", std::move(no));
    out.set("consents", std::move(yes));
    const auto failures =
        std::count_if(contact.marks.begin(), contact.marks.end(), [&](const Document& mark) {
            const auto at = dossier_parts::time_of(mark, "at");
            return mark.text_of("state") == "failed" && at && *at + history_max > now;
        });
    out.set("bad", Document::boolean(failures >= 3));  // NT-7
    out.set("shared_phone", Document::boolean(is_shared(contact, now)));
    return out;
}

bool is_shared(const Contact& contact, Instant now) {
    const Document* owners = contact.recent.find("owners");
    if (owners == nullptr) return false;
    const auto lately =
        std::count_if(owners->items().begin(), owners->items().end(), [&](const Document& one) {
            const auto at = dossier_parts::time_of(one, "at");
            return at && *at + history_max > now;
        });
    return lately > owners_of_one_phone;
}

std::vector<ObjectDraft> preference_marks(
    const std::string& phone, const Document& request, Instant now
) {
    std::vector<ObjectDraft> marks;
    for (const auto channel : channels)
        for (const auto category : categories) {
            const bool out = names(request.find("opt_outs"), channel, category);
            const bool in = names(request.find("consents"), channel, category);
            marks.push_back(contact_mark(
                phone, choice_name(channel, category), out ? "out" : (in ? "in" : "open"), now
            ));
        }
    return marks;
}

bool opted_out(const Contact& contact, std::string_view channel, std::string_view category) {
    const std::string said = choice_of(contact, channel, category);
    return category == "transactional" ? said == "out" : said != "in";
}

std::string notice_phone(const Document& dossier, const Document& request) {
    for (const auto& [holder, pointer] :
         {std::pair(&request, "/recipient/phone"),
          std::pair(&dossier, "/owner/phone"),
          std::pair(&dossier, "/submitter/phone")}) {
        const Document* phone = holder->at(pointer);
        if (phone == nullptr || phone->as_text().empty()) continue;
        return normalise_phone(phone->as_text()).value_or("");
    }
    return {};
}

std::string dedupe_key(
    const std::string& agency,
    const std::string& event,
    const std::string& dossier,
    const std::string& phone,
    const std::string& entry
) {
    return agency + "|" + event + "|" + dossier + "|" + phone + "|" + entry;
}

NoticeDecision request_notice(
    const Document& dossier,
    const Document& request,
    const Contact& contact,
    const NoticeSettings& settings,
    const CommandContext& context
) {
    const NoticeEvent* event = settings.templates.event(request.text_of("event"));
    if (event == nullptr) return Problem("notification.template_unknown", "no such event");
    Draft draft;
    draft.dossier = dossier.text_of("code");
    draft.owner = owner_key(dossier);
    draft.tells = dossier.text_of("status");
    draft.phone = notice_phone(dossier, request);
    if (!is_mobile(draft.phone, settings.test_prefixes)) {
        Problem problem("validation.failed");
        problem.findings.emplace_back("/recipient/phone", "phone.invalid");
        return problem;
    }
    draft.params = merged_params(*event, dossier, request);
    if (const std::string name = missing_param(*event, draft.params); !name.empty()) {
        Problem problem("notification.param_missing", name);
        problem.values.push_back(name);
        return problem;
    }
    draft.variant = variant_of(dossier, settings);
    const auto wanted = wanted_channels(*event, request);
    draft.plans = plans_of(*event, wanted, draft.variant, draft.params, settings);
    if (draft.plans.size() == 0)
        return Problem("notification.template_unknown", "no template on these channels");
    const auto& plans = draft.plans.items();
    const bool mandatory =
        std::find(
            settings.mandatory_events.begin(), settings.mandatory_events.end(), event->name
        ) != settings.mandatory_events.end();
    const bool all_out = std::all_of(plans.begin(), plans.end(), [&](const Document& plan) {
        const std::string channel = plan.text_of("channel");
        return opted_out(contact, channel, event->category) &&
               !(mandatory && channel == "sms" && event->category == "transactional");
    });
    if (all_out) return Problem("notification.opted_out");
    draft.key = request.text_of("dedupe_key");
    std::string entry = dossier.text_of("status_entry_id");
    if (entry.empty()) entry = "status:" + dossier.text_of("progress_count");
    draft.key = context.agency + "|" +
                (draft.key.empty() ? dedupe_key("", event->name, draft.dossier, draft.phone, entry)
                                   : draft.key);
    const auto not_before = dossier_parts::time_of(request, "not_before");
    draft.earliest = not_before.value_or(context.now);
    ObjectChange change;
    change.verdict = Verdict::applied;
    change.body = new_notice(*event, std::move(draft), settings, context);
    return change;
}

Document notice_of_event(
    std::string_view kind,
    const Document& snapshot,
    Instant occurred_at,
    const NoticeSettings& settings,
    const CommandContext& context
) {
    if (!settings.enabled) return {};
    const Document* dossier = snapshot.find("dossier");
    const Document* internal = snapshot.at("/progress/internal");
    if (dossier == nullptr || (internal != nullptr && internal->as_boolean())) return {};
    const NoticeEvent* event = caused_by(settings.templates, kind, snapshot);
    if (event == nullptr || occurred_at + event->life < context.now) return {};
    Draft draft;
    draft.dossier = dossier->text_of("code");
    draft.owner = owner_key(*dossier);
    const Document* step = snapshot.at("/progress/status");
    draft.tells = step != nullptr ? step->as_text() : dossier->text_of("status");
    draft.phone = notice_phone(*dossier, Document::object());
    if (draft.phone.empty()) return {};
    draft.params = params_of(*event, snapshot);
    draft.variant = variant_of(*dossier, settings);
    draft.plans = plans_of(*event, event->channels, draft.variant, draft.params, settings);
    draft.key = dedupe_key(
        context.agency, event->name, draft.dossier, draft.phone, snapshot.text_of("key")
    );
    draft.earliest = context.now;
    const std::string missing = missing_param(*event, draft.params);
    const bool mobile = is_mobile(draft.phone, settings.test_prefixes);
    const bool no_text = draft.plans.size() == 0;
    Document notice = new_notice(*event, std::move(draft), settings, context);
    // Recorded, so that everybody sees why nothing was sent (NT-5).
    if (!mobile || no_text || !missing.empty()) {
        notice.set("state", text("suppressed"));
        notice.set(
            "reason", text(!mobile ? "no_mobile" : (no_text ? "no_template" : "param_missing"))
        );
    }
    return notice;
}

}  // namespace gw::core
