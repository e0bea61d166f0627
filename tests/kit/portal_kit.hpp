// The portal's connector with the real mappings, a scripted partner, virtual time and an invented
// dossier.
#pragma once

#include "connectors/national_portal/connector.hpp"
#include "connectors/national_portal/jobs.hpp"
#include "connectors/national_portal/source.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/core_tables.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <memory>
#include <string>

namespace gw::test {

inline const mapping::Library& real_library() {
    static const mapping::Library library = [] {
        std::vector<mapping::Problem> problems;
        auto loaded = mapping::test::real_folder().load(problems);
        if (!loaded) throw std::runtime_error(mapping::test::all(problems));
        return std::move(*loaded);
    }();
    return library;
}
inline const mapping::Answers& real_answers() {
    static const mapping::Answers answers = [] {
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/national_portal/answers.toml";
        auto loaded = mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        if (!loaded) throw std::runtime_error(mapping::test::all(problems));
        return std::move(*loaded);
    }();
    return answers;
}

/// Runs a task in virtual time: whoever sleeps is woken at once.
template <class T>
T run_virtual(asio::io_context& io, SimClock& clock, asio::awaitable<T> task) {
    std::optional<T> value;
    std::exception_ptr fault;
    auto ended = [&](std::exception_ptr e, T result) {
        fault = e;
        if (!e) value.emplace(std::move(result));
    };
    asio::co_spawn(io, std::move(task), std::move(ended));
    const auto end = clock.now() + std::chrono::hours(24 * 365);
    while (!value && !fault) {
        settle_loop(io);
        if (!value && !fault && !clock.advance(end))
            throw std::logic_error("the task waits for ever");
    }
    if (fault) std::rethrow_exception(fault);
    return std::move(*value);
}

inline const char* dossier_json =
    R"({"code":"H37.14-260302-0001","procedure":{"code":"1.001193"},"channel":"online",
"origin":"local","status":"received","owner":{"kind":"citizen","full_name":"TRẦN THỊ MẪU","identities":[
{"kind":"citizen_number","number":"020190000001"}],"phone":"84100000001","email":"mau@cong-dan.test",
"tech_id":"tech-id-mau-0001"},"summary":"Đăng ký khai sinh cho con",
"receiving_unit":{"code":"H37.14","name":"UBND xã Ví Dụ"},"deciding_agency":{"code":"H37.14","name":"UBND xã Ví Dụ"},
"submitted_at":"2026-03-02T08:30:00.000+07:00","received_at":"2026-03-02T09:00:00.000+07:00",
"due_at":"2026-03-02T17:00:00.000+07:00","result_delivery":"counter","vneid_verified":true,
"connected_databases":["population"]})";

class PortalKit {
public:
    using Document = core::Document;
    PortalKit() : PortalKit(connector_kit::OptionValues()) {}
    PortalKit(const PortalKit&) = delete;
    explicit PortalKit(const connector_kit::OptionValues& more) : transitions_(read_transitions()) {
        values = {
            {"url", "http://security-server.test/XrdAdapter/RestService/forward"},
            {"dstcode", "VN:GOV:000.00.00.G22:vpcpdvcprovider"},
            {"username", "synthetic"},
            {"password", "synthetic-password"},
            {"madonvi", "000.00.00.H37"},
            {"tendonvi", "UBND tỉnh Lạng Sơn"},
            {"province_roots", "H37"},
            {"files_base_url", "https://gateway.example"},
            {"files_secret", "synthetic-secret-of-links"},
            {"hmac_secret", "mau-inbound-secret"},
            {"lookup_control", "false"}};
        for (const auto& [name, value] : more) values[name] = value;
        connector_kit::Parts parts;
        parts.partner = "national_portal";
        parts.http = &http;
        parts.blobs = &blobs;
        parts.store = &store;
        parts.clock = &clock;
        parts.random = &random;
        parts.transitions = &transitions_;
        parts.library = real_library();
        parts.answers = real_answers();
        parts.values = values;
        portal = std::make_shared<national_portal::Portal>(
            parts, national_portal::read_options(values, "national_portal")
        );
        national_portal::Procedure p;
        p.code = "1.001193";
        p.name = "Thủ tục đăng ký khai sinh";
        p.field_code = "LV-MAU-01";
        p.field_name = "Hộ tịch";
        p.has_deadline = true;
        portal->catalogue().put(p);
        portal->catalogue().set_loaded();
        sink = std::make_unique<national_portal::PortalSink>(portal);
        source = national_portal::make_source(portal);
        dossier = *formats::read_json(dossier_json);
    }

    core::Claim claim(std::string_view operation, const Document& snapshot) const {
        core::Claim c;
        c.leg.id = core::LegId(17);
        c.leg.partner = "national_portal";
        c.leg.operation = std::string(operation);
        c.leg.agency = "H37";
        c.leg.dossier = dossier.text_of("code");
        c.event_kind = "progress.recorded";
        c.snapshot = std::make_shared<const std::string>(formats::write_json(snapshot));
        c.occurred_at = clock_now();
        return c;
    }
    core::Claim packet(const std::string& note = "") const {
        Document snapshot = Document::object();
        snapshot.set("dossier", dossier);
        core::Claim c = claim(national_portal::push_packet, snapshot);
        c.event_kind = "dossier.received";
        c.lane_note = note;
        return c;
    }
    core::Claim line(const std::string& note = "", const std::string& status = "processing") const {
        Document officer = Document::object();
        officer.set("name", Document::text("Lê Thị Giả"));
        officer.set("title", Document::text("Công chức tư pháp"));
        Document progress = Document::object();
        progress.set("at", Document::text("2026-03-02T14:30:00.000+07:00"));
        progress.set("officer", std::move(officer));
        progress.set("text", Document::text("Chuyển xử lý"));
        progress.set("status", Document::text(status));
        Document snapshot = Document::object();
        snapshot.set("dossier", dossier);
        snapshot.set("progress", std::move(progress));
        core::Claim c = claim(national_portal::push_progress, snapshot);
        c.lane_note = note;
        return c;
    }
    core::Result<core::Receipt> send(const core::Claim& c) {
        auto prepared = sink->prepare(c, clock.now());
        if (!prepared) return prepared.error();
        return run(io, sink->send(*prepared, c));
    }
    core::Result<core::Enquiry> enquire(const core::Claim& c) { return run(io, sink->enquire(c)); }
    void say_session(const std::string& session = "SYNTHETIC-SESSION-0001") {
        http.say(R"({"error_code":0,"session":")" + session + R"(","message":""})");
    }
    core::Instant clock_now() const { return *core::parse_rfc3339("2026-03-02T15:00:00+07:00"); }

    asio::io_context io;
    SimClock clock{clock_now()};
    SimRandom random{1};
    ScriptedHttp http;
    ObjectStore store;
    MemoryBlobs blobs;
    connector_kit::OptionValues values;
    std::shared_ptr<national_portal::Portal> portal;
    std::unique_ptr<national_portal::PortalSink> sink;
    std::unique_ptr<ports::Source> source;
    Document dossier;

private:
    core::Transitions transitions_;
};

}  // namespace gw::test
