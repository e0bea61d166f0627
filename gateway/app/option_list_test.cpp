// Tests of the list of all options.
#include "gateway/app/option_list.hpp"

#include <doctest/doctest.h>

using namespace gw::app;

TEST_CASE("options: all are listed, also those without a value, with default and help") {
    const auto blocks = all_options();
    const auto text = option_list(blocks);
    for (const char* path :
         {"partner.*.authorities\n",
          "partner.*.client_certificate\n",
          "server.client_authorities\n",
          "client.*.agency\n",
          "partner.*.operation.*.total_max\n",
          "receipts.*.issuer_name (required)\n",
          "limits.calls_burst = 1000\n    ",
          "# [partner.*] with connector = \"vnpost\"\n",
          "partner.*.customer_code (required)\n"})
        CHECK_MESSAGE(text.find(path) != text.npos, path);
    CHECK(option_list_json(blocks).find("{\"path\":\"province.id\"") != std::string::npos);
}
