// Every partner of a played day beside the portal: population database, payment providers, post,
// phones. Their doors, their part of the gateway's configuration, what they tell by themselves.
#pragma once

#include "gateway/ports/clock.hpp"
#include "gateway/ports/http.hpp"
#include "simulators/app/report.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/national_platform/platform.hpp"
#include "simulators/onestop/day.hpp"
#include "simulators/onestop/ledger.hpp"
#include "simulators/phone/phones.hpp"
#include "simulators/population/database.hpp"
#include "simulators/vnpay/vnpay.hpp"
#include "simulators/vnpost/post.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sim::app {

namespace asio = boost::asio;
namespace core = gw::core;
namespace ports = gw::ports;

/// Citizen number of the clerk who may look persons up.
inline constexpr const char* officer_number = "038090000009";

class Town {
public:
    Town(
        asio::any_io_executor ex,
        ports::Clock& clock,
        const kit::Certificate& authority,
        std::uint64_t seed
    );
    /// Sections of lienthong.toml; `folder`: of the scene, for the file of licences.
    std::string config(const std::string& folder) const;
    std::map<std::string, std::string> secrets() const;
    static std::string licences();
    /// The people of the day live here too.
    void enrol(const std::vector<onestop::Life>& lives);
    /// Faults as often as the field reports them.
    void misbehave();
    /// "NAME=RATE" of a switch of one of them. false: no such switch.
    bool set_switch(const kit::Fault& fault);
    void behave();
    std::uint64_t faults_fired();

    /// A citizen opens a checkout address. "" = the page is there, else why not.
    std::string browse(const std::string& url);
    /// What is due by itself: notices of providers, delivery reports. The caller sends `request`
    /// and gives the answer to `answered`.
    struct Outgoing {
        Outgoing() = default;
        ports::HttpRequest request;  // url = path only
        std::function<void(int status, std::string body)> answered;
    };
    std::vector<Outgoing> due();
    /// Nothing waits to be told or moved by itself.
    bool quiet();
    /// What the providers and the post hold against what the gateway says; `payments` and
    /// `deliveries`: answers of GET by id.
    void compare(
        const onestop::Ledger& ledger,
        const std::map<std::string, std::string>& payments,
        const std::map<std::string, std::string>& deliveries,
        Report& report
    );
    /// Page of each partner for a person.
    std::vector<std::pair<std::string, std::string>> pages() const;

private:
    using Handle = std::function<kit::Answer(const kit::Call&)>;
    struct Door {
        std::string name, name_vi;
        std::unique_ptr<kit::Server> secure, page;
    };
    void open(
        std::string name,
        std::string name_vi,
        Handle handle,
        std::function<std::string()> certificate,
        const kit::Certificate& authority
    );
    std::string url(const std::string& name) const;
    std::vector<kit::Faults*> all_faults();

    asio::any_io_executor ex_;
    ports::Clock& clock_;
    population::Database population_;
    national_platform::Platform platform_;
    vnpay::Vnpay vnpay_;
    vnpost::Post post_;
    phone::Phones phones_;
    std::vector<Door> doors_;
};

}  // namespace sim::app
