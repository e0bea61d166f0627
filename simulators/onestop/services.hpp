// What a one-stop does for a citizen beside the dossier itself: identity checks, payments, parcels.
#pragma once

#include "simulators/onestop/client.hpp"
#include "simulators/onestop/day.hpp"
#include "simulators/onestop/ledger.hpp"

#include <functional>
#include <string>

namespace sim::onestop {

struct ServiceOptions {
    ServiceOptions() = default;
    std::string return_url = "https://motcua.test/thanh-toan";
    core::Duration payment_patience{150'000};  // a lost notice is asked about after a minute
};

class Services {
public:
    Services(Client& client, Ledger& ledger, ports::Clock& clock, ServiceOptions options)
        : client_(client), ledger_(ledger), clock_(clock), options_(std::move(options)) {}
    /// The citizen's browser: opens a checkout address. Called once for each payment page.
    void set_browser(std::function<asio::awaitable<void>(std::string url)> browser) {
        browser_ = std::move(browser);
    }
    /// After the dossier was received: is this person who they say they are?
    asio::awaitable<void> check_identity(const Life& life);
    /// Pays what the dossier owes: by one of the providers, in cash when that fails or when the
    /// citizen wants it. false: the money did not come in.
    asio::awaitable<bool> pay(const Life& life, Promise& promise);
    /// The result goes home by post.
    asio::awaitable<bool> book_return(const Life& life);

private:
    struct Owed {
        Owed() = default;
        std::vector<std::string> ids;
        std::int64_t amount = 0;
    };
    asio::awaitable<Owed> owed(const Life& life);
    asio::awaitable<std::string> start(const Life& life, const Owed& owed, std::string provider);
    asio::awaitable<std::string> wait_for_end(std::string id);
    asio::awaitable<bool> take_cash(const Life& life, const Owed& owed);

    Client& client_;
    Ledger& ledger_;
    ports::Clock& clock_;
    ServiceOptions options_;
    std::function<asio::awaitable<void>(std::string)> browser_;
};

}  // namespace sim::onestop
