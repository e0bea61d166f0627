// The option table: every key a configuration file may hold, with its type, default and help.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

enum class OptionType {
    text,
    integer,
    number,
    boolean,
    duration,
    size,
    texts,
    durations,
    networks,
    secret
};

/// What a value of the right type must be besides: milliseconds, bytes; for secrets their size.
struct OptionRange {
    double least = 0, most = 1e15;
    std::string_view words = {};  // "debug,info": nothing else
};

/// One option. `path` may hold `*` for a name chosen by the administrator: "partner.*.url".
struct OptionRow {
    std::string path;
    OptionType type = OptionType::text;
    std::string fallback;  // as written in TOML without quotes; "" = no default
    bool required = false;
    std::string help_en, help_vi;
    bool restart = true;  // a reload cannot change it
    OptionRange range = {};
};

/// The gateway's own options; connectors bring theirs below "partner.*.".
const std::vector<OptionRow>& gateway_options();
/// Those of [client.*] and [partner.*]; part of the former.
std::vector<OptionRow> partner_options();
/// Those of [trust]; part of the former too.
std::vector<OptionRow> trust_options();
/// Those of store.disk_* and store.ballast.
std::vector<OptionRow> disk_options();
/// How long messages stay, and where.
std::vector<OptionRow> retention_options();
std::string_view to_word(OptionType type);
/// "" or what is wrong with a value (in the form Config keeps) and the remedy.
std::string range_fault(const OptionRow& row, std::string_view value);

}  // namespace gw::app
