// Headers that prove who asks.
#include "connectors/population/session.hpp"

#include "gateway/crypto/digest.hpp"

namespace gw::population {

std::string basic_authorization(
    std::string_view url, std::string_view user, std::string_view timestamp, std::string_view secret
) {
    std::string text(url);
    text.append(user).append(timestamp).append(secret);
    const std::string hash = crypto::to_hex(crypto::sha256(text));
    return "Basic " + crypto::to_base64(std::string(user) + ":" + hash);
}

std::string auth_hash(const Options& options, const std::string& key) {
    const auto found = options.officer_keys.find(key);
    return found == options.officer_keys.end() ? "" : crypto::to_base64(found->second);
}

ports::HttpRequest question_request(
    const Options& o, std::string body, const std::string& officer_key, core::Instant now
) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = o.url;
    request.body = std::move(body);
    request.connect_max = o.connect_max;
    request.total_max = o.total_max;
    request.answer_bytes_max = 1 << 20;
    if (o.door == Door::exchange) {
        const std::int64_t ms = core::to_ms(now);
        const std::string stamp = std::to_string(o.timestamp_seconds ? ms / 1'000 : ms);
        request.headers.emplace_back("Timestamp", stamp);
        request.headers.emplace_back(
            "Authorization", basic_authorization(o.url, o.user, stamp, o.secret)
        );
        if (!o.xroad_client.empty()) request.headers.emplace_back("X-Road-Client", o.xroad_client);
        if (!o.api_key.empty()) request.headers.emplace_back("ApiKey", o.api_key);
        request.headers.emplace_back("SOAPAction", "\"\"");
        request.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
        return request;
    }
    if (const auto hash = auth_hash(o, officer_key); !hash.empty())
        request.headers.emplace_back("AuthHash", hash);
    request.headers.emplace_back("Content-Type", "application/xml");
    return request;
}

}  // namespace gw::population
