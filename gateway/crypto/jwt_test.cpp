// JSON Web Tokens: published vectors, forgeries and confusions.
#include "gateway/crypto/jwt.hpp"

#include "gateway/crypto/digest.hpp"

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <random>

using namespace gw::crypto;

namespace {

std::string pem_of(EVP_PKEY* key, bool is_private) {
    BIO* bio = BIO_new(BIO_s_mem());
    if (is_private)
        PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PUBKEY(bio, key);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return pem;
}

struct Pair {
    std::string private_pem, public_pem;
};

Pair pair_of(EVP_PKEY* key) {
    REQUIRE(key != nullptr);
    Pair pair{pem_of(key, true), pem_of(key, false)};
    EVP_PKEY_free(key);
    return pair;
}

const Pair& rsa() {
    static const Pair pair = pair_of(EVP_RSA_gen(2048));
    return pair;
}
const Pair& ec() {
    static const Pair pair = pair_of(EVP_EC_gen("P-256"));
    return pair;
}
const Pair& ed() {
    static const Pair pair = pair_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    return pair;
}

Key public_key(const std::string& pem) {
    return Key::public_from_pem(pem).value();
}
Key private_key(const std::string& pem) {
    return Key::private_from_pem(pem).value();
}

std::string public_pem_from(const std::string& der_prefix_hex, const std::string& raw) {
    return "-----BEGIN PUBLIC KEY-----\n" + to_base64(*from_hex(der_prefix_hex) + raw) +
           "\n-----END PUBLIC KEY-----\n";
}

std::string code_of(const gw::core::Result<std::string>& result) {
    return result ? "" : result.error().code;
}

/// A token with this header, rightly signed by an HMAC with `secret`.
std::string hmac_token(const std::string& header, const std::string& secret) {
    const auto text = to_base64url(header) + "." + to_base64url(R"({"sub":"x"})");
    return text + "." + to_base64url(hmac_sha256(secret, text));
}

}  // namespace

TEST_CASE("verify_jwt: RFC 7515 A.3 (ES256)") {
    const auto key = public_key(public_pem_from(
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
        *from_base64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU") +
            *from_base64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
    ));
    CHECK(key.algorithm() == "ES256");
    const auto payload = verify_jwt(
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
        "VlfQ."
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        key
    );
    REQUIRE(payload.has_value());
    CHECK(payload->starts_with("{\"iss\":\"joe\""));
}

