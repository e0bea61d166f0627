// Tests of the kit's small tools: options, links, networks, secrets.
#include "connectors/kit/text.hpp"

#include "connectors/kit/file_links.hpp"
#include "connectors/kit/options.hpp"

#include <doctest/doctest.h>

namespace gw::connector_kit {
namespace {

constexpr OptionRow rows[] = {
    {"url", OptionType::url, "", "địa chỉ", "address", false, true},
    {"ttl", OptionType::duration, "8min", "", "trust time"},
    {"size", OptionType::size, "5MiB", "", "size"},
    {"kind", OptionType::word, "a", "", "kind", false, false, "a,b"},
    {"on", OptionType::flag, "true", "", "switch"},
    {"roots", OptionType::list, "", "", "roots"},
    {"n", OptionType::number, "7", "", "number"},
};

TEST_CASE("options: defaults are read when nothing is configured") {
    const OptionValues values{{"url", "https://portal.test"}, {"roots", "H56, H37"}};
    CHECK(check_options(rows, values).empty());
    const OptionReader r(rows, values);
    CHECK(r.duration("ttl") == core::Duration(480'000));
    CHECK(r.size("size") == 5u << 20);
    CHECK(r.flag("on"));
    CHECK(r.number("n") == 7);
    CHECK(r.list("roots") == std::vector<std::string>{"H56", "H37"});
}

TEST_CASE("options: every fault is named at once, with its remedy") {
    const OptionValues values{
        {"ttl", "30"}, {"kind", "c"}, {"on", "yes"}, {"n", "x"}, {"size", "5 lít"}, {"ulr", "?"}};
    const auto problems = check_options(rows, values);
    CHECK(problems.size() == 7);  // six values and the missing url
}

TEST_CASE("options: durations and sizes need a number and a unit") {
    CHECK(parse_duration("500ms") == core::Duration(500));
    CHECK(parse_duration("2h") == core::Duration(7'200'000));
    CHECK_FALSE(parse_duration("30").has_value());
    CHECK_FALSE(parse_duration("-1s").has_value());
    CHECK(parse_size("64KiB") == 65'536u);
    CHECK(parse_size("1024") == 1'024u);
}

TEST_CASE("DS-9 file links: an address is the base and the token") {
    FileLink link;
    link.tenant = "H37";
    link.attachment = "att_01KE5TW4Y00000000000000011";
    link.until = core::from_ms(1'800'000'000'000);
    const std::string secret = "synthetic-secret-of-links";
    CHECK(
        file_url("https://gateway.example/", secret, link) ==
        "https://gateway.example/f/" + crypto::file_token(secret, link)
    );
}

TEST_CASE("NP-6 F-151 redact: every occurrence goes, short texts stay") {
    const std::vector<std::string> secrets{"SESSION-1", "ab"};
    CHECK(redact("x SESSION-1 y SESSION-1 ab", secrets) == "x *** y *** ab");
}

TEST_CASE("url: joining and percent coding") {
    CHECK(join_url("http://a.test/", "/b/c") == "http://a.test/b/c");
    CHECK(join_url("http://a.test", "https://other.test/x") == "https://other.test/x");
    CHECK(percent_encode("Hà Nội/1") == "H%C3%A0%20N%E1%BB%99i%2F1");
    CHECK(percent_decode("%20a%2F") == " a/");
    CHECK_FALSE(percent_decode("%2").has_value());
}

}  // namespace
}  // namespace gw::connector_kit
