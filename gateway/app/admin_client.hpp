// Asks a running gateway over its admin socket: what the command line is made of.
#pragma once

#include <string>

namespace gw::app {

struct AdminAnswer {
    AdminAnswer() = default;
    bool reached = false;
    int status = 0;
    std::string body, why;  // why: when not reached
};
/// Blocks until the answer is there, at most 60 s (long backups: 10 min).
AdminAnswer ask_admin(
    const std::string& socket,
    const std::string& method,
    const std::string& path,
    const std::string& body = {}
);

}  // namespace gw::app
