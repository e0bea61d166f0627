// `lienthong-sim demo`: runs the stage and tells how it ended.
#include "simulators/app/demo.hpp"

#include "simulators/app/stage.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <fstream>
#include <iostream>

namespace sim::app {
namespace {
void write_report(const DemoOptions& options, const Report& report) {
    if (options.report.empty()) return;
    std::ofstream(options.report) << to_json(report) << "\n";
}
void addresses(const Stage& stage) {
    std::cout << "\nThe simulated portal, as a person sees it:  " << stage.portal_page() << "/\n"
              << "The other partners, each with its own page:\n";
    for (const auto& [name, address] : stage.town().pages())
        std::cout << "  " << name << ": " << address << "\n";
    std::cout << "The gateway's API:                          " << stage.scene().base_url
              << "/v1/openapi.json\n"
              << "The one-stop's switches and webhook journal: " << stage.onestop_address()
              << "/sim/faults, /sim/journal\n"
              << "Ask it:  build/release/lienthong status --config " << stage.scene().config << "\n"
              << "Ctrl-C ends everything.\n"
              << std::flush;
}
}  // namespace

int play(const DemoOptions& options) {
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context io(1);
    Stage stage(io, options);
    bool done = false, interrupted = false;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code ec, int) { interrupted = interrupted || !ec; }
    );
    asio::co_spawn(io, stage.run(), [&](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
        done = true;
    });
    while (!done && !interrupted) io.run_one();
    if (!done) return 130;
    if (stage.failed()) {
        std::cerr << stage.failure() << "\n";
        return 1;
    }
    write_report(options, stage.report());
    std::cout << to_text(stage.report()) << std::flush;
    if (!options.headless) {
        addresses(stage);
        while (!interrupted) io.run_one();
    }
    return stage.report().good() ? 0 : 1;
}

}  // namespace sim::app
