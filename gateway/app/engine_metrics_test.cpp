// Tests of the metrics text.
#include "gateway/app/engine_metrics.hpp"

#include <doctest/doctest.h>

using namespace gw;

TEST_CASE("metrics: jobs of one name are one line, as old as the older") {
    engine::JobStats one, other;
    one.name = other.name = "national_portal.catalogue";
    one.runs = 3;
    one.failures = 1;
    one.last_good = core::from_ms(1'767'600'000'000);
    other.runs = 1;
    other.failures = 1;
    std::string out;
    app::write_job_metrics({one, other}, out);
    const std::string label = "{job=\"national_portal.catalogue\"} ";
    CHECK(out.find("lienthong_job_runs_total" + label + "4\n") != out.npos);
    CHECK(out.find("lienthong_job_failures_total" + label + "2\n") != out.npos);
    CHECK(out.find("lienthong_job_last_good_seconds" + label + "0\n") != out.npos);
}