TEST_CASE("verify_jwt: RFC 8037 A.4 (EdDSA)") {
    const auto key = public_key(public_pem_from(
        "302a300506032b6570032100", *from_base64("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    ));
    CHECK(key.algorithm() == "EdDSA");
    const auto payload = verify_jwt(
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        key
    );
    CHECK(payload.value() == "Example of Ed25519 signing");
}

TEST_CASE("sign_jwt: what is signed is verified, with each kind of key") {
    for (const auto* pair : {&rsa(), &ec(), &ed()}) {
        for (int i = 0; i < 50; ++i) {  // ES256 numbers begin with zero bytes now and then
            const auto payload = "{\"n\":" + std::to_string(i) + "}";
            const auto token = sign_jwt(payload, private_key(pair->private_pem), "onestop-1");
            CHECK(verify_jwt(token.value(), public_key(pair->public_pem)).value() == payload);
            CHECK(jwt_key_id(token.value()).value() == "onestop-1");
        }
    }
}

TEST_CASE("sign_jwt: a key id that would break the header is refused") {
    for (const char* kid : {"a\"b", "a\\b", "a\nb", "\",\"alg\":\"none"})
        CHECK(code_of(sign_jwt("{}", private_key(ec().private_pem), kid)) == "token.malformed");
}

TEST_CASE("verify_jwt: 2,000 flipped bits are refused, with each kind of key") {
    std::mt19937_64 random(20260105);
    for (const auto* pair : {&rsa(), &ec(), &ed()}) {
        const auto key = public_key(pair->public_pem);
        const auto good =
            sign_jwt(R"({"iss":"onestop","exp":1767598215})", private_key(pair->private_pem), "k1")
                .value();
        REQUIRE(verify_jwt(good, key).has_value());
        for (int i = 0; i < 2000; ++i) {
            auto bad = good;
            const auto bit = random() % (bad.size() * 8);
            bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
            CHECK_FALSE(verify_jwt(bad, key).has_value());
        }
    }
}

TEST_CASE("verify_jwt: every bit of an ES256 signature counts") {
    const auto key = public_key(ec().public_pem);
    const auto good = sign_jwt("{}", private_key(ec().private_pem), "k").value();
    const auto dot = good.rfind('.');
    const auto raw = from_base64(good.substr(dot + 1)).value();
    REQUIRE(raw.size() == 64);
    for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
        auto bad = raw;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
        CHECK(
            code_of(verify_jwt(good.substr(0, dot + 1) + to_base64url(bad), key)) ==
            "token.signature"
        );
    }
    for (const auto& bad : {raw.substr(1), raw + "x", std::string(), std::string(64, '\0')})
        CHECK(
            code_of(verify_jwt(good.substr(0, dot + 1) + to_base64url(bad), key)) ==
            "token.signature"
        );
}

TEST_CASE("verify_jwt: alg none is refused") {
    const auto key = public_key(rsa().public_pem);
    for (const char* header :
         {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"NONE","typ":"JWT"})"}) {
        const auto text = to_base64url(header) + "." + to_base64url("{}") + ".";
        CHECK(code_of(verify_jwt(text, key)) == "token.algorithm");
    }
}

TEST_CASE("verify_jwt: HS256 with the public key as secret is refused") {
    const auto key = public_key(rsa().public_pem);
    CHECK(
        code_of(verify_jwt(hmac_token(R"({"alg":"HS256"})", rsa().public_pem), key)) ==
        "token.algorithm"
    );
    CHECK(
        code_of(verify_jwt(hmac_token(R"({"alg":"RS256"})", rsa().public_pem), key)) ==
        "token.signature"
    );
}

TEST_CASE("verify_jwt: a token of another key or kind is refused") {
    const auto token = sign_jwt("{}", private_key(ec().private_pem), "k").value();
    CHECK(code_of(verify_jwt(token, public_key(rsa().public_pem))) == "token.algorithm");
    CHECK(code_of(verify_jwt(token, public_key(ed().public_pem))) == "token.algorithm");
    const auto other = pair_of(EVP_EC_gen("P-256"));
    CHECK(code_of(verify_jwt(token, public_key(other.public_pem))) == "token.signature");
}

TEST_CASE("verify_jwt: odd headers are refused") {
    const auto key = public_key(ec().public_pem);
    const auto tail = "." + to_base64url("{}") + "." + to_base64url(std::string(64, 'x'));
    for (const char* header :
         {"",
          "{}",
          "[]",
          "null",
          R"({"typ":"JWT"})",
          R"({"alg":"ES256","alg":"none"})",
          R"({"alg":"none","alg":"ES256"})",
          R"({"alg":"ES256"} )"
          "x",
          R"({"alg":"ES256",})",
          R"({"alg":null})",
          R"({"alg":["ES256"]})",
          R"({"alg":"ES\u003256"})",
          R"({"alg":"ES256","crit":"exp"})",
          R"({"alg":"ES256","b64":false})",
          R"({"alg":"ES256","jwk":{}})",
          R"({"alg":"ES256")",
          R"({"alg":""})",
          R"({alg:"ES256"})"})
        CHECK_MESSAGE(
            code_of(verify_jwt(to_base64url(header) + tail, key)) == "token.malformed", header
        );
    CHECK(
        code_of(verify_jwt(to_base64url(R"( { "alg" : "ES256" , "kid" : "a" } )") + tail, key)) ==
        "token.signature"
    );
    CHECK(code_of(verify_jwt(to_base64url(R"({"alg":"es256"})") + tail, key)) == "token.algorithm");
}

TEST_CASE("verify_jwt: what has not three strict base64url parts is refused") {
    const auto key = public_key(ec().public_pem);
    const auto good = sign_jwt("{}", private_key(ec().private_pem), "k").value();
    for (const auto& bad :
         {std::string(),
          std::string("."),
          std::string(".."),
          std::string("a.b.c"),
          good + ".",
          good + "=",
          good + "\n",
          " " + good,
          std::string(17000, 'A'),
          "." + good,
          good + ".x"})
        CHECK_MESSAGE(code_of(verify_jwt(bad, key)) == "token.malformed", bad);
}

TEST_CASE("Key: weak, foreign and unreadable keys are refused") {
    const auto weak = pair_of(EVP_RSA_gen(1024));
    const auto other = pair_of(EVP_EC_gen("P-384"));
    CHECK(Key::public_from_pem(weak.public_pem).error().code == "key.weak");
    CHECK(Key::private_from_pem(weak.private_pem).error().code == "key.weak");
    CHECK(Key::private_from_pem(other.private_pem).error().code == "key.weak");
    CHECK(Key::public_from_pem("").error().code == "key.unreadable");
    CHECK(Key::public_from_pem(rsa().private_pem).error().code == "key.unreadable");
    CHECK(Key::private_from_pem(rsa().public_pem).error().code == "key.unreadable");
}

TEST_CASE("sign_jwt: a public key cannot sign") {
    for (const auto* pair : {&rsa(), &ec(), &ed()})
        CHECK(code_of(sign_jwt("{}", public_key(pair->public_pem), "k")) == "token.signature");
}
