// Tests of addresses and networks.
#include "gateway/core/network.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace gw::core;

TEST_CASE("networks: IPv4, IPv6 and mapped addresses; nonsense never matches") {
    const std::vector<std::string> nets{"10.0.0.0/8", "192.168.1.7", "fd00::/8"};
    CHECK(in_networks("10.20.30.40", nets));
    CHECK(in_networks("::ffff:10.1.1.1", nets));
    CHECK(in_networks("192.168.1.7", nets));
    CHECK(in_networks("fd00::1", nets));
    CHECK_FALSE(in_networks("11.0.0.1", nets));
    CHECK_FALSE(in_networks("192.168.1.8", nets));
    CHECK_FALSE(in_networks("unix", nets));
    const std::vector<std::string> bad{"10.0.0.0/99", "abc", ""};
    CHECK_FALSE(in_networks("10.0.0.1", bad));
    for (const auto& text : bad) CHECK_FALSE(is_network(text));
    for (const auto& text : nets) CHECK(is_network(text));
}

TEST_CASE("networks: only public addresses may be called, and what is listed") {
    for (const char* address :
         {"127.0.0.1",
          "10.0.0.1",
          "172.31.0.9",
          "192.168.0.1",
          "169.254.169.254",
          "100.64.0.1",
          "0.0.0.0",
          "224.0.0.1",
          "255.255.255.255",
          "::1",
          "::",
          "fe80::1",
          "fc00::1",
          "ff02::1",
          "::ffff:127.0.0.1",
          "::ffff:10.0.0.1",
          "64:ff9b::a00:1",
          "2002:7f00:1::",
          "::127.0.0.1",
          "nonsense"})
        CHECK_MESSAGE(!may_call(address, {}), address);
    for (const char* address : {"203.162.4.190", "8.8.8.8", "172.32.0.1", "2405:4800::1"})
        CHECK_MESSAGE(may_call(address, {}), address);
    const std::vector<std::string> listed{"10.20.0.0/16", "::1"};
    CHECK(may_call("10.20.1.1", listed));
    CHECK(may_call("::1", listed));
    CHECK_FALSE(may_call("10.21.1.1", listed));
}

TEST_CASE("callbacks: syntax and literal addresses are decided at registration") {
    const std::vector<std::string> listed{"10.20.0.0/16"};
    for (const char* url :
         {"https://",
          "https:///x",
          "https://user:pw@host.test/",
          "https://host.test@evil.test/",
          "https://host.test:0/",
          "https://host.test:99999/",
          "https://host.test:8x/",
          "https://ho st.test/",
          "https://host.test\\@evil.test/",
          "https://host.test/#f",
          "http://host.test/",
          "ftp://host.test/",
          "host.test",
          "https://127.0.0.1/",
          "https://127.1/",
          "https://2130706433/",
          "https://0x7f000001/",
          "https://0177.0.0.1/",
          "https://127.0.0.1./",
          "https://169.254.169.254/latest/meta-data",
          "https://10.0.0.1/",
          "https://[::1]/",
          "https://[::ffff:10.0.0.1]/",
          "https://[fe80::1%25eth0]/",
          "https://[::1",
          "http://127.0.0.1:9/"})
        CHECK_MESSAGE(!callback_allowed(url, listed, false), url);
    for (const char* url :
         {"https://onestop.test/hooks?x=1",
          "HTTPS://Onestop.Test:8443",
          "https://10.20.3.4:8443/hooks",
          "https://[2405:4800::1]:8443/"})
        CHECK_MESSAGE(callback_allowed(url, listed, false), url);
    const std::vector<std::string> loopback{"127.0.0.0/8"};
    CHECK(callback_allowed("http://127.0.0.1:9/", loopback, true));
    CHECK_FALSE(callback_allowed("http://10.20.0.1:9/", listed, true));
}
