// The place of the example, its one-stop, and short ways to call.
#include "tests/worked_example/example.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/mapping/notices.hpp"
#include "simulators/onestop/signing_desk.hpp"
#include "tests/kit/mapping_folder.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace gw::worked_example {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using town_test::Place;

void set(Place& place, const std::string& partner, const char* name, const char* value) {
    for (auto& row : place.partners)
        if (row.id == partner) row.values[name] = value;
}

core::NoticeSettings notices() {
    core::NoticeSettings s;
    s.enabled = true;
    s.providers["zns"] = "zalo";
    std::vector<mapping::Problem> problems;
    auto templates = mapping::load_notice_templates(
        mapping::test::file_text("mappings/notices/templates.toml"),
        "templates.toml",
        s.parts_max,
        &problems
    );
    if (!templates) throw std::runtime_error(mapping::test::all(problems));
    s.templates = std::move(*templates);
    return s;
}

/// Signs the results of the place.
const sim::onestop::SigningDesk& signing_desk() {
    static const sim::onestop::SigningDesk desk(1'767'603'900);  // 5 January 2026, 16:05
    return desk;
}

std::shared_ptr<const crypto::TrustList> trust() {
    auto list = std::make_shared<crypto::TrustList>();
    const auto added = list->add_anchor(signing_desk().anchor_pem(), crypto::Anchor());
    if (!added) throw std::runtime_error(added.error().what);
    return list;
}

Place make_place() {
    Place place = town_test::place_in("H56");
    place.owner_number = citizen;
    place.officer_number = "038090000009";
    place.morning = moment("08:00:00");
    place.pump_soon = seconds(1);
    place.pump = place.poll = seconds(10);
    place.notices = notices();
    place.webhooks = true;
    place.trust = trust();
    place.pace = 100;
    set(place, "vnpost", "poll", "30s");
    town_test::PartnerRow zalo;
    zalo.id = "zalo";
    zalo.values = {
        {"url", "https://phone"},
        {"token_url", "https://phone/v4/oa/access_token"},
        {"app_id", "123456789"},
        {"app_secret", "mau-app-secret"},
        {"oa_secret", "SYNTHETIC-OA-SECRET"},
        {"refresh_token", "mau-refresh-0"}};
    place.partners.push_back(std::move(zalo));
    return place;
}

const Place& place() {
    static const Place the_place = make_place();
    return the_place;
}

}  // namespace

Instant moment(std::string_view text) {
    const bool other_day = text[2] != ':';
    const std::string day = other_day ? std::string(text.substr(0, 2)) : "05";
    const std::string time(text.substr(other_day ? 3 : 0));
    return core::parse_rfc3339("2026-01-" + day + "T" + time + "+07:00").value();
}

Example::Example() : world(1, town_test::Plant::none, nullptr, place()) {
    world.partners().elsewhere = [this](const auto& host, const auto& call, Instant now) {
        return hear(host, call, now);
    };
    world.open();
    const auto made =
        post("/v1/webhook-endpoints", R"({"url":"https://motcua.test/hook","types":["*"]})");
    REQUIRE_MESSAGE(made.status == 201, made.body);
    hook_secret = made.text("/secret");
}

void Example::live_until(void (Example::*step)()) {
    void (Example::*const life[])() = {
        &Example::file,
        &Example::claim,
        &Example::check_identity,
        &Example::accept,
        &Example::ask_supplement,
        &Example::hand_supplement,
        &Example::take_supplement,
        &Example::charge,
        &Example::pay,
        &Example::go_on,
        &Example::decide,
        &Example::book_post,
        &Example::deliver,
        &Example::give_back,
        &Example::survey};
    for (auto one : life) {
        if (one == step) return;
        (this->*one)();
    }
}

sim::kit::Answer Example::hear(const std::string& host, const sim::kit::Call& call, Instant now) {
    REQUIRE_MESSAGE(host == "motcua.test", host);
    Hook hook;
    hook.at = now;
    hook.id = call.header("webhook-id");
    hook.body = call.body;
    hook.event = formats::read_json(call.body).value();
    hook.type = hook.event.text_of("type");
    const std::string message =
        hook.id + "." + std::string(call.header("webhook-timestamp")) + "." + call.body;
    const auto key = crypto::from_base64(hook_secret.substr(6)).value();
    const auto mac = crypto::hmac_sha256(key, message);
    hook.signed_well =
        std::string(call.header("webhook-signature")) == "v1," + crypto::to_base64(mac);
    hooks.push_back(std::move(hook));
    sim::kit::Answer answer;
    answer.status = 204;
    return answer;
}

std::string Example::fresh_key() {
    char key[40];
    std::snprintf(key, sizeof key, "5b0c6f2e-0000-4000-8000-%012d", ++keys_);
    return key;
}

std::string Example::signed_paper() {
    const auto now = std::chrono::floor<seconds>(world.now()).time_since_epoch().count();
    return signing_desk().signed_paper(2'000, 7, now);
}

Heard Example::get(std::string path) {
    return world.finish(world.once("GET", std::move(path), "", "CB0001", ""));
}

Heard Example::post(std::string path, std::string body, ports::Headers more) {
    return world.finish(
        world.once("POST", std::move(path), std::move(body), "CB0001", fresh_key(), std::move(more))
    );
}

Heard Example::put(std::string path, std::string body) {
    return world.finish(world.once("PUT", std::move(path), std::move(body), "CB0001", ""));
}

std::string Example::below(std::string_view tail) const {
    return std::string("/v1/dossiers/") + code + std::string(tail);
}

std::string Example::progress_body(
    std::string_view status, std::string_view at, std::string_view text
) {
    Document body = Document::object();
    body.set("at", Document::text(std::string(at)));
    Document officer = Document::object();
    officer.set("officer_code", Document::text("CB0001"));
    officer.set("name", Document::text("Cán bộ Mẫu"));
    body.set("officer", std::move(officer));
    body.set("text", Document::text(std::string(text)));
    body.set("status", Document::text(std::string(status)));
    return formats::write_json(body);
}

Heard Example::progress(std::string_view status, std::string_view text) {
    return post(below("/progress"), progress_body(status, core::to_rfc3339(world.now()), text));
}

std::vector<Document> Example::events(std::string_view type) {
    std::vector<Document> all;
    std::string after = "begin";
    while (true) {
        const auto page = get("/v1/events?limit=100&after=" + after);
        REQUIRE_MESSAGE(page.status == 200, page.body);
        const Document* items = page.json.find("items");
        for (const Document& event : items->items())
            if (type.empty() || event.text_of("type") == type) all.push_back(event);
        after = page.text("/next");
        if (items->size() == 0) return all;
    }
}

const sim::national_portal::HeldDossier& Example::at_portal() {
    return world.partners().portal.dossiers().at(code);
}

bool Example::portal_never_saw(int status) {
    const auto& held = at_portal();
    for (const auto& packet : held.packets)
        if (packet.status == status) return false;
    for (const auto& line : held.progress)
        if (line.status == status) return false;
    return true;
}

}  // namespace gw::worked_example
