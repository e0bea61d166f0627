// The commands of `lienthong` beside `serve`.
#pragma once

#include <string>
#include <vector>

namespace gw::app {

struct CommandOptions {
    std::string config = "/etc/lienthong/lienthong.toml";
    bool json = false;
    std::string reason, actor;
};

// Each returns the exit code: 0 done, 1 failed, 2 usage or configuration, 4 nothing matched.
int check(const CommandOptions& options);
int show_config(const CommandOptions& options);
/// Every option there is, with default and help; needs no configuration.
int show_options(const CommandOptions& options);
int status(const CommandOptions& options);
int dossier(const CommandOptions& options, const std::string& code);
int message(const CommandOptions& options, const std::string& id);
int explain(const CommandOptions& options, const std::string& leg);
/// One leg: every attempt with what the partner answered.
int show_leg(const CommandOptions& options, const std::string& leg);
/// The unfinished legs of a partner; state: "" or blocked, dead, unknown, retry, sending, ready.
int queue(const CommandOptions& options, const std::string& partner, const std::string& state);
/// What a partner may be sent now and why.
int limits(const CommandOptions& options, const std::string& partner);
/// A breaker by hand: "open" until a time or for a duration, or "probe" now.
struct BreakerOptions {
    std::string partner, action, group = "write", until, text;
};
int breaker(const CommandOptions& options, const BreakerOptions& what);
/// When queues will be empty and who will be late; partner "" = all.
int drain_plan(const CommandOptions& options, const std::string& partner);
/// What to do with one leg: redrive, done, cancel.
int act(const CommandOptions& options, const std::string& action, const std::string& leg);
/// What partners said of things unknown here: the open ones, or one closed with a reason.
int unmatched(const CommandOptions& options, const std::string& state);
int close_unmatched(const CommandOptions& options, const std::string& id);
/// Rolls of printed waybills; what an import or a void number is.
struct WaybillOptions {
    std::string agency, carrier = "vnpost", unit, first, last, void_number;
};
int waybills(const CommandOptions& options, const WaybillOptions& what);
/// Look-ups of persons for inspectors.
struct LookupOptions {
    std::string from, to, officer, unit, procedure;
    bool person = false;  // the number is read from standard input
    bool anomalies = false, csv = false;
};
int lookups(const CommandOptions& options, const LookupOptions& what);
/// What is sent again: the dossiers named, or everything of a partner in a state and for a reason.
struct ReplayOptions {
    std::vector<std::string> codes;
    std::string partner = "national_portal", state, why;
    int max_age_days = 0;  // 0 = as the gateway has it
    bool dry_run = false;
    std::string id, items;  // of one that is there
};
int replay(const CommandOptions& options, const ReplayOptions& what);
int list_replays(const CommandOptions& options, const std::string& state);
int show_replay(const CommandOptions& options, const ReplayOptions& what);
/// turn: approve, pause, resume, stop.
int turn_replay(const CommandOptions& options, const std::string& id, const std::string& turn);
/// Segments and who keeps them; turn: "", or hold or release of one dossier.
int retention(const CommandOptions& options, const std::string& turn, const std::string& code);
int backup(const CommandOptions& options, const std::string& file);
int restore(const CommandOptions& options, const std::string& file, bool check_only);
int show_errors();
int version(const CommandOptions& options);
/// `serve`: runs until SIGTERM or SIGINT.
int serve(const CommandOptions& options);

}  // namespace gw::app
