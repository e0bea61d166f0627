// The option table: every key a configuration file may hold, with its type, default and help.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

enum class OptionType { text, integer, number, boolean, duration, size, texts, durations, secret };

/// One option. `path` may hold `*` for a name chosen by the administrator: "partner.*.url".
struct OptionRow {
    std::string path;
    OptionType type = OptionType::text;
    std::string fallback;  // as written in TOML without quotes; "" = no default
    bool required = false;
    std::string help_en, help_vi;
    bool restart = true;  // a reload cannot change it
};

/// The gateway's own options; connectors bring theirs below "partner.*.".
const std::vector<OptionRow>& gateway_options();
std::string_view to_word(OptionType type);

}  // namespace gw::app
