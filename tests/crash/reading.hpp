// Everything a store can be asked, as lines: to compare what is served.
#pragma once

#include "tests/crash/play.hpp"

namespace gw::test {

/// One line an answer; "error CODE" for what the store refuses to show. Never throws.
std::vector<std::string> read_all(boost::asio::io_context& io, ports::Store& store);

}  // namespace gw::test
