// The running gateway: the only place that knows every class.
#pragma once

#include "gateway/app/config.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace gw::app {

class Gateway {
public:
    /// Opens the store, raises the epoch, connects nothing, listens. Throws std::runtime_error with
    /// a remedy.
    Gateway(boost::asio::io_context& io, const Config& config);
    ~Gateway();
    std::uint16_t port() const;
    std::int64_t epoch() const;
    /// Starts everything; returns at once.
    void start();
    /// No new work; what is in flight may end for `drain`, then it is dropped where it stands.
    void stop(core::Duration drain);
    /// Stopped, and everything has ended.
    bool idle() const;
    /// Set when the process can no longer keep its promise.
    bool broken() const;

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};
/// The option rows of one connector in the form of the configuration; nullopt when there is none of
/// that name.
std::optional<std::vector<OptionRow>> connector_options(std::string_view connector);

}  // namespace gw::app
