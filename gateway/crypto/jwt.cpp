// JSON Web Tokens on OpenSSL: the key decides the algorithm, the header only has to agree.
#include "gateway/crypto/jwt.hpp"

#include "gateway/crypto/digest.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <optional>
#include <set>

namespace gw::crypto {

struct Key::Impl {
    Impl(EVP_PKEY* k, std::string_view a) : key(k), algorithm(a) {}
    ~Impl() { EVP_PKEY_free(key); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    EVP_PKEY* key;
    std::string_view algorithm;
};

namespace {

constexpr std::size_t token_bytes_max = 16 << 10;
constexpr std::size_t es256_part_bytes = 32;

struct PkeyFree {
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
};
struct BioFree {
    void operator()(BIO* p) const { BIO_free(p); }
};
struct ContextFree {
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
};
struct SignatureFree {
    void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;
using EcSignature = std::unique_ptr<ECDSA_SIG, SignatureFree>;

const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* bytes_of(std::string& s) {
    return reinterpret_cast<unsigned char*>(s.data());
}

core::Error malformed(std::string what) {
    return core::give_up("token.malformed", std::move(what));
}

/// Without it OpenSSL would ask at the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) {
    return -1;
}

/// "" when the key is too weak or of another kind.
std::string_view algorithm_for(EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
            return EVP_PKEY_get_bits(key) >= 2048 ? "RS256" : "";
        case EVP_PKEY_ED25519:
            return "EdDSA";
        case EVP_PKEY_EC: {
            char group[64] = "";
            std::size_t size = 0;
            EVP_PKEY_get_group_name(key, group, sizeof group, &size);
            return std::string_view(group, size) == "prime256v1" ? "ES256" : "";
        }
        default:
            return "";
    }
}

core::Result<std::shared_ptr<Key::Impl>> key_from(std::string_view pem, bool is_private) {
    const std::unique_ptr<BIO, BioFree> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))
    );
    std::unique_ptr<EVP_PKEY, PkeyFree> key(
        is_private ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)
                   : PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr)
    );
    ERR_clear_error();
    if (!key)
        return core::give_up(
            "key.unreadable",
            is_private ? "the text is not an unencrypted private key in PEM form"
                       : "the text is not a public key in PEM form"
        );
    const auto algorithm = algorithm_for(key.get());
    if (algorithm.empty())
        return core::give_up("key.weak", "the key is not RSA >= 2048 bits, EC P-256 or Ed25519");
    return std::make_shared<Key::Impl>(key.release(), algorithm);
}

/// Only the one spelling an encoder writes: otherwise one signature would have several texts.
std::optional<std::string> strict_base64url(std::string_view text) {
    auto bytes = from_base64(text);
    if (!bytes || to_base64url(*bytes) != text) return std::nullopt;
    return bytes;
}

/// The members of a JOSE header that matter here.
struct Header {
    std::string algorithm, key_id;
};

/// Reads {"name":"text",…} and nothing else: no nesting, no numbers, no escapes, no name twice.
class HeaderScanner {
public:
    explicit HeaderScanner(std::string_view text) : text_(text) {}
    std::optional<Header> scan() {
        Header header;
        std::set<std::string> names;
        if (!take('{')) return std::nullopt;
        do {
            auto name = string();
            if (!name || !take(':')) return std::nullopt;
            auto value = string();
            if (!value || !names.insert(*name).second || *name == "crit") return std::nullopt;
            if (*name == "alg") header.algorithm = *value;
            if (*name == "kid") header.key_id = *value;
        } while (take(','));
        if (!take('}')) return std::nullopt;
        blanks();
        if (at_ != text_.size() || header.algorithm.empty()) return std::nullopt;
        return header;
    }

private:
    void blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\r' || text_[at_] == '\n'))
            ++at_;
    }
    bool take(char c) {
        blanks();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::optional<std::string> string() {
        if (!take('"')) return std::nullopt;
        const auto begin = at_;
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            const auto c = static_cast<unsigned char>(text_[at_]);
            if (c < 0x20 || c > 0x7e || c == '\\') return std::nullopt;
        }
        if (at_ >= text_.size()) return std::nullopt;
        return std::string(text_.substr(begin, at_++ - begin));
    }
    std::string_view text_;
    std::size_t at_ = 0;
};

struct Parts {
    Header header;
    std::string_view signed_text;
    std::string payload, signature;
};

