// One call from the door to the answer, with its rows in audit and journal.
#include "simulators/population/database.hpp"

#include "simulators/kit/admin.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/lies.hpp"
#include "simulators/population/world.hpp"

#include <algorithm>

namespace sim::population {

using kit::Answer;
using kit::Call;

struct Database::Impl {
    Impl(Options o, std::uint64_t seed)
        : world(std::move(o), seed), admin(world.faults, world.journal, hooks()) {
        admin.set_token(world.options.admin_token);
    }
    World world;
    core::Instant now{};
    kit::Admin admin;

    kit::AdminHooks hooks();
    Answer service(const Call& call, const Spot& spot);
    Answer described(const Call& call, const Spot& spot) const;
    std::optional<Refusal> read(const Call& call, const Spot& spot, Query& q);
    std::optional<Refusal> judge(
        const Call& call,
        const Spot& spot,
        const Query& q,
        std::optional<Refusal> unreadable,
        AuditRow& row
    );
    bool seen_before(const Query& q, AuditRow& row, std::optional<Refusal>& no);
    Answer answer_to(
        const Call& call,
        const Spot& spot,
        const Query& q,
        std::optional<Refusal> unreadable,
        AuditRow& row
    );
    void note(const Call& call, const Spot& spot, const Query& q, const Answer& a, AuditRow row);
};

kit::AdminHooks Database::Impl::hooks() {
    kit::AdminHooks h;
    h.reset = [this](std::uint64_t seed) { world.reset(seed); };
    h.state = [this](std::string_view rest) { return population::state_json(world, rest, now); };
    return h;
}

std::optional<Refusal> Database::Impl::read(const Call& call, const Spot& spot, Query& q) {
    q.form = spot.form;
    if (call.body.size() > world.options.call_bytes_max)
        return Refusal(413, "Client.Size", "Yêu cầu quá lớn");
    if (spot.form == Form::json) return read_json_query(call.body, q);
    if (spot.form == Form::rest) return read_rest_query(call.body, q);
    Reading rules;
    rules.profile = spot.profile();
    rules.enforce_order =
        world.setting("enforce_order", world.options.enforce_order, world.occasion(q, now));
    rules.want_xroad_header = spot.xroad_soap;
    rules.xroad_service = world.options.xroad_service;
    if (auto no = read_soap(call.body, rules, q)) return no;
    if (!spot.operation.empty() && spot.operation != q.name)
        return Refusal(500, "Client.Operation", "Dịch vụ không khớp với địa chỉ", q.name);
    const auto& clients = world.options.clients;
    if (q.has("X-Road-Client") &&
        std::ranges::find(clients, q.field("X-Road-Client")) == clients.end())
        return Refusal(500, "Server.ServerProxy.AccessDenied", "Request is not allowed");
    return {};
}

/// F-88: an id is for one question. The same question again under it is its repetition.
bool Database::Impl::seen_before(const Query& q, AuditRow& row, std::optional<Refusal>& no) {
    auto o = world.occasion(q, now);
    const auto* f = world.faults.strikes("refuse_duplicate_request_id", o);
    bool on = f ? f->param("on", "true") != "false" : world.options.refuse_duplicate_request_id;
    std::string question = q.name;
    for (const auto& [name, value] : q.fields)
        if (!name.starts_with("X-Road")) question += "\n" + name + "=" + value;
    auto digest = kit::sha256_hex(question);
    auto [it, fresh] = world.request_ids.try_emplace(q.field("MaYeuCau"), digest);
    if (fresh) return false;
    row.repeated = it->second == digest;
    bool strict = f && f->param("strict") == "true";
    if (on && (!row.repeated || strict))
        no = Refusal(500, "Client.Duplicate", "MaYeuCau đã được sử dụng", "MaYeuCau");
    return true;
}

std::optional<Refusal> Database::Impl::judge(
    const Call& call,
    const Spot& spot,
    const Query& q,
    std::optional<Refusal> unreadable,
    AuditRow& row
) {
    bool exchange = spot.door == Door::exchange;
    if (auto no =
            exchange ? admit_exchange(world, call, spot, now) : admit_platform(world, call, now))
        return no;
    if (unreadable) return unreadable;
    if (q.operation->gives == Gives::list)
        return Refusal(500, "Client.BulkNotAllowed", "bulk_not_allowed", q.name);
    if (q.operation->gives == Gives::asynchronous)
        return Refusal(500, "Client.NotSupported", "not supported", q.name);
    if (auto no = check_fields(q)) return no;
    if (auto no = check_officer(world, call, spot, q, now)) return no;
    std::optional<Refusal> no;
    seen_before(q, row, no);
    return no;
}

Answer Database::Impl::answer_to(
    const Call& call,
    const Spot& spot,
    const Query& q,
    std::optional<Refusal> unreadable,
    AuditRow& row
) {
    if (auto no = judge(call, spot, q, std::move(unreadable), row)) {
        row.outcome = no->status == 401 || no->status == 403 ? Outcome::denied : Outcome::refused;
        row.reason = no->code + (no->field.empty() ? "" : " " + no->field);
        return refuse(world, q, spot, *no);
    }
    auto found = look_up(world, q, spot.door, now);
    row.outcome = found.outcome;
    return say(world, q, spot, found, now);
}

void Database::Impl::note(
    const Call& call, const Spot& spot, const Query& q, const Answer& a, AuditRow row
) {
    row.at = now;
    row.door = spot.door == Door::exchange ? "exchange" : "lgsp";
    row.operation = q.name;
    row.request_id = q.field("MaYeuCau");
    row.procedure = q.field("MaDVC");
    row.kind = q.field("MaTichHop");
    row.officer = q.field("MaCanBo");
    row.unit = q.field("MaDonVi");
    row.account = q.field("TaiKhoan");
    row.client = q.has("X-Road-Client") ? q.field("X-Road-Client")
                                        : std::string(call.header("X-Road-Client"));
    row.number = q.has("SoDinhDanh") ? q.field("SoDinhDanh") : q.field("SoCMND");
    row.answered = a.fate == kit::Fate::answer;
    kit::Entry e;
    e.at = now;
    e.service = q.name;
    e.key = row.request_id;
    e.body_sha256 = kit::sha256_hex(call.body);
    e.effect = row.repeated ? "repeat" : "query";
    e.after = name_of(row.outcome);
    e.fault = row.fault;
    e.status = row.answered || a.fate == kit::Fate::eof_before_length ? a.status : 0;
    e.answer = row.reason;  // never the person
    world.journal.add(std::move(e));
    world.audit.add(std::move(row));
}

Answer Database::Impl::service(const Call& call, const Spot& spot) {
    Query q;
    AuditRow row;
    // Read first, because a lie is matched by what is asked; judged only when nobody lies.
    auto unreadable = read(call, spot, q);
    if (!q.soap_header.empty()) q.soap_header += request_hash(call.body);
    auto lie = lie_instead(world, call, q, now);
    Answer a;
    if (!lie || lie->processed) a = answer_to(call, spot, q, std::move(unreadable), row);
    if (lie) {
        a = lie->answer;
        row.fault = lie->fault;
        if (!lie->processed) row.outcome = Outcome::failed;
    } else {
        row.fault = lie_about(world, q, a, now);
    }
    if (spot.door == Door::exchange) mark_exchange(world, call, q, a, now);
    note(call, spot, q, a, std::move(row));
    return a;
}

Answer Database::Impl::described(const Call& call, const Spot& spot) const {
    auto host = std::string(call.header("Host"));
    auto address = "http://" + (host.empty() ? "127.0.0.1" : host) + call.path;
    // Behind TLS or another name only the configuration knows the address.
    for (const auto& url : world.options.service_urls)
        if (url.ends_with(call.path)) address = url;
    Answer a;
    a.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    a.body = wsdl(spot.profile(), address);
    return a;
}

Database::Database(Options options, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(std::move(options), seed)) {}
Database::~Database() = default;

Answer Database::handle(const Call& call, core::Instant now) {
    auto& i = *impl_;
    i.now = now;
    if (kit::Admin::is_for(call)) return i.admin.handle(call, now);
    auto spot = locate(call);
    if (spot.place == Place::wsdl) return i.described(call, spot);
    if (spot.place == Place::none) {
        if (call.method == "GET")
            if (auto shown = page(i.world, call, now)) return *shown;
        return kit::text_answer(404, "Not Found\n");
    }
    if (call.method != "POST") return kit::text_answer(405, "Method Not Allowed\n");
    if (spot.place == Place::token) return give_token(i.world, call, now);
    return i.service(call, spot);
}

const People& Database::people() const {
    return *impl_->world.people;
}
void Database::enrol(Person person) {
    impl_->world.people->enrol(std::move(person));
}
const Audit& Database::audit() const {
    return impl_->world.audit;
}
kit::Faults& Database::faults() {
    return impl_->world.faults;
}
kit::Journal& Database::journal() {
    return impl_->world.journal;
}
const Options& Database::options() const {
    return impl_->world.options;
}
void Database::set_officer(Officer officer) {
    auto code = officer.code;
    impl_->world.officers[code] = std::move(officer);
}
void Database::add_service_url(std::string url) {
    impl_->world.options.service_urls.push_back(std::move(url));
}
std::string Database::state_json(core::Instant now) const {
    return *population::state_json(impl_->world, "", now);
}
void Database::set_clock(kit::Clock* clock) {
    impl_->admin.set_clock(clock);
}
void Database::reset(std::uint64_t seed) {
    impl_->world.reset(seed);
}

std::string Database::certificate_name(core::Instant now) {
    return impl_->world.transport.certificate_name(now);
}

}  // namespace sim::population
