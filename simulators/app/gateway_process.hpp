// The gateway under test as a child process: start, kill, start again.
#pragma once

#include <sys/types.h>

#include <string>

namespace sim::app {

class GatewayProcess {
public:
    /// `program`: path of lienthong; its output is appended to `log`.
    GatewayProcess(std::string program, std::string config, std::string log);
    ~GatewayProcess();  // kill -9 if still there
    GatewayProcess(const GatewayProcess&) = delete;
    GatewayProcess& operator=(const GatewayProcess&) = delete;

    /// Throws std::runtime_error when it cannot be started.
    void start();
    /// kill -9, waited for.
    void kill_hard();
    /// SIGTERM, waited for at most `seconds`, then kill -9. The exit status; -1 when it had to be
    /// killed.
    int stop(int seconds);
    /// False once it ended by itself.
    bool alive();
    pid_t pid() const { return pid_; }
    /// Resident memory in MiB; 0 when it is not running.
    double rss_mib() const;
    /// CPU time used by this process so far, seconds.
    double cpu_seconds() const;

private:
    std::string program_, config_, log_;
    pid_t pid_ = -1;
};

/// A port of 127.0.0.1 that was free a moment ago.
int free_port();
/// Runs a program and waits. Throws std::runtime_error with its name when it fails.
void run_program(const std::string& program, const std::string& argument, const std::string& log);

}  // namespace sim::app
