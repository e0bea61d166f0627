// Tokens, repeats and digests of the one-stop's client.
#include "simulators/onestop/client.hpp"

#include "simulators/kit/cut_call.hpp"
#include "simulators/onestop/json.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cstdio>
#include <stdexcept>

namespace sim::onestop {
namespace {
std::string base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int n = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        static_cast<int>(bytes.size())
    );
    out.resize(static_cast<std::size_t>(n));
    return out;
}
std::string base64url(std::string_view bytes) {
    std::string out = base64(bytes);
    while (!out.empty() && out.back() == '=') out.pop_back();
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}
std::string sha256(std::string_view bytes) {
    std::string out(32, '\0');
    unsigned size = 0;
    EVP_Digest(
        bytes.data(),
        bytes.size(),
        reinterpret_cast<unsigned char*>(out.data()),
        &size,
        EVP_sha256(),
        nullptr
    );
    return out;
}

/// ES256: the raw 64-byte r||s signature of a JWT.
std::string sign_es256(std::string_view text, const std::string& pem) {
    std::unique_ptr<BIO, int (*)(BIO*)> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free
    );
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free
    );
    if (!key) throw std::runtime_error("the one-stop's private key cannot be read");
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::array<unsigned char, 128> der{};
    std::size_t size = der.size();
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), der.data(), &size, bytes, text.size()) != 1)
        throw std::runtime_error("signing the client assertion failed");
    const unsigned char* in = der.data();
    std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)> sig(
        d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(size)), ECDSA_SIG_free
    );
    std::string raw(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(sig.get()), reinterpret_cast<unsigned char*>(raw.data()), 32);
    BN_bn2binpad(
        ECDSA_SIG_get0_s(sig.get()), reinterpret_cast<unsigned char*>(raw.data()) + 32, 32
    );
    return raw;
}

std::string url_encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        char hex[4];
        std::snprintf(
            hex, sizeof hex, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c))
        );
        plain ? void(out += c) : void(out += hex);
    }
    return out;
}
bool wait_and_repeat(int status, const std::string& code) {
    return status == 429 || status == 503 || code == "idempotency.in_progress";
}
}  // namespace

std::string content_digest(const std::string& bytes) {
    return "sha-256=:" + base64(sha256(bytes)) + ":";
}
std::string sha256_hex(const std::string& bytes) {
    std::string out;
    char two[3];
    for (const unsigned char c : sha256(bytes)) {
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(c));
        out += two;
    }
    return out;
}

Client::Client(
    ClientOptions options,
    ports::HttpClient& http,
    ports::Clock& clock,
    ports::Random& random,
    Ledger& ledger
)
    : options_(std::move(options)), http_(http), clock_(clock), random_(random), ledger_(ledger) {}

std::string Client::new_key() {
    char key[40];
    std::snprintf(
        key,
        sizeof key,
        "%016llx%016llx",
        static_cast<unsigned long long>(random_.next()),
        static_cast<unsigned long long>(random_.next())
    );
    return key;
}

asio::awaitable<bool> Client::renew_token() {
    renewing_ = true;
    token_.clear();
    const auto now = core::to_ms(clock_.now()) / 1'000;
    Json header, claims;
    header.begin().set("alg", "ES256").set("typ", "JWT").end();
    const std::string audience = options_.base_url + "/oauth2/token";
    claims.begin()
        .set("iss", options_.client_id)
        .set("sub", options_.client_id)
        .set("aud", audience);
    claims.set("iat", now).set("exp", now + 120).set("jti", new_key()).end();
    const std::string signed_text = base64url(header.text()) + "." + base64url(claims.text());
    const std::string assertion =
        signed_text + "." + base64url(sign_es256(signed_text, options_.private_key_pem));
    ports::HttpRequest request;
    request.method = "POST";
    request.url = audience;
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = "grant_type=client_credentials&client_assertion_type=" +
                   url_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                   "&client_assertion=" + assertion + "&scope=" + url_encode(options_.scopes);
    request.total_max = core::Duration(10'000);
    const auto result = co_await http_.send(std::move(request));
    renewing_ = false;
    if (!result.ok || result.response.status != 200) {
        if (result.ok && result.response.status < 500)
            ledger_.surprise(
                "token: " + std::to_string(result.response.status) + " " + result.response.body
            );
        co_return false;
    }
    rapidjson::Document answer;
    answer.Parse(result.response.body.c_str());
    token_ = text_of(answer, "access_token");
    co_return !token_.empty();
}

ports::Headers Client::headers_of(const Request& request) const {
    ports::Headers all = request.more;
    all.emplace_back("Authorization", "Bearer " + token_);
    if (!request.body.empty()) all.emplace_back("Content-Type", request.content_type);
    if (!request.key.empty()) all.emplace_back("Idempotency-Key", request.key);
    if (!request.actor.empty()) all.emplace_back("LT-Actor", request.actor);
    if (!request.if_match.empty()) all.emplace_back("If-Match", request.if_match);
    return all;
}

asio::awaitable<void> Client::cut(Request request, std::size_t bytes) {
    if (token_.empty()) co_return;
    const auto host = options_.base_url.substr(options_.base_url.find("//") + 2);
    std::string raw = request.method + " " + request.path + " HTTP/1.1\r\nHost: " + host + "\r\n";
    for (const auto& header : headers_of(request))
        raw += header.name + ": " + header.value + "\r\n";
    raw += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
    raw += request.body.substr(0, bytes);
    const auto port = static_cast<std::uint16_t>(std::stoi(host.substr(host.rfind(':') + 1)));
    ++ledger_.calls;
    co_await kit::cut_call(port, std::move(raw));
}

asio::awaitable<Reply> Client::call(Request request) {
    const auto until = clock_.now() + options_.patience;
    Reply reply;
    for (int attempt = 0; clock_.now() < until; ++attempt) {
        if (attempt > 0) {
            ++ledger_.repeats;
            const auto pause =
                core::Duration(100 + static_cast<std::int64_t>(random_.uniform() * 400));
            co_await clock_.sleep_until(clock_.now() + pause);
        }
        if (token_.empty()) {
            if (renewing_) continue;  // another call is at it
            const bool renewed = co_await renew_token();
            if (!renewed) continue;
        }
        ports::HttpRequest out;
        out.method = request.method;
        out.url = options_.base_url + request.path;
        out.body = request.body;
        out.headers = headers_of(request);
        out.total_max = core::Duration(30'000);
        ++ledger_.calls;
        const std::string used = token_;
        const auto result = co_await http_.send(std::move(out));
        if (!result.ok) continue;
        reply.status = static_cast<int>(result.response.status);
        reply.body = result.response.body;
        reply.etag = ports::header(result.response.headers, "ETag");
        reply.headers = result.response.headers;
        reply.replayed = ports::header(result.response.headers, "Idempotency-Replayed") == "true";
        reply.code.clear();
        if (reply.status >= 400) {
            rapidjson::Document problem;
            problem.Parse(reply.body.c_str());
            if (!problem.HasParseError()) reply.code = text_of(problem, "code");
        }
        if (reply.status == 401) {
            if (token_ == used) token_.clear();
            continue;
        }
        if (wait_and_repeat(reply.status, reply.code)) continue;
        reply.reached = true;
        co_return reply;
    }
    ++ledger_.unreachable;
    co_return reply;
}

}  // namespace sim::onestop
