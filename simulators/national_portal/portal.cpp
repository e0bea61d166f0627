// One call from the door to the answer, and the journal row it leaves.
#include "simulators/national_portal/portal.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_portal/doors.hpp"
#include "simulators/national_portal/inbound.hpp"
#include "simulators/national_portal/lies.hpp"
#include "simulators/national_portal/views.hpp"

namespace sim::national_portal {

using kit::Answer;
using kit::Call;

struct Portal::Impl {
    Impl(Options o, std::uint64_t seed)
        : world(std::move(o), seed),
          sender(world.options, world.journal, seed),
          admin(world.faults, world.journal, hooks()) {
        admin.set_token(world.options.admin_token);
        sender.set_before_due([this](core::Instant at) { run_schedule(at); });
    }
    World world;
    Sender sender;
    core::Instant now{};
    kit::Admin admin;
    std::vector<core::Instant> next_scheduled;

    kit::AdminHooks hooks();
    void reset(std::uint64_t seed);
    std::vector<std::uint64_t> send(const std::string& request, core::Instant at, std::string* why);
    void run_schedule(core::Instant at);
    Answer other_admin(const Call& call, std::string_view rest);
    Answer file(const Call& call);
    Answer service(const Call& call, const Spot& spot);
    Answer log_in(const Call& call, const Spot& spot);
    Answer reply_to(const Call& call, const Inquiry& q, Reply& reply);
    bool session_good(const Inquiry& q);
    void note(
        const Call& call,
        const Inquiry& q,
        const Reply& r,
        const Answer& a,
        const std::string& fault
    );
};

kit::AdminHooks Portal::Impl::hooks() {
    kit::AdminHooks h;
    h.reset = [this](std::uint64_t seed) { reset(seed); };
    h.state = [this](std::string_view rest) { return state_json(world, sender, rest); };
    h.other = [this](const Call& call, std::string_view rest) { return other_admin(call, rest); };
    return h;
}

void Portal::Impl::reset(std::uint64_t seed) {
    world.reset(seed);
    sender.reset(seed);
    next_scheduled.clear();
}

std::vector<std::uint64_t> Portal::Impl::send(
    const std::string& request, core::Instant at, std::string* why
) {
    kit::JsonDocument doc;
    std::string reason = "the body is no JSON object";
    std::vector<std::uint64_t> ids;
    if (kit::parse_json(doc, request) && doc.IsObject()) {
        reason.clear();
        for (auto& one : compose(world, doc, at, reason))
            ids.push_back(sender.add(std::move(one), at));
    }
    if (why) *why = reason;
    return ids;
}

void Portal::Impl::run_schedule(core::Instant at) {
    const auto* skew = world.faults.on("clock_skew");
    sender.set_clock_skew(core::Duration(skew ? skew->number("s", 600) * 1'000 : 0));
    const auto& plan = world.options.schedule;
    if (next_scheduled.size() != plan.size()) {
        next_scheduled.clear();
        for (const auto& one : plan) next_scheduled.push_back(at + one.every);
    }
    for (std::size_t i = 0; i < plan.size(); ++i) {
        if (plan[i].every.count() <= 0) continue;
        for (; next_scheduled[i] <= at; next_scheduled[i] += plan[i].every)
            send(
                kit::JsonWriter().object().field("kind", plan[i].kind).end_object().take(),
                at,
                nullptr
            );
    }
}

Answer Portal::Impl::other_admin(const Call& call, std::string_view rest) {
    if (rest != "send" || call.method != "POST")
        return kit::error_answer(
            404,
            "unknown: /sim/faults, /sim/clock, /sim/journal, /sim/reset, /sim/state, POST /sim/send"
        );
    std::string why;
    auto ids = send(call.body, now, &why);
    if (ids.empty()) return kit::error_answer(400, why);
    kit::JsonWriter out;
    out.object().key("ids").array();
    for (auto id : ids) out.value(id);
    return kit::json_answer(201, out.end_array().end_object().take());
}

Answer Portal::Impl::file(const Call& call) {
    auto it = world.files.find(call.path.substr(7));
    if (it == world.files.end() || it->second.missing)
        return kit::text_answer(404, "Không tìm thấy tệp\n");
    ++it->second.fetched;
    Answer a;
    a.headers.emplace_back("Content-Type", it->second.type);
    a.headers.emplace_back(
        "Content-Disposition", "attachment; filename=\"" + it->second.name + "\""
    );
    a.body = it->second.content;
    return a;
}

void Portal::Impl::note(
    const Call& call, const Inquiry& q, const Reply& r, const Answer& a, const std::string& fault
) {
    kit::Entry e;
    e.at = now;
    e.service = q.service;
    e.key = q.dossier;
    e.body_sha256 = kit::sha256_hex(call.body);
    e.effect = r.effect;
    e.before = r.before;
    e.after = r.after;
    e.fault = fault;
    bool said = a.fate == kit::Fate::answer || a.fate == kit::Fate::eof_before_length;
    e.status = said ? a.status : 0;
    // A session is a secret even here: the log-in's answer is not kept.
    e.answer = q.service == "login" || q.service == "token" ? std::string("…") : a.body;
    world.journal.add(std::move(e));
}

bool Portal::Impl::session_good(const Inquiry& q) {
    kit::Occasion o;
    o.service = q.service;
    o.dossier = q.dossier;
    o.now = now;
    const auto* f = world.faults.on("session_expire_after");
    if (f && f->number("calls", 0) == 0 && world.faults.strikes("session_expire_after", o))
        world.sessions.end(q.session);
    return world.sessions.use(q.session, now);
}

Answer Portal::Impl::reply_to(const Call& call, const Inquiry& q, Reply& r) {
    if (q.door == Door::lgsp) {
        if (auto no = check_token(world, call, q, now)) {
            r = Reply(Verdict::reauth, "401", "token");
            return *no;
        }
    } else if (q.readable && !session_good(q)) {
        r = Reply(
            Verdict::reauth, world.options.refusal_code, world.sentence(Say::session, Blank())
        );
        return wrap(world, q, r, now);
    }
    kit::Occasion o;
    o.service = q.service;
    o.dossier = q.dossier;
    o.now = now;
    if (world.dossiers.knows(q.dossier) && world.faults.strikes("forget", o))
        world.dossiers.forget(q.dossier);
    r = serve(world, q, now);
    return wrap(world, q, r, now);
}

Answer Portal::Impl::service(const Call& call, const Spot& spot) {
    if (call.body.size() > world.options.call_bytes_max)
        return kit::text_answer(413, "Request Entity Too Large\n");
    auto q = inquire(call, spot);
    Reply r;
    Answer a;
    auto lie = lie_instead(world, q, call.body, now);
    if (!lie || lie->processed) a = reply_to(call, q, r);
    if (lie) {
        note(call, q, r, lie->answer, lie->fault);
        return lie->answer;
    }
    auto struck = lie_about(world, q, a, now);
    note(call, q, r, a, struck);
    return a;
}

Answer Portal::Impl::log_in(const Call& call, const Spot& spot) {
    Inquiry q;
    q.door = spot.door;
    q.service = spot.place == Place::token ? "token" : "login";
    Reply r;
    auto lie = lie_instead(world, q, call.body, now);
    auto a = lie                          ? lie->answer
             : spot.place == Place::token ? give_token(world, call, now, r)
                                          : national_portal::log_in(world, call, spot.door, now, r);
    auto struck = lie ? lie->fault : lie_about(world, q, a, now);
    note(call, q, r, a, struck);
    return a;
}

Portal::Portal(Options options, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(std::move(options), seed)) {}
Portal::~Portal() = default;

Answer Portal::handle(const Call& call, core::Instant now) {
    auto& i = *impl_;
    i.now = now;
    if (kit::Admin::is_for(call)) return i.admin.handle(call, now);
    if (call.method == "GET" && call.path.starts_with("/files/")) return i.file(call);
    auto spot = locate(call.path, i.world.options);
    if (spot.place == Place::none) {
        if (call.method == "GET")
            if (auto shown = page(i.world, i.sender, call, now)) return *shown;
        return kit::text_answer(404, "Not Found\n");
    }
    if (auto no = check_routing(call, spot.door, i.world.rules())) return *no;
    if (spot.place == Place::unknown_adapter)
        return kit::html_answer(
            404, "<html><body><h1>Adapter</h1><p>Không tìm thấy dịch vụ</p></body></html>"
        );
    bool platform_get =
        spot.place == Place::platform_service && call.method == "GET" && !is_writing(spot.service);
    if (call.method != "POST" && !platform_get)
        return kit::text_answer(405, "Method Not Allowed\n");
    if (spot.place == Place::login || spot.place == Place::token) return i.log_in(call, spot);
    return i.service(call, spot);
}

const std::map<std::string, HeldDossier>& Portal::dossiers() const {
    return impl_->world.dossiers.all();
}
const std::map<std::string, HeldDossier>& Portal::forgotten() const {
    return impl_->world.dossiers.forgotten();
}
int Portal::survey_effects() const {
    return impl_->world.surveys.effects();
}
kit::Faults& Portal::faults() {
    return impl_->world.faults;
}
kit::Journal& Portal::journal() {
    return impl_->world.journal;
}
const Options& Portal::options() const {
    return impl_->world.options;
}
Sender& Portal::sender() {
    return impl_->sender;
}
std::vector<std::uint64_t> Portal::send(
    const std::string& request, core::Instant now, std::string* why
) {
    return impl_->send(request, now, why);
}
void Portal::set_clock(kit::Clock* clock) {
    impl_->admin.set_clock(clock);
}
void Portal::set_public_url(std::string url) {
    impl_->world.options.public_url = std::move(url);
}
void Portal::reset(std::uint64_t seed) {
    impl_->reset(seed);
}

std::vector<OutCall> Portal::due(core::Instant now) {
    return impl_->sender.due(now);
}
void Portal::answered(std::uint64_t id, int status, std::string_view body, core::Instant now) {
    impl_->sender.answered(id, status, body, now);
}

std::string Portal::certificate_name(core::Instant now) {
    kit::Occasion o;
    o.now = now;
    for (const char* name : {"tls_expired", "tls_unknown_ca", "tls_wrong_host"})
        if (impl_->world.faults.strikes(name, o)) return name;
    return {};
}

}  // namespace sim::national_portal
