// Plays the conversation scripts against the platform.
#include "simulators/payments/conversation.hpp"

#include "simulators/kit/text.hpp"
#include "simulators/national_platform/test_merchant.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

namespace sim::national_platform {
namespace {

std::vector<std::string> play(const std::string& path) {
    TestMerchant m;
    payments::Player player;
    player.handle = [&m](const kit::Call& call) { return m.platform.handle(call, m.now); };
    player.due = [&m] { return m.platform.due(m.now); };
    player.answered = [&m](std::uint64_t id, int status, const std::string& body) {
        m.platform.answered(id, status, body, m.now);
    };
    player.act = [&m](const std::string& action, const std::string& amount) {
        return m.act(action, amount.empty() ? 0 : std::stoll(amount));
    };
    player.set_time = [&m](const std::string& text) {
        m.now = kit::from_compact_time(text).value();
    };
    player.faults = &m.platform.faults();
    return payments::play(payments::read_script(path), player);
}

TEST_CASE("conversations: every script plays against the platform") {
    std::vector<std::string> paths;
    for (const auto& one :
         std::filesystem::directory_iterator("simulators/national_platform/scripts"))
        if (one.path().extension() == ".conv") paths.push_back(one.path().string());
    std::ranges::sort(paths);
    REQUIRE(paths.size() >= 14);
    for (const auto& path : paths) {
        CAPTURE(path);
        for (const auto& wrong : play(path)) CHECK_MESSAGE(false, wrong);
    }
}

TEST_CASE("conversations: the player notices what does not fit") {
    TestMerchant m;
    payments::Player player;
    player.handle = [](const kit::Call&) { return kit::Answer(); };
    player.due = [] { return std::vector<payments::OutCall>(); };
    player.answered = [](std::uint64_t, int, const std::string&) {};
    player.act = [](const std::string&, const std::string&) { return std::string("no"); };
    player.set_time = [](const std::string&) {};
    player.faults = &m.platform.faults();
    auto script = payments::read_script("simulators/national_platform/scripts/F-142_twice.conv");
    CHECK(payments::play(script, player).size() >= 4);
    std::map<std::string, std::string> places;
    CHECK(payments::fits("a{{x}}c", "abc", places));
    CHECK(places.at("x") == "b");
    CHECK_FALSE(payments::fits("{{x}}", "d", places));
    CHECK(payments::fits("{{*}}c", "abc", places));
}

}  // namespace
}  // namespace sim::national_platform
