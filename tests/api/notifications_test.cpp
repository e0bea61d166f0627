// Texts to citizens over the API: asking for them, what a phone wants, and the clock that begins
// them.
#include "gateway/core/identifiers.hpp"
#include "gateway/engine/notices.hpp"
#include "gateway/mapping/notices.hpp"
#include "tests/api/api_kit.hpp"
#include "tests/kit/mapping_files.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using core::Document;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* code = "H37.14-260302-0001";
constexpr const char* phone = "84100000001";

core::NoticeSettings settings_of() {
    core::NoticeSettings s;
    s.enabled = true;
    s.providers = {{"sms", "sms_viettel"}, {"zns", "zalo"}};
    std::vector<mapping::Problem> problems;
    const std::string file = "mappings/notices/templates.toml";
    auto templates = mapping::load_notice_templates(
        mapping::test::file_text(file), file, s.parts_max, &problems
    );
    REQUIRE(templates.has_value());
    s.templates = std::move(*templates);
    return s;
}

std::string fresh_id(std::string_view prefix) {
    static int n = 100;
    return std::string(prefix) + "_01KJPZV28000000000000000" + std::to_string(n++).substr(1);
}

/// The API with notices by Zalo and SMS; 2 March 2026, 17:00.
class NoticeApi {
public:
    enum class Causes { requests, events_too };
    explicit NoticeApi(Causes causes = Causes::requests)
        : settings(settings_of()), kit([this, causes](api::Parts& parts) {
              arrange(parts);
              if (causes == Causes::events_too)
                  parts.notice = engine::notice_maker(settings, fresh_id);
          }) {
        auto body = received_request();
        body.set("code", text(code));
        body.find("owner")->set("phone", text("0100000001"));
        body.find("documents")->items()[0].set("attachment_id", text(kit.file()));
        const auto made = kit.call("POST", "/v1/dossiers", body);
        REQUIRE_MESSAGE(made.status == 201, made.body);
        restart();
    }
    /// A new process: what it knows stands in the store.
    void restart() {
        due = std::make_unique<engine::NoticeClock>(
            *kit.store, kit.intake, plan, settings, core::Duration(5'000)
        );
    }
    void run() { REQUIRE(kit.loop.get(due->run(kit.clock.now())).has_value()); }
    void pass(core::Duration time) {
        kit.loop.run_for(time);
        kit.log_in_again();
    }
    Document request(const char* event = "result_ready") const {
        auto body = texts({{"dossier_code", code}, {"event", event}});
        body.set("params", Document::object());
        return body;
    }
    Answer ask(const Document& body) { return kit.call("POST", "/v1/notifications", body); }
    std::string asked(const char* event = "result_ready") {
        const auto made = ask(request(event));
        REQUIRE_MESSAGE(made.status == 202, made.body);
        return made.text("/id");
    }
    void step(const char* status, bool internal = false) {
        auto body = progress(status, "2026-03-02T16:00:00+07:00");
        if (internal) body.set("internal", core::Document::boolean(true));
        const auto made = kit.call("POST", std::string("/v1/dossiers/") + code + "/progress", body);
        REQUIRE_MESSAGE(made.status == 201, made.body);
    }
    Answer get(const std::string& id) { return kit.call("GET", "/v1/notifications/" + id); }
    std::string state(const std::string& id) { return get(id).text("/state"); }
    Answer wants(const char* choices, const char* whose = phone) {
        ports::Headers key;
        key.emplace_back("Idempotency-Key", kit.fresh_key());
        return kit.call("PUT", std::string("/v1/contact-preferences/") + whose, choices, key);
    }
    std::vector<core::Object> of_kind(const char* kind) {
        ports::ObjectFilter filter;
        filter.kind = kind;
        return kit.loop.get(kit.store->objects(std::move(filter))).value().items;
    }
    /// Legs to citizens, by operation.
    std::vector<std::string> sent() {
        std::vector<std::string> out;
        const auto legs = kit.loop.get(kit.store->legs_of("H37", code)).value();
        for (const auto& view : legs)
            if (view.event_kind == "notice.requested") out.push_back(view.leg.operation);
        return out;
    }
    core::NoticeSettings settings;
    std::vector<core::Operation> operations;
    engine::Planner plan;
    ApiKit kit;
    std::unique_ptr<engine::NoticeClock> due;

private:
    void arrange(api::Parts& parts) {
        for (const char* name : {"zalo.send", "sms_viettel.wsCpMt"}) {
            core::Operation operation;
            operation.name = name;
            operations.push_back(operation);
            core::Route row;
            row.partner = std::string(name).substr(0, std::string(name).find('.'));
            row.event = "notice.requested";
            row.operations = {name};
            row.when = {{"/notice/provider", row.partner}};
            parts.routes.push_back(row);
        }
        auto known = parts.operation_of;
        parts.operation_of = [this, known](std::string_view name) -> const core::Operation* {
            for (const auto& operation : operations)
                if (operation.name == name) return &operation;
            return known(name);
        };
        parts.plan = [routes = parts.routes, find = parts.operation_of](
                         const auto& events, const auto& snapshots
                     ) { return core::plan(events, snapshots, routes, find); };
        plan = parts.plan;
        parts.notices = &settings;
    }
};

using Strings = std::vector<std::string>;
const char* const no_zalo = R"({"opt_outs":[{"channel":"zns","category":"transactional"}]})";
const char* const nothing =
    R"({"opt_outs":[{"channel":"zns","category":"transactional"},{"channel":"sms","category":"transactional"}]})";

}  // namespace

