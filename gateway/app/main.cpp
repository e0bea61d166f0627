// lienthong: the command line.
#include "gateway/app/commands.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <functional>
#include <iostream>

namespace {
using namespace gw::app;

struct Line {
    CLI::App app{
        "Liên Thông: the gateway between a province's one-stop shop and the national systems",
        "lienthong"};
    CommandOptions options;
    std::function<int()> chosen;

    CLI::App* command(
        const std::string& name, const std::string& help, const std::string& example
    ) {
        auto* sub = app.add_subcommand(name, help);
        sub->add_option("--config", options.config, "configuration file")->capture_default_str();
        sub->footer("Example: lienthong " + example);
        return sub;
    }
    void with_json(CLI::App* sub) {
        sub->add_flag("--json", options.json, "print one JSON document");
    }
    void with_reason(CLI::App* sub) {
        sub->add_option("--reason", options.reason, "why; kept in the audit trail")->required();
        sub->add_option("--actor", options.actor, "who; default: the user of this shell");
    }
};

void add_inspections(Line& line, WaybillOptions& rolls, LookupOptions& asked) {
    auto* sub = line.command(
        "waybills",
        "rolls of printed waybills: what is left; --first brings new numbers, --void ends one",
        "waybills --unit H56.14 --first EA000000014VN --last EA000000990VN --reason \"cuộn mới\""
    );
    line.with_json(sub);
    sub->add_option("--carrier", rolls.carrier, "carrier")->capture_default_str();
    sub->add_option("--unit", rolls.unit, "receiving unit that has the roll");
    sub->add_option("--first", rolls.first, "first number of the roll");
    sub->add_option("--last", rolls.last, "last number of the roll");
    sub->add_option("--void", rolls.void_number, "this number is not used any more");
    sub->add_option("--agency", rolls.agency, "owner of the data; default: province.id");
    sub->add_option("--reason", line.options.reason, "why; kept in the audit trail");
    sub->add_option("--actor", line.options.actor, "who; default: the user of this shell");
    sub->callback([&] { line.chosen = [&] { return waybills(line.options, rolls); }; });
    sub = line.command(
        "lookups",
        "who looked persons up, for inspectors; noted in the audit trail itself",
        "lookups --from 2026-03-01 --to 2026-03-31 --csv --reason \"thanh tra năm\""
    );
    line.with_json(sub);
    sub->add_option("--from", asked.from, "first day")->required();
    sub->add_option("--to", asked.to, "last day; default: the first");
    sub->add_option("--officer", asked.officer, "only of this officer");
    sub->add_option("--unit", asked.unit, "only of this unit");
    sub->add_option("--procedure", asked.procedure, "only for this procedure");
    sub->add_flag("--person", asked.person, "only about the number on standard input");
    sub->add_flag("--anomalies", asked.anomalies, "what stands out on that day, by officer");
    sub->add_flag("--csv", asked.csv, "comma-separated");
    line.with_reason(sub);
    sub->callback([&] { line.chosen = [&] { return lookups(line.options, asked); }; });
}
void add_partners(Line& line, std::string& partner, BreakerOptions& by_hand) {
    auto* sub = line.command(
        "limits",
        "what a partner may be sent now: breakers, rate, calls a day, hours",
        "limits vnpost"
    );
    line.with_json(sub);
    sub->add_option("partner", partner, "partner")->required();
    sub->callback([&] { line.chosen = [&] { return limits(line.options, partner); }; });
    sub = line.command(
        "breaker",
        "send a partner nothing until a time, or have it tried now",
        "breaker open vnpost --until 2h --text \"Bưu điện bảo trì\" --reason \"công văn 12\""
    );
    line.with_json(sub);
    sub->add_option("action", by_hand.action, "open or probe")
        ->required()
        ->check(CLI::IsMember({"open", "probe"}));
    sub->add_option("partner", by_hand.partner, "partner")->required();
    sub->add_option("--group", by_hand.group, "operations it is about")
        ->capture_default_str()
        ->check(CLI::IsMember({"lookup", "write", "file"}));
    sub->add_option("--until", by_hand.until, "open: 2h, or 2026-11-29T02:00:00+07:00");
    sub->add_option("--text", by_hand.text, "open: what clerks read meanwhile");
    line.with_reason(sub);
    sub->callback([&] {
        if (by_hand.action == "open" && by_hand.until.empty()) throw CLI::RequiredError("--until");
        line.chosen = [&] { return breaker(line.options, by_hand); };
    });
    sub = line.command(
        "drain-plan",
        "when the queue will be empty, who will be late, and the rate that would save them",
        "drain-plan national_portal"
    );
    line.with_json(sub);
    sub->add_option("partner", partner, "partner; default: all");
    sub->callback([&] { line.chosen = [&] { return drain_plan(line.options, partner); }; });
}

void add_retention(Line& line, std::string& code) {
    auto* all = line.command(
        "retention",
        "segments of what is done: how large, until when, and what keeps them",
        "retention hold H56.14-260105-0007 --reason \"công văn 12/TTr\""
    );
    line.with_json(all);
    all->require_subcommand(0, 1);
    all->callback([&line, all] {
        if (all->get_subcommands().empty())
            line.chosen = [&line] { return retention(line.options, "", ""); };
    });
    const std::pair<const char*, const char*> turns[] = {
        {"hold", "keep everything of a dossier, whatever its age"},
        {"release", "end the hold of a dossier"}};
    for (const auto& [name, help] : turns) {
        auto* sub = all->add_subcommand(name, help);
        sub->add_option("--config", line.options.config, "configuration file");
        line.with_json(sub);
        sub->add_option("code", code, "dossier code")->required();
        line.with_reason(sub);
        sub->callback([&line, &code, turn = std::string(name)] {
            line.chosen = [&line, &code, turn] { return retention(line.options, turn, code); };
        });
    }
}

struct QueueOptions {
    std::string partner, state;
};

void add_repairs(Line& line, QueueOptions& asked) {
    auto* sub = line.command(
        "queue", "what waits for a partner, leg by leg, and why", "queue vnpost --state dead"
    );
    line.with_json(sub);
    sub->add_option("partner", asked.partner, "partner")->required();
    sub->add_option("--state", asked.state, "only these")
        ->check(CLI::IsMember({"blocked", "dead", "unknown", "retry", "sending", "ready"}));
    sub->callback([&] {
        line.chosen = [&] { return queue(line.options, asked.partner, asked.state); };
    });
}
/// What `replay` and `replay start` have in common.
void add_selection(Line& line, CLI::App* sub, ReplayOptions& what) {
    line.with_json(sub);
    auto* codes = sub->add_option("codes", what.codes, "dossier codes");
    sub->add_option("--partner", what.partner, "partner")->capture_default_str();
    auto* state = sub->add_option("--state", what.state, "without codes: all in this state")
                      ->check(CLI::IsMember({"blocked", "dead", "retrying"}))
                      ->excludes(codes);
    sub->add_option("--why", what.why, "only those with this code, as `queue` shows it")
        ->needs(state);
    sub->add_option("--max-age-days", what.max_age_days, "leave older ones out; default: 90")
        ->check(CLI::Range(1, 3'650));
    sub->add_flag("--dry-run", what.dry_run, "only count");
    sub->add_option("--reason", line.options.reason, "why; kept in the audit trail");
    sub->add_option("--actor", line.options.actor, "who; default: the user of this shell");
    sub->callback([&line, &what, sub, codes, state] {
        if (!sub->get_subcommands().empty()) return;
        if (codes->count() == 0 && state->count() == 0)
            throw CLI::RequiredError("dossier codes, or --state");
        if (line.options.reason.empty()) throw CLI::RequiredError("--reason");
        line.chosen = [&] { return replay(line.options, what); };
    });
}

void add_replays(Line& line, ReplayOptions& what) {
    auto* all = line.command(
        "replay",
        "send again what failed, under the same keys: of some dossiers, or all of a state",
        "replay H56.14-260105-0007 --reason \"portal lost it\""
    );
    add_selection(line, all, what);
    all->require_subcommand(0, 1);
    const auto under = [&line, all](const std::string& name, const std::string& help) {
        auto* sub = all->add_subcommand(name, help);
        sub->add_option("--config", line.options.config, "configuration file");
        return sub;
    };
    add_selection(line, under("start", "the same; many go step by step, ten first"), what);
    auto* sub = under("list", "replays, the last changed last");
    line.with_json(sub);
    sub->add_option("--state", what.state, "only these")
        ->check(CLI::IsMember({"active", "paused", "waiting_approval", "stopped", "done"}));
    sub->callback([&] { line.chosen = [&] { return list_replays(line.options, what.state); }; });
    sub = under("show", "how far a replay is");
    line.with_json(sub);
    sub->add_option("id", what.id, "replay, as `list` shows it")->required();
    sub->add_option("--items", what.items, "with its legs: all, or of one outcome")
        ->check(CLI::IsMember(
            {"all", "waiting", "open", "retrying", "behind", "delivered", "failed", "moved_on"}
        ));
    sub->callback([&] { line.chosen = [&] { return show_replay(line.options, what); }; });
    const std::pair<const char*, const char*> turns[] = {
        {"approve", "as the second person"},
        {"pause", "send nothing more until it is resumed"},
        {"resume", "go on, slowly at first"},
        {"stop", "end it where it is"}};
    for (const auto& [name, help] : turns) {
        sub = under(name, help);
        sub->add_option("id", what.id, "replay")->required();
        line.with_reason(sub);
        sub->callback([&line, &what, turn = std::string(name)] {
            line.chosen = [&line, &what, turn] { return turn_replay(line.options, what.id, turn); };
        });
    }
}
}  // namespace

int main(int argc, char** argv) {
    Line line;
    line.app.require_subcommand(1);
    std::string argument, action, state = "open";
    QueueOptions queue_options;
    ReplayOptions replay_options;
    WaybillOptions waybill_options;
    LookupOptions lookup_options;
    BreakerOptions breaker_options;
    bool only_check = false, every_option = false;

    line.command("serve", "run the gateway until SIGTERM", "serve --config lienthong.toml")
        ->callback([&] { line.chosen = [&] { return serve(line.options); }; });
    line.command("check", "check the configuration and all data files without starting", "check")
        ->callback([&] { line.chosen = [&] { return check(line.options); }; });
    auto* sub =
        line.command("config", "print the effective options; secrets as ***", "config --json");
    line.with_json(sub);
    sub->add_flag("--all", every_option, "every option there is, with default and help");
    sub->callback([&] {
        line.chosen = [&] {
            return every_option ? show_options(line.options) : show_config(line.options);
        };
    });
    sub = line.command(
        "status", "what waits at each partner, and whether the store is well", "status"
    );
    line.with_json(sub);
    sub->callback([&] { line.chosen = [&] { return status(line.options); }; });
    sub = line.command(
        "dossier",
        "where a dossier is: its events and its legs at every partner",
        "dossier H56.14-260105-0007"
    );
    line.with_json(sub);
    sub->add_option("code", argument, "dossier code")->required();
    sub->callback([&] { line.chosen = [&] { return dossier(line.options, argument); }; });
    sub = line.command("message", "an accepted message by its number", "message 42");
    line.with_json(sub);
    sub->add_option("id", argument, "message number")->required();
    sub->callback([&] { line.chosen = [&] { return message(line.options, argument); }; });
    sub =
        line.command("explain", "what would be sent now for a leg, without sending", "explain 42");
    line.with_json(sub);
    sub->add_option("leg", argument, "leg number, as `dossier` shows it")->required();
    sub->callback([&] { line.chosen = [&] { return explain(line.options, argument); }; });
    sub = line.command(
        "leg",
        "show one leg and what its partner answered; redrive, cancel or settle it by hand",
        "leg redrive 42 --reason \"mapping mended\""
    );
    line.with_json(sub);
    sub->add_option("action", action, "show, redrive, done or cancel")
        ->required()
        ->check(CLI::IsMember({"show", "redrive", "done", "cancel"}));
    sub->add_option("leg", argument, "leg number")->required();
    sub->add_option("--reason", line.options.reason, "why; kept in the audit trail");
    sub->add_option("--actor", line.options.actor, "who; default: the user of this shell");
    sub->callback([&] {
        if (action != "show" && line.options.reason.empty()) throw CLI::RequiredError("--reason");
        line.chosen = [&] {
            return action == "show" ? show_leg(line.options, argument)
                                    : act(line.options, action, argument);
        };
    });
    add_repairs(line, queue_options);
    add_replays(line, replay_options);
    sub = line.command(
        "unmatched", "money and parcels that partners told of and nobody here knows", "unmatched"
    );
    line.with_json(sub);
    sub->add_option("--state", state, "open, closed or all")
        ->capture_default_str()
        ->check(CLI::IsMember({"open", "closed", "all"}));
    auto* close = sub->add_option("--close", argument, "close this one");
    sub->add_option("--reason", line.options.reason, "why; kept in the audit trail");
    sub->add_option("--actor", line.options.actor, "who; default: the user of this shell");
    sub->callback([&, close] {
        if (close->count() != 0 && line.options.reason.empty())
            throw CLI::RequiredError("--reason");
        line.chosen = [&, close] {
            return close->count() == 0 ? unmatched(line.options, state)
                                       : close_unmatched(line.options, argument);
        };
    });
    add_partners(line, argument, breaker_options);
    add_inspections(line, waybill_options, lookup_options);
    add_retention(line, argument);
    sub = line.command(
        "backup",
        "write a proven copy of the store while it runs",
        "backup /var/backups/lienthong/lienthong.db"
    );
    sub->add_option("file", argument, "new file")->required();
    sub->callback([&] { line.chosen = [&] { return backup(line.options, argument); }; });
    sub = line.command(
        "restore",
        "prove a backup, or put it in place of the store of a stopped gateway",
        "restore --check /var/backups/lienthong/lienthong.db"
    );
    sub->add_option("file", argument, "backup")->required();
    sub->add_flag("--check", only_check, "only prove that it is whole");
    sub->callback([&] { line.chosen = [&] { return restore(line.options, argument, only_check); }; }
    );
    line.command("errors", "print every problem code as docs/errors.md has it", "errors")
        ->callback([&] { line.chosen = [] { return show_errors(); }; });
    sub = line.command("version", "the version", "version");
    line.with_json(sub);
    sub->callback([&] { line.chosen = [&] { return version(line.options); }; });

    try {
        line.app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return line.app.exit(e) == 0 ? 0 : 2;
    }
    try {
        return line.chosen();
    } catch (const std::exception& e
    ) {  // start-up and configuration; a bug is not caught elsewhere
        std::cerr << "lienthong: " << e.what() << "\n";
        return 2;
    }
}
