// Tests of what is wrong between the sections of a configuration.
#include "gateway/app/check.hpp"

#include <doctest/doctest.h>

using namespace gw::app;

namespace {
/// A province with one one-stop and the portal.
Config province() {
    Config config;
    config.values["province.id"] = "H56";
    config.values["client.motcua.scopes"] = "dossiers.write\ninbox.read";
    config.values["partner.national_portal.connector"] = "national_portal";
    config.values["partner.national_portal.province_roots"] = "H56";
    return config;
}
}  // namespace

TEST_CASE("check: a partner whose tenant no client reads is named") {
    auto config = province();
    CHECK(unread_tenants(config).empty());
    config.values["client.motcua.agency"] = "H56.14";
    const auto said = unread_tenants(config);
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("[partner.national_portal] agency") == 0);
    CHECK(said[0].find("\"H56\"") != std::string::npos);
    config.values["partner.national_portal.agency"] = "H56.14";
    CHECK(unread_tenants(config).empty());
    config.values["client.motcua.scopes"] = "dossiers.write";
    CHECK(unread_tenants(config).size() == 1);
    config.values["partner.vnpost.connector"] = "vnpost";
    config.values["partner.vnpost.agency"] = "H56";
    CHECK(unread_tenants(config).size() == 2);
}

TEST_CASE("check: two partners that call at one path are a problem") {
    auto config = province();
    CHECK(shared_paths(config).empty());
    config.values["partner.other_portal.connector"] = "national_portal";
    const auto said = shared_paths(config);
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("/in/dvcqg/") != std::string::npos);
    config.values.erase("partner.other_portal.connector");
    config.values["partner.a.ipn_path"] = "/v1/ipn/a";
    config.values["partner.b.ipn_path"] = "/v1/ipn/b";
    CHECK(shared_paths(config).empty());
}
