// The traceparent header as W3C has it.
#include "gateway/core/trace.hpp"

#include <doctest/doctest.h>

namespace gw::core {

namespace {
const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
}

TEST_CASE("trace: a valid header gives its trace id") {
    CHECK(read_traceparent(good) == "4bf92f3577b34da6a3ce929d0e0e4736");
    CHECK(read_traceparent("cc" + good.substr(2) + "-what-comes-later").has_value());
}

TEST_CASE("trace: anything else is as if none had come") {
    for (const std::string& bad :
         {std::string(),
          std::string("00"),
          good.substr(0, 54),
          good + "-more",
          good + "x",
          "ff" + good.substr(2),
          "cc" + good.substr(2) + "x",
          std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
          std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
          std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
          std::string("00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"),
          std::string("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
          std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n")}) {
        CAPTURE(bad);
        CHECK_FALSE(read_traceparent(bad).has_value());
    }
}

TEST_CASE("trace: what we write we can read, also of the number zero") {
    const auto trace = make_trace(0x1234, 0xabcdef);
    CHECK(trace == "00000000000012340000000000abcdef");
    CHECK(read_traceparent(to_traceparent(trace, 7)) == trace);
    CHECK(read_traceparent(to_traceparent(make_trace(0, 0), 0)).has_value());
    CHECK(to_traceparent(trace, 7).size() == 55);
}

}  // namespace gw::core
