// Digests, HMAC, encodings and constant-time comparison on OpenSSL's EVP interface.
#include "gateway/crypto/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace gw::crypto {
namespace {

constexpr char base64_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char base64url_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

unsigned char byte_of(char c) {
    return static_cast<unsigned char>(c);
}

const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

/// Fetched once: OpenSSL 3 looks the algorithm up by name at every use of EVP_sha256().
const EVP_MD* sha256_algorithm() {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (algorithm == nullptr) throw std::runtime_error("OpenSSL has no SHA-256");
    return algorithm;
}

std::string encode64(std::string_view bytes, const char* letters, bool pad) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        unsigned group = static_cast<unsigned>(byte_of(bytes[i])) << 16;
        if (left > 1) group |= static_cast<unsigned>(byte_of(bytes[i + 1])) << 8;
        if (left > 2) group |= byte_of(bytes[i + 2]);
        out += letters[group >> 18];
        out += letters[group >> 12 & 63];
        if (left > 1) out += letters[group >> 6 & 63];
        if (left > 2) out += letters[group & 63];
    }
    while (pad && out.size() % 4 != 0) out += '=';
    return out;
}

int value64(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

core::Digest sha256(std::string_view bytes) {
    core::Digest digest;
    if (EVP_Digest(
            bytes.data(), bytes.size(), digest.data(), nullptr, sha256_algorithm(), nullptr
        ) != 1)
        throw std::runtime_error("SHA-256 failed");
    return digest;
}

namespace {
std::string hmac(
    const EVP_MD* algorithm, std::size_t length, std::string_view key, std::string_view message
) {
    std::string mac(length, '\0');
    unsigned size = 0;
    const char* key_bytes = key.empty() ? "" : key.data();
    if (HMAC(
            algorithm,
            key_bytes,
            static_cast<int>(key.size()),
            bytes_of(message),
            message.size(),
            reinterpret_cast<unsigned char*>(mac.data()),
            &size
        ) == nullptr ||
        size != mac.size())
        throw std::runtime_error("HMAC failed");
    return mac;
}
}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
    return hmac(sha256_algorithm(), 32, key, message);
}

std::string hmac_sha512(std::string_view key, std::string_view message) {
    static const EVP_MD* algorithm = EVP_sha512();
    return hmac(algorithm, 64, key, message);
}

struct Sha256::Impl {
    Impl() : context(EVP_MD_CTX_new()) {
        if (context == nullptr || EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) != 1)
            throw std::runtime_error("SHA-256 cannot start");
    }
    ~Impl() { EVP_MD_CTX_free(context); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    EVP_MD_CTX* context;
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
    if (EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) != 1)
        throw std::runtime_error("SHA-256 failed");
}

core::Digest Sha256::finish() {
    core::Digest digest;
    if (EVP_DigestFinal_ex(impl_->context, digest.data(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed");
    return digest;
}

std::string to_hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += digits[byte_of(c) >> 4];
        out += digits[byte_of(c) & 15];
    }
    return out;
}

std::string to_hex(const core::Digest& digest) {
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::optional<std::string> from_hex(std::string_view hex) {
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string out;
    out.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = hex_value(hex[i]), low = hex_value(hex[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high << 4 | low);
    }
    return out;
}

std::optional<core::Digest> digest_from_hex(std::string_view hex) {
    const auto bytes = from_hex(hex);
    core::Digest digest;
    if (!bytes || bytes->size() != digest.size()) return std::nullopt;
    for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = byte_of((*bytes)[i]);
    return digest;
}

std::string to_base64(std::string_view bytes) {
    return encode64(bytes, base64_letters, true);
}

std::string to_base64url(std::string_view bytes) {
    return encode64(bytes, base64url_letters, false);
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3 + 3);
    unsigned group = 0;
    std::size_t letters = 0, pads = 0;
    for (const char c : text) {
        if (is_blank(c)) continue;
        if (c == '=') {
            ++pads;
            continue;
        }
        const int value = value64(c);
        if (value < 0 || pads > 0) return std::nullopt;
        group = group << 6 | static_cast<unsigned>(value);
        if (++letters % 4 != 0) continue;
        out += static_cast<char>(group >> 16 & 255);
        out += static_cast<char>(group >> 8 & 255);
        out += static_cast<char>(group & 255);
        group = 0;
    }
    const std::size_t rest = letters % 4;
    if (rest == 1 || pads > 2 || (pads > 0 && (rest + pads) != 4)) return std::nullopt;
    if (rest == 2) out += static_cast<char>(group >> 4 & 255);
    if (rest == 3) {
        out += static_cast<char>(group >> 10 & 255);
        out += static_cast<char>(group >> 2 & 255);
    }
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system gives no random bytes");
    return out;
}

std::string make_id(
    std::string_view prefix, core::Instant now, std::uint64_t high, std::uint64_t low
) {
    constexpr char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford: no I, L, O, U
    std::string id(prefix);
    if (!id.empty() && id.back() != '_') id += '_';
    const auto milliseconds = static_cast<std::uint64_t>(core::to_ms(now));
    for (int shift = 45; shift >= 0; shift -= 5) id += digits[milliseconds >> shift & 31];
    // 80 bits as two halves of 40 bits, eight digits each.
    const std::uint64_t top = (high & 0xffff) << 24 | low >> 40;  // upper 40 bits
    const std::uint64_t bottom = low & 0xff'ffff'ffff;            // lower 40 bits
    for (int shift = 35; shift >= 0; shift -= 5) id += digits[top >> shift & 31];
    for (int shift = 35; shift >= 0; shift -= 5) id += digits[bottom >> shift & 31];
    return id;
}

}  // namespace gw::crypto
