// The doors of the played VNPAY.
#include "simulators/vnpay/vnpay.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/vnpay/views.hpp"

namespace sim::vnpay {

using kit::Answer;
using kit::Call;

struct Vnpay::Impl {
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
        h.state = [this](std::string_view rest) { return vnpay::state_json(world, rest); };
        h.other = [this](const Call& call, std::string_view rest) { return other(call, rest); };
        return h;
    }
    Answer other(const Call& call, std::string_view rest);
};

/// POST /sim/act {"reference", "action", "code"}; POST /sim/open {"url"}
Answer Vnpay::Impl::other(const Call& call, std::string_view rest) {
    kit::JsonDocument doc;
    if ((rest != "act" && rest != "open") || call.method != "POST")
        return kit::error_answer(
            404,
            "unknown: /sim/faults, /sim/clock, /sim/journal, /sim/reset, /sim/state, POST "
            "/sim/act, "
            "POST /sim/open"
        );
    if (!kit::parse_json(doc, call.body) || !doc.IsObject())
        return kit::error_answer(400, "the body is no JSON object");
    auto key = kit::text_at(doc, "reference");
    if (rest == "open") {
        auto url = kit::text_at(doc, "url");
        auto mark = url.find('?');
        auto got = open_payment(world, mark == std::string::npos ? "" : url.substr(mark + 1), now);
        if (!got.error.empty()) return kit::error_answer(400, got.error);
        key = got.key;
    } else if (world.find(key) == nullptr) {
        return kit::error_answer(404, "no payment with that reference");
    } else {
        auto why = world.act(
            *world.find(key), kit::text_at(doc, "action"), kit::text_at(doc, "code"), now
        );
        if (!why.empty()) return kit::error_answer(409, why);
    }
    return kit::json_answer(200, vnpay::state_json(world, "payments/" + key).value_or("{}"));
}

Vnpay::Vnpay(Options options, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(std::move(options), seed)) {}
Vnpay::~Vnpay() = default;

Answer Vnpay::handle(const Call& call, core::Instant now) {
    auto& i = *impl_;
    i.now = now;
    i.world.tick(now);
    if (kit::Admin::is_for(call)) return i.admin.handle(call, now);
    bool post = call.method == "POST";
    if (call.method != "GET" && !post) return kit::text_answer(405, "Method Not Allowed\n");
    if (call.path.starts_with("/paymentv2/")) return payment_door(i.world, call, now);
    if (post && call.path == "/merchant_webapi/api/transaction")
        return merchant_service(i.world, call, now);
    if (post && call.path == "/qrpayauth/api/merchant/get_bank_list") return bank_list();
    if (!post)
        if (auto shown = page(i.world, call, now)) return *shown;
    return kit::text_answer(404, "Not Found\n");
}

std::vector<payments::OutCall> Vnpay::due(core::Instant now) {
    impl_->world.tick(now);
    return impl_->world.outbox.due(now);
}
void Vnpay::answered(std::uint64_t id, int status, std::string_view body, core::Instant now) {
    impl_->world.outbox.answered(id, status, body, now);
}

std::string Vnpay::open(std::string_view url, core::Instant now) {
    impl_->world.tick(now);
    auto mark = url.find('?');
    if (mark == std::string_view::npos) return {};
    return open_payment(impl_->world, url.substr(mark + 1), now).key;
}

std::string Vnpay::act(
    const std::string& key, std::string_view action, core::Instant now, const std::string& code
) {
    impl_->world.tick(now);
    auto* p = impl_->world.find(key);
    return p ? impl_->world.act(*p, action, code, now) : "no payment with that reference";
}

std::string Vnpay::return_url(const std::string& key) const {
    const auto* p = impl_->world.find(key);
    return p ? return_address(impl_->world, *p) : std::string();
}

std::optional<payments::DayFile> Vnpay::day_file(
    const std::string& terminal, core::Day day, core::Instant now
) {
    auto& w = impl_->world;
    w.tick(now);
    return w.day_files.make(terminal, day, w.lines_of(terminal, day), w.faults, now);
}

const std::map<std::string, Payment>& Vnpay::held() const {
    return impl_->world.held;
}
std::string Vnpay::state_json() const {
    return vnpay::state_json(impl_->world, "").value_or("{}");
}
kit::Faults& Vnpay::faults() {
    return impl_->world.faults;
}
kit::Journal& Vnpay::journal() {
    return impl_->world.journal;
}
const payments::Outbox& Vnpay::outbox() const {
    return impl_->world.outbox;
}
const Options& Vnpay::options() const {
    return impl_->world.options;
}
void Vnpay::set_clock(kit::Clock* clock) {
    impl_->admin.set_clock(clock);
}
std::string Vnpay::certificate_name(core::Instant now) {
    return impl_->world.wire.certificate_name(now);
}
void Vnpay::reset(std::uint64_t seed) {
    impl_->world.reset(seed);
}

}  // namespace sim::vnpay
