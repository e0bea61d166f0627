// What must not stay here: state secrets, and the files of imports.
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

ports::Headers one(std::string name, std::string value) {
    ports::Headers headers;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

/// Stored messages and files that hold this word.
int kept_somewhere(ApiKit& kit, const std::string& word) {
    int found = 0;
    for (std::int64_t id = 1;; ++id) {
        const auto message = kit.loop.get(kit.store->message(core::MessageId{id})).value();
        if (!message) break;
        found += message->envelope.body->find(word) != std::string::npos ? 1 : 0;
    }
    for (const auto& [digest, bytes] : kit.blobs.files)
        found += bytes.find(word) != std::string::npos ? 1 : 0;
    return found;
}

core::Document secret_dossier() {
    auto secret = received_request();
    secret.remove("documents");
    secret.set("confidentiality", text("state_secret"));
    secret.set("summary", text("Trichyeubimat"));
    return secret;
}

}  // namespace

TEST_CASE("S15 import: the lines are gone when the job has ended") {
    ApiKit kit;
    kit.loop.start(kit.api->run());
    const auto line = formats::write_json(secret_dossier());
    const auto import = [&] {
        ports::Headers headers = one("Authorization", "Bearer " + kit.token());
        headers.emplace_back("Idempotency-Key", "import");
        auto request = kit.request("POST", "/v1/dossiers/import", "", headers);
        request.stream = std::make_shared<PieceStream>(std::vector<std::string>{line});
        return kit.send(std::move(request));
    };
    const auto job = import();
    REQUIRE_MESSAGE(job.status == 202, job.body);
    CHECK(kit.blobs.files.size() == 1);
    const auto again = import();
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(kit.blobs.files.size() == 1);
    kit.loop.run_for(core::Duration(2'000));
    const auto done = kit.call("GET", job.header("Location"));
    CHECK(done.text("/state") == "done");
    CHECK(done.text("/errors/0/code") == "classified.content");
    CHECK(kit.blobs.files.empty());
    CHECK(kept_somewhere(kit, "Trichyeubimat") == 0);
    kit.api->drain();
    kit.loop.run_for(core::Duration(1'000));
}

TEST_CASE("S15 dossiers: of one that is marked as a state secret nothing is kept but the refusal") {
    ApiKit kit;
    auto secret = secret_dossier();
    const auto key = one("Idempotency-Key", "secret");
    const auto refused = kit.call("POST", "/v1/dossiers", secret, key);
    CHECK(refused.status == 422);
    CHECK(refused.code() == "classified.content");
    CHECK(kept_somewhere(kit, "Trichyeubimat") == 0);
    const auto again = kit.call("POST", "/v1/dossiers", secret, key);
    CHECK(again.header("Idempotency-Replayed") == "true");
    secret.set("summary", text("khác"));
    CHECK(kit.call("POST", "/v1/dossiers", secret, key).code() == "idempotency.conflict");
}

}  // namespace gw::test
