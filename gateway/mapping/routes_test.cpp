// Routes: what the portal's table causes, and what the loader refuses.
#include "gateway/mapping/routes.hpp"

#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"

using namespace gw::mapping;
using namespace gw::mapping::test;
using namespace gw::core;

namespace {
const Operation* operation_of(std::string_view name) {
    static const std::vector<Operation> operations = [] {
        std::vector<Operation> out(3);
        out[0].name = "national_portal.DongBoHoSoMC";
        out[1].name = "national_portal.CapNhatTienDoHoSoMC";
        out[2].name = "national_portal.DongBoTrangThaiHoSo";
        return out;
    }();
    for (const auto& operation : operations)
        if (operation.name == name) return &operation;
    return nullptr;
}
std::vector<Route> portal_routes(const Settings& settings = {}) {
    std::vector<Problem> problems;
    const std::string file = "mappings/national_portal/routes.toml";
    auto routes = load_routes(file_text(file), file, settings, &problems);
    INFO(all(problems));
    REQUIRE(routes.has_value());
    return *routes;
}
/// The operations an event causes, in order, short.
std::string caused(
    const std::string& kind, std::string_view snapshot, const std::vector<Route>& routes
) {
    Event event;
    event.kind = kind;
    event.dossier = "H37.14-260302-0001";
    event.occurred_at = from_ms(1'772'000'000'000);
    const auto read = gw::formats::read_json(snapshot).value();
    std::string out;
    for (const auto& leg : plan({event}, {read}, routes, operation_of)) {
        const std::string& name = leg.leg.operation;
        out += name.ends_with("DongBoHoSoMC")   ? "packet "
               : name.ends_with("TienDoHoSoMC") ? "line "
                                                : "status ";
    }
    return out;
}
constexpr std::string_view local =
    R"({"key":"k","dossier":{"origin":"local","status":"processing","received_at":"2026-03-02T09:00:00+07:00"}})";
constexpr std::string_view local_step =
    R"({"key":"k","status_changed":true,"dossier":{"origin":"local","status":"processing","received_at":"2026-03-02T09:00:00+07:00"},"progress":{"seq":2}})";
constexpr std::string_view first_line =
    R"({"key":"k","dossier":{"origin":"local","status":"received","received_at":"2026-03-02T09:00:00+07:00"},"progress":{"seq":1}})";
constexpr std::string_view portal_step =
    R"({"key":"k","status_changed":true,"dossier":{"origin":"national_portal","status":"processing","received_at":"2026-03-02T09:00:00+07:00"},"progress":{"seq":2}})";
}  // namespace

TEST_CASE("routes: a dossier that was received sends the packet, its first line only the line") {
    const auto routes = portal_routes();
    CHECK(caused("dossier.received", local, routes) == "packet ");
    CHECK(caused("progress.recorded", first_line, routes) == "line ");
}
TEST_CASE("NP-30 routes: every change of status sends the packet, then the line") {
    const auto routes = portal_routes();
    CHECK(caused("progress.recorded", local_step, routes) == "packet line ");
    CHECK(
        caused(
            "progress.recorded",
            R"({"key":"k","status_changed":false,"dossier":{"origin":"local","received_at":"2026-03-02T09:00:00+07:00"},"progress":{}})",
            routes
        ) == "line "
    );
}
TEST_CASE("routes: internal entries go nowhere") {
    CHECK(
        caused(
            "progress.recorded",
            R"({"key":"k","status_changed":true,"dossier":{"origin":"local","received_at":"2026-03-02T09:00:00+07:00"},"progress":{"internal":true}})",
            portal_routes()
        ) == ""
    );
}
TEST_CASE("NP-27 routes: a dossier filed on the portal tells its state first, as configured") {
    CHECK(caused("progress.recorded", portal_step, portal_routes()) == "status packet line ");
    CHECK(caused("dossier.received", portal_step, portal_routes()) == "status packet ");
    CHECK(
        caused(
            "progress.recorded",
            portal_step,
            portal_routes({{"sync_portal_origin", "status_and_progress"}})
        ) == "status line "
    );
    CHECK(
        caused(
            "progress.recorded", portal_step, portal_routes({{"sync_portal_origin", "status_only"}})
        ) == "status "
    );
    CHECK(
        caused(
            "result.added", portal_step, portal_routes({{"sync_portal_origin", "status_only"}})
        ) == ""
    );
}
TEST_CASE("NP-27 routes: a promotion tells its state and sends nothing else") {
    const auto promotion = [](const char* status) {
        return std::string(
                   R"({"key":"k","status_changed":true,"dossier":{"origin":"national_portal","status":")"
               ) +
               status +
               R"(","received_at":"2026-03-02T09:00:00+07:00","other_info":{"promotion":{"service":"khuyen_mai"}}},"progress":{}})";
    };
    for (const char* setting : {"all", "status_and_progress", "status_only"}) {
        const auto routes = portal_routes({{"sync_portal_origin", setting}});
        CHECK(caused("dossier.received", promotion("received"), routes) == "status ");
        CHECK(caused("progress.recorded", promotion("processing"), routes) == "status ");
        CHECK(caused("progress.recorded", promotion("refused"), routes) == "status ");
        CHECK(caused("dossier.updated", promotion("processing"), routes) == "");
        CHECK(caused("result.added", promotion("finished"), routes) == "");
    }
}
TEST_CASE(
    "routes: what is only registered is not sent; results and changes are, supplements travel with "
    "their step"
) {
    const auto routes = portal_routes();
    constexpr std::string_view registered =
        R"({"key":"k","dossier":{"origin":"local","status":"registered"}})";
    CHECK(caused("dossier.registered", registered, routes) == "");
    CHECK(caused("dossier.updated", registered, routes) == "");
    constexpr std::string_view sent_back =
        R"({"key":"k","dossier":{"origin":"local","status":"supplement_wanted"},"progress":{}})";
    for (const char* event : {"dossier.updated", "result.added", "progress.recorded"})
        CHECK(caused(event, sent_back, routes) == "");
    CHECK(caused("dossier.updated", local, routes) == "packet ");
    CHECK(caused("result.added", local, routes) == "packet ");
    CHECK(caused("supplement.requested", local, routes) == "");
    CHECK(caused("survey.received", local, routes) == "");
}
TEST_CASE("routes: several values make several routes, and mistakes are named with their line") {
    std::vector<Problem> problems;
    const auto routes = load_routes(
        "partner = \"p\"\n[[route]]\nevent = \"e\"\noperations = [\"A\", \"B\"]\n"
        "when = { \"/a\" = [\"1\", \"2\"], \"/b\" = \"3\" }\nvalid_from = \"2026-01-01\"\n",
        "r.toml",
        {},
        &problems
    );
    REQUIRE(routes.has_value());
    CHECK(routes->size() == 2);
    CHECK(routes->front().operations == std::vector<std::string>{"p.A", "p.B"});
    CHECK(routes->front().from == day(2026, 1, 1));
    CHECK_FALSE(
        load_routes(
            "partner = \"p\"\n[[route]]\nevnt = \"e\"\nwhen = { a = \"1\" }\nif = { x = \"1\" }\n",
            "r.toml",
            {},
            &problems
        )
            .has_value()
    );
    const std::string said = all(problems);
    CHECK(said.find("r.toml:3:1: unknown key 'evnt'; did you mean 'event'?") != std::string::npos);
    CHECK(said.find("'operations' is missing") != std::string::npos);
    CHECK(said.find("'a' is no pointer") != std::string::npos);
    CHECK(said.find("the setting 'x' is not known") != std::string::npos);
}
