// What each accepted call promises about the portal: its field names, forms and status sequence,
// from the portal's page.
#pragma once

#include "simulators/onestop/day.hpp"
#include "simulators/onestop/ledger.hpp"

#include <string>

namespace sim::onestop {

void promise_created(const Life& life, Promise& promise);
void promise_progress(
    Promise& promise,
    core::Instant at,
    const std::string& officer,
    const std::string& text,
    const std::string& status
);
void promise_supplement_requested(Promise& promise, core::Instant at);
void promise_supplement_received(Promise& promise, core::Instant at, const std::string& resume);
void promise_withdrawn(Promise& promise, core::Instant at);
/// National code of a contract status word; 0 = unknown.
int status_code(const std::string& word);

}  // namespace sim::onestop
