// The manifest of the trust folder.
#include "gateway/mapping/trust_manifest.hpp"

#include <doctest/doctest.h>

using namespace gw;

TEST_CASE("DS-29 trust manifest: file, purpose, days, note and fingerprint of each anchor") {
    const auto anchors = mapping::load_trust_manifest(
        R"([[anchor]]
file = "goc.pem"
valid_from = 2026-01-01
valid_to = 2030-03-05
note = "Đã đối chiếu dấu vân tay"
sha256 = "F7:BC:89:05:4C:EC:7F:12:73:0D:7B:8C:D3:EB:79:55:B1:63:83:50:87:E5:EB:87:3E:DF:B5:84:76:3B:3F:90"
[[anchor]]
file = "tsa.pem"
purpose = "timestamp"
)",
        "manifest.toml",
        nullptr
    );
    REQUIRE(anchors.has_value());
    REQUIRE(anchors->size() == 2);
    const auto& first = anchors->front();
    CHECK(first.file == "goc.pem");
    CHECK(first.purpose == "document");
    CHECK(core::to_iso_day(*first.from) == "2026-01-01");
    CHECK(core::to_iso_day(*first.to) == "2030-03-05");
    CHECK(first.sha256.substr(0, 8) == "f7bc8905");
    CHECK(first.sha256.size() == 64);
    CHECK(anchors->back().purpose == "timestamp");
}

TEST_CASE("DS-29 trust manifest: what is wrong is said with its line") {
    for (const char* wrong :
         {"[[anchor]]\npurpose = \"document\"\n",
          "[[anchor]]\nfile = \"../x.pem\"\n",
          "[[anchor]]\nfile = \"x.pem\"\npurpose = \"all\"\n",
          "[[anchor]]\nfile = \"x.pem\"\nsha256 = \"12\"\n",
          "[[anchor]]\nfile = \"x.pem\"\nvalid_form = 2026-01-01\n",
          "anchor = \n"}) {
        std::vector<mapping::Problem> problems;
        const auto read = mapping::load_trust_manifest(wrong, "manifest.toml", &problems);
        CHECK_FALSE(read.has_value());
        REQUIRE(problems.size() == 1);
        CHECK(problems[0].line > 0);
    }
}