TEST_CASE("notifications: 202 with an address, and what is shown names nobody") {
    NoticeApi n;
    const auto made = n.ask(n.request());
    CHECK(made.status == 202);
    CHECK(made.header("Location") == "/v1/notifications/" + made.text("/id"));
    const auto shown = n.get(made.text("/id"));
    CHECK(shown.status == 200);
    CHECK(shown.text("/state") == "scheduled");
    CHECK(shown.text("/event") == "result_ready");
    CHECK(shown.text("/not_before") == "2026-03-02T17:02:00.000+07:00");
    for (const char* hidden : {"phone", "params", "plans", "dedupe_key", "quiet"})
        CHECK_MESSAGE(shown.json.find(hidden) == nullptr, hidden);
    CHECK(shown.body.find(phone) == std::string::npos);
}

TEST_CASE("NT-9 notifications: the same notice asked for again is the first one") {
    NoticeApi n;
    const auto id = n.asked();
    CHECK(n.asked() == id);
    CHECK(n.of_kind("notification").size() == 1);
    auto other = n.request();
    other.set("dedupe_key", text("nhac-lan-2"));
    const auto second = n.ask(other);
    CHECK(second.status == 202);
    CHECK(second.text("/id") != id);
    CHECK(n.ask(other).text("/id") == second.text("/id"));
    n.pass(hours(24 * 7 + 1));
    CHECK(n.asked() != id);  // a week later it is news again
}

TEST_CASE("notifications: refused when form, event, parameter, phone or dossier are wrong") {
    NoticeApi n;
    auto body = n.request();
    body.remove("event");
    CHECK(n.ask(body).code() == "validation.failed");
    CHECK(n.ask(n.request("birthday")).code() == "notification.template_unknown");
    const auto missing = n.ask(n.request("payment_due"));
    CHECK(missing.status == 422);
    CHECK(missing.code() == "notification.param_missing");
    body = n.request();
    body.set("recipient", texts({{"phone", "0241234567"}}));
    CHECK(n.ask(body).text("/errors/0/code") == "phone.invalid");
    body = n.request();
    body.set("dossier_code", text("H37.14-260302-0999"));
    CHECK(n.ask(body).status == 404);
    body = n.request();
    auto channels = Document::list();
    channels.push(text("email"));
    body.set("channels", std::move(channels));
    CHECK(n.ask(body).code() == "notification.template_unknown");
    CHECK(n.of_kind("notification").empty());
}

