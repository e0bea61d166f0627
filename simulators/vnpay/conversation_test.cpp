// Plays the conversation scripts against VNPAY.
#include "simulators/payments/conversation.hpp"

#include "simulators/kit/text.hpp"
#include "simulators/vnpay/test_shop.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

namespace sim::vnpay {
namespace {

std::vector<std::string> play(const std::string& path) {
    TestShop s;
    payments::Player player;
    player.handle = [&s](const kit::Call& call) { return s.vnpay.handle(call, s.now); };
    player.due = [&s] { return s.vnpay.due(s.now); };
    player.answered = [&s](std::uint64_t id, int status, const std::string& body) {
        s.vnpay.answered(id, status, body, s.now);
    };
    player.act = [&s](const std::string& action, const std::string& code) {
        return s.act(action, code);
    };
    player.set_time = [&s](const std::string& text) {
        s.now = kit::from_compact_time(text).value();
    };
    player.faults = &s.vnpay.faults();
    return payments::play(payments::read_script(path), player);
}

TEST_CASE("conversations: every script plays against VNPAY") {
    std::vector<std::string> paths;
    for (const auto& one : std::filesystem::directory_iterator("simulators/vnpay/scripts"))
        if (one.path().extension() == ".conv") paths.push_back(one.path().string());
    std::ranges::sort(paths);
    REQUIRE(paths.size() >= 13);
    for (const auto& path : paths) {
        CAPTURE(path);
        for (const auto& wrong : play(path)) CHECK_MESSAGE(false, wrong);
    }
}

}  // namespace
}  // namespace sim::vnpay
