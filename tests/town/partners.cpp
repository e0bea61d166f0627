// The played partners of a town and the settings by which the gateway reaches them.
#include "tests/town/partners.hpp"

#include "simulators/kit/text.hpp"

#include <stdexcept>

namespace gw::town_test {
namespace {

sim::national_portal::Options portal_options() {
    sim::national_portal::Options o;
    o.require_https = false;
    return o;
}
sim::population::Options people() {
    sim::population::Options o;
    o.people = 50;
    o.enforce_content_type = true;
    return o;
}
sim::vnpost::Options post_options(double pace) {
    sim::vnpost::Options o;
    o.pace = pace;
    return o;
}

template <class Call>
ports::InRequest request_of(const Call& call) {
    ports::InRequest request;
    request.method = call.method;
    const auto question = call.path.find('?');
    request.path = call.path.substr(0, question);
    if (question != std::string::npos) request.query = call.path.substr(question + 1);
    request.body = call.body;
    request.content_length = call.body.size();
    for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
    request.remote = "127.0.0.1";
    return request;
}

template <class Provider>
void add_calls(std::vector<Outgoing>& all, Provider& provider, const char* name, Instant now) {
    for (const auto& call : provider.due(now)) {
        Outgoing one;
        one.request = request_of(call);
        one.about = std::string(name) + " " + call.kind;
        one.answered = [&provider, id = call.id](int status, const std::string& body, Instant at) {
            provider.answered(id, status, body, at);
        };
        all.push_back(std::move(one));
    }
}

sim::kit::Call call_of(const ports::HttpRequest& request, std::string& host) {
    sim::kit::Call call;
    call.method = request.method;
    const auto from = request.url.find("://") + 3;
    const auto path = std::min(request.url.find('/', from), request.url.size());
    const auto query = request.url.find('?');
    host = request.url.substr(from, path - from);
    call.path = sim::kit::url_decode(request.url.substr(path, query - path));
    if (call.path.empty()) call.path = "/";
    if (query != std::string::npos) call.query = request.url.substr(query + 1);
    for (const auto& h : request.headers) call.headers.emplace_back(h.name, h.value);
    if (call.header("Host").empty()) call.headers.emplace_back("Host", host);
    call.body = request.body;
    call.remote = "127.0.0.1";
    return call;
}

ports::HttpResult cut(bool bytes_left, const char* what) {
    ports::HttpResult r;
    r.failure.bytes_left = bytes_left;
    r.failure.what = what;
    return r;
}

struct Switch {
    const char* partner;  // "*" = all that are called
    const char* name;
    double most;
    const char* service = "";  // "" = any
};
/// Switches whose strike a gateway must bear without a person.
constexpr Switch switches[] = {
    {"*", "html_200", 0.03},
    {"*", "empty_200", 0.03},
    {"*", "bad_gateway", 0.08},
    {"*", "down", 0.05},
    {"*", "hang", 0.05},
    {"*", "reset", 0.05},
    {"*", "close", 0.05},
    {"*", "slow", 0.1},
    {"*", "cut_before_processing", 0.05},
    {"*", "cut_after_processing", 0.1},
    {"*", "truncated", 0.04},
    {"*", "bom", 0.05},
    {"national_portal", "code_types", 0.5},
    {"national_portal", "already_text_variant", 0.5},
    {"national_portal", "result_shape", 0.3},
    {"national_portal", "stale_status", 0.1},
    {"vnpay", "ipn_bad_hash", 0.2},
    {"vnpay", "ipn_other_key", 0.1},
    {"vnpay", "ipn_unknown_ref", 0.1},
    {"vnpay", "ipn_twice", 0.5},
    {"vnpay", "ipn_late", 0.3},
    {"vnpay", "ipn_never", 0.4},
    {"vnpay", "ipn_out_of_order", 0.2},
    {"vnpay", "duplicate_request_id", 0.1, "querydr"},
    {"vnpay", "query_99", 0.1},
    {"vnpay", "query_bad_hash", 0.1},
    {"vnpay", "refund_99", 0.2},
    {"vnpay", "refund_bad_hash", 0.2},
    {"national_platform", "ipn_bad_hash", 0.2},
    {"national_platform", "ipn_twice", 0.5},
    {"national_platform", "ipn_late", 0.3},
    {"national_platform", "ipn_never", 0.4},
    {"national_platform", "ipn_numbers", 0.5},
    {"vnpost", "already", 0.05},
    {"vnpost", "overload", 0.1},
    {"vnpost", "token_revoked", 0.1},
    {"vnpost", "out_of_order", 0.2},
    {"vnpost", "duplicate_event", 0.3},
    {"vnpost", "unknown_order", 0.1},
    {"vnpost", "foreign_customer", 0.1},
    {"vnpost", "feed_repeat", 0.3},
    {"vnpost", "total_pages_wrong", 0.5},
    {"phone", "sms.fail", 0.1},
    {"phone", "sms.template_mismatch", 0.05},
    {"phone", "sms.no_balance", 0.1},
    {"phone", "sms.blacklist", 0.05},
    {"phone", "sms.queued_only", 0.1},
    {"phone", "sms.soap_fault", 0.1},
    {"phone", "sms.soap_fault_text", 0.1},
    {"phone", "zalo.error", 0.1},
    {"phone", "zalo.not_follower", 0.1},
    {"phone", "zalo.no_balance", 0.1},
    {"phone", "zalo.quota_zero", 0.1},
    {"phone", "zalo.ambiguous_5xx", 0.1},
    {"phone", "zalo.no_error", 0.1},
    {"phone", "zalo.token_expired", 0.1},
    {"phone", "zalo.lost", 0.1},
    {"phone", "zalo.event_twice", 0.5},
    {"phone", "zalo.event_late", 0.3},
    {"phone", "zalo.event_never", 0.4},
    {"phone", "zalo.event_before_answer", 0.3},
    {"phone", "zalo.bad_mac", 0.2},
    {"phone", "zalo.old_timestamp", 0.2},
    {"population", "timeout", 0.1},
    {"population", "error", 0.1},
    {"population", "soap_fault", 0.1},
    {"population", "overload", 0.1},
    {"population", "namespace", 0.3},
    {"population", "bare_codes", 0.5},
};

}  // namespace

Partners::Partners(std::uint64_t seed, const Place& place)
    : portal(portal_options(), seed),
      population(people(), seed),
      vnpay(sim::vnpay::Options(), seed),
      platform(sim::national_platform::Options(), seed),
      post(post_options(place.pace), seed),
      phones(sim::phone::Options(), seed) {
    sim::population::Person owner;
    owner.number = place.owner_number;
    owner.name = sim::population::Name("TRẦN", "THỊ", "MẪU");
    owner.sex = 2;
    owner.birth = sim::population::Birth(1990);
    population.enrol(std::move(owner));
    sim::population::Officer officer(place.officer_number, place.unit, "canbo.mau", "0100000009");
    officer.citizen_number = place.officer_number;
    population.set_officer(officer);
    population.add_service_url("https://population/dancu");
    platform.set_public_url("https://national_platform");
    portal.set_public_url("https://national_portal");
}

sim::kit::Answer Partners::handle(
    const std::string& host, const sim::kit::Call& call, Instant now
) {
    if (host == "national_portal") return portal.handle(call, now);
    if (host == "population") return population.handle(call, now);
    if (host == "vnpay") return vnpay.handle(call, now);
    if (host == "national_platform") return platform.handle(call, now);
    if (host == "vnpost") return post.handle(call, now);
    if (host == "phone" || host == "sms_viettel" || host == "zalo") return phones.handle(call, now);
    if (elsewhere) return elsewhere(host, call, now);
    throw std::logic_error("nobody lives at " + host);
}

std::vector<Outgoing> Partners::due(Instant now) {
    std::vector<Outgoing> all;
    add_calls(all, vnpay, "vnpay", now);
    add_calls(all, platform, "national_platform", now);
    add_calls(all, portal, "national_portal", now);
    for (const auto& call : phones.due(now)) {
        Outgoing one;
        one.request = request_of(call);
        one.about = "phone " + call.kind;
        one.answered = [this, id = call.id](int status, const std::string&, Instant at) {
            phones.answered(id, status, at);
        };
        all.push_back(std::move(one));
    }
    post.advance(now);
    return all;
}

void Partners::misbehave(test::SimRandom& random) {
    const std::pair<const char*, sim::kit::Faults*> tables[] = {
        {"national_portal", &portal.faults()},
        {"population", &population.faults()},
        {"vnpay", &vnpay.faults()},
        {"national_platform", &platform.faults()},
        {"vnpost", &post.faults()},
        {"phone", &phones.faults()}};
    for (const Switch& row : switches)
        for (const auto& [partner, table] : tables) {
            if (std::string_view(row.partner) != "*" && std::string_view(row.partner) != partner)
                continue;
            const bool off = random.chance(0.5);
            sim::kit::Fault fault(row.name);
            fault.probability = random.uniform() * row.most;
            fault.service = row.service;
            if (off) continue;
            if (!table->set(std::move(fault)))
                throw std::logic_error(std::string(partner) + " has no switch " + row.name);
        }
}

void Partners::behave() {
    portal.faults().clear();
    population.faults().clear();
    vnpay.faults().clear();
    platform.faults().clear();
    post.faults().clear();
    phones.faults().clear();
}

asio::awaitable<ports::HttpResult> TownHttp::send(ports::HttpRequest request) {
    const Instant began = clock_.now();
    const Duration way = random_.duration(Duration(5), Duration(300));
    std::string host;
    const auto call = call_of(request, host);
    const std::string about = " the call to " + host + call.path;
    const bool unsent = dies && dies("before" + about);
    if (unsent) co_await clock_.sleep_until(Instant::max());
    if (!reachable_(host)) {
        co_await clock_.sleep_until(began + way);
        co_return cut(false, "connection refused");
    }
    const bool before = random_.chance(cuts / 2), after = random_.chance(cuts / 2);
    if (before) {
        co_await clock_.sleep_until(began + way);
        co_return cut(true, "the connection was cut on the way there");
    }
    auto answer = partners_.handle(host, call, began);
    const bool unheard = dies && dies("before the answer to" + about);
    if (unheard) co_await clock_.sleep_until(Instant::max());
    const bool lost = answer.fate == sim::kit::Fate::hang || answer.delay > request.total_max;
    if (lost) {
        co_await clock_.sleep_until(began + request.total_max);
        co_return cut(true, "no answer in time");
    }
    co_await clock_.sleep_until(began + way + answer.delay);
    if (after || answer.fate != sim::kit::Fate::answer)
        co_return cut(true, "the connection was cut");
    ports::HttpResult r;
    r.ok = true;
    r.response.status = answer.status;
    for (auto& [name, value] : answer.headers) r.response.headers.emplace_back(name, value);
    r.response.body = std::move(answer.body);
    r.took = clock_.now() - began;
    co_return r;
}

asio::awaitable<ports::HttpResult> TownHttp::download(
    ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
) {
    auto r = co_await send(std::move(request));
    if (r.ok && !on_piece(r.response.body)) {
        r.ok = false;
        r.failure.too_large = true;
    }
    co_return r;
}

}  // namespace gw::town_test
