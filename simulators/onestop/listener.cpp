// Calls of the listening half.
#include "simulators/onestop/listener.hpp"

#include "simulators/onestop/json.hpp"

#include <utility>

namespace sim::onestop {
namespace {
constexpr int long_poll_seconds = 25;

std::string events_path(const std::string& cursor, int wait) {
    std::string path = "/v1/events?limit=500&after=" + cursor;
    if (wait > 0) path += "&wait=" + std::to_string(wait);
    return path;
}
std::string secret_of(const std::string& body) {
    rapidjson::Document answer;
    answer.Parse(body.c_str());
    return text_of(answer, "secret");
}
}  // namespace

Listener::Listener(
    Client& client,
    Receiver& receiver,
    EventJournal& journal,
    kit::Faults& mistakes,
    Ledger& ledger,
    ports::Clock& clock,
    ports::Random& random
)
    : client_(client),
      receiver_(receiver),
      journal_(journal),
      mistakes_(mistakes),
      ledger_(ledger),
      clock_(clock),
      random_(random) {}

asio::awaitable<bool> Listener::begin(std::string url) {
    Request request;
    request.path = "/v1/webhook-endpoints";
    request.key = client_.new_key();
    Json j;
    j.begin().set("url", url).name("types").list().end_list();
    request.body = j.set("description", "Một cửa mô phỏng").end().text();
    const auto reply = co_await client_.call(std::move(request));
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    const std::string secret = secret_of(reply.body);
    if (reply.status != 201 || secret.empty()) {
        ledger_.surprise("webhook endpoint: " + std::to_string(reply.status) + " " + reply.body);
        co_return false;
    }
    endpoint_ = text_of(answer, "id");
    receiver_.trust(secret);
    const bool tested = co_await test();
    co_return tested;
}

asio::awaitable<bool> Listener::test() {
    Request request;
    request.path = "/v1/webhook-endpoints/" + endpoint_ + "/test";
    request.key = client_.new_key();
    const auto before = receiver_.tests();
    const auto reply = co_await client_.call(std::move(request));
    const bool came = receiver_.tests() > before;
    if (reply.status != 200 || !came) {
        ledger_.surprise("webhook test: " + std::to_string(reply.status) + " " + reply.body);
        co_return false;
    }
    co_return true;
}

asio::awaitable<void> Listener::rotate() {
    Request request;
    request.path = "/v1/webhook-endpoints/" + endpoint_ + "/rotate";
    request.key = client_.new_key();
    const auto reply = co_await client_.call(std::move(request));
    const std::string secret = secret_of(reply.body);
    if (reply.status != 200 || secret.empty())
        ledger_.surprise("webhook secret: " + std::to_string(reply.status) + " " + reply.body);
    else
        receiver_.trust(secret);
}

asio::awaitable<bool> Listener::read(std::string cursor, int wait, FeedPage& page) {
    Request request;
    request.method = "GET";
    request.path = events_path(cursor, wait);
    const auto reply = co_await client_.call(std::move(request));
    if (!reply.reached) co_return false;
    auto read = read_page(reply.body);
    if (reply.status != 200 || !read) {
        journal_.fault(
            "feed after " + cursor + ": " + std::to_string(reply.status) + " " +
            reply.body.substr(0, 300)
        );
        co_return false;
    }
    page = std::move(*read);
    co_return true;
}

void Listener::take(const FeedPage& page) {
    const auto fresh = journal_.take(page);
    if (!on_event_) return;
    for (const auto& event : fresh) on_event_(event);
}

asio::awaitable<void> Listener::walk() {
    while (!stopped_) {
        kit::Occasion occasion;
        occasion.now = clock_.now();
        if (mistakes_.strikes("lose_cursor", occasion) != nullptr)
            journal_.lose_cursor(random_.uniform());
        FeedPage page;
        const std::string cursor = journal_.cursor();
        const bool reached = co_await read(cursor, long_poll_seconds, page);
        if (stopped_) co_return;
        if (reached) take(page);
        // A page of its own for every event would be many calls: events gather for a moment.
        const auto pause = clock_.now() + core::Duration(reached ? 100 : 500);
        co_await clock_.sleep_until(pause);
    }
}

asio::awaitable<bool> Listener::catch_up() {
    bool more = true;
    while (more) {
        FeedPage page;
        const std::string cursor = journal_.cursor();
        const bool reached = co_await read(cursor, 0, page);
        if (!reached) co_return false;
        take(page);
        more = page.has_more;
        if (!page.items.empty()) more = true;
    }
    co_return true;
}

asio::awaitable<bool> Listener::read_again() {
    std::vector<FeedEvent> all;
    std::string cursor = "begin";
    bool more = true;
    while (more) {
        FeedPage page;
        const bool reached = co_await read(cursor, 0, page);
        if (!reached) co_return false;
        for (auto& event : page.items) all.push_back(std::move(event));
        cursor = page.next;
        more = page.has_more;
    }
    journal_.compare_with(all);
    co_return true;
}

}  // namespace sim::onestop
