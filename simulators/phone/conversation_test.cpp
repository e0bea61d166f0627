// Every script in scripts/ played against the operator and Zalo, as the gateway would.
#include "simulators/kit/conversation.hpp"

#include "simulators/phone/test_sender.hpp"

#include <doctest/doctest.h>

namespace sim::phone {
namespace {

TEST_CASE("phone scripts: every conversation goes as written") {
    auto files = kit::scripts_in("simulators/phone/scripts");
    CHECK(files.size() > 10);
    for (const auto& file : files) {
        Sender1 s;
        kit::Conversation player(
            [&](const kit::Call& call, core::Instant now) { return s.phones.handle(call, now); },
            s.phones.faults(),
            s.now
        );
        CAPTURE(file);
        CHECK(player.play(kit::script_text(file)) == "");
    }
}

}  // namespace
}  // namespace sim::phone
