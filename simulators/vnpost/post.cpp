// One call from the door to the answer, and the journal row it leaves.
#include "simulators/vnpost/post.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_reader.hpp"
#include "simulators/kit/pages.hpp"
#include "simulators/vnpost/doors.hpp"
#include "simulators/vnpost/journeys.hpp"
#include "simulators/vnpost/services.hpp"
#include "simulators/vnpost/views.hpp"

#include <charconv>

namespace sim::vnpost {

using kit::Answer;
using kit::Call;

namespace {

/// The order a call is about, for faults that match it; bodies are read for it only here.
std::string order_in(const Call& call) {
    if (call.method == "GET") return call.parameter("OrderNumber");
    kit::JsonDocument doc;
    if (call.body.empty() || !kit::parse_json(doc, call.body) || !doc.IsObject()) return {};
    const auto* inner = kit::member(doc, "PostDocument");
    return kit::text_at(inner && inner->IsObject() ? *inner : doc, "OrderNumber");
}

int whole(const std::string& text, int otherwise) {
    int n = otherwise;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return error == std::errc() && end == text.data() + text.size() ? n : otherwise;
}

}  // namespace

struct Post::Impl {
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
        h.state = [this](std::string_view rest) { return vnpost::state_json(world, rest); };
        h.other = [this](const Call& call, std::string_view rest) { return other(call, rest); };
        return h;
    }
    bool plan(const std::string& pattern, const std::string& name);
    bool happen(const std::string& key, int code, const std::string& note);
    void fill(const std::string& prefix, std::size_t orders, std::size_t events);
    Answer other(const Call& call, std::string_view rest);
    Answer service(const Call& call, Service what);
    Answer run(const Call& call, Service what, Reply& r);
    std::optional<kit::Instead> too_many(const kit::Occasion& o, Service what);
    Answer settlement(const Call& call) const;
    Answer pressed(const Call& call);
    void note(
        const Call& call, Service what, const Reply& r, const Answer& a, const std::string& fault
    );
};

bool Post::Impl::plan(const std::string& pattern, const std::string& name) {
    if (journey(name).empty()) return false;
    world.plans.insert(world.plans.begin(), Plan(pattern, name));
    bool any = pattern.ends_with('*');
    auto start = any ? pattern.substr(0, pattern.size() - 1) : pattern;
    for (auto& [key, p] : world.parcels)
        if (!p.ended() && (any ? p.order.starts_with(start) : p.order == pattern))
            world.set_journey(p, name, now);
    return true;
}

bool Post::Impl::happen(const std::string& key, int code, const std::string& note) {
    auto it = world.parcels.find(key);
    if (it == world.parcels.end()) return false;
    world.stop(it->second);
    bool far = code != picked_up && code != returned && code != new_order && code != waiting;
    world.happen(it->second, code, now, note, far);
    return true;
}

void Post::Impl::fill(const std::string& prefix, std::size_t orders, std::size_t events) {
    static constexpr int codes[] = {
        new_order, waiting, picked_up, in_transit, out_for_delivery, delivered};
    std::vector<Parcel*> made;
    const auto& customer = world.options.customers.front().code;
    for (std::size_t i = 0; i < orders; ++i) {
        auto number = prefix + std::to_string(i + 1);
        auto& p = world.parcels[world.key(customer, number)];
        p.order = number;
        p.customer = customer;
        p.created = now;
        p.creates = 1;
        if (p.waybill.empty()) p.waybill = world.fresh_waybill();
        made.push_back(&p);
    }
    for (std::size_t i = 0; i < events && !made.empty(); ++i) {
        auto round = std::min<std::size_t>(i / made.size(), std::size(codes) - 1);
        auto& p = *made[i % made.size()];
        world.happen(p, codes[round], now, "", false);
        // The feed is what is measured; the parcel remembers only where it is.
        if (p.history.size() > 1) p.history.erase(p.history.begin());
    }
}

Answer Post::Impl::other(const Call& call, std::string_view rest) {
    kit::JsonDocument doc;
    bool post = call.method == "POST" && kit::parse_json(doc, call.body) && doc.IsObject();
    if (post && rest == "plan")
        return plan(kit::text_at(doc, "order"), kit::text_at(doc, "journey"))
                   ? kit::json_answer(200, R"({"planned":true})")
                   : kit::error_answer(400, "order (may end with *) and a known journey");
    if (post && rest == "events")
        return happen(
                   kit::text_at(doc, "order"),
                   whole(kit::text_at(doc, "code"), -1),
                   kit::text_at(doc, "note")
               )
                   ? kit::json_answer(200, R"({"happened":true})")
                   : kit::error_answer(404, "unknown order");
    if (post && rest == "fill") {
        fill(
            kit::text_at(doc, "prefix"),
            static_cast<std::size_t>(std::max(0, whole(kit::text_at(doc, "orders"), 0))),
            static_cast<std::size_t>(std::max(0, whole(kit::text_at(doc, "events"), 0)))
        );
        return kit::json_answer(200, R"({"filled":true})");
    }
    return kit::error_answer(
        404,
        "unknown: /sim/faults, /sim/clock, /sim/journal, /sim/reset, /sim/state; POST /sim/plan, "
        "/sim/events, /sim/fill with a JSON object"
    );
}

void Post::Impl::note(
    const Call& call, Service what, const Reply& r, const Answer& a, const std::string& fault
) {
    kit::Entry e;
    e.at = now;
    e.service = name_of(what);
    e.key = r.order;
    e.body_sha256 = kit::sha256_hex(call.body);
    e.effect = r.effect;
    e.before = r.before;
    e.after = r.after;
    e.fault = fault;
    bool said = a.fate == kit::Fate::answer || a.fate == kit::Fate::eof_before_length;
    e.status = said ? a.status : 0;
    e.answer = what == Service::token ? std::string("…") : a.body;
    world.journal.add(std::move(e));
}

