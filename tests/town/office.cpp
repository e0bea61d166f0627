// How the people of a town call the gateway: with a token, again and again until it answered.
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "tests/town/client.hpp"
#include "tests/town/world.hpp"

namespace gw::town_test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A body that is read in one piece.
class OnePiece : public ports::BodyStream {
public:
    explicit OnePiece(std::string bytes) : bytes_(std::move(bytes)) {}
    asio::awaitable<core::Result<std::string>> read() override {
        co_return std::exchange(bytes_, std::string());
    }

private:
    std::string bytes_;
};

}  // namespace

std::string Heard::text(std::string_view pointer) const {
    const auto* found = json.at(pointer);
    return found == nullptr ? "" : found->as_text();
}

asio::awaitable<std::string> World::token() {
    while (token_.empty() || token_until_ <= now()) {
        auto request = token_request(place_, now(), ++numbers_);
        auto answer = co_await exchange(std::move(request));
        const auto json = formats::read_json(answer.body);
        if (json) token_ = json->text_of("access_token");
        token_until_ = now() + minutes(9);
        if (token_.empty()) co_await pause(seconds(1));
    }
    co_return token_;
}

asio::awaitable<Heard> World::once(
    std::string method,
    std::string path,
    std::string body,
    std::string actor,
    std::string key,
    ports::Headers more
) {
    const std::string bearer = co_await token();
    ports::InRequest request;
    request.method = method;
    const auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.remote = "127.0.0.1";
    request.headers.emplace_back("Authorization", "Bearer " + bearer);
    request.headers.emplace_back("LT-Actor", actor);
    for (auto& header : more) request.headers.push_back(std::move(header));
    if (!key.empty()) request.headers.emplace_back("Idempotency-Key", key);
    if (path == "/v1/attachments") {
        const auto digest = crypto::sha256(body);
        const std::string_view raw(reinterpret_cast<const char*>(digest.data()), digest.size());
        request.headers.emplace_back("Content-Type", "application/pdf");
        request.headers.emplace_back("Content-Digest", "sha-256=:" + crypto::to_base64(raw) + ":");
        request.headers.emplace_back("Content-Disposition", "attachment; filename=\"a.pdf\"");
        request.content_length = body.size();
        request.stream = std::make_shared<OnePiece>(std::move(body));
    } else if (!body.empty()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.content_length = body.size();
        request.body = std::move(body);
    }
    auto answer = co_await exchange(std::move(request));
    Heard heard;
    // The default answer of a lost call has no body and no headers.
    heard.status = answer.headers.empty() && answer.body.empty() ? 0 : answer.status;
    if (auto json = formats::read_json(answer.body)) heard.json = std::move(*json);
    heard.headers = std::move(answer.headers);
    heard.body = std::move(answer.body);
    if (heard.status == 401) token_.clear();
    co_return heard;
}

asio::awaitable<Heard> World::sure_by(
    std::string actor, std::string method, std::string path, Document body
) {
    std::string key, text;
    if (method == "POST") key = "key-" + std::to_string(++numbers_);
    if (!body.is_null()) text = formats::write_json(body);
    Heard heard;
    for (int i = 0; i < 400; ++i) {
        heard = co_await once(method, path, text, actor, key);
        const bool again = heard.status == 0 || heard.status == 401 || heard.status == 429 ||
                           heard.status >= 500 || heard.text("/code") == "idempotency.in_progress";
        if (!again) break;
        const Duration wait = std::min(Duration(1'000) * (i + 1), Duration(60'000));
        co_await pause(wait);
    }
    co_return heard;
}

asio::awaitable<Heard> World::sure(std::string method, std::string path, Document body) {
    auto heard = co_await sure_by("CB0001", std::move(method), std::move(path), std::move(body));
    co_return heard;
}

asio::awaitable<std::string> World::upload(std::string content) {
    const std::string key = "file-" + std::to_string(++numbers_);
    for (int i = 0; i < 400; ++i) {
        auto heard = co_await once("POST", "/v1/attachments", content, "CB0001", key);
        if (heard.good()) co_return heard.text("/id");
        co_await pause(seconds(5));
    }
    co_return std::string();
}

}  // namespace gw::town_test
