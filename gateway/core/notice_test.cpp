// Notices to citizens: states, the next channel, night, repeats, opt-outs.
#include "gateway/core/notice_past.hpp"
#include "gateway/core/notice_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

namespace gw::core {
namespace {

const char* const phone = "84100000001";

Instant at(const char* text) {
    return *parse_rfc3339(text);
}
const Instant ten = at("2026-01-05T10:00:00+07:00");

NoticeSettings settings_of() {
    NoticeSettings s;
    s.enabled = true;
    s.providers = {{"sms", "sms_viettel"}, {"zns", "zalo"}};
    NoticeEvent ready;
    ready.name = "result_ready";
    ready.channels = {"zns", "sms"};
    ready.status = true;
    NoticeEvent::Cause cause;
    cause.event = "progress.recorded";
    cause.when = {{"/progress/status", "finished"}};
    ready.causes.push_back(cause);
    NoticeParam code;
    code.name = "ma_ho_so";
    code.from = {"/dossier/code"};
    code.max = 30;
    NoticeParam place;
    place.name = "noi_tra";
    place.from = {"/dossier/place"};
    place.max = 20;
    ready.params = {code, place};
    NoticeEvent survey = ready;
    survey.name = "survey_invite";
    survey.category = "survey";
    survey.causes.clear();
    s.templates.events = {ready, survey};
    for (const char* event : {"result_ready", "survey_invite"})
        for (const char* channel : {"sms", "zns"}) {
            NoticeTemplate t;
            t.event = event;
            t.channel = channel;
            t.text = "Ho so {ma_ho_so} da co ket qua. Moi nhan tai {noi_tra}.";
            if (t.channel == "zns") {
                t.provider_template = "1";
                t.params = {"ma_ho_so", "noi_tra"};
            }
            s.templates.templates.push_back(t);
        }
    return s;
}

Document dossier_of(const char* place = "Quầy 5") {
    Document owner = Document::object();
    owner.set("phone", Document::text(phone));
    Document procedure = Document::object();
    procedure.set("code", Document::text("2.000635"));
    Document d = Document::object();
    d.set("code", Document::text("H56.14-260105-0007"));
    d.set("procedure", procedure);
    d.set("owner", owner);
    d.set("place", Document::text(place));
    return d;
}

struct Kit {
    explicit Kit(Instant start = ten) : now(start) {
        context.agency = "H56";
        context.new_id = [this](std::string_view prefix) {
            return std::string(prefix) + "_" + std::to_string(++ids);
        };
    }
    Document make(const char* place = "Quầy 5") {
        Document progress = Document::object();
        progress.set("status", Document::text("finished"));
        Document snapshot = Document::object();
        snapshot.set("key", Document::text("prg_" + std::to_string(ids)));
        snapshot.set("dossier", dossier_of(place));
        snapshot.set("progress", progress);
        context.now = now;
        return notice_of_event("progress.recorded", snapshot, now, settings, context);
    }
    NoticeStep step(const Document& notice) {
        return step_notice(notice, others, contact, holder, settings, now);
    }
    /// Waits and begins.
    Document begun() {
        const Document notice = make();
        now += Duration(121'000);
        auto s = step(notice);
        REQUIRE(s.change.body);
        REQUIRE(s.change.events.size() == 1);
        return *s.change.body;
    }
    ObjectChange say(
        const Document& notice,
        const char* dispatch,
        const char* state,
        const char* reason = "",
        const char* provider_id = ""
    ) {
        Document says = Document::object();
        says.set("dispatch", Document::text(dispatch));
        says.set("state", Document::text(state));
        if (*reason != 0) says.set("reason", Document::text(reason));
        if (*provider_id != 0) says.set("provider_id", Document::text(provider_id));
        context.now = now;
        return reduce_notification(notice, nullptr, says, context);
    }
    NoticeSettings settings = settings_of();
    CommandContext context;
    Contact contact;
    std::vector<Document> others;
    std::string holder;
    Instant now;
    int ids = 0;
};

std::string channel_of(const ObjectChange& change) {
    if (change.events.empty()) return {};
    return change.events.front().snapshot.find("notice")->text_of("channel");
}

}  // namespace

TEST_CASE("notice text: GSM-7 160 and 153 a part, UCS-2 70 and 67, two septets for extended signs"
) {
    CHECK(sms_length(std::string(160, 'a')).parts == 1);
    CHECK(sms_length(std::string(161, 'a')).parts == 2);
    CHECK(sms_length(std::string(307, 'a')).parts == 3);
    CHECK(sms_length("[a]").units == 5);
    std::string marks;
    for (int i = 0; i < 70; ++i) marks += "ệ";
    CHECK(sms_length(marks).ucs2);
    CHECK(sms_length(marks).parts == 1);
    CHECK(sms_length(marks + "a").parts == 2);
    CHECK(to_sms_ascii("Quầy số 5 – Đường “Mẫu”…") == "Quay so 5 - Duong \"Mau\"...");
    CHECK(shorten("abcdefgh", 6, true) == "abc...");
    CHECK(shorten("abcdefgh", 6, false) == "abcde…");
}

TEST_CASE("notice phone: NT-5 mobile numbers and test prefixes only") {
    CHECK(is_mobile("84912345678", {}));
    CHECK_FALSE(is_mobile("84100000001", {}));
    CHECK(is_mobile("84100000001", {"84100"}));
    CHECK_FALSE(is_mobile("842838222222", {}));
    CHECK_FALSE(is_mobile("84212345678", {}));
}

TEST_CASE("notice: an event makes one with everything rendered, and NT-12 F-201 it waits") {
    Kit kit;
    const Document notice = kit.make();
    REQUIRE(notice.is_object());
    CHECK(notice.text_of("state") == "scheduled");
    CHECK(
        notice.at("/plans/1/message/text")->as_text() ==
        "Ho so H56.14-260105-0007 da co ket qua. Moi nhan tai Quay 5."
    );
    CHECK(notice.at("/plans/0/message/data/noi_tra")->as_text() == "Quầy 5");
    auto early = kit.step(notice);
    CHECK_FALSE(early.change.body);
    CHECK(early.wait_for == ten + Duration(120'000));
    kit.settings.enabled = false;
    CHECK(kit.make().is_null());
}

TEST_CASE("notice: NT-13 another channel only after a definite failure, NT-1 taken is not delivered"
) {
    Kit kit;
    const Document notice = kit.begun();
    CHECK(notice.text_of("state") == "sending");
    const auto taken = kit.say(notice, "ntf_1-1", "submitted", "", "m1");
    CHECK(taken.body->text_of("state") == "sent");
    CHECK(taken.events.empty());
    const auto lost = kit.say(notice, "ntf_1-1", "unknown");
    CHECK(lost.body->text_of("state") == "unknown");
    CHECK(lost.events.empty());
    const auto failed = kit.say(*taken.body, "ntf_1-1", "failed", "not_on_channel");
    CHECK(channel_of(failed) == "sms");
    CHECK(failed.body->text_of("state") == "sending");
    REQUIRE(failed.more.size() == 1);
    CHECK(failed.more[0].id == std::string(phone) + "/absent/zns");
    const auto over = kit.say(*failed.body, "ntf_1-2", "failed", "refused");
    CHECK(over.body->text_of("state") == "failed");
    CHECK(over.feed.at(0).type == "notification.failed");
    CHECK(over.feed.at(0).data.find("phone") == nullptr);
}

TEST_CASE("notice: NT-2 F-187 the report of delivery is told once, a late one is believed") {
    Kit kit;
    const Document notice = kit.begun();
    const auto delivered = kit.say(notice, "ntf_1-1", "delivered", "", "m1");
    CHECK(delivered.feed.at(0).type == "notification.delivered");
    CHECK(kit.say(*delivered.body, "ntf_1-1", "delivered").verdict == Verdict::unchanged);
    CHECK(kit.say(*delivered.body, "ntf_1-1", "failed").verdict == Verdict::unchanged);
    CHECK(kit.say(*delivered.body, "ntf_1-1", "read").feed.empty());
    CHECK(kit.say(notice, "ntf_1-9", "delivered").verdict == Verdict::impossible);
    // A bare notice id is the latest of its channel.
    CHECK(kit.say(notice, "ntf_1", "delivered").body->text_of("state") == "delivered");
}

TEST_CASE(
    "notice: F-198 night: it waits for the morning, spread, and a fallback does not wake people"
) {
    Kit kit(at("2026-01-05T22:30:00+07:00"));
    Document notice = kit.make();
    kit.now += Duration(121'000);
    auto s = kit.step(notice);
    REQUIRE(s.change.body);
    CHECK(s.change.events.empty());
    REQUIRE(s.wait_for);
    CHECK(*s.wait_for >= at("2026-01-06T07:00:00+07:00"));
    CHECK(*s.wait_for < at("2026-01-06T07:30:00+07:00"));
    Kit evening(at("2026-01-05T20:50:00+07:00"));
    const Document sent = evening.begun();
    evening.now = at("2026-01-05T23:00:00+07:00");
    const auto failed = evening.say(sent, "ntf_1-1", "failed", "not_on_channel");
    CHECK(failed.events.empty());
    CHECK(failed.body->text_of("state") == "scheduled");
    evening.now = at("2026-01-06T07:10:00+07:00");
    CHECK(channel_of(evening.step(*failed.body).change) == "sms");
}

TEST_CASE("notice: NT-9 same key, NT-10 same text, NT-11 too many, NT-12 overtaken") {
    Kit kit;
    Document notice = kit.make();
    kit.now += Duration(121'000);
    kit.holder = "ntf_0";
    CHECK(kit.step(notice).change.body->text_of("reason") == "duplicate");
    kit.holder.clear();
    auto first = kit.step(notice);
    REQUIRE(first.recent);
    CHECK(first.claims_key);
    kit.contact.recent = *first.recent;
    CHECK(kit.step(kit.make()).change.body == std::nullopt);  // waits
    Document again = kit.make();
    kit.now += Duration(121'000);
    CHECK(kit.step(again).change.body->text_of("reason") == "same_text");
    Document list = Document::list();
    for (int i = 0; i < 5; ++i) {
        Document one = Document::object();
        one.set("at", Document::text(to_rfc3339(kit.now - Duration(60'000 * (i + 1)))));
        list.push(one);
    }
    kit.contact.recent = Document::object();
    kit.contact.recent.set("recent", list);
    auto many = kit.step(again);
    CHECK(many.change.events.empty());
    CHECK(many.wait_for == kit.now - Duration(300'000) + Duration(3'600'000));
    kit.contact.recent = Document();
    kit.now += Duration(1);
    kit.others.push_back(kit.make("Quầy 6"));
    CHECK(kit.step(again).change.body->text_of("reason") == "overtaken");
}

TEST_CASE("notice: NT-12 past is what tells of less than the end, and a demand that is met") {
    Kit kit;
    Document notice = kit.make(), dossier = dossier_of();
    const auto past = [&](const char* status) {
        dossier.set("status", Document::text(status));
        return is_past(notice, &dossier);
    };
    CHECK(past("returned"));
    CHECK(past("withdrawn"));
    CHECK_FALSE(past("finished"));
    CHECK_FALSE(past("stopped"));
    CHECK_FALSE(is_past(notice, nullptr));
    CHECK(end_past(notice).change.body->text_of("reason") == "overtaken");
    notice.set("action", Document::boolean(true));
    CHECK_FALSE(past("returned"));
    notice.set("owed", Document::boolean(true));
    CHECK_FALSE(past("returned"));  // no fees here: what is owed stands elsewhere
    Document fee = Document::object(), fees = Document::list();
    fee.set("state", Document::text("paid"));
    fees.push(fee);
    dossier.set("fees", fees);
    CHECK(past("financial_obligation"));
    fee.set("state", Document::text("unpaid"));
    fees.push(fee);
    dossier.set("fees", fees);
    CHECK_FALSE(past("financial_obligation"));
}

TEST_CASE("notice: what waits at the operator ends with its life, a late answer is believed") {
    Kit kit;
    const Document notice = kit.begun();
    CHECK(step_queued(notice, kit.now).wait_for.has_value());
    kit.now = *parse_rfc3339(notice.text_of("expires_at"));
    const auto over = step_queued(notice, kit.now);
    REQUIRE(over.change.body);
    CHECK(over.change.body->text_of("state") == "expired");
    CHECK(over.change.feed.size() == 1);
    const Document expired = *over.change.body;
    CHECK(kit.say(expired, "ntf_1-1", "failed", "expired").body->text_of("state") == "expired");
    CHECK(kit.say(expired, "ntf_1-1", "submitted").body->text_of("state") == "sent");
    CHECK_FALSE(step_queued(*kit.say(notice, "ntf_1-1", "submitted").body, kit.now).change.body);
}

TEST_CASE("notice: NT-8 a phone of more than 20 owners gets nothing discreet, and is marked") {
    Kit kit;
    Document notice = kit.make();
    notice.set("variant", Document::text("discreet"));
    kit.now += Duration(121'000);
    Document owners = Document::list();
    for (int i = 0; i < 20; ++i) {
        Document one = Document::object();
        one.set("at", Document::text(to_rfc3339(kit.now - Duration(60'000))));
        one.set("who", Document::text(std::to_string(i)));
        owners.push(std::move(one));
    }
    kit.contact.recent = Document::object();
    kit.contact.recent.set("owners", owners);
    const auto allowed = kit.step(notice);
    REQUIRE(allowed.recent);
    CHECK(allowed.recent->find("owners")->size() == 20);
    notice.set("owner", Document::text("another"));
    kit.contact.recent.set("owners", owners);
    Document more = *kit.step(notice).recent;
    CHECK(more.find("owners")->size() == 21);
    kit.contact.recent = more;
    kit.contact.recent.set("recent", Document::list());
    CHECK(kit.step(notice).change.body->text_of("reason") == "shared_phone");
    notice.set("variant", Document::text("normal"));
    CHECK(kit.step(notice).change.events.size() == 1);
    const Document shown = preferences_of(phone, kit.contact, kit.now);
    CHECK(shown.find("shared_phone")->as_boolean());
    const Document later =
        preferences_of(phone, kit.contact, kit.now + Duration(31LL * 86'400'000));
    CHECK_FALSE(later.find("shared_phone")->as_boolean());
}

TEST_CASE("notice: NT-7 three definite failures in 30 days mark a number as bad") {
    Contact contact;
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(preferences_of(phone, contact, ten).find("bad")->as_boolean());
        contact.marks.push_back(
            contact_mark(phone, "failure/" + std::to_string(i), "failed", ten).body
        );
    }
    CHECK(preferences_of(phone, contact, ten).find("bad")->as_boolean());
    const Instant later = ten + Duration(31LL * 86'400'000);
    CHECK_FALSE(preferences_of(phone, contact, later).find("bad")->as_boolean());
}

TEST_CASE("notice: NT-4 a procedure that tells too much has its own words, or none") {
    Kit kit;
    kit.settings.templates.discreet_procedures = {"2.000635"};
    const Document none = kit.make();
    CHECK(none.text_of("variant") == "discreet");
    CHECK(none.text_of("reason") == "no_template");
    NoticeTemplate words = kit.settings.templates.templates.front();
    words.variant = "discreet";
    words.text = "Ho so {ma_ho_so} da co ket qua.";
    kit.settings.templates.templates.push_back(words);
    const Document notice = kit.make();
    CHECK(
        notice.at("/plans/0/message/text")->as_text() == "Ho so H56.14-260105-0007 da co ket qua."
    );
}

TEST_CASE("notice: NT-4 ID-15 a procedure is discreet however its code is written") {
    const auto variant = [](const char* listed, Document dossier) {
        Kit kit;
        kit.settings.templates.discreet_procedures = {listed};
        Document snapshot = Document::object(), progress = Document::object();
        progress.set("status", Document::text("finished"));
        snapshot.set("key", Document::text("prg_1"));
        snapshot.set("dossier", std::move(dossier));
        snapshot.set("progress", std::move(progress));
        kit.context.now = kit.now;
        return notice_of_event("progress.recorded", snapshot, kit.now, kit.settings, kit.context)
            .text_of("variant");
    };
    const auto with = [](const char* name, const char* code, Document dossier = dossier_of()) {
        dossier.find("procedure")->set(name, Document::text(code));
        return dossier;
    };
    const char* const whole = "2.000635.000.00.00.H56";
    CHECK(variant("2.000635", with("code", whole)) == "discreet");
    CHECK(variant(whole, with("code", "2.000635")) == "discreet");
    CHECK(variant("2.000635", with("short_code", "2.000635", with("code", "HT-01"))) == "discreet");
    CHECK(variant("HT-01", with("local_code", "HT-01")) == "discreet");
    CHECK(variant("2.000636", with("code", whole)) == "normal");
}

TEST_CASE("notice: NT-6 opt-outs are honoured, the mandatory SMS goes when nothing else is left") {
    Kit kit;
    Document request = Document::object(), choices = Document::list();
    for (const char* channel : {"zns", "sms"}) {
        Document choice = Document::object();
        choice.set("channel", Document::text(channel));
        choice.set("category", Document::text("transactional"));
        choices.push(choice);
    }
    request.set("opt_outs", choices);
    for (auto& mark : preference_marks(phone, request, ten)) kit.contact.marks.push_back(mark.body);
    CHECK(preferences_of(phone, kit.contact, ten).find("opt_outs")->size() == 2);
    const Document notice = kit.make();
    kit.now += Duration(121'000);
    CHECK(channel_of(kit.step(notice).change) == "sms");
    kit.settings.mandatory_events.clear();
    CHECK(kit.step(notice).change.body->text_of("state") == "suppressed");
    // Surveys need a yes.
    CHECK(opted_out(Contact(), "zns", "survey"));
    CHECK_FALSE(opted_out(Contact(), "zns", "transactional"));
}

TEST_CASE("notice request: unknown events, missing parameters, opted out") {
    Kit kit;
    kit.context.now = ten;
    Document request = Document::object();
    request.set("event", Document::text("nothing"));
    const auto code = [&](const Document& dossier) {
        auto decision = request_notice(dossier, request, kit.contact, kit.settings, kit.context);
        const auto* problem = std::get_if<Problem>(&decision);
        return problem == nullptr ? std::string() : problem->code;
    };
    CHECK(code(dossier_of()) == "notification.template_unknown");
    request.set("event", Document::text("result_ready"));
    CHECK(code(dossier_of("")) == "notification.param_missing");
    CHECK(code(dossier_of()).empty());
    request.set("event", Document::text("survey_invite"));
    CHECK(code(dossier_of()) == "notification.opted_out");
}

TEST_CASE("notice: NT-14 whatever order of truthful facts, nobody gets one notice twice") {
    for (unsigned seed = 1; seed <= 500; ++seed) {
        std::mt19937 random(seed);
        Kit kit;
        Document notice = kit.begun();
        std::set<std::string> asked{"ntf_1-1"};
        std::vector<std::pair<std::string, std::string>> facts;  // not yet said
        int got = 0, legs = 1;
        const auto provider = [&](const std::string& dispatch) {
            // What truly happened, and everything the provider may say about it.
            const bool arrives = random() % 2 == 0;
            got += arrives ? 1 : 0;
            for (int i = 0; i < 4; ++i) {
                const auto kind = random() % 4;
                if (kind == 0) facts.emplace_back(dispatch, "unknown");
                if (kind == 1) facts.emplace_back(dispatch, "submitted");
                if (kind >= 2) facts.emplace_back(dispatch, arrives ? "delivered" : "failed");
            }
        };
        provider("ntf_1-1");
        for (int i = 0; i < 40 && !facts.empty(); ++i) {
            const std::size_t pick = random() % facts.size();
            const auto [dispatch, state] = facts[pick];
            if (random() % 3 != 0) facts.erase(facts.begin() + static_cast<long>(pick));
            const auto change = kit.say(notice, dispatch.c_str(), state.c_str());
            if (change.body) notice = *change.body;
            for (const EventDraft& event : change.events) {
                const std::string next = event.snapshot.text_of("key");
                REQUIRE(asked.insert(next).second);
                ++legs;
                provider(next);
            }
        }
        CHECK_MESSAGE(got <= 1, "seed " << seed);
        CHECK(legs <= 2);
    }
}

}  // namespace gw::core
