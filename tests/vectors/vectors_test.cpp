// The published signature vectors of payment providers, and that every vector file is counted.
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <doctest/doctest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

using gw::core::Document;
using namespace gw::crypto;

namespace {

Document read(const std::string& name) {
    std::ifstream in("tests/vectors/" + name, std::ios::binary);
    REQUIRE_MESSAGE(in.good(), name);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return gw::formats::read_json(text, {4 << 20, 32, 10'000}).value();
}

std::string upper(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

std::string digest_of(const EVP_MD* kind, std::string_view text) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    REQUIRE(EVP_Digest(text.data(), text.size(), bytes, &size, kind, nullptr) == 1);
    out.resize(size);
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    const auto* message = reinterpret_cast<const unsigned char*>(text.data());
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    const int length = static_cast<int>(key.size());
    REQUIRE(HMAC(EVP_sha1(), key.data(), length, message, text.size(), bytes, &size) != nullptr);
    out.resize(size);
    return out;
}

/// CRC-16/CCITT-FALSE, four upper-case hex digits.
std::string crc_of(std::string_view text) {
    unsigned crc = 0xFFFF;
    for (const char c : text) {
        crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
        for (int bit = 0; bit < 8; ++bit)
            crc = ((crc << 1) ^ ((crc & 0x8000U) != 0 ? 0x1021U : 0U)) & 0xFFFFU;
    }
    char out[5];
    std::snprintf(out, sizeof out, "%04X", crc);
    return out;
}

/// "" when the code is sound, else why not: fields of two digits tag and two digits length.
std::string fault_of(std::string_view code) {
    std::set<std::string> tags;
    for (std::size_t at = 0; at < code.size();) {
        const auto number = code.substr(at, 4);
        const bool digits =
            number.size() == 4 && number.find_first_not_of("0123456789") == number.npos;
        if (!digits) return "length";
        const auto size = static_cast<std::size_t>((number[2] - '0') * 10 + (number[3] - '0'));
        if (at + 4 + size > code.size()) return "truncated";
        if (!tags.emplace(number.substr(0, 2)).second) return "length";
        at += 4 + size;
    }
    if (code.size() < 8 || code.substr(code.size() - 8, 4) != "6304") return "length";
    return crc_of(code.substr(0, code.size() - 4)) == code.substr(code.size() - 4) ? "" : "crc";
}

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* p) const { release(p); }
};
template <class T, void (*release)(T*)>
using Held = std::unique_ptr<T, Release<T, release>>;

Held<BIGNUM, BN_free> number(const Document& key, const char* name) {
    BIGNUM* out = nullptr;
    REQUIRE(BN_hex2bn(&out, key.text_of(name).c_str() + 2) > 0);
    return Held<BIGNUM, BN_free>(out);
}

Held<EVP_PKEY, EVP_PKEY_free> rsa_key(const Document& parts) {
    const auto n = number(parts, "n"), e = number(parts, "e"), d = number(parts, "d");
    const Held<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> build(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_D, d.get());
    const Held<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(build.get()));
    const Held<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
        EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)
    );
    EVP_PKEY* key = nullptr;
    REQUIRE(EVP_PKEY_fromdata_init(context.get()) == 1);
    REQUIRE(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) == 1);
    return Held<EVP_PKEY, EVP_PKEY_free>(key);
}

