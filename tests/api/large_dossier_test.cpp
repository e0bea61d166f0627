// What the API keeps can be read by everybody who is told something about it.
#include "gateway/formats/stored.hpp"
#include "tests/api/payment_api.hpp"

#include <doctest/doctest.h>

namespace gw::test {

TEST_CASE("facts: a dossier of 1,001 documents takes in its payment, and lists show it") {
    PaymentApi p;
    auto found = p.kit.loop.get(p.kit.store->object("dossier", "H37", code));
    REQUIRE(found.has_value());
    core::ObjectWrite write;
    write.object = **found;
    write.expected_version = write.object.version;
    auto body = *formats::read_json(write.object.body);
    auto documents = Document::list();
    for (int i = 0; i < 1'001; ++i)
        documents.push(texts({{"id", "doc_1"}, {"code", "GT1"}, {"name", "Giấy tờ mẫu"}}));
    body.set("documents", std::move(documents));
    body.set("version", Document::number(write.object.version + 1));
    write.object.body = formats::write_json(body);
    CHECK_FALSE(formats::read_json(write.object.body).has_value());
    CHECK(formats::read_stored(write.object.body).has_value());
    auto acceptance = an_acceptance(p.kit.clock.now());
    acceptance.message.agency = "H37";
    acceptance.objects.push_back(std::move(write));
    REQUIRE(p.kit.loop.get(p.kit.store->accept(std::move(acceptance))).has_value());

    const auto id = p.paid();
    CHECK(p.state(id) == "paid");
    CHECK(p.kit.call("GET", std::string("/v1/dossiers/") + code).status == 200);
    const auto after = p.kit.loop.get(p.kit.store->object("dossier", "H37", code));
    REQUIRE(after.has_value());
    const auto dossier = formats::read_stored((*after)->body);
    REQUIRE(dossier.has_value());
    CHECK(dossier->at("/fees/0/state")->as_text() == "paid");
    CHECK(dossier->find("documents")->items().size() == 1'001);
    CHECK(p.kit.call("GET", "/v1/dossiers").status == 200);
}

}  // namespace gw::test
