// Portal, population database, payment providers, post and phones as they are without a test's
// wishes.
#include "simulators/app/players.hpp"

#include "simulators/app/scene.hpp"
#include "simulators/national_platform/platform.hpp"
#include "simulators/national_portal/portal.hpp"
#include "simulators/phone/phones.hpp"
#include "simulators/population/database.hpp"
#include "simulators/vnpay/vnpay.hpp"
#include "simulators/vnpost/post.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace sim::app {
namespace {

template <class Call>
ports::HttpRequest request_of(const Call& call) {
    ports::HttpRequest request;
    request.method = call.method;
    request.url = call.path;
    request.body = call.body;
    for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
    return request;
}

template <class Partner>
Player player(
    const char* name, const char* name_vi, std::shared_ptr<Partner> partner, kit::Clock& clock
) {
    partner->set_clock(&clock);
    Player out;
    out.name = name;
    out.name_vi = name_vi;
    out.handle = [partner, &clock](const kit::Call& call) {
        return partner->handle(call, clock.now());
    };
    out.certificate = [partner, &clock] { return partner->certificate_name(clock.now()); };
    out.reached = [](const std::string&) {};
    out.due = [] { return std::vector<Outgoing>(); };
    out.set_journal = [partner](kit::Journal::Sink sink) {
        partner->journal().set_sink(std::move(sink));
    };
    return out;
}

/// Of partners that call the gateway and want to hear what it said.
template <class Partner>
void calls_out(Player& to, std::shared_ptr<Partner> partner, kit::Clock& clock) {
    to.due = [partner, &clock] {
        std::vector<Outgoing> out;
        for (const auto& call : partner->due(clock.now())) {
            Outgoing one;
            one.request = request_of(call);
            one.answered = [partner, &clock, id = call.id](int status, const std::string& body) {
                if constexpr (requires { partner->answered(id, status, body, clock.now()); })
                    partner->answered(id, status, body, clock.now());
                else
                    partner->answered(id, status, clock.now());
            };
            out.push_back(std::move(one));
        }
        return out;
    };
}

Player portal(kit::Clock& clock, std::uint64_t seed) {
    national_portal::Options options;
    options.inbound_secret = inbound_secret;
    auto partner = std::make_shared<national_portal::Portal>(std::move(options), seed);
    auto out = player("national_portal", "Cổng Dịch vụ công quốc gia", partner, clock);
    out.reached = [partner](std::string address) { partner->set_public_url(std::move(address)); };
    calls_out(out, partner, clock);
    return out;
}
Player population_database(kit::Clock& clock, std::uint64_t seed) {
    auto partner = std::make_shared<population::Database>(population::Options(), seed);
    return player("population", "Cơ sở dữ liệu quốc gia về dân cư", partner, clock);
}
Player platform(kit::Clock& clock, std::uint64_t seed) {
    auto partner =
        std::make_shared<national_platform::Platform>(national_platform::Options(), seed);
    auto out = player("national_platform", "Nền tảng thanh toán quốc gia", partner, clock);
    out.reached = [partner](std::string address) { partner->set_public_url(std::move(address)); };
    calls_out(out, partner, clock);
    return out;
}
Player vnpay_gate(kit::Clock& clock, std::uint64_t seed) {
    auto partner = std::make_shared<vnpay::Vnpay>(vnpay::Options(), seed);
    auto out = player("vnpay", "VNPAY", partner, clock);
    calls_out(out, partner, clock);
    return out;
}
Player post(kit::Clock& clock, std::uint64_t seed, double pace) {
    vnpost::Options options;
    options.pace = pace;
    auto partner = std::make_shared<vnpost::Post>(std::move(options), seed);
    auto out = player("vnpost", "Bưu điện", partner, clock);
    out.due = [partner, &clock] {
        partner->advance(clock.now());
        return std::vector<Outgoing>();
    };
    return out;
}
Player phones(kit::Clock& clock, std::uint64_t seed) {
    auto partner = std::make_shared<phone::Phones>(phone::Options(), seed);
    auto out = player("phone", "Điện thoại: tin nhắn SMS và Zalo", partner, clock);
    calls_out(out, partner, clock);
    return out;
}

}  // namespace

std::vector<Player> chosen_players(kit::Clock& clock, const PlayerChoice& choice) {
    const auto seed = choice.seed;
    const std::vector<std::pair<std::string, std::function<Player()>>> makers{
        {"national_portal", [&] { return portal(clock, seed); }},
        {"population", [&] { return population_database(clock, seed); }},
        {"national_platform", [&] { return platform(clock, seed); }},
        {"vnpay", [&] { return vnpay_gate(clock, seed); }},
        {"vnpost", [&] { return post(clock, seed, choice.pace); }},
        {"phone", [&] { return phones(clock, seed); }}};
    std::string known;
    for (const auto& [name, make] : makers) known += (known.empty() ? "" : ", ") + name;
    for (const auto& wanted : choice.names)
        if (std::none_of(makers.begin(), makers.end(), [&](const auto& m) {
                return m.first == wanted;
            }))
            throw std::runtime_error("no simulator is called " + wanted + "; there are: " + known);
    std::vector<Player> out;
    for (const auto& [name, make] : makers)
        if (choice.names.empty() ||
            std::find(choice.names.begin(), choice.names.end(), name) != choice.names.end())
            out.push_back(make());
    return out;
}

}  // namespace sim::app
