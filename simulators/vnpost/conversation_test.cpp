// Every script in scripts/ played against the post, as the gateway would.
#include "simulators/kit/conversation.hpp"

#include "simulators/vnpost/test_customer.hpp"

#include <doctest/doctest.h>

namespace sim::vnpost {
namespace {

TEST_CASE("vnpost scripts: every conversation goes as written") {
    auto files = kit::scripts_in("simulators/vnpost/scripts");
    CHECK(files.size() > 8);
    for (const auto& file : files) {
        Options o;
        o.mix = {{"normal", 1}};
        Customer1 c(o, 1, std::chrono::hours(1));
        kit::Conversation player(
            [&](const kit::Call& call, core::Instant now) { return c.post.handle(call, now); },
            c.post.faults(),
            c.now
        );
        CAPTURE(file);
        CHECK(player.play(kit::script_text(file)) == "");
    }
}

}  // namespace
}  // namespace sim::vnpost