TEST_CASE("notifications: of another agency nobody hears, and without notices none is made") {
    NoticeApi n;
    const auto id = n.asked();
    ports::Headers other;
    other.emplace_back("Authorization", "Bearer " + n.kit.token("onestop-h01"));
    CHECK(n.kit.call("GET", "/v1/notifications/" + id, "", other).status == 404);
    ApiKit without;
    without.dossier(code);
    CHECK(
        without.call("POST", "/v1/notifications", n.request()).code() ==
        "notification.template_unknown"
    );
}

TEST_CASE("NT-6 contact preferences: what a phone wants is kept whole, by every way to write it") {
    NoticeApi n;
    const auto before = n.kit.call("GET", "/v1/contact-preferences/0100000001");
    CHECK(before.status == 200);
    CHECK(before.text("/phone") == phone);
    CHECK(before.json.find("opt_outs")->size() == 0);
    const auto said = n.wants(
        R"({"opt_outs":[{"channel":"sms","category":"transactional"}],"consents":[{"channel":"zns","category":"news"}]})"
    );
    CHECK(said.status == 200);
    const auto after = n.kit.call("GET", "/v1/contact-preferences/0100000001");
    CHECK(after.body == said.body);
    CHECK(after.text("/opt_outs/0/channel") == "sms");
    CHECK(after.text("/consents/0/category") == "news");
    n.wants("{}");  // the whole wish: what is not named is open again
    const auto open = n.kit.call("GET", std::string("/v1/contact-preferences/") + phone);
    CHECK(open.json.find("opt_outs")->size() == 0);
    CHECK(open.json.find("consents")->size() == 0);
}

TEST_CASE("contact preferences: refused when phone or choice are wrong; the audit names no phone") {
    NoticeApi n;
    CHECK(n.kit.call("GET", "/v1/contact-preferences/abc").code() == "request.parameter");
    CHECK(n.wants("{}", "12").code() == "request.parameter");
    const auto wrong = n.wants(R"({"opt_outs":[{"channel":"pigeon","category":"news"}]})");
    CHECK(wrong.code() == "validation.failed");
    CHECK(wrong.text("/errors/0/pointer") == "/opt_outs/0/channel");
    n.wants(no_zalo);
    const auto subject = "contact/" + core::mask_number(phone);
    CHECK(n.kit.loop.get(n.kit.store->audit_of("H37", subject)).value().size() == 1);
    CHECK(n.kit.loop.get(n.kit.store->audit_of("H37", std::string("contact/") + phone))
              .value()
              .empty());
}

TEST_CASE("NT-6 notifications: who said no on every channel is not texted, except what must be") {
    NoticeApi n;
    n.wants(nothing);
    auto body = n.request("dossier_received");
    CHECK(n.ask(body).status == 409);
    CHECK(n.ask(body).code() == "notification.opted_out");
    const auto id = n.asked("result_ready");
    n.pass(minutes(3));
    n.run();
    CHECK(n.sent() == Strings{"sms_viettel.wsCpMt"});
    CHECK(n.state(id) == "sending");
}

TEST_CASE("NT-12 notices.due: waits its two minutes, then begins the first channel, once") {
    NoticeApi n;
    const auto id = n.asked();
    n.pass(seconds(119));
    n.run();
    CHECK(n.state(id) == "scheduled");
    n.pass(seconds(1));
    n.run();
    n.run();
    CHECK(n.state(id) == "sending");
    CHECK(n.get(id).text("/dispatches/0/channel") == "zns");
    CHECK(n.get(id).text("/dispatches/0/state") == "queued");
    CHECK(n.sent() == Strings{"zalo.send"});
    n.restart();
    n.run();
    CHECK(n.sent().size() == 1);
}

