// What the dispatchers count, as Prometheus text.
#pragma once

#include "gateway/app/partner.hpp"
#include "gateway/engine/scheduler.hpp"
#include "gateway/net/http_server.hpp"

#include <string>
#include <vector>

namespace gw::app {

/// Appends one block of lines per partner that can be sent to. Label values come from configuration
/// only.
void write_engine_metrics(const std::vector<Partner>& partners, std::string& out);

/// Runs and failures of the periodic jobs, by name.
void write_job_metrics(const std::vector<engine::JobStats>& jobs, std::string& out);

/// Connections of the public port.
void write_server_metrics(const net::HttpServer& server, std::string& out);

}  // namespace gw::app
