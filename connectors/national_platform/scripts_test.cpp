// Plays the conversation scripts of simulators/national_platform/scripts against the connector.
#include "tests/kit/payment_script.hpp"
#include "tests/kit/platform_kit.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace gw::national_platform {
namespace {

using core::Document;
using test::Exchange;

/// Bodies without what an example makes up: the text of a receipt's line.
Document comparable(const std::string& body) {
    Document d = json(body);
    if (Document* bill = d.find("ThongTinBienLai")) bill->remove("DSKhoanNop");
    return d;
}

/// What the gateway asks, in the order of the script: one operation for each kind of message.
void ask(Kit& kit, const Exchange& e) {
    const bool lost = e.status == 0;
    kit.http.answers.push_back(lost ? test::failed(true) : test::answered(e.status, e.answer));
    const std::string kind = json(e.body).text_of("LoaiBanTin");
    const auto before = kit.http.asked.size();
    if (kind == "INIT") {
        const auto sent = kit.send(init);
        CHECK(sent.has_value() == (!lost && e.answer.find("da ton tai") == e.answer.npos));
    } else {
        REQUIRE(kind == "QUERY");
        (void)kit.send(check);
    }
    REQUIRE(kit.http.asked.size() == before + 1);
    const auto& asked = kit.http.asked[before];
    CHECK(asked.method == e.method);
    CHECK(asked.url == "https://pay.test" + e.target);
    CHECK(comparable(asked.body) == comparable(e.body));
}

void play(const test::PaymentScript& script) {
    Kit kit(
        script.about.at("rule") == "F-5" ? connector_kit::Envelope::dual
                                         : connector_kit::Envelope::direct
    );
    for (std::size_t i = 0; i < script.exchanges.size(); ++i) {
        const Exchange& e = script.exchanges[i];
        // Their examples answer a second later.
        const auto at = *core::parse_compact(e.at) + std::chrono::seconds(1);
        kit.go_to(at);
        if (e.notice) {
            const auto answer = kit.notify(e.body);
            CHECK(answer.status == e.status);
            CHECK(answer.body == e.answer);
        } else if (json(e.body).text_of("LoaiBanTin") == "GET_BILL") {
            const Exchange& file = script.exchanges.at(i + 1);
            kit.http.say(e.answer);
            kit.http.say("%PDF-1.4\n%%EOF\n");
            CHECK(kit.send(get_bill).has_value());
            CHECK(
                kit.http.asked.back().url ==
                "https://pay.test" + file.target + "&dstcode=VN:COM:0100000000:payment"
            );
            ++i;
        } else {
            ask(kit, e);
        }
    }
}

}  // namespace

TEST_CASE("scripts: every conversation of the platform against the connector") {
    int played = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator("simulators/national_platform/scripts")) {
        const std::string name = entry.path().stem().string();
        // Requests that this gateway never makes: another time than INIT's, a separator.
        if (entry.path().extension() != ".conv" || name.starts_with("F-141") ||
            name.starts_with("PY-07"))
            continue;
        INFO(name);
        play(test::parse_payment_script(mapping::test::file_text(entry.path())));
        ++played;
    }
    CHECK(played >= 12);
}

}  // namespace gw::national_platform
