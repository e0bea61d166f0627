// OC-11: what the sweep deletes, and what it never touches.
#include "gateway/api/sweep.hpp"

#include "gateway/crypto/digest.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

using std::chrono::hours;

struct Swept : ApiKit {
    Swept() : sweep(*store, blobs, std::vector<std::string>{"H01", "H37"}, api::SweepOptions()) {}
    /// Lets the time pass, then one run of the job.
    void run_after(core::Duration time) {
        loop.run_for(time);
        REQUIRE(loop.get(sweep.run(clock.now())).has_value());
    }
    bool bytes_of(const std::string& content) { return blobs.has(crypto::sha256(content)); }
    int content_status(const std::string& id) {
        ports::Headers fresh;  // tokens live ten minutes
        fresh.emplace_back("Authorization", "Bearer " + token());
        return call("GET", "/v1/attachments/" + id + "/content", "", fresh).status;
    }
    std::string state_of(const std::string& id) {
        ports::Headers fresh;
        fresh.emplace_back("Authorization", "Bearer " + token());
        return call("GET", "/v1/attachments/" + id, "", fresh).text("/state");
    }
    api::Sweep sweep;
};

const std::string content = "%PDF-1.7 chưa dùng";

}  // namespace

TEST_CASE("OC-11 sweep: a file nobody refers to is purged after seven days, its bytes a day later"
) {
    Swept kit;
    const auto id = kit.file(content);
    CHECK(kit.state_of(id) == "clean");
    kit.run_after(hours(7 * 24 - 1));
    CHECK(kit.content_status(id) == 200);
    kit.run_after(hours(1));
    CHECK(kit.content_status(id) == 410);
    CHECK(kit.state_of(id) == "purged");
    CHECK(kit.bytes_of(content));
    kit.run_after(hours(24));
    CHECK_FALSE(kit.bytes_of(content));
    CHECK(kit.content_status(id) == 410);
    CHECK(kit.sweep.counts().purged == 1);
    CHECK(kit.sweep.counts().erased == 1);
    const auto rows = kit.loop.get(kit.store->audit_of("H37", "attachment/" + id)).value();
    CHECK(rows.back().action == "files.erased");
    CHECK(rows.back().actor == "system:files.sweep");
    // The same bytes may come again, as a new file.
    CHECK(kit.file(content) != id);
    CHECK(kit.bytes_of(content));
}

TEST_CASE("OC-11 sweep: a file that a dossier named stays, also when the dossier names it no more"
) {
    Swept kit;
    auto body = received_request();
    body.set("code", text("H37.14-260302-0001"));
    const auto id = kit.file(content);
    body.find("documents")->items()[0].set("attachment_id", text(id));
    REQUIRE(kit.call("POST", "/v1/dossiers", body).status == 201);
    auto documents = *body.find("documents");
    documents.items()[0].set("attachment_id", text(kit.file("%PDF-1.7 bản khác")));
    auto change = core::Document::object();
    change.set("documents", std::move(documents));
    ports::Headers match;
    match.emplace_back("If-Match", "\"1\"");
    const auto changed = kit.call("PATCH", "/v1/dossiers/H37.14-260302-0001", change, match);
    REQUIRE_MESSAGE(changed.status == 200, changed.body);
    kit.run_after(hours(30 * 24));
    kit.run_after(hours(30 * 24));
    CHECK(kit.content_status(id) == 200);
    CHECK(kit.sweep.counts().purged == 0);
}

TEST_CASE("OC-11 sweep: what another object names stays, and is not looked at again") {
    Swept kit;
    const auto id = kit.file(content);
    ports::Acceptance acceptance = an_acceptance(kit.clock.now());
    core::ObjectWrite write;
    write.object.kind = "delivery";
    write.object.agency = "H37";
    write.object.id = "dlv_1";
    write.object.body = R"({"proof":{"attachment_id":")" + id + R"("}})";
    write.object.created_at = write.object.updated_at = kit.clock.now();
    acceptance.objects.push_back(std::move(write));
    REQUIRE(kit.loop.get(kit.store->accept(std::move(acceptance))).has_value());
    kit.run_after(hours(8 * 24));
    kit.run_after(hours(8 * 24));
    CHECK(kit.content_status(id) == 200);
    CHECK(kit.sweep.counts().kept == 1);
}

TEST_CASE("OC-11 sweep: files of partners, and bytes that a second file shares, stay") {
    Swept kit;
    const auto mine = kit.file(content);
    const auto digest = crypto::sha256(content);
    ports::Acceptance acceptance = an_acceptance(kit.clock.now());
    core::ObjectWrite write;
    write.object.kind = "attachment";
    write.object.agency = "H01";
    write.object.id = "att_partner";
    write.object.state = "clean";  // as the collector leaves it
    write.object.ref = crypto::to_hex(digest);
    write.object.body = R"({"id":"att_partner","state":"clean"})";
    write.object.created_at = write.object.updated_at = kit.clock.now();
    acceptance.objects.push_back(std::move(write));
    REQUIRE(kit.loop.get(kit.store->accept(std::move(acceptance))).has_value());
    kit.run_after(hours(8 * 24));
    kit.run_after(hours(8 * 24));
    CHECK(kit.content_status(mine) == 410);
    CHECK(kit.sweep.counts().erased == 1);
    CHECK(kit.bytes_of(content));
}

TEST_CASE("OC-11 sweep: uploading the same bytes again begins the seven days anew") {
    Swept kit;
    const auto id = kit.file(content);
    kit.run_after(hours(6 * 24));
    CHECK(kit.file(content) == id);
    kit.run_after(hours(6 * 24));
    CHECK(kit.content_status(id) == 200);
    kit.run_after(hours(24));
    CHECK(kit.content_status(id) == 410);
}

}  // namespace gw::test
