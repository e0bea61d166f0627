// What the commands share: the configuration, one call over the admin socket, printing its answer.
#pragma once

#include "gateway/app/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/core/document.hpp"

#include <optional>
#include <string>

namespace gw::app {

/// Tells every problem on stderr; nullopt: there were some.
std::optional<Config> read_config(const CommandOptions& options);
/// For a part of a path.
std::string encode(const std::string& text);
/// Who acts: --actor, or the user of this shell.
std::string actor(const CommandOptions& options);
/// {"reason_vi", "actor"} as JSON.
std::string reason_body(const CommandOptions& options);

/// A line for each fault of a problem document: which field, and what is wrong with it.
std::string faults_of(const core::Document& problem);
/// The answer, or nullopt after a sentence on stderr; `exit_code` as commands return it, `raw` the
/// body as it came.
std::optional<core::Document> ask(
    const CommandOptions& options,
    const std::string& method,
    const std::string& path,
    const std::string& body,
    int* exit_code,
    std::string* raw
);
/// Asks, prints, and gives the exit code.
int show(
    const CommandOptions& options,
    const std::string& method,
    const std::string& path,
    const std::string& body = {}
);

}  // namespace gw::app
