// Results over the API: signatures are verified before the answer, held ones looked at again.
#include "gateway/api/signatures.hpp"
#include "simulators/onestop/signing_desk.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::test;

namespace {

constexpr std::string_view code = "H37.14-260302-0001";

/// An API that looks at signatures; at first it trusts nobody.
struct Office {
    Office()
        : desk([this] { return trust; }, options()),
          kit([this](api::Parts& parts) { parts.signatures = &desk; }),
          signing(seconds()) {
        kit.dossier(std::string(code));
    }
    static api::SignatureOptions options() {
        api::SignatureOptions o;
        o.recheck = core::Duration(60'000);
        return o;
    }
    std::int64_t seconds() {
        return std::chrono::floor<std::chrono::seconds>(kit.clock.now()).time_since_epoch().count();
    }
    void trust_signer() {
        auto list = std::make_shared<crypto::TrustList>();
        REQUIRE(list->add_anchor(signing.anchor_pem(), crypto::Anchor()).has_value());
        trust = std::move(list);
    }
    std::string paper(std::uint64_t seed = 1) { return signing.signed_paper(500, seed, seconds()); }
    static std::string path(std::string_view tail = "") {
        return "/v1/dossiers/" + std::string(code) + "/results" + std::string(tail);
    }
    Answer post(std::string content, std::string more = "") {
        return kit.call(
            "POST",
            path(),
            R"({"result_code":"KQ.G15.000031","name":"Giấy khai sinh","attachment_id":")" +
                kit.file(std::move(content)) + "\"" + more + "}"
        );
    }
    /// Types of the feed since the dossier was made, result.verified with its outcome.
    std::string feed() {
        std::string out;
        const auto events = kit.call("GET", "/v1/events?after=begin&limit=100");
        for (const auto& event : events.json.find("items")->items())
            if (event.text_of("type") == "result.verified")
                out += event.at("/data/outcome")->as_text() + " ";
        return out;
    }
    std::string metric(std::string_view outcome) {
        std::string text;
        api::write_signature_metrics(desk, text);
        const std::string name =
            "lienthong_result_signatures_total{outcome=\"" + std::string(outcome) + "\"} ";
        const auto at = text.find(name) + name.size();
        return text.substr(at, text.find('\n', at) - at);
    }

    std::shared_ptr<const crypto::TrustList> trust = std::make_shared<crypto::TrustList>();
    api::SignatureDesk desk;
    ApiKit kit;
    sim::onestop::SigningDesk signing;
};

}  // namespace

TEST_CASE("DS-20 F-202 results: a signed result is verified before the answer, with its report kept"
) {
    Office office;
    office.trust_signer();
    const auto added = office.post(office.paper());
    REQUIRE_MESSAGE(added.status == 201, added.body);
    CHECK(added.text("/signature_check/outcome") == "valid");
    CHECK(added.text("/warnings/0/code").empty());
    CHECK(added.header("Location") == office.path("/") + added.text("/id"));
    CHECK(office.feed() == "valid ");
    CHECK(office.metric("valid") == "1");
    const auto report = office.kit.call("GET", office.path("/") + added.text("/id") + "/signature");
    REQUIRE(report.status == 200);
    CHECK(report.text("/outcome") == "valid");
    CHECK(report.text("/sha256").size() == 64);
    CHECK(report.text("/trust_version") == office.trust->version());
    CHECK(report.text("/signatures/0/anchor") == office.trust->anchors()[0].fingerprint);
    CHECK(report.json.at("/signatures/0/checks")->size() > 5);
    CHECK(report.body.find("Lãnh đạo") == std::string::npos);
}

