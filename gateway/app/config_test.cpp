// Tests of the strict configuration.
#include "gateway/app/config.hpp"

#include "gateway/app/settings.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace gw::app;
namespace fs = std::filesystem;

namespace {
struct Folder {
    Folder() {
        char name[] = "/tmp/lienthong-config-XXXXXX";
        path = ::mkdtemp(name);
        fs::create_directory(path / "secrets");
        write("secrets/cert", "CERT\n");
        write("secrets/short", "abc");
        write("secrets/empty", "\n");
        fs::permissions(path / "secrets/short", fs::perms::owner_read);
        fs::permissions(path / "secrets/empty", fs::perms::owner_read);
        write("secrets/key", "KEY of at least 16 bytes");
        fs::permissions(path / "secrets/cert", fs::perms::owner_read);
        fs::permissions(path / "secrets/key", fs::perms::owner_read);
    }
    ~Folder() { fs::remove_all(path); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name) << text;
    }
    fs::path path;
};
const std::string good = R"([province]
id = "H56"
agency_roots = ["H56"]
[server]
public_url = "https://gateway.test:8443"
certificate = "secret:cert"
private_key = "secret:key"
[store]
path = "data"
[secrets]
folder = "secrets"
[mappings]
folder = "mappings"
[attachments]
token_secret = "secret:key"
[partner.national_portal]
connector = "toy"
url = "https://portal.test"
ask_at = ["1s", "2s"]
[partner.national_portal.operation.DongBoHoSoMC]
settle_time = "15min"
)";
std::optional<std::vector<OptionRow>> toy(std::string_view name) {
    if (name != "toy") return std::nullopt;
    OptionRow url{"partner.*.url", OptionType::text, "", true, "address", "địa chỉ"};
    return std::vector<OptionRow>{url};
}
std::string problems_of(
    const Folder& folder, const std::string& text, const std::string& extra = ""
) {
    folder.write("lienthong.toml", text);
    if (!extra.empty()) {
        fs::create_directories(folder.path / "conf.d");
        folder.write("conf.d/more.toml", extra);
    }
    std::vector<ConfigProblem> problems;
    const auto config = load_config((folder.path / "lienthong.toml").string(), toy, problems);
    std::string all;
    for (const auto& p : problems) all += to_text(p) + "\n";
    CHECK(config.has_value() == problems.empty());
    return all;
}
std::string with(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}
}  // namespace

TEST_CASE("configuration: a duration is written with the largest unit that loses nothing") {
    for (const char* text : {"250ms", "90s", "15min", "36h", "7d", "0s"})
        CHECK(to_text(*parse_duration(text)) == text);
    CHECK(to_text(*parse_duration("60s")) == "1min");
}

