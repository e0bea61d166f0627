// Wire form of Zalo's notification service.
#include "connectors/zalo/codec.hpp"

#include "connectors/kit/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <charconv>

namespace gw::zalo {

namespace {

using core::Document;

constexpr std::size_t event_max = 64 << 10;
const formats::JsonLimits limits{event_max, 16, 2'000};

std::optional<core::Instant> read_ms(std::string_view digits) {
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    std::int64_t ms = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), ms);
    if (ec != std::errc() || end != digits.data() + digits.size() || ms < 0) return std::nullopt;
    return core::from_ms(ms);
}

}  // namespace

std::string send_body(const Document& notice) {
    Document body = Document::object();
    body.set("phone", Document::text(notice.text_of("phone")));
    const Document* message = notice.find("message");
    if (message != nullptr) {
        body.set("template_id", Document::text(message->text_of("template")));
        const Document* data = message->find("data");
        body.set("template_data", data == nullptr ? Document::object() : *data);
    }
    body.set("tracking_id", Document::text(notice.text_of("dispatch")));
    return formats::write_json(body);
}

ports::HttpRequest send_request(const Options& o, std::string body) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = connector_kit::join_url(o.url, "message/template");
    request.body = std::move(body);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.connect_max = o.connect_max;
    request.answer_bytes_max = 1 << 16;
    return request;
}

ports::HttpRequest status_request(const Options& o, std::string_view message_id) {
    ports::HttpRequest request = send_request(o, "");
    request.method = "GET";
    request.url = connector_kit::join_url(o.url, "message/status") +
                  "?message_id=" + connector_kit::percent_encode(message_id);
    return request;
}

std::optional<Answer> read_answer(std::string_view body) {
    const auto json = formats::read_json(body, limits);
    if (!json || !json->is_object()) return std::nullopt;
    Answer answer;
    answer.error = json->text_of("error");
    if (answer.error.empty()) return std::nullopt;
    answer.message = json->text_of("message");
    if (const Document* data = json->find("data")) {
        answer.message_id = data->text_of("msg_id");
        answer.status = data->text_of("status");
    }
    return answer;
}

std::string event_mac(
    std::string_view app_id,
    std::string_view body,
    std::string_view timestamp,
    std::string_view secret
) {
    std::string text(app_id);
    text.append(body).append(timestamp).append(secret);
    return crypto::to_hex(crypto::sha256(text));
}

std::optional<Event> read_event(
    const Options& options, const ports::InRequest& request, core::Instant now
) {
    const std::string_view given = ports::header(request.headers, "X-ZEvent-Signature");
    if (!given.starts_with("mac=")) return std::nullopt;
    const auto json = formats::read_json(request.body, limits);
    if (!json || !json->is_object()) return std::nullopt;
    std::string timestamp = json->text_of("timestamp");
    if (timestamp.empty())
        timestamp = std::string(ports::header(request.headers, "X-ZEvent-Timestamp"));
    const std::string expected =
        event_mac(options.app_id, request.body, timestamp, options.oa_secret);
    if (!crypto::equal_constant_time(expected, given.substr(4))) return std::nullopt;
    const auto at = read_ms(timestamp);
    if (!at || *at + options.clock_max < now || *at > now + options.clock_max) return std::nullopt;
    Event event;
    event.name = json->text_of("event_name");
    if (const Document* message = json->find("message")) {
        event.tracking_id = message->text_of("tracking_id");
        event.message_id = message->text_of("msg_id");
        event.delivered_at = read_ms(message->text_of("delivery_time"));
    }
    return event;
}

}  // namespace gw::zalo
