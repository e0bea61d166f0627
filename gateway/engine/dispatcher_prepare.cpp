// Builds what a leg sends. A message that the process dies of stops itself, not the gateway.
#include "gateway/engine/dispatcher.hpp"
#include "gateway/ports/log.hpp"

namespace gw::engine {
namespace {

namespace log = ports::log;
using core::Advice;
using core::Blame;
using core::Claim;
using core::Error;
using core::Instant;

/// The process died this often while it prepared or sent the leg: it is not even parsed again.
constexpr int suspects_max = 3;

Error poison() {
    return core::give_up(
        "poison", "The gateway ended unexpectedly three times while it handled this message."
    );
}

/// While this lives, a death of the process counts against the leg.
class Preparing {
public:
    Preparing(ports::Store& store, core::LegId leg) : store_(store) { store_.preparing(leg); }
    ~Preparing() { store_.preparing(core::LegId{}); }
    Preparing(const Preparing&) = delete;
    Preparing& operator=(const Preparing&) = delete;

private:
    ports::Store& store_;
};

}  // namespace

/// A fault of ours in one message stops that message, not the gateway at each start again.
core::Result<ports::Prepared> Dispatcher::prepare(const Claim& claim, Instant now) {
    if (claim.suspects >= suspects_max) return poison();
    const Preparing marked(store_, claim.leg.id);
    try {
        return sink_.prepare(claim, now);
    } catch (const std::exception& fault) {
        log::error(
            "prepare.threw",
            {{"partner", log::Word(options_.partner)},
             {"operation", log::Word(claim.leg.operation)},
             {"leg", log::Word(std::to_string(core::raw(claim.leg.id)))}}
        );
        return Error(
            Advice::hold,
            Blame::ours,
            "internal",
            "Cổng không dựng được thông điệp này (lỗi của phần mềm); cần báo nhà phát triển."
        );
    }
}

}  // namespace gw::engine