std::string rsa_sha256(const Document& file, std::string_view text) {
    const auto key = rsa_key(*file.find("key_components"));
    const Held<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    REQUIRE(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
    const auto* message = reinterpret_cast<const unsigned char*>(text.data());
    std::string out(512, '\0');
    std::size_t size = out.size();
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    REQUIRE(EVP_DigestSign(context.get(), bytes, &size, message, text.size()) == 1);
    out.resize(size);
    return to_base64(out);
}

/// What the vector's algorithm makes of its canonical text.
std::string result_of(const Document& file, const Document& v) {
    const std::string algorithm = v.text_of("algorithm"), text = v.text_of("canonical"),
                      secret = v.text_of("secret");
    if (algorithm == "MD5, UPPER-case hex") return upper(to_hex(digest_of(EVP_md5(), text)));
    if (algorithm == "SHA256, UPPER-case hex") return upper(to_hex(sha256(text)));
    if (algorithm.starts_with("SHA-256, lower-case hex")) return to_hex(sha256(text));
    if (algorithm == "HMAC-SHA256, lower-case hex") return to_hex(hmac_sha256(secret, text));
    if (algorithm == "HMAC-SHA1, base64") return to_base64(hmac_sha1(secret, text));
    if (algorithm.starts_with("RSASSA-PKCS1-v1_5 with SHA-256")) return rsa_sha256(file, text);
    if (algorithm.starts_with("CRC-16/CCITT-FALSE over")) return text + crc_of(text);
    return "no such algorithm: " + algorithm;
}

/// Values of the input that are signed stand in the canonical text.
void check_values(const Document& v) {
    const std::string text = v.text_of("canonical");
    const Document* order = v.find("field_order");
    if (order == nullptr) return;
    std::size_t at = 0;
    for (const Document& name : order->items()) {
        const Document* value = v.find("input")->find(name.as_text());
        if (value == nullptr) continue;
        const auto found = text.find(value->as_text(), at);
        CHECK_MESSAGE(found != text.npos, name.as_text());
        if (found != text.npos) at = found + value->as_text().size();
    }
}

}  // namespace

TEST_CASE("vectors: every provider's signature comes out as published") {
    const std::pair<const char*, int> files[] = {
        {"keypay.json", 15},
        {"momo.json", 8},
        {"paygov.json", 3},
        {"viettelpay.json", 3},
        {"vietinbank.json", 6},
        {"vietqr.json", 8},
        {"zalopay.json", 6}};
    for (const auto& [name, wanted] : files) {
        const Document file = read(name);
        int good = 0;
        for (const Document& v : file.find("vectors")->items()) {
            if (v.find("canonical") == nullptr) continue;
            CAPTURE(name);
            CAPTURE(v.text_of("id"));
            CHECK(result_of(file, v) == v.text_of("expected"));
            check_values(v);
            good += result_of(file, v) == v.text_of("expected") ? 1 : 0;
            if (const Document* wrong = v.find("wrong_answer"))
                CHECK(result_of(file, v) != wrong->as_text());
        }
        CHECK_MESSAGE(good == wanted, name);
    }
}

TEST_CASE("vectors vietqr: sums, and codes that a reader must refuse") {
    const Document file = read("vietqr.json");
    int sums = 0, refused = 0, memos = 0;
    for (const Document& v : file.find("vectors")->items()) {
        CAPTURE(v.text_of("id"));
        const Document* input = v.find("input");
        if (v.find("canonical") != nullptr) {
            CHECK(crc_of(v.text_of("canonical")) == v.text_of("expected_crc"));
            CHECK(fault_of(v.text_of("expected")).empty());
            ++sums;
        } else if (v.find("expected_valid") != nullptr) {
            CHECK_FALSE(fault_of(input->text_of("qr")).empty());
            ++refused;
        } else if (v.find("builder_must_refuse") != nullptr) {
            const std::string memo = input->text_of("memo");
            const bool ascii =
                std::all_of(memo.begin(), memo.end(), [](char c) { return c >= ' ' && c <= '~'; });
            CHECK((memo.size() > 25 || !ascii));
            ++memos;
        } else {
            CHECK(crc_of(input->text_of("text")) == v.text_of("expected"));
            ++sums;
        }
    }
    CHECK(sums == 9);
    CHECK(refused == 3);
    CHECK(memos == 2);
}

TEST_CASE("vectors: the index names every file with its number of vectors") {
    std::set<std::string> named{"index.json"};
    const Document index = read("index.json");
    for (const Document& row : index.find("files")->items()) {
        const std::string name = row.text_of("file");
        const Document file = read(name);
        std::set<std::string> ids;
        for (const Document& v : file.find("vectors")->items()) ids.insert(v.text_of("id"));
        const auto count = file.find("vectors")->items().size();
        CHECK_MESSAGE(row.text_of("count") == std::to_string(count), name);
        CHECK_MESSAGE((ids.size() == count || ids == std::set<std::string>{""}), name);
        named.insert(name);
    }
    for (const auto& entry : std::filesystem::directory_iterator("tests/vectors"))
        if (entry.path().extension() == ".json")
            CHECK_MESSAGE(named.count(entry.path().filename().string()) == 1, entry.path());
}
