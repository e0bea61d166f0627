// lienthong-sim: the simulated partners, and the day that plays them all.
#include "simulators/app/bench.hpp"
#include "simulators/app/demo.hpp"
#include "simulators/app/serve.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <functional>
#include <iostream>

int main(int argc, char** argv) {
    CLI::App app{
        "Simulated national systems and a simulated one-stop for the gateway Liên Thông",
        "lienthong-sim"};
    app.require_subcommand(1);
    std::function<int()> chosen;

    sim::app::DemoOptions demo;
    auto* sub = app.add_subcommand(
        "demo", "play a working day through the gateway and compare every dossier"
    );
    sub->add_option("--gateway", demo.gateway, "program of the gateway")->required();
    sub->add_option("--root", demo.root, "folder of the project");
    sub->add_option("--folder", demo.folder, "keep everything in this folder");
    sub->add_option("--dossiers", demo.dossiers, "dossiers of the day")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    sub->add_option("--seed", demo.seed, "seed of the day")->capture_default_str();
    sub->add_option("--seconds", demo.seconds, "how long the day takes; 0 = about a minute")
        ->capture_default_str();
    sub->add_option("--kills", demo.kills, "kill -9 the gateway so often meanwhile")
        ->capture_default_str();
    sub->add_option("--flush-delay-ms", demo.flush_delay_ms, "slow the gateway's disk down")
        ->capture_default_str();
    sub->add_option("--report", demo.report, "write the result as JSON");
    sub->add_option(
        "--fault",
        demo.switches,
        "NAME=RATE: a fault switch of portal or one-stop, over its usual rate"
    );
    sub->add_flag("--headless", demo.headless, "no live view; end when the day is compared");
    sub->add_flag("--calm", demo.calm, "no faults and no mistakes");
    sub->footer(
        "Example: lienthong-sim demo --gateway build/release/lienthong --headless --dossiers 50"
    );
    sub->callback([&] { chosen = [&] { return sim::app::play(demo); }; });

    sim::app::ServeOptions serve;
    sub = app.add_subcommand("serve", "run the simulated partners alone, for testers");
    sub->add_option("names", serve.names, "only these, such as vnpay; none = all");
    sub->add_option(
           "--port", serve.port, "port of the first on 127.0.0.1, the others follow; 0 = free ones"
    )
        ->capture_default_str()
        ->check(CLI::Range(0, 65'000));
    sub->add_option("--pace", serve.pace, "pace of parcels; 0.001 = a day in a minute and a half")
        ->capture_default_str();
    sub->add_option("--seed", serve.seed, "seed")->capture_default_str();
    sub->add_option("--inbound", serve.inbound_url, "address of the gateway for calls they make");
    sub->add_option(
        "--authorities", serve.authorities_file, "PEM file of authorities for that address"
    );
    sub->add_option(
        "--tls",
        serve.tls_folder,
        "serve HTTPS; the test authority is made in this folder if missing"
    );
    sub->add_option("--root", serve.root, "folder of the project, for --tls");
    sub->add_option("--journal", serve.journal_file, "append every call to FILE, FILE.vnpay, …");
    sub->footer("Example: lienthong-sim serve --port 9000");
    sub->callback([&] { chosen = [&] { return sim::app::serve(serve); }; });

    sim::app::BenchOptions bench;
    sub = app.add_subcommand("bench", "measure a gateway process; ./dev bench calls this");
    sub->add_option(
           "measure",
           bench.measure,
           "accept, rate, life, waiting, lookups, tracking; stage, callbacks: others drive"
    )
        ->required()
        ->check(CLI::IsMember(
            {"stage", "accept", "rate", "life", "waiting", "callbacks", "lookups", "tracking"}
        ));
    sub->add_option("--gateway", bench.gateway, "program of the gateway")->required();
    sub->add_option("--root", bench.root, "folder of the project");
    sub->add_option("--connections", bench.connections, "connections")->capture_default_str();
    sub->add_option("--count", bench.count, "requests of a closed loop")->capture_default_str();
    sub->add_option("--rate", bench.rate, "requests a second")->capture_default_str();
    sub->add_option("--seconds", bench.seconds, "how long at that rate")->capture_default_str();
    sub->add_option("--flush-delay-ms", bench.flush_delay_ms, "slow the gateway's disk down")
        ->capture_default_str();
    sub->add_option("--known", bench.known, "of tracking: parcels that the gateway ordered")
        ->capture_default_str();
    sub->callback([&] { chosen = [&] { return sim::app::bench(bench); }; });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : 2;
    }
    try {
        return chosen();
    } catch (const std::exception& e) {
        std::cerr << "lienthong-sim: " << e.what() << "\n";
        return 2;
    }
}
