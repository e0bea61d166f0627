// Every option there is, for people: `lienthong config --all`.
#pragma once

#include "gateway/app/options.hpp"

#include <string>
#include <vector>

namespace gw::app {

/// A block of options; `heading`: "" for the gateway's own, else the connector's name.
struct OptionBlock {
    std::string heading;
    std::vector<OptionRow> rows;
};
/// The gateway's own and those of each connector.
std::vector<OptionBlock> all_options();
/// A line for each: path, default or "required", type, help.
std::string option_list(const std::vector<OptionBlock>& blocks);
/// The same as JSON.
std::string option_list_json(const std::vector<OptionBlock>& blocks);

}  // namespace gw::app