core::Result<Parts> split(std::string_view token) {
    if (token.size() > token_bytes_max) return malformed("the token is longer than 16 KiB");
    const auto first = token.find('.');
    const auto second = first == token.npos ? token.npos : token.find('.', first + 1);
    if (second == token.npos || token.find('.', second + 1) != token.npos)
        return malformed("a compact token has three parts");
    const auto header = strict_base64url(token.substr(0, first));
    auto payload = strict_base64url(token.substr(first + 1, second - first - 1));
    auto signature = strict_base64url(token.substr(second + 1));
    if (!header || !payload || !signature) return malformed("a part of the token is not base64url");
    auto scanned = HeaderScanner(*header).scan();
    if (!scanned) return malformed("the token's header is not a flat JSON object with \"alg\"");
    Parts parts;
    parts.header = std::move(*scanned);
    parts.signed_text = token.substr(0, second);
    parts.payload = std::move(*payload);
    parts.signature = std::move(*signature);
    return parts;
}

/// JWS keeps an ECDSA signature as two numbers of 32 bytes, OpenSSL as DER.
std::optional<std::string> der_from_raw(std::string_view raw) {
    if (raw.size() != 2 * es256_part_bytes) return std::nullopt;
    const EcSignature signature(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(bytes_of(raw), es256_part_bytes, nullptr);
    BIGNUM* s = BN_bin2bn(bytes_of(raw) + es256_part_bytes, es256_part_bytes, nullptr);
    if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return std::nullopt;
    }
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    if (size <= 0) return std::nullopt;
    std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

std::optional<std::string> raw_from_der(std::string_view der) {
    const unsigned char* at = bytes_of(der);
    const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!signature) return std::nullopt;
    std::string raw(2 * es256_part_bytes, '\0');
    constexpr int part = es256_part_bytes;
    if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw), part) != part ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + part, part) != part)
        return std::nullopt;
    return raw;
}

const char* digest_name(const Key& key) {
    return key.algorithm() == "EdDSA" ? nullptr : "SHA256";
}

bool signature_good(std::string_view text, std::string signature, const Key& key) {
    if (key.algorithm() == "ES256") {
        auto der = der_from_raw(signature);
        if (!der) return false;
        signature = std::move(*der);
    }
    const Context context(EVP_MD_CTX_new());
    const bool good =
        context &&
        EVP_DigestVerifyInit_ex(
            context.get(), nullptr, digest_name(key), nullptr, nullptr, key.impl().key, nullptr
        ) == 1 &&
        EVP_DigestVerify(
            context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()
        ) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace

core::Result<Key> Key::public_from_pem(std::string_view pem) {
    auto impl = key_from(pem, false);
    if (!impl) return impl.error();
    return Key(*impl);
}

core::Result<Key> Key::private_from_pem(std::string_view pem) {
    auto impl = key_from(pem, true);
    if (!impl) return impl.error();
    return Key(*impl);
}

std::string_view Key::algorithm() const {
    return impl_->algorithm;
}

core::Result<std::string> jwt_key_id(std::string_view token) {
    auto parts = split(token);
    if (!parts) return parts.error();
    return parts->header.key_id;
}

core::Result<std::string> verify_jwt(std::string_view token, const Key& key) {
    auto parts = split(token);
    if (!parts) return parts.error();
    if (parts->header.algorithm != key.algorithm())
        return core::give_up(
            "token.algorithm", "the token's algorithm is not " + std::string(key.algorithm())
        );
    if (!signature_good(parts->signed_text, parts->signature, key))
        return core::give_up("token.signature", "the token's signature does not fit the key");
    return std::move(parts->payload);
}

core::Result<std::string> sign_jwt(
    std::string_view payload_json, const Key& key, std::string_view kid
) {
    std::string header = "{\"alg\":\"" + std::string(key.algorithm()) +
                         "\",\"typ\":\"JWT\",\"kid\":\"" + std::string(kid) + "\"}";
    if (const auto read = HeaderScanner(header).scan(); !read || read->key_id != kid)
        return malformed("the key id holds characters that a token header may not hold");
    std::string text = to_base64url(header) + "." + to_base64url(payload_json);
    const Context context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (!context ||
        EVP_DigestSignInit_ex(
            context.get(), nullptr, digest_name(key), nullptr, nullptr, key.impl().key, nullptr
        ) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) != 1) {
        ERR_clear_error();
        return core::give_up("token.signature", "the key cannot sign");
    }
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(text), text.size()) !=
        1) {
        ERR_clear_error();
        return core::give_up("token.signature", "the key cannot sign");
    }
    signature.resize(size);
    if (key.algorithm() == "ES256") {
        auto raw = raw_from_der(signature);
        if (!raw) return core::give_up("token.signature", "the key cannot sign");
        signature = std::move(*raw);
    }
    return text + "." + to_base64url(signature);
}

}  // namespace gw::crypto