TEST_CASE("notices.due: a restart before the moment loses nothing") {
    NoticeApi n;
    const auto id = n.asked();
    n.run();
    n.restart();
    n.pass(minutes(3));
    n.run();
    CHECK(n.state(id) == "sending");
}

TEST_CASE("NT-6 notices.due: a no said while it waits closes that channel") {
    NoticeApi n;
    const auto id = n.asked();
    n.run();
    n.wants(no_zalo);
    n.pass(minutes(3));
    n.run();
    CHECK(n.sent() == Strings{"sms_viettel.wsCpMt"});
    const auto shown = n.get(id);
    CHECK(shown.text("/dispatches/0/state") == "suppressed");
    CHECK(shown.text("/dispatches/0/reason") == "opted_out");
    CHECK(shown.text("/dispatches/1/channel") == "sms");
}

TEST_CASE("notices.due: nobody is woken: at night it waits for the morning") {
    NoticeApi n;
    n.pass(hours(5));  // 22:00
    const auto id = n.asked();
    n.pass(minutes(3));
    n.run();
    CHECK(n.state(id) == "scheduled");
    const auto moment = core::parse_rfc3339(n.get(id).text("/not_before"));
    REQUIRE(moment.has_value());
    CHECK(*moment >= at("2026-03-03T07:00:00+07:00"));
    CHECK(*moment < at("2026-03-03T07:30:00+07:00"));
    n.pass(hours(8));  // 06:03
    n.run();
    CHECK(n.sent().empty());
    n.pass(minutes(90));
    n.run();
    CHECK(n.sent().size() == 1);
}

TEST_CASE("notices.due: a commit that fails or loses a race is tried again in the next run") {
    NoticeApi n;
    const auto id = n.asked();
    n.pass(minutes(3));
    n.kit.intake.fault = core::give_up("object.version", "notification x 2");
    n.run();
    CHECK(n.sent().empty());
    n.kit.intake.fault =
        core::Error(core::Advice::retry, core::Blame::ours, "store.queue_full", "full");
    CHECK_FALSE(n.kit.loop.get(n.due->run(n.kit.clock.now())).has_value());
    n.kit.intake.fault.reset();
    n.run();
    CHECK(n.sent().size() == 1);
    CHECK(n.state(id) == "sending");
}

TEST_CASE("NT-12 notices.due: nobody is called for a result that was handed over meanwhile") {
    NoticeApi n(NoticeApi::Causes::events_too);
    n.step("returned");
    n.run();
    n.pass(minutes(3));
    n.run();
    CHECK(n.sent().empty());
    NoticeApi ready(NoticeApi::Causes::events_too);  // the control
    ready.step("finished");
    ready.run();
    ready.pass(minutes(3));
    ready.run();
    CHECK(ready.sent().size() == 1);
}

TEST_CASE("NT-9 notices.due: a line for the office makes no second text of one status") {
    NoticeApi n;
    const auto id = n.asked();
    n.step("received", true);
    CHECK(n.asked() == id);
    n.step("processing");
    CHECK(n.asked() != id);
}

TEST_CASE("notices.due: what still waits at the operator when its life is over is expired") {
    NoticeApi n;
    const auto id = n.asked();
    n.pass(minutes(3));
    n.run();
    REQUIRE(n.state(id) == "sending");
    n.restart();
    n.pass(hours(71));
    n.run();
    CHECK(n.state(id) == "sending");
    n.pass(hours(1));
    n.run();
    CHECK(n.state(id) == "expired");
}

TEST_CASE("notices.due: what waited past its life is expired and told as such") {
    NoticeApi n;
    const auto id = n.asked("dossier_received");
    n.pass(hours(25));
    n.run();
    CHECK(n.state(id) == "expired");
    CHECK(n.sent().empty());
    const auto feed = n.kit.call("GET", "/v1/events?after=begin&types=notification.*");
    CHECK(feed.text("/items/0/type") == "notification.failed");
    CHECK(feed.text("/items/0/data/reason") == "too_late");
}

}  // namespace gw::test
