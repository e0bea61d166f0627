// Tests of what the commands say.
#include "gateway/app/command_calls.hpp"

#include "gateway/formats/json.hpp"

#include <doctest/doctest.h>

using namespace gw;

TEST_CASE("commands: every field that is wrong is named with its sentence") {
    const auto problem = formats::read_json(
        R"({"code":"validation.failed","errors":[
            {"pointer":"/until","code":"field.format","message_vi":"Sai định dạng"},
            {"pointer":"/reason_vi","code":"field.required","message_vi":"Thiếu Lý do"}]})",
        {}
    );
    REQUIRE(problem.has_value());
    CHECK(
        app::faults_of(*problem) ==
        "  /until: Sai định dạng (field.format)\n  /reason_vi: Thiếu Lý do (field.required)\n"
    );
    CHECK(app::faults_of(core::Document::object()).empty());
}
