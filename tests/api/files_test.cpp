// Attachments, resumable uploads and capability addresses over the API.
#include "gateway/api/files.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/crypto/file_links.hpp"
#include "tests/api/api_kit.hpp"

#include <doctest/doctest.h>

namespace gw::test {

namespace {

const std::string pdf = "%PDF-1.7 mẫu " + std::string(1'000, 'x');

ports::Headers one(std::string name, std::string value) {
    ports::Headers headers;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

Answer patch(ApiKit& kit, const std::string& path, std::string bytes, std::uint64_t offset) {
    ports::Headers headers;
    headers.emplace_back("Authorization", "Bearer " + kit.token());
    headers.emplace_back("Upload-Offset", std::to_string(offset));
    auto request = kit.request("PATCH", path, "", headers);
    std::vector<std::string> pieces{std::move(bytes)};
    request.stream = std::make_shared<PieceStream>(std::move(pieces));
    return kit.send(std::move(request));
}

}  // namespace

TEST_CASE("attachments: stored once, described, read whole and by range") {
    ApiKit kit;
    const auto made = kit.upload({pdf.substr(0, 10), pdf.substr(10)});
    REQUIRE_MESSAGE(made.status == 201, made.body);
    CHECK(made.text("/filename") == "tờ khai.pdf");
    CHECK(made.text("/media_type") == "application/pdf");
    CHECK(made.text("/state") == "clean");
    CHECK(made.text("/size") == std::to_string(pdf.size()));
    const auto again = kit.upload({pdf});
    CHECK(again.status == 200);
    CHECK(again.text("/id") == made.text("/id"));
    const auto path = made.header("Location") + "/content";
    const auto whole = kit.call("GET", path);
    CHECK(whole.body == pdf);
    CHECK(whole.header("Content-Digest") == content_digest_of(pdf));
    CHECK(whole.header("Content-Type") == "application/pdf");
    const auto part = kit.call("GET", path, "", one("Range", "bytes=5-9"));
    CHECK(part.status == 206);
    CHECK(part.body == pdf.substr(5, 5));
    CHECK(part.header("Content-Range") == "bytes 5-9/" + std::to_string(pdf.size()));
    CHECK(kit.call("GET", path, "", one("Range", "bytes=-3")).body == pdf.substr(pdf.size() - 3));
    CHECK(kit.call("GET", path, "", one("Range", "bytes=99999-")).status == 416);
    CHECK(kit.call("GET", path, "", one("Range", "bytes=9-5")).body == pdf);
    CHECK(kit.call("GET", path, "", one("If-None-Match", whole.header("ETag"))).status == 304);
    CHECK(kit.call("GET", made.header("Location")).text("/sha256") == made.text("/sha256"));
}

TEST_CASE("attachments: bad uploads keep nothing") {
    ApiKit kit;
    struct Bad {
        const char* name;
        std::vector<std::string> pieces;
        ports::Headers headers;
        std::string fault;
        int status;
        const char* code;
    };
    const Bad cases[] = {
        {"no digest", {pdf}, one("Content-Digest", "-"), "", 400, "request.header_missing"},
        {"short digest",
         {pdf},
         one("Content-Digest", "sha-256=:AAAA:"),
         "",
         400,
         "request.malformed"},
        {"other digest",
         {pdf},
         one("Content-Digest", content_digest_of("other")),
         "",
         422,
         "attachment.digest_mismatch"},
        {"cut short", {pdf}, {}, "request.cut_short", 400, "attachment.cut_short"},
        {"over the limit", {pdf}, {}, "request.too_large", 413, "request.too_large"},
        {"a program", {"MZ\x90 program"}, {}, "", 415, "request.unsupported_media"},
        {"an image called PDF", {"\x89PNG\r\n\x1a\n..."}, {}, "", 415, "request.unsupported_media"},
        {"empty", {}, {}, "", 415, "request.unsupported_media"},
        {"bad name",
         {pdf},
         one("Content-Disposition", "attachment; filename*=UTF-8''%FF"),
         "",
         400,
         "request.malformed"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        const auto answer = kit.upload(c.pieces, c.headers, c.fault);
        CAPTURE(answer.body);
        CHECK(answer.status == c.status);
        CHECK(answer.code() == c.code);
        CHECK(kit.blobs.files.empty());
    }
}

TEST_CASE("attachments: the vector of Content-Digest") {
    const auto digest =
        api::parse_content_digest("sha-256=:T1mDDG5MUcvniH+MFSymdf99hirLEgo/YUch5WWDEtg=:");
    REQUIRE(digest.has_value());
    CHECK(
        crypto::to_hex(*digest) ==
        "4f59830c6e4c51cbe7887f8c152ca675ff7d862acb120a3f614721e5658312d8"
    );
    CHECK(api::content_digest(*digest) == "sha-256=:T1mDDG5MUcvniH+MFSymdf99hirLEgo/YUch5WWDEtg=:");
}

TEST_CASE("attachments: file names lose folders and refuse control characters") {
    CHECK(api::file_name("attachment; filename=\"../../etc/passwd\"") == "passwd");
    CHECK(api::file_name("attachment; filename*=UTF-8''a%2Fb.pdf") == "b.pdf");
    CHECK(api::file_name("") == "attachment");
    CHECK_FALSE(api::file_name("attachment; filename*=UTF-8''a%0Ab").has_value());
}

TEST_CASE("uploads: chunks are put together, a wrong offset is told the right one") {
    ApiKit kit;
    auto wanted = texts({{"filename", "lớn.pdf"}, {"media_type", "application/pdf"}});
    wanted.set("size", core::Document::number(static_cast<std::int64_t>(pdf.size())));
    wanted.set("sha256", text(crypto::to_hex(crypto::sha256(pdf))));
    const auto made = kit.call("POST", "/v1/uploads", wanted);
    REQUIRE_MESSAGE(made.status == 201, made.body);
    const auto path = made.header("Location");
    CHECK(kit.call("POST", path + "/complete").code() == "upload.offset_conflict");
    const auto first = patch(kit, path, pdf.substr(0, 400), 0);
    CHECK(first.status == 204);
    CHECK(first.header("Upload-Offset") == "400");
    const auto wrong = patch(kit, path, pdf.substr(0, 400), 0);
    CHECK(wrong.status == 409);
    CHECK(wrong.header("Upload-Offset") == "400");
    CHECK(patch(kit, path, pdf, 400).code() == "request.too_large");
    CHECK(patch(kit, path, pdf.substr(400), 400).status == 204);
    const auto done = kit.call("POST", path + "/complete");
    CHECK_MESSAGE(done.status == 201, done.body);
    CHECK(kit.call("GET", done.header("Location") + "/content").body == pdf);
    CHECK(kit.blobs.files.size() == 1);
    CHECK(kit.call("POST", path + "/complete").status == 404);
}

TEST_CASE("uploads: what nobody goes on with is gone after seven days") {
    ApiKit kit;
    kit.loop.start(kit.api->run());
    auto wanted = texts({{"filename", "lớn.pdf"}, {"media_type", "application/pdf"}});
    wanted.set("size", core::Document::number(static_cast<std::int64_t>(pdf.size())));
    wanted.set("sha256", text(crypto::to_hex(crypto::sha256(pdf))));
    const auto path = kit.call("POST", "/v1/uploads", wanted).header("Location");
    CHECK(patch(kit, path, pdf.substr(0, 400), 0).status == 204);
    CHECK(kit.blobs.files.size() == 1);
    kit.loop.run_for(std::chrono::hours(24 * 7 + 2));
    CHECK(kit.blobs.files.empty());
    CHECK(patch(kit, path, pdf.substr(400), 400).status == 404);
    kit.api->drain();
    kit.loop.run_for(core::Duration(5'000));
}

TEST_CASE("attachments: bytes spoilt on the way may come again under the same key") {
    ApiKit kit;
    ports::Headers headers = one("Idempotency-Key", "upload");
    headers.emplace_back("Content-Digest", content_digest_of(pdf));
    CHECK(kit.upload({pdf + "?"}, headers).code() == "attachment.digest_mismatch");
    const auto made = kit.upload({pdf}, headers);
    CHECK(made.status == 201);
    CHECK(kit.upload({pdf}, headers).header("Idempotency-Replayed") == "true");
}

TEST_CASE("DS-9 file addresses: open with the token alone, until they are over") {
    ApiKit kit;
    crypto::FileLink link;
    link.tenant = "H37";
    link.attachment = kit.file(pdf);
    link.until = kit.clock.now() + std::chrono::hours(1);
    const auto token = crypto::file_token(KeyedSigner::link_secret, link);
    const auto opened = kit.send(kit.request("GET", "/f/" + token));
    CHECK(opened.status == 200);
    CHECK(opened.body == pdf);
    const auto rows = kit.loop.get(kit.store->audit_of("H37", "attachment/" + link.attachment));
    CHECK(rows.value().back().action == "files.linked");
    CHECK(kit.send(kit.request("GET", "/f/forged.token")).status == 404);
    kit.loop.run_for(std::chrono::hours(1));
    CHECK(kit.send(kit.request("GET", "/f/" + token)).status == 410);
}

}  // namespace gw::test