TEST_CASE(
    "DS-27 results: a forged result is refused; the right one, or an officer's reason, goes on"
) {
    Office office;
    office.trust_signer();
    const auto paper = office.paper();
    const auto refused = office.post(sim::onestop::forged(paper));
    CHECK(refused.status == 422);
    CHECK(refused.text("/errors/0/code") == "result.signature_invalid");
    CHECK(refused.text("/errors/0/pointer") == "/attachment_id");
    CHECK(office.feed().empty());
    CHECK(office.metric("invalid") == "1");
    CHECK(office.post(paper).status == 201);
    const auto all_the_same = office.post(
        sim::onestop::forged(office.paper(2)),
        R"(,"signature_override":{"reason_vi":"Đã đối chiếu bản giấy"})"
    );
    REQUIRE(all_the_same.status == 201);
    CHECK(all_the_same.text("/signature_check/outcome") == "invalid");
    CHECK(all_the_same.text("/signature_check/override_by") == "CB0001");
    CHECK(office.feed() == "valid invalid ");
}

TEST_CASE("DS-29 results: without anchors a signed result is held, an unsigned one goes as ever") {
    Office office;
    const auto plain = office.post("%PDF-1.7 không ký");
    REQUIRE(plain.status == 201);
    CHECK(plain.text("/signature_check/outcome") == "not_signed");
    const auto signature = office.path("/") + plain.text("/id") + "/signature";
    CHECK(office.kit.call("GET", signature).status == 404);
    const auto held = office.post(office.paper());
    REQUIRE(held.status == 201);
    CHECK(held.text("/signature_check/outcome") == "indeterminate");
    CHECK(held.text("/signature_check/held") == "true");
    CHECK(held.text("/warnings/0/code") == "result.signature_indeterminate");
    CHECK(office.feed() == "indeterminate ");
    const auto release = office.path("/") + held.text("/id") + "/release";
    const auto released = office.kit.call("POST", release, R"({"reason_vi":"Đã đối chiếu"})");
    REQUIRE_MESSAGE(released.status == 200, released.body);
    CHECK(released.text("/signature_check/held").empty());
    CHECK(
        office.kit.call("POST", release, R"({"reason_vi":"Đã đối chiếu"})").code() ==
        "result.not_held"
    );
}

TEST_CASE("DS-27 results: what is held goes by itself once its signer is trusted") {
    Office office;
    const auto held = office.post(office.paper());
    REQUIRE(held.status == 201);
    office.kit.loop.start(office.kit.api->run());
    office.kit.loop.run_for(core::Duration(5 * 60'000));
    CHECK(office.feed() == "indeterminate ");
    office.trust_signer();
    office.kit.loop.run_for(core::Duration(2 * 60'000));
    office.kit.log_in_again();
    CHECK(office.feed() == "indeterminate valid ");
    const auto path = office.path("/") + held.text("/id") + "/signature";
    CHECK(office.kit.call("GET", path).text("/state") == "done");
    const auto dossier = office.kit.call("GET", "/v1/dossiers/" + std::string(code));
    CHECK(dossier.text("/results/0/signature_check/outcome") == "valid");
    CHECK(dossier.text("/results/0/signature_check/held").empty());
    const auto looks = office.metric("valid");
    office.kit.loop.run_for(core::Duration(5 * 60'000));
    CHECK(office.metric("valid") == looks);
}

TEST_CASE("DS-27 results: after a day the one-stop is asked once; a released one is left alone") {
    Office office;
    const auto held = office.post(office.paper());
    const auto other = office.post(office.paper(2));
    REQUIRE(other.status == 201);
    const auto release = office.path("/") + other.text("/id") + "/release";
    CHECK(office.kit.call("POST", release, R"({"reason_vi":"Đã đối chiếu"})").status == 200);
    office.kit.loop.start(office.kit.api->run());
    office.kit.loop.run_for(core::Duration(23 * 3'600'000));
    office.kit.log_in_again();
    CHECK(office.feed() == "indeterminate indeterminate ");
    office.kit.loop.run_for(core::Duration(3 * 3'600'000));
    office.kit.log_in_again();
    CHECK(office.feed() == "indeterminate indeterminate indeterminate ");
    const auto state = [&](const Answer& result) {
        const auto path = office.path("/") + result.text("/id") + "/signature";
        return office.kit.call("GET", path).text("/state");
    };
    CHECK(state(held) == "asked");
    CHECK(state(other) == "done");
}
