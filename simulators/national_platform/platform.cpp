// The doors of the played payment platform.
#include "simulators/national_platform/platform.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/national_platform/rules.hpp"
#include "simulators/national_platform/views.hpp"

namespace sim::national_platform {

using kit::Answer;
using kit::Call;

struct Platform::Impl {
    Impl(Options o, std::uint64_t seed)
        : world(std::move(o), seed), admin(world.faults, world.journal, hooks()) {
        admin.set_token(world.options.admin_token);
    }
    World world;
    core::Instant now{};
    kit::Admin admin;

    kit::AdminHooks hooks() {
        kit::AdminHooks h;
        h.reset = [this](std::uint64_t seed) { world.reset(seed); };
        h.state = [this](std::string_view rest) {
            return national_platform::state_json(world, rest);
        };
        h.other = [this](const Call& call, std::string_view rest) { return other(call, rest); };
        return h;
    }
    Answer other(const Call& call, std::string_view rest);
    Answer visit(const Call& call);
};

/// POST /sim/act {"reference", "action", "amount"}
Answer Platform::Impl::other(const Call& call, std::string_view rest) {
    if (rest != "act" || call.method != "POST")
        return kit::error_answer(
            404,
            "unknown: /sim/faults, /sim/clock, /sim/journal, /sim/reset, /sim/state, POST /sim/act"
        );
    kit::JsonDocument doc;
    if (!kit::parse_json(doc, call.body) || !doc.IsObject())
        return kit::error_answer(400, "the body is no JSON object");
    auto* p = world.find(kit::text_at(doc, "reference"));
    if (p == nullptr) return kit::error_answer(404, "no payment with that reference");
    auto why = world.act(
        *p, kit::text_at(doc, "action"), amount_of(kit::text_at(doc, "amount")).value_or(0), now
    );
    if (!why.empty()) return kit::error_answer(409, why);
    return kit::json_answer(
        200, national_platform::state_json(world, "payments/" + p->reference).value_or("{}")
    );
}

Answer Platform::Impl::visit(const Call& call) {
    if (call.path.starts_with("/checkout/")) return checkout(world, call, now);
    if (call.path.ends_with("/viewbill")) return view_bill(world, call, now);
    if (auto shown = page(world, call, now)) return *shown;
    return kit::text_answer(404, "Not Found\n");
}

Platform::Platform(Options options, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(std::move(options), seed)) {}
Platform::~Platform() = default;

Answer Platform::handle(const Call& call, core::Instant now) {
    auto& i = *impl_;
    i.now = now;
    i.world.tick(now);
    if (kit::Admin::is_for(call)) return i.admin.handle(call, now);
    if (call.method == "GET" || call.path.starts_with("/checkout/")) return i.visit(call);
    if (call.method != "POST") return kit::text_answer(405, "Method Not Allowed\n");
    if (call.path == "/token" || call.path == "/lgsp/token") return give_token(i.world, call, now);
    return serve(i.world, call, now);
}

std::vector<payments::OutCall> Platform::due(core::Instant now) {
    impl_->world.tick(now);
    return impl_->world.outbox.due(now);
}
void Platform::answered(std::uint64_t id, int status, std::string_view body, core::Instant now) {
    impl_->world.outbox.answered(id, status, body, now);
}

std::string Platform::act(
    const std::string& reference, std::string_view action, core::Instant now, std::int64_t amount
) {
    impl_->world.tick(now);
    auto* p = impl_->world.find(reference);
    return p ? impl_->world.act(*p, action, amount, now) : "no payment with that reference";
}

std::optional<payments::DayFile> Platform::day_file(
    const std::string& merchant, core::Day day, core::Instant now
) {
    auto& w = impl_->world;
    w.tick(now);
    return w.day_files.make(merchant, day, w.lines_of(merchant, day), w.faults, now);
}

const std::map<std::string, Payment>& Platform::held() const {
    return impl_->world.held;
}
std::string Platform::state_json() const {
    return national_platform::state_json(impl_->world, "").value_or("{}");
}
kit::Faults& Platform::faults() {
    return impl_->world.faults;
}
kit::Journal& Platform::journal() {
    return impl_->world.journal;
}
const payments::Outbox& Platform::outbox() const {
    return impl_->world.outbox;
}
const Options& Platform::options() const {
    return impl_->world.options;
}
void Platform::set_clock(kit::Clock* clock) {
    impl_->admin.set_clock(clock);
}
void Platform::set_public_url(std::string url) {
    impl_->world.options.public_url = std::move(url);
}
std::string Platform::certificate_name(core::Instant now) {
    return impl_->world.wire.certificate_name(now);
}
void Platform::reset(std::uint64_t seed) {
    impl_->world.reset(seed);
}

}  // namespace sim::national_platform
