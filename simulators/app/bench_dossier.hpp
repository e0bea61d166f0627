// The dossier that measurements send, and the same as a script for wrk.
#pragma once

#include "gateway/core/time.hpp"

#include <string>

namespace sim::app {

/// About 1.6 kB: the fields a one-stop sends, four components on paper.
std::string bench_dossier(int number, const std::string& day, gw::core::Instant received);

/// wrk's script: every request creates another dossier, under a key of its own.
std::string wrk_script(
    const std::string& token, const std::string& day, gw::core::Instant received
);

}  // namespace sim::app
