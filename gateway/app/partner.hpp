// One configured partner at work: its HTTP client, its connector and its dispatcher.
#pragma once

#include "connectors/kit/parts.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/tables.hpp"
#include "gateway/engine/dispatcher.hpp"
#include "gateway/engine/traced.hpp"
#include "gateway/net/curl_client.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gw::app {

/// What all partners share; outlives them.
struct Shared {
    boost::asio::any_io_executor ex;
    ports::Store* store = nullptr;
    ports::BlobStore* blobs = nullptr;
    ports::Facts* facts = nullptr;
    ports::Clock* clock = nullptr;
    ports::Random* random = nullptr;
    engine::Wakes* wakes = nullptr;
    engine::EngineHooks hooks;
    const Tables* tables = nullptr;
    std::shared_ptr<core::Turns> turns;  // of all partners
};

struct Partner {
    std::string id, name_vi;
    std::unique_ptr<net::CurlClient> http;
    std::unique_ptr<engine::TracedHttp> traced_http;  // what the connector calls through
    connector_kit::Built built;
    std::unique_ptr<engine::Dispatcher> dispatcher;  // null: this connector cannot send
    std::span<const core::Operation> operations;
    std::vector<core::Route> routes;
};

/// What goes to [partner.ID], by the file of its connector; empty when there is none or it is bad.
std::vector<core::Route> routes_of(
    const Config& config,
    const std::string& id,
    const Tables& tables,
    std::vector<mapping::Problem>* problems
);
/// Everything that is wrong with [partner.ID]; empty = usable.
std::vector<std::string> check_partner(
    const Config& config, const std::string& id, const Tables& tables
);
/// Throws std::runtime_error with every problem.
Partner build_partner(const Config& config, const std::string& id, const Shared& shared);
/// TLS of a partner from its section.
net::ClientTls partner_tls(const Config& config, const std::string& id);

}  // namespace gw::app
