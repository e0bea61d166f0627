// An HTTP client that plays a list of answers and keeps what it was asked.
#pragma once

#include "gateway/ports/http.hpp"

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

inline ports::HttpResult answered(long status, std::string body) {
    ports::HttpResult r;
    r.ok = true;
    r.response.status = status;
    r.response.headers.emplace_back("Content-Type", "application/json");
    r.response.body = std::move(body);
    r.took = core::Duration(20);
    return r;
}
inline ports::HttpResult failed(bool bytes_left) {
    ports::HttpResult r;
    r.failure.bytes_left = bytes_left;
    r.failure.what = "scripted";
    return r;
}

class ScriptedHttp : public ports::HttpClient {
public:
    /// Played in order; when it is empty `otherwise` answers.
    std::deque<ports::HttpResult> answers;
    std::function<ports::HttpResult(const ports::HttpRequest&)> otherwise;
    std::vector<ports::HttpRequest> asked;

    ports::asio::awaitable<ports::HttpResult> send(ports::HttpRequest request) override {
        asked.push_back(request);
        if (answers.empty()) co_return otherwise ? otherwise(request) : failed(false);
        ports::HttpResult next = std::move(answers.front());
        answers.pop_front();
        co_return next;
    }
    ports::asio::awaitable<ports::HttpResult> download(
        ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) override {
        ports::HttpResult result = co_await send(std::move(request));
        if (result.ok) on_piece(result.response.body);
        co_return result;
    }
    void say(std::string body) { answers.push_back(answered(200, std::move(body))); }
};

}  // namespace gw::test
