// The measurements that play a partner beside the portal.
#pragma once

#include "simulators/app/bench.hpp"

namespace sim::app {

/// Stage: makes `count` payments at VNPAY, tells where and which notices are due, waits for the end
/// of its input.
int bench_callbacks(const BenchOptions& options);
/// Identity checks while `count` legs drain, and the same questions without the gateway.
int bench_lookups(const BenchOptions& options);
/// A tracking feed of `count` events.
int bench_tracking(const BenchOptions& options);

}  // namespace sim::app