TEST_CASE("configuration: a good file gives values, defaults and secrets") {
    Folder folder;
    folder.write("lienthong.toml", good);
    std::vector<ConfigProblem> problems;
    const auto config = load_config((folder.path / "lienthong.toml").string(), toy, problems);
    REQUIRE_MESSAGE(config, (problems.empty() ? "" : to_text(problems[0])));
    CHECK(config->text("server.private_key") == "KEY of at least 16 bytes");
    CHECK(config->text("server.certificate") == "CERT");
    CHECK(config->text("server.listen") == "0.0.0.0:8443");
    CHECK(
        config->duration("partner.national_portal.operation.DongBoHoSoMC.settle_time").count() ==
        900'000
    );
    CHECK(config->durations("partner.national_portal.ask_at").size() == 2);
    CHECK(config->durations("partner.national_portal.ask_at")[1].count() == 2'000);
    CHECK(config->written("partner.national_portal.operation.DongBoHoSoMC.settle_time") == "15min");
    CHECK(config->written("partner.national_portal.ask_at").ends_with("2s"));
    CHECK(config->written("dossiers.due_soon") == "1d");
    CHECK(config->written("server.listen") == "0.0.0.0:8443");
    CHECK(config->names("partner") == std::vector<std::string>{"national_portal"});
    CHECK(config->section("partner.national_portal").at("url") == "https://portal.test");
    CHECK(config->text("store.path") == (folder.path / "data").string());
}

TEST_CASE("OC-8 configuration: a client may have a key for officers and demand their proof") {
    Folder folder;
    const std::string client =
        "[client.a]\nkey = \"secret:client\"\nscopes = [\"dossiers.read\"]\n";
    const std::string officers =
        "[client.b]\nkey = \"secret:client\"\nscopes = [\"dossiers.read\"]\n"
        "actor_key = \"secret:client\"\nactor_token_required = true\n";
    folder.write(
        "secrets/client",
        "-----BEGIN PUBLIC "
        "KEY-----\nMCowBQYDK2VwAyEAsN4pB0097RhZCHBIu2oMyvj+tLdId8mS1bIVvsgEMIM=\n-----END PUBLIC "
        "KEY-----\n"
    );
    fs::permissions(folder.path / "secrets/client", fs::perms::owner_read);
    folder.write("lienthong.toml", good + client + officers);
    std::vector<ConfigProblem> problems;
    const auto config = load_config((folder.path / "lienthong.toml").string(), toy, problems);
    REQUIRE_MESSAGE(config, (problems.empty() ? "" : to_text(problems[0])));
    const auto clients = read_clients(*config);
    CHECK_FALSE(clients.find("a")->actor_token_required);
    CHECK_FALSE(clients.find("a")->actor_key.has_value());
    CHECK(clients.find("b")->actor_token_required);
    CHECK(clients.find("b")->actor_key.has_value());
}

TEST_CASE("configuration: an unknown key names file, line and the likely word") {
    Folder folder;
    const auto said = problems_of(
        folder, with(good, "url = \"https://portal.test\"", "urll = \"x\"\nurl = \"y\"")
    );
    CHECK(
        said.find("lienthong.toml:18:1: unknown key \"urll\" in [partner.national_portal]. Did you "
                  "mean \"url\"?") != std::string::npos
    );
}

TEST_CASE("F-251 configuration: every kind of mistake has its remedy") {
    struct Case {
        const char* name;
        std::string text;
        const char* wanted;
    };
    const Case cases[] = {
        {"duration without unit",
         with(good, "settle_time = \"15min\"", "settle_time = \"15\""),
         "needs a unit"},
        {"number as text",
         with(good, "[store]", "[store]\nlane_depth_max = \"5\""),
         "without quotes"},
        {"negative number",
         with(good, "[store]", "[limits]\ncalls_per_s = -1\n[store]"),
         "must be 0 or more"},
        {"no number",
         with(good, "[store]", "[limits]\ncalls_per_s = nan\n[store]"),
         "must be 0 or more"},
        {"no calls at the same time",
         with(good, "url = \"https://portal", "concurrency = 0\nurl = \"https://portal"),
         ":18:1: concurrency: must be at least 1."},
        {"rate 0",
         with(good, "url = \"https://portal", "rate = 0\nurl = \"https://portal"),
         "rate: must be at least 0.001."},
        {"short retention",
         with(good, "[store]", "[events]\nretention = \"1h\"\n[store]"),
         "retention: must be at least 86400000 ms."},
        {"unknown log level",
         with(good, "[store]", "[log]\nlevel = \"loud\"\n[store]"),
         "level: must be one of: debug,info,warning,error."},
        {"no network",
         with(good, "[store]", "[webhooks]\nallowed_networks = [\"10.0.0.0/99\"]\n[store]"),
         "10.0.0.0/99"},
        {"key of three bytes",
         with(good, "token_secret = \"secret:key\"", "token_secret = \"secret:short\""),
         "needs at least 16 random bytes"},
        {"empty secret", with(good, "secret:cert", "secret:empty"), "file is empty"},
        {"literal secret", with(good, "\"secret:key\"", "\"hunter2\""), "secrets folder"},
        {"missing secret", with(good, "secret:cert", "secret:nobody"), "is missing"},
        {"missing key", with(good, "id = \"H56\"\n", ""), "[province] lacks \"id\""},
        {"unknown connector", with(good, "\"toy\"", "\"tory\""), "there is no connector"},
        {"missing connector option",
         with(good, "url = \"https://portal.test\"\n", ""),
         "lacks \"url\""},
        {"open quote", with(good, "id = \"H56\"", "id = \"H56"), "closing quote"},
        {"unknown section", good + "[weather]\nwind = 1\n", "unknown key \"wind\""},
    };
    for (const auto& c : cases) {
        Folder folder;
        const auto said = problems_of(folder, c.text);
        CHECK_MESSAGE(said.find(c.wanted) != std::string::npos, c.name << ": " << said);
        CHECK_MESSAGE(said.find("hunter2") == std::string::npos, c.name);
    }
}

TEST_CASE("configuration: a key set in two files is an error that names both") {
    Folder folder;
    const auto said = problems_of(folder, good, "[province]\nid = \"H37\"\n");
    CHECK(said.find("more.toml") != std::string::npos);
    CHECK(said.find("lienthong.toml. Keep one") != std::string::npos);
}

TEST_CASE("PY-9 F-229 configuration: a secret that others can read stops the start") {
    Folder folder;
    fs::permissions(folder.path / "secrets/key", fs::perms::owner_read | fs::perms::others_read);
    CHECK(problems_of(folder, good).find("chmod 0400") != std::string::npos);
}

TEST_CASE("config: a date, numbers in a list of texts and empty required values are refused") {
    const Folder folder;
    const std::pair<const char*, const char*> bad[] = {
        {"id = \"H56\"", "id = 2026-01-01"},
        {"id = \"H56\"", "id = \"\""},
        {"agency_roots = [\"H56\"]", "agency_roots = [56]"},
        {"agency_roots = [\"H56\"]", "agency_roots = []"}};
    for (const auto& [from, to] : bad) {
        const auto said = problems_of(folder, with(good, from, to));
        CHECK_MESSAGE(
            said.find(from[0] == 'i' ? ":2:1: id" : ":3:1: agency_roots") != said.npos, said
        );
    }
}

TEST_CASE("configuration: a scope that does not exist is named, with those that do") {
    Config config;
    config.values["client.onestop.scopes"] = "dossiers.read\ndossiers.raed";
    CHECK_THROWS_WITH_AS(
        read_clients(config),
        doctest::Contains("unknown scope \"dossiers.raed\". Known: dossiers.read dossiers.write"),
        std::runtime_error
    );
}