Answer Post::Impl::run(const Call& call, Service what, Reply& r) {
    if (what == Service::token) return give_token(world, call, now, r);
    Answer no;
    auto customer = check_token(world, call, what, now, no);
    if (customer.empty()) {
        r.status = "401";
        return no;
    }
    r = serve(world, what, call, customer, now);
    return wrap(world, r);
}

/// F-173, F-183: calls are always counted; with these switches the post minds how many there are.
std::optional<kit::Instead> Post::Impl::too_many(const kit::Occasion& o, Service what) {
    const char* name = what == Service::token ? "count_tokens" : "count_calls";
    const auto* f = world.switches.strikes(name, o);
    auto most = f ? f->number("max", 0) : 0;
    if (most <= 0 || world.calls[name_of(what)] <= static_cast<std::uint64_t>(most)) return {};
    kit::Instead out;
    out.fault = name;
    out.answer = kit::text_answer(429, "Too Many Requests\n");
    out.answer.headers.emplace_back("Retry-After", f->param("retry_after", "60"));
    return out;
}

Answer Post::Impl::service(const Call& call, Service what) {
    if (call.method != method_of(what)) return kit::text_answer(405, "Method Not Allowed\n");
    ++world.calls[name_of(what)];
    Reply r;
    auto o = world.occasion(name_of(what), order_in(call), now);
    r.order = o.dossier;
    auto lie = world.transport.instead(o);
    if (!lie) lie = too_many(o, what);
    Answer a;
    if (!lie || lie->processed) a = run(call, what, r);
    if (lie) a = lie->answer;
    auto struck = lie ? lie->fault : world.transport.about(o, a);
    note(call, what, r, a, struck);
    return a;
}

Answer Post::Impl::settlement(const Call& call) const {
    auto name = call.path.substr(std::string_view("/settlement/").size());
    bool digest = name.ends_with(".sha256");
    if (digest) name.resize(name.size() - std::string_view(".sha256").size());
    auto it = world.settlements.files().find(name);
    if (it == world.settlements.files().end()) return kit::text_answer(404, "Not Found\n");
    return kit::text_answer(200, digest ? it->second.sha256 : it->second.csv);
}

/// A button on the page of a parcel.
Answer Post::Impl::pressed(const Call& call) {
    auto key = kit::pages::form_field(call, "key");
    auto name = kit::pages::form_field(call, "journey");
    auto it = world.parcels.find(key);
    if (it == world.parcels.end()) return kit::text_answer(404, "Not Found\n");
    if (!name.empty() && !journey(name).empty())
        world.set_journey(it->second, name, now);
    else
        happen(
            key,
            whole(kit::pages::form_field(call, "code"), -1),
            kit::pages::form_field(call, "note")
        );
    return kit::pages::see("/parcels/" + kit::url_encode(key));
}

Post::Post(Options options, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(std::move(options), seed)) {}
Post::~Post() = default;

Answer Post::handle(const Call& call, core::Instant now) {
    auto& i = *impl_;
    i.now = now;
    i.world.advance(now);
    if (kit::Admin::is_for(call)) return i.admin.handle(call, now);
    if (call.method == "GET" && call.path.starts_with("/settlement/")) return i.settlement(call);
    if (call.method == "POST" && call.path == "/press") return i.pressed(call);
    auto what = locate(call.path, i.world.options);
    if (what != Service::none) return i.service(call, what);
    if (call.method == "GET")
        if (auto shown = page(i.world, call)) return *shown;
    return kit::text_answer(404, "Not Found\n");
}

void Post::advance(core::Instant now) {
    impl_->now = now;
    impl_->world.advance(now);
}
std::optional<core::Instant> Post::next_event() const {
    return impl_->world.next_event();
}
const std::map<std::string, Parcel>& Post::parcels() const {
    return impl_->world.parcels;
}
const std::map<std::string, Registered>& Post::documents() const {
    return impl_->world.documents;
}
const std::map<std::string, SettlementFile>& Post::settlements() const {
    return impl_->world.settlements.files();
}
std::size_t Post::events() const {
    std::size_t n = 0;
    for (const auto& [customer, feed] : impl_->world.feeds) n += feed.all().size();
    return n;
}
std::uint64_t Post::tokens_opened() const {
    return impl_->world.tokens.opened();
}
std::uint64_t Post::calls(std::string_view service) const {
    auto it = impl_->world.calls.find(std::string(service));
    return it == impl_->world.calls.end() ? 0 : it->second;
}
bool Post::plan(const std::string& pattern, const std::string& name, core::Instant now) {
    advance(now);
    return impl_->plan(pattern, name);
}
bool Post::happen(const std::string& key, int code, const std::string& note, core::Instant now) {
    advance(now);
    return impl_->happen(key, code, note);
}
void Post::fill(
    const std::string& prefix, std::size_t orders, std::size_t events, core::Instant now
) {
    advance(now);
    impl_->fill(prefix, orders, events);
}
kit::Faults& Post::faults() {
    return impl_->world.faults;
}
kit::Journal& Post::journal() {
    return impl_->world.journal;
}
const Options& Post::options() const {
    return impl_->world.options;
}
std::optional<std::string> Post::state_json(std::string_view rest) const {
    return vnpost::state_json(impl_->world, rest);
}
void Post::set_clock(kit::Clock* clock) {
    impl_->admin.set_clock(clock);
}
std::string Post::certificate_name(core::Instant now) {
    return impl_->world.transport.certificate_name(now);
}
void Post::reset(std::uint64_t seed) {
    impl_->world.reset(seed);
}

}  // namespace sim::vnpost
