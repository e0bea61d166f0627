// Runs one awaitable to its end on a loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace gw::test {

/// Runs the loop until `task` has ended and returns what it returned; throws what it threw.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
    std::exception_ptr fault;
    std::optional<T> value;
    auto ended = [&](std::exception_ptr e, T result) {
        fault = e;
        if (!e) value.emplace(std::move(result));
    };
    boost::asio::co_spawn(io, std::move(task), std::move(ended));
    if (io.stopped()) io.restart();
    auto work = boost::asio::make_work_guard(io);
    while (!value && !fault)
        if (io.run_one() == 0) throw std::logic_error("the loop was stopped before the task ended");
    if (fault) std::rethrow_exception(fault);
    return std::move(*value);
}

inline void run(boost::asio::io_context& io, boost::asio::awaitable<void> task) {
    std::exception_ptr fault;
    bool done = false;
    auto ended = [&](std::exception_ptr e) {
        fault = e;
        done = true;
    };
    boost::asio::co_spawn(io, std::move(task), std::move(ended));
    if (io.stopped()) io.restart();
    auto work = boost::asio::make_work_guard(io);
    while (!done)
        if (io.run_one() == 0) throw std::logic_error("the loop was stopped before the task ended");
    if (fault) std::rethrow_exception(fault);
}

}  // namespace gw::test
