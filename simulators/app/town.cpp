// Every partner of a played day beside the portal.
#include "simulators/app/town.hpp"

#include "simulators/app/scene.hpp"
#include "simulators/app/town_check.hpp"

#include <algorithm>
#include <stdexcept>

namespace sim::app {

namespace {

population::Options population_options() {
    population::Options o;
    o.any_officer = false;
    return o;
}

/// Minutes of a citizen become a second or two.
payments::Habits habits() {
    payments::Habits h;
    h.on = true;
    h.pay = 0.88;
    h.cancel = 0.08;
    h.fail = 0.04;
    h.least = core::Duration(200);
    h.most = core::Duration(2'000);
    return h;
}
payments::RepeatRule quick_repeats() {
    payments::RepeatRule rule;
    rule.pauses.assign(10, core::Duration(1'000));
    rule.answer_max = core::Duration(5'000);
    return rule;
}
national_platform::Options platform_options() {
    national_platform::Options o;
    o.habits = habits();
    o.repeat = quick_repeats();
    return o;
}
vnpay::Options vnpay_options() {
    vnpay::Options o;
    o.habits = habits();
    o.repeat = quick_repeats();
    return o;
}
vnpost::Options post_options() {
    vnpost::Options o;
    o.pace = 1.0 / 20'000;  // days of a parcel become seconds
    return o;
}
phone::Options phone_options() {
    phone::Options o;
    o.arrives_after = core::Duration(300);
    o.no_zalo_share = 0.2;
    o.repeat.first = core::Duration(500);
    o.repeat.answer_max = core::Duration(5'000);
    return o;
}

population::Person person_of(const onestop::Person& from) {
    population::Person person;
    person.number = from.citizen_number;
    const auto first = from.name.find(' ');
    const auto second = from.name.find(' ', first + 1);
    person.name = population::Name(
        from.name.substr(0, first),
        from.name.substr(first + 1, second - first - 1),
        from.name.substr(second + 1)
    );
    person.sex = from.sex == "female" ? 2 : 1;
    person.birth = population::Birth(from.birth_year);
    return person;
}

template <class Call>
ports::HttpRequest request_of(const Call& call) {
    ports::HttpRequest request;
    request.method = call.method;
    request.url = call.path;
    request.body = call.body;
    for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
    request.total_max = core::Duration(10'000);
    return request;
}

}  // namespace

Town::Town(
    asio::any_io_executor ex,
    ports::Clock& clock,
    const kit::Certificate& authority,
    std::uint64_t seed
)
    : ex_(std::move(ex)),
      clock_(clock),
      population_(population_options(), seed),
      platform_(platform_options(), seed),
      vnpay_(vnpay_options(), seed),
      post_(post_options(), seed),
      phones_(phone_options(), seed) {
    const auto play = [&](auto& partner, const char* name, const char* name_vi) {
        open(
            name,
            name_vi,
            [this, &partner](const kit::Call& call) { return partner.handle(call, clock_.now()); },
            [this, &partner] { return partner.certificate_name(clock_.now()); },
            authority
        );
    };
    play(population_, "population", "Cơ sở dữ liệu dân cư");
    play(platform_, "national_platform", "Nền tảng thanh toán quốc gia");
    play(vnpay_, "vnpay", "VNPAY");
    play(post_, "vnpost", "Bưu điện");
    play(phones_, "phone", "Điện thoại của người dân");
    platform_.set_public_url(url("national_platform"));
    population_.add_service_url(url("population") + "/dancu");
    population::Officer officer(officer_number, "H56.14", "canbo.mau", "0100000009");
    officer.citizen_number = officer_number;
    population_.set_officer(officer);
}

void Town::open(
    std::string name,
    std::string name_vi,
    Handle handle,
    std::function<std::string()> certificate,
    const kit::Certificate& authority
) {
    auto secure = tls_server(authority);
    secure.choose_certificate = std::move(certificate);
    Door door;
    door.name = std::move(name);
    door.name_vi = std::move(name_vi);
    door.secure = std::make_unique<kit::Server>(ex_, std::move(secure), handle);
    door.page = std::make_unique<kit::Server>(ex_, kit::ServerOptions(), handle);
    doors_.push_back(std::move(door));
}

std::string Town::url(const std::string& name) const {
    for (const Door& door : doors_)
        if (door.name == name) return "https://localhost:" + std::to_string(door.secure->port());
    throw std::logic_error("no door " + name);
}

std::vector<std::pair<std::string, std::string>> Town::pages() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Door& door : doors_)
        out.emplace_back(
            door.name_vi, "http://127.0.0.1:" + std::to_string(door.page->port()) + "/"
        );
    return out;
}

void Town::enrol(const std::vector<onestop::Life>& lives) {
    for (const auto& life : lives)
        if (!life.promotion) population_.enrol(person_of(life.owner));
}

std::string Town::browse(const std::string& url) {
    // The platform's page needs no hand: its citizens decide when the payment was announced.
    if (url.find("/paymentv2/") == url.npos) return "";
    return vnpay_.open(url, clock_.now()).empty() ? "VNPAY refuses the payment address" : "";
}

std::vector<kit::Faults*> Town::all_faults() {
    return {
        &population_.faults(),
        &platform_.faults(),
        &vnpay_.faults(),
        &post_.faults(),
        &phones_.faults()};
}

void Town::misbehave() {
    const auto on = [](kit::Faults& table,
                       const char* name,
                       double share,
                       std::map<std::string, std::string> params = {}) {
        kit::Fault fault(name);
        fault.probability = share;
        fault.params = std::move(params);
        if (!table.set(std::move(fault)))
            throw std::runtime_error(std::string("a simulator has no switch ") + name);
    };
    for (kit::Faults* table : all_faults()) {
        on(*table, "*.bad_gateway", 0.005);
        on(*table, "*.slow", 0.01);
        on(*table, "*.html_200", 0.002);
    }
    on(vnpay_.faults(), "vnpay.ipn_twice", 0.1);
    on(vnpay_.faults(), "vnpay.ipn_bad_hash", 0.02);
    on(vnpay_.faults(), "vnpay.ipn_other_key", 0.02);
    on(vnpay_.faults(), "vnpay.ipn_late", 0.02, {{"s", "20"}});  // half an hour of a played day
    on(vnpay_.faults(), "vnpay.duplicate_request_id", 0.02);
    on(platform_.faults(), "national_platform.ipn_twice", 0.1);
    on(platform_.faults(), "national_platform.ipn_bad_hash", 0.02);
    on(platform_.faults(), "national_platform.ipn_before_init_reply", 0.02);
    on(platform_.faults(), "national_platform.ipn_numbers", 0.1);
    on(platform_.faults(), "national_platform.bill_not_ready", 0.05);
}

bool Town::set_switch(const kit::Fault& fault) {
    bool known = false;
    for (kit::Faults* table : all_faults()) {
        table->clear(fault.switch_name);
        known |= table->set(fault).has_value();
    }
    return known;
}

void Town::behave() {
    for (kit::Faults* table : all_faults()) table->clear();
}

std::uint64_t Town::faults_fired() {
    std::uint64_t fired = 0;
    for (kit::Faults* table : all_faults())
        for (const auto& fault : table->all()) fired += fault.fired;
    return fired;
}

std::vector<Town::Outgoing> Town::due() {
    std::vector<Outgoing> out;
    const auto now = clock_.now();
    const auto pay = [&](auto& provider) {
        for (const auto& call : provider.due(now)) {
            Outgoing one;
            one.request = request_of(call);
            one.answered = [this, &provider, id = call.id](int status, std::string body) {
                provider.answered(id, status, body, clock_.now());
            };
            out.push_back(std::move(one));
        }
    };
    pay(platform_);
    pay(vnpay_);
    for (const auto& call : phones_.due(now)) {
        Outgoing one;
        one.request = request_of(call);
        one.answered = [this, id = call.id](int status, const std::string&) {
            phones_.answered(id, status, clock_.now());
        };
        out.push_back(std::move(one));
    }
    post_.advance(now);
    return out;
}

bool Town::quiet() {
    return platform_.outbox().unfinished() == 0 && vnpay_.outbox().unfinished() == 0 &&
           !post_.next_event() && !phones_.next_event();
}

void Town::compare(
    const onestop::Ledger& ledger,
    const std::map<std::string, std::string>& payments,
    const std::map<std::string, std::string>& deliveries,
    Report& report
) {
    town_check::compare_payments(ledger, payments, platform_, vnpay_, report);
    town_check::compare_parcels(ledger, deliveries, post_, report);
    town_check::compare_notices(ledger, phones_, report);
    report.identity_checks = ledger.identity_checks;
    report.notices = phones_.received();
    report.notices_lost = phones_.lost();
    report.notices_doubled += static_cast<std::uint64_t>(std::max(phones_.doubled(), 0));
}

}  // namespace sim::app
