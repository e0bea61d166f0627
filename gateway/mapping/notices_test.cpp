// The texts to citizens that the project brings, and what is refused in such a file.
#include "gateway/mapping/notices.hpp"

#include "tests/kit/mapping_files.hpp"

#include <doctest/doctest.h>

namespace gw::mapping {

namespace {

core::Result<core::NoticeTemplates> load(std::string_view toml, std::vector<Problem>& problems) {
    return load_notice_templates(toml, "templates.toml", 2, &problems);
}

}  // namespace

TEST_CASE("notice templates: NT-4 the file of the project is good and holds the default texts") {
    const std::string file = "mappings/notices/templates.toml";
    std::vector<Problem> problems;
    const auto loaded = load_notice_templates(test::file_text(file), file, 2, &problems);
    REQUIRE_MESSAGE(loaded.has_value(), test::all(problems));
    const auto* sms = loaded->find("result_ready", "sms", "normal");
    REQUIRE(sms != nullptr);
    CHECK(sms->text == "Ho so {ma_ho_so} da co ket qua. Moi nhan tai {noi_tra}.");
    for (const auto& t : loaded->templates) CHECK(t.text.find("http") == std::string::npos);
    // NT-4: what is discreet names nothing but the dossier, its dates and the waybill.
    for (const auto& t : loaded->templates)
        if (t.variant == "discreet") CHECK(t.text.find("ly_do") == std::string::npos);
}

TEST_CASE("notice templates: PO-27 F-185 a citizen hears of each turn of the parcel with the result"
) {
    const std::string file = "mappings/notices/templates.toml";
    std::vector<Problem> problems;
    const auto loaded = load_notice_templates(test::file_text(file), file, 2, &problems);
    REQUIRE(loaded.has_value());
    const auto caused = [&](const char* direction, const char* state) {
        auto delivery = core::Document::object(), snapshot = core::Document::object();
        delivery.set("direction", core::Document::text(direction));
        delivery.set("state", core::Document::text(state));
        snapshot.set("delivery", std::move(delivery));
        const auto* event = core::caused_by(*loaded, "delivery.changed", snapshot);
        if (event == nullptr) return std::string();
        CHECK(loaded->find(event->name, "sms", "discreet") != nullptr);
        return event->name;
    };
    CHECK(caused("return", "picked_up") == "result_posted");
    CHECK(caused("return", "delivery_failed") == "delivery_failed");
    CHECK(caused("return", "delivered") == "delivery_done");
    CHECK(caused("return", "returned") == "delivery_returned");
    CHECK(caused("return", "in_transit").empty());
    CHECK(caused("collect", "delivered").empty());
}

TEST_CASE("notice templates: an unknown place, a long text and a wrong life are named") {
    std::vector<Problem> problems;
    CHECK(!load("[[event]]\nname='a'\nlife='soon'\nchannels=['fax']\n", problems));
    CHECK(problems.size() == 2);
    problems.clear();
    const std::string event =
        "[[event]]\nname='a'\nchannels=['sms']\n[[event.param]]\nname='x'\nmax=300\n";
    CHECK(!load(event + "[[template]]\nevent='a'\nchannel='sms'\ntext='{y}'\n", problems));
    CHECK(test::all(problems).find("unknown place {y}") != std::string::npos);
    problems.clear();
    CHECK(!load(event + "[[template]]\nevent='a'\nchannel='sms'\ntext='12345678 {x}'\n", problems));
    CHECK(test::all(problems).find("3 messages") != std::string::npos);
}

}  // namespace gw::mapping
