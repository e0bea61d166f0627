// One call from the door to the answer, and the journal row it leaves.
#include "simulators/phone/phones.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/pages.hpp"
#include "simulators/phone/views.hpp"

#include <charconv>

namespace sim::phone {

using kit::Answer;
using kit::Call;

namespace {

std::uint64_t whole(const std::string& text) {
    std::uint64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

Channel channel_named(const std::string& name) {
    return name == "zns" || name == "zalo" ? Channel::zns : Channel::sms;
}

}  // namespace

struct Phones::Impl {
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
        h.state = [this](std::string_view rest) { return phone::state_json(world, rest); };
        h.other = [this](const Call& call, std::string_view rest) { return other(call, rest); };
        return h;
    }
    Answer other(const Call& call, std::string_view rest);
    Answer set_phone(const kit::Json& doc);
    Answer pressed(const Call& call);
    void guess(core::Instant at);
    Answer service(const Call& call, const std::string& zns);
};

/// What is true of a number: account, existence, refusals.
Answer Phones::Impl::set_phone(const kit::Json& doc) {
    auto number = kit::text_at(doc, "phone");
    if (number.empty()) return kit::error_answer(400, "phone");
    auto& p = world.phone(number);
    auto flag = [&doc](const char* name, bool& into) {
        auto text = kit::text_at(doc, name);
        if (!text.empty()) into = text == "true";
    };
    flag("exists", p.exists);
    flag("zalo", p.on_zalo);
    flag("refuses_sms", p.refuses_sms);
    flag("refuses_zns", p.refuses_zns);
    return kit::json_answer(200, R"({"set":true})");
}

Answer Phones::Impl::other(const Call& call, std::string_view rest) {
    kit::JsonDocument doc;
    bool post = call.method == "POST" && kit::parse_json(doc, call.body) && doc.IsObject();
    if (post && rest == "phones") return set_phone(doc);
    if (post && rest == "press")
        return world.press(
                   kit::text_at(doc, "phone"),
                   whole(kit::text_at(doc, "message")),
                   kit::text_at(doc, "action"),
                   kit::text_at(doc, "text"),
                   now
               )
                   ? kit::json_answer(200, R"({"pressed":true})")
                   : kit::error_answer(404, "no such message or action");
    if (post && rest == "say") {
        world.say(
            kit::text_at(doc, "phone"),
            channel_named(kit::text_at(doc, "channel")),
            kit::text_at(doc, "text"),
            now
        );
        return kit::json_answer(200, R"({"said":true})");
    }
    if (post && rest == "balance") {
        world.balance = static_cast<std::int64_t>(whole(kit::text_at(doc, "balance")));
        return kit::json_answer(200, R"({"set":true})");
    }
    if (post && rest == "authorise") {
        auto pair = world.tokens.authorise(now);
        kit::JsonWriter out;
        out.object().field("access_token", pair.access).field("refresh_token", pair.refresh);
        return kit::json_answer(200, out.end_object().take());
    }
    return kit::error_answer(
        404,
        "unknown: /sim/faults, /sim/clock, /sim/journal, /sim/reset, /sim/state; POST /sim/phones, "
        "/sim/press, /sim/say, /sim/balance, /sim/authorise with a JSON object"
    );
}

/// A button on a page.
Answer Phones::Impl::pressed(const Call& call) {
    auto number = kit::pages::form_field(call, "phone");
    auto action = kit::pages::form_field(call, "action");
    auto text = kit::pages::form_field(call, "text");
    if (!world.phones.contains(number)) return kit::text_answer(404, "Not Found\n");
    if (action == "say")
        world.say(number, channel_named(kit::pages::form_field(call, "channel")), text, now);
    else
        world.press(number, whole(kit::pages::form_field(call, "message")), action, text, now);
    return kit::pages::see("/phones/" + kit::url_encode(number));
}

/// F-197: somebody guesses passwords of a receipt by SMS.
void Phones::Impl::guess(core::Instant at) {
    if (!world.sms.on("guess")) return;
    auto o = world.occasion("mo", "", "", at);
    const auto* f = world.sms.strikes("guess", o);
    if (!f) return;
    auto times = f->number("times", 6);
    for (std::int64_t i = 0; i < times; ++i)
        world.say(
            f->param("phone", "84100000099"),
            Channel::sms,
            "TRACUU " + f->param("dossier", "H56.14-260105-0007") + " " + std::to_string(1'000 + i),
            at
        );
}

Answer Phones::Impl::service(const Call& call, const std::string& zns) {
    Trace trace;
    trace.service = zns;
    auto a =
        zns.empty() ? sms_service(world, call, now, trace) : zns_service(world, call, now, trace);
    kit::Entry e;
    e.at = now;
    e.service = trace.service;
    e.key = trace.phone;
    e.body_sha256 = kit::sha256_hex(call.body);
    e.effect = trace.effect;
    e.after = trace.after;
    e.fault = trace.fault;
    bool said = a.fate == kit::Fate::answer || a.fate == kit::Fate::eof_before_length;
    e.status = said ? a.status : 0;
    e.answer = trace.service == "refresh" ? std::string("…") : a.body;
    world.journal.add(std::move(e));
    return a;
}

Phones::Phones(Options options, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(std::move(options), seed)) {}
Phones::~Phones() = default;

Answer Phones::handle(const Call& call, core::Instant now) {
    auto& i = *impl_;
    i.now = now;
    i.world.advance(now);
    if (kit::Admin::is_for(call)) return i.admin.handle(call, now);
    if (call.method == "POST" && call.path == "/press") return i.pressed(call);
    auto zns = zns_service_of(call.path);
    bool sms = call.path.starts_with("/bulkapi") || call.path.starts_with("/sms");
    if (!zns.empty() || sms) return i.service(call, zns);
    if (call.method == "GET")
        if (auto shown = page(i.world, call)) return *shown;
    return kit::text_answer(404, "Not Found\n");
}

std::vector<OutCall> Phones::due(core::Instant now) {
    impl_->world.advance(now);
    impl_->guess(now);
    return impl_->world.outbox.due(now);
}
void Phones::answered(std::uint64_t id, int status, core::Instant now) {
    impl_->world.outbox.answered(id, status, now);
}
std::optional<core::Instant> Phones::next_event() const {
    auto next = impl_->world.outbox.next_due();
    auto arrival = impl_->world.next_arrival();
    return !next || (arrival && *arrival < *next) ? arrival : next;
}
const Outbox& Phones::outbox() const {
    return impl_->world.outbox;
}
const std::map<std::string, Phone>& Phones::phones() const {
    return impl_->world.phones;
}
int Phones::doubled() const {
    return totals_of(impl_->world).doubled;
}
std::size_t Phones::received() const {
    return totals_of(impl_->world).received;
}
std::size_t Phones::on_the_way() const {
    return totals_of(impl_->world).on_the_way;
}
std::size_t Phones::lost() const {
    return totals_of(impl_->world).lost;
}
std::int64_t Phones::sms_balance() const {
    return impl_->world.balance;
}
int Phones::token_refreshes() const {
    return impl_->world.tokens.refreshes();
}
int Phones::refresh_tokens_reused() const {
    return impl_->world.tokens.reused();
}
std::uint64_t Phones::calls(std::string_view service) const {
    auto it = impl_->world.calls.find(std::string(service));
    return it == impl_->world.calls.end() ? 0 : it->second;
}
bool Phones::press(
    const std::string& number,
    std::uint64_t message,
    const std::string& action,
    const std::string& text,
    core::Instant now
) {
    impl_->world.advance(now);
    return impl_->world.press(number, message, action, text, now);
}
void Phones::say(
    const std::string& number, Channel channel, const std::string& text, core::Instant now
) {
    impl_->world.say(number, channel, text, now);
}
Phone& Phones::phone(const std::string& number) {
    return impl_->world.phone(number);
}
kit::Faults& Phones::faults() {
    return impl_->world.faults;
}
kit::Journal& Phones::journal() {
    return impl_->world.journal;
}
const Options& Phones::options() const {
    return impl_->world.options;
}
std::optional<std::string> Phones::state_json(std::string_view rest) const {
    return phone::state_json(impl_->world, rest);
}
void Phones::set_clock(kit::Clock* clock) {
    impl_->admin.set_clock(clock);
}
std::string Phones::certificate_name(core::Instant now) {
    auto name = impl_->world.sms_transport.certificate_name(now);
    return name.empty() ? impl_->world.zalo_transport.certificate_name(now) : name;
}
void Phones::reset(std::uint64_t seed) {
    impl_->world.reset(seed);
}

}  // namespace sim::phone
