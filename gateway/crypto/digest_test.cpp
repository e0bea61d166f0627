// Digests, HMAC, encodings and ids against published vectors and the project's own.
#include "gateway/crypto/digest.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

using namespace gw::crypto;
using gw::core::Instant;

namespace {

std::string file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE_MESSAGE(in.good(), path);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The JSON string after "name": in the vector `id` of a vector file; escapes \" \\ and \n are
/// undone.
std::string vector_text(const std::string& path, const std::string& id, const std::string& name) {
    const auto all = file(path);
    auto at = all.find("\"id\": \"" + id + "\"");
    REQUIRE(at != all.npos);
    at = all.find("\"" + name + "\": \"", at);
    REQUIRE(at != all.npos);
    std::string out;
    for (at += name.size() + 5; all[at] != '"'; ++at) {
        if (all[at] == '\\') {
            ++at;
            out += all[at] == 'n' ? '\n' : all[at];
        } else {
            out += all[at];
        }
    }
    return out;
}

const std::string headers = "tests/vectors/transport-headers.json";
const std::string webhooks = "tests/vectors/webhooks.json";

}  // namespace

TEST_CASE("sha256: FIPS 180-4 vectors") {
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(
        to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    Sha256 running;
    for (int i = 0; i < 1000; ++i) running.update(std::string(1000, 'a'));
    CHECK(
        to_hex(running.finish()) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    );
}

TEST_CASE("hmac_sha256: RFC 4231 vectors") {
    CHECK(
        to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    CHECK(
        to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    CHECK(
        to_hex(hmac_sha256(
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"
        )) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
    CHECK(
        to_hex(hmac_sha256("", "")) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    );
}

TEST_CASE("base64: RFC 4648 vectors, both ways") {
    const char* pairs[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [plain, coded] : pairs) {
        CHECK(to_base64(plain) == coded);
        CHECK(from_base64(coded) == plain);
    }
    CHECK(to_base64url("\xfb\xff\xfe") == "-__-");
    CHECK(to_base64url("f") == "Zg");
}

TEST_CASE("NP-48 base64: line breaks, blanks, URL letters and missing padding are accepted") {
    CHECK(from_base64("Zm9v\r\nYmFy\r\n") == "foobar");
    CHECK(from_base64(" Zm 9v\tYg ") == "foob");
    CHECK(from_base64("Zm9vYg") == "foob");
    CHECK(from_base64("-__-") == "\xfb\xff\xfe");
    CHECK(from_base64("+//+") == "\xfb\xff\xfe");
}

TEST_CASE("base64: what is no base64 is refused") {
    for (const char* bad : {"Z", "Zg=", "Zg===", "Zm9v=", "Zm=9v", "Zm9v!", "=", "Zg==Zg=="})
        CHECK_MESSAGE(!from_base64(bad), bad);
}

TEST_CASE("F-149 base64 and hex: every length comes back") {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        CHECK(from_base64(to_base64(bytes)) == bytes);
        CHECK(from_base64(to_base64url(bytes)) == bytes);
        CHECK(from_hex(to_hex(bytes)) == bytes);
        bytes += static_cast<char>(i * 37);
    }
}

TEST_CASE("hex: odd lengths and other letters are refused") {
    CHECK(!from_hex("abc"));
    CHECK(!from_hex("zz"));
    CHECK(from_hex("AbCd") == "\xab\xcd");
    CHECK(!digest_from_hex("abcd"));
    CHECK(digest_from_hex(to_hex(sha256("x"))) == sha256("x"));
}

TEST_CASE("F-233 equal_constant_time: equal only when equal") {
    CHECK(equal_constant_time("", ""));
    CHECK(equal_constant_time("abc", "abc"));
    CHECK(!equal_constant_time("abc", "abd"));
    CHECK(!equal_constant_time("abc", "abcd"));
}

TEST_CASE("vectors: headers that are base64 or SHA-256") {
    for (const char* id : {"lgspaccesstoken", "auth-hash"})
        CHECK(
            to_base64(vector_text(headers, id, "canonical")) == vector_text(headers, id, "expected")
        );
    CHECK(
        "Basic " + to_base64(vector_text(headers, "basic-client-credentials", "canonical")) ==
        vector_text(headers, "basic-client-credentials", "expected")
    );
    const std::string population = "population-authorization";
    const auto user = vector_text(headers, population, "user");
    const auto canonical = vector_text(headers, population, "canonical");
    CHECK(
        "Basic " + to_base64(user + ":" + to_hex(sha256(canonical))) ==
        vector_text(headers, population, "expected")
    );
    CHECK(
        "mac=" + to_hex(sha256(vector_text(headers, "zalo-event-signature", "canonical"))) ==
        vector_text(headers, "zalo-event-signature", "expected")
    );
}

TEST_CASE("vectors: content digests") {
    for (const char* id : {"content-digest", "content-digest-empty"}) {
        const auto digest = sha256(vector_text(headers, id, "text"));
        CHECK(to_hex(digest) == vector_text(headers, id, "sha256_hex"));
        const std::string raw(digest.begin(), digest.end());
        CHECK("sha-256=:" + to_base64(raw) + ":" == vector_text(headers, id, "content_digest"));
    }
}

TEST_CASE("vectors: webhook signatures") {
    for (const char* id : {"single-key", "utf8-body", "empty-object"}) {
        const auto secret = from_base64(vector_text(webhooks, id, "secret").substr(6));
        REQUIRE(secret);
        const auto canonical = vector_text(webhooks, id, "canonical");
        CHECK(
            "v1," + to_base64(hmac_sha256(*secret, canonical)) ==
            vector_text(webhooks, id, "expected")
        );
    }
}

TEST_CASE("make_id: the ULID of the specification's example time") {
    const Instant t = gw::core::from_ms(1469918176385);  // "01ARYZ6S41" in the ULID document
    CHECK(make_id("att_", t, 0, 0) == "att_01ARYZ6S410000000000000000");
    CHECK(make_id("att", t, 0, 0) == "att_01ARYZ6S410000000000000000");
    CHECK(make_id("", t, 0xffff, ~0ULL) == "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
    CHECK(make_id("", t, 0, 1) == "01ARYZ6S410000000000000001");
    CHECK(make_id("", t, 1, 0) == "01ARYZ6S41000G000000000000");
}

TEST_CASE("F-206 make_id: later ids sort after earlier ones") {
    std::string last;
    for (int i = 0; i < 2000; ++i) {
        const auto id = make_id("evt", gw::core::from_ms(1'700'000'000'000 + i * 977), 7, 9);
        CHECK(last < id);
        last = id;
    }
}

TEST_CASE("random_bytes: no two the same") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random_bytes(16));
    CHECK(seen.size() == 1000);
    CHECK(random_bytes(0).empty());
}
