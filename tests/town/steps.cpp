// One life, and the process dies once at one of its steps; then at the next one, through all of
// them: gw_town_steps [--life NAME] [--step K] [--plant NAME|all].
#include "gateway/ports/log.hpp"
#include "tests/town/world.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using gw::town_test::Drill;
using gw::town_test::Outcome;
using gw::town_test::Plant;
using gw::town_test::run_drill;
using gw::town_test::Visit;

constexpr Plant plants[] = {Plant::early_answer, Plant::effect_forgotten};

struct Arguments {
    std::string life, plant;
    int step = -1;  // all
    bool good = true;
};

Arguments read(int argc, char** argv) {
    Arguments a;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
        if (value.empty()) a.good = false;
        if (name == "--life")
            a.life = value;
        else if (name == "--step")
            a.step = std::atoi(value.c_str());
        else if (name == "--plant")
            a.plant = value;
        else
            a.good = false;
    }
    return a;
}

std::vector<Drill> lives() {
    Drill base;
    base.plan.identity = base.plan.phone = false;
    base.plan.visit = Visit();
    std::vector<Drill> all;
    Drill d = base;
    d.name = "vnpay";
    d.plan.gives_back = true;
    all.push_back(d);
    d.name = "vnpay_asked";  // no IPN comes: the payment is asked for
    d.silent_provider = true;
    all.push_back(d);
    d = base;
    d.name = "national_platform";
    d.plan.provider = "national_platform";
    all.push_back(d);
    d.name = "national_platform_asked";
    d.silent_provider = true;
    all.push_back(d);
    d = base;
    d.name = "vnpost";
    d.plan.cash = d.plan.posts = d.plan.identity = true;
    all.push_back(d);
    d = base;
    d.name = "zns";
    d.plan.cash = d.plan.phone = true;
    all.push_back(d);
    d.name = "sms";  // refused by Zalo, so by SMS: nobody can ask what became of one
    d.plan.on_zalo = false;
    all.push_back(d);
    return all;
}

/// The faults of one run, what was done counted too.
std::vector<std::string> faults_of(Drill& drill, Plant plant) {
    Outcome o = run_drill(drill, plant);
    const auto expect = [&](const char* what, int is, int wanted) {
        if (is != wanted)
            o.faults.push_back(
                std::to_string(is) + " " + what + " instead of " + std::to_string(wanted)
            );
    };
    // A page whose address was lost is given up; what counts is where money went.
    expect("payments that settled", o.paid, drill.plan.gives_back ? 0 : 1);
    expect("refunds", o.refunds, drill.plan.gives_back ? 1 : 0);
    expect("parcels", o.parcels, drill.plan.posts ? 1 : 0);
    expect("deaths", o.crashes, drill.steps.at > 0 ? 1 : 0);
    return o.faults;
}

/// Faults found at every step of one life; `first_only`: stops at the first.
int walk(Drill drill, Plant plant, int only, bool first_only, std::string& how) {
    drill.steps.at = 0;
    auto faults = faults_of(drill, plant);
    const int steps = drill.steps.count;
    int bad = 0;
    const auto note = [&](const std::string& at) {
        if (faults.empty()) return;
        ++bad;
        for (const auto& fault : faults) {
            const std::string line = drill.name + ", " + at + ": " + fault;
            if (how.empty()) how = line;
            if (!first_only) std::printf("%s\n", line.c_str());
        }
    };
    note("nothing dies");
    for (int k = only > 0 ? only : 1; k <= (only >= 0 ? only : steps); ++k) {
        if (first_only && bad > 0) break;
        drill.steps.at = k;
        faults = faults_of(drill, plant);
        note("step " + std::to_string(k) + ", " + drill.steps.where);
    }
    if (!first_only) std::printf("%s: %d steps, %d failed\n", drill.name.c_str(), steps, bad);
    return bad;
}

int run_plants(const Arguments& a) {
    int passed = 0, failed = 0;
    for (const Plant plant : plants) {
        const std::string name(to_word(plant));
        if (a.plant != "all" && a.plant != name) continue;
        std::string how;
        for (const Drill& drill : lives()) {
            if (!a.life.empty() && a.life != drill.name) continue;
            if (how.empty()) walk(drill, plant, -1, true, how);
        }
        ++(how.empty() ? failed : passed);
        std::printf("%s: %s\n", name.c_str(), how.empty() ? "NOT FOUND" : how.c_str());
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}

int run_lives(const Arguments& a) {
    int walked = 0, bad = 0;
    for (const Drill& drill : lives()) {
        if (!a.life.empty() && a.life != drill.name) continue;
        std::string how;
        ++walked;
        bad += walk(drill, Plant::none, a.step, false, how);
    }
    std::printf("%d lives, %d steps failed\n", walked, bad);
    return walked > 0 && bad == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments a = read(argc, argv);
    if (!a.good) {
        std::fprintf(stderr, "gw_town_steps [--life NAME] [--step K] [--plant NAME|all]\n");
        return 2;
    }
    gw::ports::log::set_level(gw::ports::log::Level::error);
    return a.plant.empty() ? run_lives(a) : run_plants(a);
}
