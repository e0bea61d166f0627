// Everything that plays on one day: portal, one-stop, gateway process, and the loops between them.
#pragma once

#include "gateway/net/curl_client.hpp"
#include "gateway/net/system_clock.hpp"
#include "simulators/app/demo.hpp"
#include "simulators/app/gateway_process.hpp"
#include "simulators/app/live_view.hpp"
#include "simulators/app/scene.hpp"
#include "simulators/app/town.hpp"
#include "simulators/kit/admin.hpp"
#include "simulators/kit/server.hpp"
#include "simulators/national_portal/portal.hpp"
#include "simulators/national_portal/sender.hpp"
#include "simulators/onestop/clerk.hpp"
#include "simulators/onestop/listener.hpp"
#include "simulators/onestop/mistakes.hpp"
#include "simulators/onestop/services.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace sim::app {

namespace asio = boost::asio;
namespace net = gw::net;
namespace ports = gw::ports;
namespace core = gw::core;

class Stage {
public:
    Stage(asio::io_context& io, DemoOptions options);
    ~Stage();
    /// Plays the day, lets everything drain, compares. Fills the report.
    asio::awaitable<void> run();
    const Report& report() const { return report_; }
    std::string portal_page() const;      // for a person, plain HTTP
    std::string onestop_address() const;  // its webhooks and its /sim/, HTTPS
    const Scene& scene() const { return scene_; }
    const Town& town() const { return *town_; }
    bool failed() const { return !failure_.empty(); }
    const std::string& failure() const { return failure_; }

private:
    void open_doors();
    void build_onestop();
    kit::Answer at_portal(const kit::Call& call);
    kit::Answer at_onestop(const kit::Call& call);
    core::Instant when(core::Instant played) const;  // moment of the played day -> real time
    core::Instant played_now();
    void faults();
    void set_switch(const std::string& text);
    void spawn(asio::awaitable<void> task);
    asio::awaitable<bool> wait_ready(core::Duration patience);
    asio::awaitable<void> play_life(onestop::Life life);
    asio::awaitable<void> play_day();
    asio::awaitable<void> portal_sends();
    // stage_town.cpp: the partners beside the portal
    asio::awaitable<void> town_sends();
    asio::awaitable<void> send_for_town(Town::Outgoing call);
    asio::awaitable<void> browse(std::string url);
    asio::awaitable<std::string> ask(std::string path);
    asio::awaitable<void> settle_town();
    asio::awaitable<bool> town_at_rest();
    asio::awaitable<void> send_out(national_portal::OutCall call);
    asio::awaitable<void> file_on_portal(onestop::Life life);
    void at_portal_after(const onestop::Life& life, const onestop::Step* step);
    void portal_sends_one(const std::string& request, const std::string& about);
    asio::awaitable<void> rotate_at_noon();
    asio::awaitable<void> watch();
    asio::awaitable<void> look();
    asio::awaitable<void> kill_now_and_then();
    bool all_ended(core::Instant until);
    // stage_end.cpp: when the day is over
    asio::awaitable<void> end_of_day();
    asio::awaitable<void> settle_inbox();
    asio::awaitable<void> drain();
    asio::awaitable<void> settle_events();
    asio::awaitable<void> compare_files();
    void compare_inbox_files();
    asio::awaitable<void> search_logs();
    void compare_signatures();

    asio::io_context& io_;
    DemoOptions options_;
    net::SystemClock clock_;
    net::SystemRandom random_;
    onestop::Ledger ledger_;
    onestop::EventJournal journal_;
    kit::Faults mistakes_;
    std::unique_ptr<onestop::Receiver> receiver_;
    std::unique_ptr<kit::Admin> onestop_admin_;
    std::unique_ptr<kit::JournalFile> events_file_;
    onestop::DayOptions day_;
    std::vector<onestop::Life> lives_;
    std::unique_ptr<national_portal::Portal> portal_;
    std::unique_ptr<Town> town_;
    std::unique_ptr<onestop::Services> services_;
    std::unique_ptr<onestop::SigningDesk> signing_;
    std::map<std::string, std::string> payments_, deliveries_;  // last answers, by id
    std::unique_ptr<kit::Server> portal_door_, portal_page_, onestop_door_;
    Scene scene_;
    std::unique_ptr<GatewayProcess> gateway_;
    std::unique_ptr<net::CurlClient> api_, admin_, inbound_;
    std::unique_ptr<onestop::Client> client_;
    std::unique_ptr<onestop::Clerk> clerk_;
    std::unique_ptr<onestop::Listener> listener_;
    LiveView view_;
    Frame frame_;
    Report report_;
    std::string failure_;
    core::Instant began_{}, begin_of_day_{};
    double speed_ = 1;
    int ended_ = 0, begun_ = 0;
    bool over_ = false;
};

}  // namespace sim::app
